"""The report on hand-overs as tables, for the page, the CSV file, JSON and the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.kit import periods
from sameside.kit.snapshots import Report, register
from sameside.kit.tables import Column, Table
from sameside.leads.measured.computing import compute
from sameside.leads.measures import BY_KEY

NAME = "hand-overs"
LABELS = {
    "source": ("By source", "Source"),
    "campaign": ("By first campaign", "First campaign"),
    "owner": ("By owner", "Owner"),
    "team": ("By team", "Team"),
    "segment": ("By segment", "Segment"),
    "month": ("By month of hand-over", "Month"),
}
STEPS = ("delivered", "accepted", "converted", "opportunity", "won")
COUNTED = (
    *STEPS, "lost", "returned", "disqualified", "recycled", "open", "not_worked", "accept_kept", "accept_late",
    "attempt_kept", "attempt_late", "persist_kept", "persist_late", "end_kept", "end_late",
)  # fmt: skip


def share(row: Mapping[str, Any], key: str) -> float | None:
    """A measure as a share of what it is a share of; None of nothing."""
    of = row[BY_KEY[key].of]
    return row[key] / of if of else None


def cost_per(row: Mapping[str, Any], key: str) -> float | None:
    """What one costs, of those whose campaign's cost is known; None when none is known or there is no such one."""
    count = row[f"costed_{key}"]
    return row["cost"] / count if row["cost"] is not None and count else None


def counts_by(data: Mapping[str, Any], dimension: str) -> Table:
    caption, label = LABELS[dimension]
    columns = (Column("name", label), *(Column(key, BY_KEY[key].label, "number", BY_KEY[key].means) for key in COUNTED))
    return Table(
        columns, data["by"][dimension], total={"name": "All", **data["total"]}, caption=caption,
        empty="Nothing was handed over in this period.",
    )  # fmt: skip


def speed_by(data: Mapping[str, Any], dimension: str) -> Table:
    caption, label = LABELS[dimension]
    columns = (
        Column("name", label),
        Column("accept_hours_median", "Accepted after, median", "hours", "Business hours of the owner."),
        Column("accept_hours_p90", "Accepted, 9 of 10 within", "hours"),
        Column("attempt_hours_median", "First attempt after, median", "hours", "Business hours of the owner."),
        Column("attempt_hours_p90", "First attempt, 9 of 10 within", "hours"),
        Column("convert_days_median", "Converted after, median", "days", "Days of the calendar from the hand-over."),
        Column("win_days_median", "Won after, median", "days", "Days from the hand-over, or from the deal if later."),
    )
    return Table(
        columns, data["by"][dimension], total={"name": "All", **data["total"]},
        caption=f"Speed, {caption[0].lower()}{caption[1:]}", empty="Nothing was handed over in this period.",
    )  # fmt: skip


COSTS = (
    ("cost_per_delivered", "Cost per lead", "delivered"),
    ("cost_per_accepted", "Per accepted lead", "accepted"),
    ("cost_per_opportunity", "Per opportunity", "opportunity"),
    ("cost_per_won", "Per customer", "won"),
)


def with_costs(row: Mapping[str, Any]) -> dict[str, Any]:
    costed = row["costed_delivered"] / row["delivered"] if row["delivered"] else None
    return {**row, "costed": costed, **{key: cost_per(row, of) for key, _, of in COSTS}}


def costs_by(data: Mapping[str, Any], dimension: str) -> Table:
    caption, label = LABELS[dimension]
    columns = (
        Column("name", label),
        Column("costed", "With a cost", "percent", "Of the leads handed over: their campaign says what it cost."),
        Column("cost", "Cost", "money", "The share of these leads in what their campaigns cost."),
        *(Column(key, name, "money") for key, name, _ in COSTS),
    )
    return Table(
        columns, [with_costs(row) for row in data["by"][dimension]],
        total=with_costs({"name": "All", **data["total"]}), caption=f"Cost, {caption[0].lower()}{caption[1:]}",
        empty="Nothing was handed over in this period.",
    )  # fmt: skip


def reasons_table(data: Mapping[str, Any]) -> Table:
    columns = (Column("outcome", "Ended as"), Column("name", "Reason"), Column("count", "Hand-overs", "number"))
    return Table(columns, data["reasons"], caption="Why they ended", empty="None was given back or up.")


def benefit_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("label", "Tried within"), Column("against", "Against"), Column("treated", "Leads", "number"),
        Column("others", "Others", "number"), Column("share", "Became an opportunity", "percent"),
        Column("other_share", "Others did", "percent"), Column("difference", "Difference", "percent"),
        Column("lower", "From", "percent"), Column("upper", "To", "percent"),
        Column("overlap", "Comparable", "percent"),
    )  # fmt: skip
    return Table(columns, data["benefit"]["comparisons"], caption="What answering soon gained", empty="Too few leads.")


def tables(data: Mapping[str, Any]) -> Sequence[Table]:
    return (
        *(counts_by(data, dimension) for dimension in LABELS),
        *(speed_by(data, dimension) for dimension in ("team", "owner")),
        *(costs_by(data, dimension) for dimension in ("source", "campaign")),
        reasons_table(data),
        benefit_table(data),
    )


def read(query: Mapping[str, str]) -> dict[str, Any]:
    origin = "own" if query.get("origin") == "own" else "all"
    return {"months": periods.read(query, everything=True), "origin": origin}


REPORT = register(
    Report(
        name=NAME,
        compute=compute,
        defaults={"months": periods.DEFAULT, "origin": "all"},
        read=read,
        tables=tables,
    )
)

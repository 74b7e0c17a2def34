"""The tables and the head of the page of figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.http import urlencode

from sameside.kit import periods
from sameside.kit.tables import Column, Table
from sameside.leads import handover_lists
from sameside.leads.measured import report
from sameside.leads.measured.shown import Data, Stat, count, counted, figure, filters_of, reason_of, verdict
from sameside.leads.measures import BY_KEY
from sameside.ui.cells import Badge, Figure
from sameside.ui.formats import NOTHING, days, hours, money, number, percent


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def tabs(params: Mapping[str, Any], by: str) -> list[Tab]:
    kept = {"months": params["months"] or "all", "origin": params["origin"]}
    return [Tab(label, f"?{urlencode({**kept, 'by': one})}", one == by) for one, (label, _) in report.LABELS.items()]


def origins(params: Mapping[str, Any], by: str) -> list[Tab]:
    kept = {"months": params["months"] or "all", "by": by}
    both = (("all", "All"), ("own", "Without derived"))
    return [Tab(label, f"?{urlencode({**kept, 'origin': key})}", key == params["origin"]) for key, label in both]


def sentence(data: Data) -> str:
    total = data["total"]
    if not total["delivered"]:
        return "Nothing was handed over in this period."
    accepted, worked = report.share(total, "accepted"), report.share(total, "not_worked")
    parts = [f"{counted(total['delivered'], 'lead was', 'leads were')} handed over"]
    if accepted is not None:
        parts.append(f"sales accepted {percent(accepted)} of those it answered")
    if worked is not None:
        parts.append(f"{percent(worked)} were not worked")
    return "; ".join(parts) + f". {counted(total['won'], 'was', 'were')} won."


def _dear(cost: float | None, agreed: float | None) -> str:
    return "" if cost is None or agreed is None else "good" if cost <= agreed else "bad"


def head(data: Data) -> Sequence[Stat]:
    total, filters, agreed = data["total"], data["filters"], data["agreed"] or {}
    accepted, cost = report.share(total, "accepted"), report.cost_per(total, "delivered")

    def opens(key: str) -> str:
        return handover_lists.address(**filters, **{"is": key})

    return (
        Stat("Handed over", number(total["delivered"]), BY_KEY["delivered"].means, opens("delivered")),
        Stat(
            "Accepted", percent(accepted), f"{BY_KEY['accepted'].means} Of those answered.", opens("accepted"),
            verdict(total["accepted"], total["answered"], agreed.get("acceptance")),
            f"agreed {percent(agreed['acceptance'])}" if agreed.get("acceptance") is not None else "",
        ),
        Stat(
            "First attempt after", hours(total["attempt_hours_median"]),
            f"Median in business hours of the owner, of those tried. 9 of 10: {hours(total['attempt_hours_p90'])}.",
            opens("attempted"),
        ),
        Stat("Opportunities", number(total["opportunity"]), BY_KEY["opportunity"].means, opens("opportunity")),
        Stat("Won", money(total["won_amount"]), "The amounts of the deals that are won.", opens("won")),
        Stat(
            "Cost per lead", money(cost), f"Known of {percent(report.with_costs(total)['costed'])} of them: "
            "what their campaigns cost, spread over all that each ever delivered.", opens("delivered"),
            _dear(cost, agreed.get("cost_per_lead")),
            f"agreed {money(agreed['cost_per_lead'])}" if agreed.get("cost_per_lead") is not None else "",
        ),
    )  # fmt: skip


def _quality_row(row: Data, dimension: str, data: Data) -> dict[str, Any]:
    filters = filters_of(dimension, row, data)
    name = periods.month_name(row["id"]) if dimension == "month" else row["name"]
    return {
        "name": name,
        "link": handover_lists.address(**filters),
        "delivered": count(row, "delivered", filters),
        **{key: figure(row, key, filters) for key in ("accepted", "not_worked", "accept_kept", "attempt_kept")},
        **{key: figure(row, key, filters) for key in ("opportunity", "won")},
        "won_amount": row["won_amount"] or None,
    }


QUALITY = (
    Column("delivered", "Handed over", "number", BY_KEY["delivered"].means),
    Column("accepted", "Accepted", "percent", f"{BY_KEY['accepted'].means} Of those answered."),
    Column("not_worked", "Not worked", "percent", BY_KEY["not_worked"].means),
    Column("accept_kept", "Answered in time", "percent", f"{BY_KEY['accept_kept'].means} Of those due."),
    Column("attempt_kept", "Tried in time", "percent", f"{BY_KEY['attempt_kept'].means} Of those due."),
    Column("opportunity", "Opportunity", "percent", f"{BY_KEY['opportunity'].means} Of those ended or overdue."),
    Column("won", "Deals won", "percent", "Of those whose deal is won or lost."),
    Column("won_amount", "Won worth", "money"),
)


def quality(data: Data, dimension: str) -> Table:
    """Both claims for each part, with intervals: nobody is judged on a handful."""
    rows = []
    for row in data["by"][dimension]:
        if row.get("is_rest"):
            rows.append({"name": row["name"], "delivered": row["delivered"], "won_amount": row["won_amount"]})
        elif row["passed"]:
            rows.append(_quality_row(row, dimension, data))
    total = _quality_row({**data["total"], "id": "", "name": "All"}, "source", data)
    filters = data["filters"]
    total |= {
        "name": "All", "delivered": count(data["total"], "delivered", filters),
        **{
            key: figure(data["total"], key, filters)
            for key in ("accepted", "not_worked", "accept_kept", "attempt_kept", "opportunity", "won")
        },
    }  # fmt: skip
    total.pop("link")
    return Table(
        (Column("name", report.LABELS[dimension][1]), *QUALITY), rows, total=total,
        empty="Nothing was handed over in this period.",
    )  # fmt: skip


def costs(data: Data, dimension: str) -> Table:
    plain = report.costs_by(data, dimension)
    rows = []
    for row in plain.rows:
        if not row["delivered"]:
            continue
        link = "" if row.get("is_rest") else handover_lists.address(**filters_of(dimension, row, data))
        name = periods.month_name(row["id"]) if dimension == "month" else row["name"]
        shown = {**row, "name": name, "link": link}
        if row["cost"] is None:
            shown |= {key: NOTHING for key, _, _ in report.COSTS} | {"cost": "Not known"}
        rows.append(shown)
    return Table(plain.columns, rows, total=plain.total, empty=plain.empty)


def speed(data: Data, dimension: str) -> Table:
    plain = report.speed_by(data, dimension)
    rows = [
        {
            **row,
            "name": periods.month_name(row["id"]) if dimension == "month" else row["name"],
            "link": "" if row.get("is_rest") else handover_lists.address(**filters_of(dimension, row, data)),
        }
        for row in plain.rows
        if row["delivered"]
    ]
    return Table(plain.columns, rows, total=plain.total, empty=plain.empty)


def cohorts(data: Data) -> Table:
    """The funnel by month of hand-over, and whether it is too early to compare that month with others."""
    mature = data["mature_days"]
    last = date.fromisoformat(data["filters"]["to"])
    rows = []
    for row in data["by"]["month"]:
        if not row["delivered"]:
            continue
        filters = filters_of("month", row, data)
        age = (last - date.fromisoformat(filters["to"])).days
        early = mature is None or age < mature
        told = "Too early" if early else "Comparable"
        rows.append({
            "name": periods.month_name(row["id"]), "link": handover_lists.address(**filters),
            **{key: _step(row, key, filters) for key in report.STEPS},
            "open": count(row, "open", filters), "told": Badge(told, "warn" if early else "good"),
        })  # fmt: skip
    columns = (
        Column("name", "Handed over in"),
        *(Column(key, BY_KEY[key].label, "number", BY_KEY[key].means) for key in report.STEPS),
        Column("open", "Still open", "number"),
        Column("told", "May be compared"),
    )
    note = (
        f"9 of 10 conversions came within {days(mature)}: a younger month is too early to compare."
        if mature is not None
        else "Nothing was converted yet, so that no month can be compared."
    )
    return Table(columns, rows, note=note, empty="Nothing was handed over in this period.")


def _step(row: Data, key: str, filters: Mapping[str, str]) -> Figure | int:
    if not row[key]:
        return 0
    note = percent(row[key] / row["delivered"]) if key != "delivered" and row["delivered"] else ""
    return Figure(number(row[key]), note, handover_lists.address(**filters, **{"is": key}))


def reasons(data: Data) -> Table:
    """Why hand-overs were given back or up, each opening its own."""
    rows = [
        {
            "name": one["name"],
            "outcome": Badge(_ENDED[one["outcome"]], "warn" if one["outcome"] == "returned" else "neutral"),
            "count": one["count"],
            "link": handover_lists.address(**data["filters"], outcome=one["outcome"], **reason_of(one)),
        }
        for one in data["reasons"]
    ]
    columns = (Column("name", "Reason"), Column("outcome", "Ended as"), Column("count", "Hand-overs", "number"))
    return Table(columns, rows, empty="None was given back or up in this period.")


_ENDED = {"returned": "Returned", "disqualified": "Disqualified", "recycled": "Recycled"}
WORDS = [
    BY_KEY[key]
    for key in ("delivered", "answered", "accepted", "refused", "not_worked", "converted", "opportunity", "settled")
]

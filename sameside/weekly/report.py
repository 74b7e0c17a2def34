"""The snapshots behind Today and This week.

"today" is the whole organisation's series and gaps, "week" one agenda.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sameside.conversations.models import Kind
from sameside.kit.snapshots import Report, register
from sameside.kit.tables import Column, Table
from sameside.library import facets
from sameside.library.models import Facet
from sameside.weekly import digests, figures, gaps, weeks

LACK_DAYS = 30

CHANGES = (
    ("succeeded", "Successful conversations", "number", "up"),
    ("failed", "Failed conversations", "number", "down"),
    ("won", "Deals won", "number", "up"),
    ("won_amount", "Won revenue", "money", "up"),
    ("lost", "Deals lost", "number", "down"),
    ("leads", "New leads", "number", "up"),
    ("untouched", "Leads waiting untouched at the end", "number", "down"),
    ("uses", "Content used by sellers", "number", "up"),
    ("zero_searches", "Searches that found nothing", "number", "down"),
)


def compute_today(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    del params
    week = weeks.chosen("", at)
    return {
        "at": at.isoformat(),
        "now": figures.period(week),
        "before": figures.period(week.before),
        **digests.read(),
        "weeks": figures.by_week(at),
        "months": figures.by_month(at),
        "pipeline": figures.pipeline(),
        "teams": figures.teams(week),
        "zero_searches": gaps.zero_searches(at - timedelta(days=LACK_DAYS), at),
        "demand": gaps.demand(),
    }


def compute_week(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    week = weeks.chosen(params["week"], at)
    return {
        "week": week.name,
        "start": week.start.isoformat(),
        "end": week.end.isoformat(),
        "earlier": weeks.earlier(week),
        "later": weeks.later(week, at),
        "now": figures.period(week),
        "before": figures.period(week.before),
        "untouched": gaps.untouched(week),
        "zero_searches": gaps.zero_searches(week.start, week.end),
        "demand": [] if week.name else gaps.demand(),
        "won": gaps.closed(week, won=True),
        "lost": gaps.closed(week, won=False),
        "reasons": gaps.reasons(week),
        "stuck": gaps.stuck(week),
        "imports": gaps.imports(week),
    }


def vertical(slug: str) -> str:
    return facets.label(Facet.VERTICAL, slug) if slug else "Unknown vertical"


def kind(value: str) -> str:
    return str(Kind(value).label) if value in Kind else value


def changes_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("what", "What"),
        Column("now", "These seven days", "number"),
        Column("before", "The seven before", "number"),
        Column("difference", "Difference", "number"),
    )
    rows = [
        {"what": label, "now": data["now"][key], "before": data["before"][key], "difference": _difference(data, key)}
        for key, label, _, _ in CHANGES
    ]
    return Table(columns, rows, caption="What changed")


def _difference(data: Mapping[str, Any], key: str) -> float:
    difference: float = data["now"][key] - data["before"][key]
    return difference


def zero_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("query", "Searched for"),
        Column("searches", "Times", "number"),
        Column("persons", "By persons", "number"),
        Column("latest", "Last on", "date"),
    )
    return Table(
        columns, data["zero_searches"], caption="Searches that found nothing", empty="No search came back empty."
    )


def demand_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("kind", "Conversation"),
        Column("vertical", "Vertical"),
        Column("deals", "Open deals", "number"),
        Column("amount", "Their worth", "money"),
        Column("general", "Content for any vertical", "number"),
    )
    rows = [{**one, "kind": kind(one["kind"]), "vertical": vertical(one["vertical"])} for one in data["demand"]]
    return Table(
        columns, rows, caption="Open demand without content", empty="Every open conversation has content made for it."
    )


def campaigns_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column("name", "First campaign"),
        Column("leads", "Leads", "number"),
        Column("untouched", "Untouched", "number"),
        Column("returned", "Returned", "number"),
        Column("converted_all", "Converted", "number"),
        Column("won", "Won", "number"),
        Column("won_amount", "Won revenue", "money"),
    )
    linked = [{**one, "link": f"/leads/all/?campaign={one['id']}"} for one in rows]
    return Table(columns, linked, empty="No lead has answered a campaign yet.")


def teams_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("name", "Team"),
        Column("succeeded", "Successful conversations", "number"),
        Column("before", "The week before", "number"),
        Column("handed_over", "Leads received", "number"),
        Column("touched", "Of these tried", "number"),
        Column("untouched", "Waiting untouched", "number"),
        Column("won", "Won", "number"),
        Column("won_amount", "Won revenue", "money"),
    )
    return Table(columns, data["teams"], caption="By team", empty="There is no team yet.")


def today_tables(data: Mapping[str, Any]) -> Sequence[Table]:
    by_week = Table(
        (
            Column("ends", "Seven days to", "date"),
            Column("succeeded", "Succeeded", "number"),
            Column("failed", "Failed", "number"),
            Column("leads", "New leads", "number"),
        ),
        data["weeks"],
        caption="Successful conversations per week",
    )
    by_month = Table(
        (
            Column("month", "Month"),
            Column("won", "Won", "number"),
            Column("won_amount", "Won revenue", "money"),
            Column("lost", "Lost", "number"),
        ),
        data["months"],
        caption="Won per month",
    )
    return changes_table(data), teams_table(data), by_week, by_month, zero_table(data), demand_table(data)


def untouched_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("name", "With"),
        Column("team", "Team"),
        Column("leads", "Leads", "number"),
        Column("oldest", "The oldest waits", "days"),
    )
    return Table(columns, data["untouched"]["owners"], caption="Untouched leads", empty="No lead waits untouched.")


def deals_table(rows: Sequence[Mapping[str, Any]], *, won: bool) -> Table:
    columns = [
        Column("name", "Deal"),
        Column("company", "Company"),
        Column("owner", "Owner"),
        Column("amount", "Amount", "money"),
        *([] if won else [Column("reason", "Reason")]),
    ]
    return Table(columns, rows, caption="Won" if won else "Lost", empty="None in these days.")


def stuck_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column("name", "Deal"),
        Column("kind", "Conversation"),
        Column("owner", "Owner"),
        Column("amount", "Amount", "money"),
        Column("days", "Open for", "days"),
        Column("usual", "3 of 4 succeed within", "days"),
    )
    shown = [{**one, "kind": kind(one["kind"])} for one in rows]
    return Table(
        columns, shown, caption="Stuck conversations", empty="No conversation is older than they usually become."
    )


def imports_table(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("origin", "Import"),
        Column("day", "On", "date"),
        Column("created", "New", "number"),
        Column("updated", "Changed", "number"),
        Column("refused", "Refused", "number"),
    )
    return Table(columns, data["imports"], caption="Imports", empty="Nothing was brought in during these days.")


def week_tables(data: Mapping[str, Any]) -> Sequence[Table]:
    return (
        changes_table(data),
        untouched_table(data),
        zero_table(data),
        demand_table(data),
        deals_table(data["won"], won=True),
        deals_table(data["lost"], won=False),
        stuck_table(data["stuck"]["conversations"]),
        imports_table(data),
    )


def read_week(query: Mapping[str, str]) -> dict[str, Any]:
    """`week=2026-W21`; anything that is no week is the last seven days."""
    name = query.get("week", "")
    return {"week": name if weeks.monday_of(name) else ""}


def _no_parameters(query: Mapping[str, str]) -> dict[str, Any]:
    return {}


TODAY = register(Report("today", compute_today, {}, _no_parameters, today_tables))
WEEK = register(Report("week", compute_week, {"week": ""}, read_week, week_tables))

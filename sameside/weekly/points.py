"""The points of the agenda: each a sentence with its number, its table, and where its rows are.

Deals are named only where the reader may see them, and what is left out is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sameside.crm.models import Deal
from sameside.kit import bounded
from sameside.kit.tables import Column, Table
from sameside.library import access as library_access
from sameside.library.upkeep.duties import Duty
from sameside.people.models import Person
from sameside.people.policies import can
from sameside.ui import formats
from sameside.weekly import report


@dataclass(frozen=True)
class Point:
    """One point of the agenda: a sentence with its number, its table, and where its rows are."""

    key: str
    icon: str
    title: str
    text: str
    tone: str
    tables: Sequence[Table]
    url: str = ""
    label: str = ""


def _bare(table: Table) -> Table:
    """Without its caption, where the point's title says the same."""
    return replace(table, caption="")


def counted(count: int, one: str, many: str) -> str:
    return f"{formats.number(count)} {one if count == 1 else many}"


def visible_deals(data: Mapping[str, Any], reader: Person) -> set[int]:
    """Which of the named deals `reader` may see; one bounded query."""
    named = {one["deal"] for one in (*data["won"], *data["lost"], *data["stuck"]["conversations"])}
    return set(Deal.objects.visible_to(reader).filter(pk__in=named).values_list("pk", flat=True)) if named else set()


def _deals(rows: Sequence[Mapping[str, Any]], visible: set[int]) -> list[dict[str, Any]]:
    return [{**one, "link": f"/deals/{one['deal']}/"} for one in rows if one["deal"] in visible]


def _left_out(total: int, shown: int) -> str:
    return f" {counted(total - shown, 'more is', 'more are')} not named here." if total > shown else ""


def untouched(data: Mapping[str, Any], reader: Person) -> Point:
    waiting = data["untouched"]
    table = report.untouched_table(data)
    if can(reader, "see_leads"):
        rows = [{**one, "link": f"/leads/all/?fate=untouched&owner={one['owner']}"} for one in table.rows]
        table = Table(table.columns, rows, empty=table.empty)
    oldest = waiting["oldest"]
    text = (
        f"{formats.number(waiting['old'])} of them wait for more than a week, the oldest {formats.days(oldest)}."
        if waiting["leads"]
        else "Everything that was handed over was tried."
    )
    return Point(
        "untouched",
        "clock",
        f"{counted(waiting['leads'], 'lead waits', 'leads wait')} untouched",
        text,
        "bad" if waiting["old"] else "warn" if waiting["leads"] else "good",
        (_bare(table),),
        "/leads/all/?fate=untouched" if can(reader, "see_leads") else "",
        "All untouched leads",
    )


def searches(data: Mapping[str, Any]) -> Point:
    count = data["now"]["zero_searches"]
    return Point(
        "searches",
        "search-off",
        f"{counted(count, 'search', 'searches')} found nothing",
        "What sellers asked the library for in these days, and it does not have, or calls by another name.",
        "warn" if count else "good",
        (_bare(report.zero_table(data)),),
        "/library/truth/",
        "Content truth",
    )


def demand(data: Mapping[str, Any]) -> Point:
    table = report.demand_table(data)
    rows = [
        {**one, "link": f"/library/?conversation={source['kind']}&vertical={source['vertical']}"}
        for one, source in zip(table.rows, data["demand"], strict=True)
    ]
    deals = sum(one["deals"] for one in data["demand"])
    return Point(
        "demand",
        "puzzle",
        f"{counted(deals, 'open deal has', 'open deals have')} no content made for the conversation",
        "Conversation and vertical where deals are open now and no active content is made for both.",
        "warn" if deals else "good",
        (Table(table.columns, rows, empty=table.empty),),
    )


def unfound_table(content: Mapping[str, Any], reader: Person) -> Table:
    columns = (
        Column("title", "Content"),
        Column("open_deals", "Open deals in its facets", "number"),
        Column("matched_searches", "Searches it matches", "number"),
        Column("impressions", "Times shown", "number"),
    )
    rows = [
        {**one, "link": f"/library/{one['slug']}/"} for one in library_access.named_rows(reader, content["unfound"])
    ]
    return Table(columns, rows, empty="What open deals need was shown.")


def unfound(content: Mapping[str, Any] | None, reader: Person) -> list[Point]:
    if content is None:
        return []
    count = next((one["count"] for one in content["verdicts"] if one["verdict"] == "not_found"), 0)
    return [
        Point(
            "unfound",
            "eye-off",
            f"{counted(count, 'asset is', 'assets are')} wanted and not found",
            f"Shown fewer than {content['k']} times in {content['window']} days although there was demand.",
            "warn" if count else "good",
            (unfound_table(content, reader),),
            "/library/truth/",
            "Content truth",
        )
    ]


def library(waiting: Sequence[Duty]) -> Point:
    """What the library waits for now, from those who edit it."""
    rows = [{"what": one.text, "number": bounded.said(one.number), "link": one.url} for one in waiting]
    columns = (Column("what", "What waits"), Column("number", "Rows", "number"))
    overdue = any(one.tone == "bad" for one in waiting)
    return Point(
        "library",
        "checks",
        "What the library waits for",
        "Dates that pass, requests without an answer, and what is opened and never used.",
        "bad" if overdue else "warn" if waiting else "good",
        (Table(columns, rows, empty="Nothing: every date is far off, and nobody asks for more."),),
        "/library/reviews/",
        "Reviews",
    )


def won(data: Mapping[str, Any], visible: set[int]) -> Point:
    now = data["now"]
    rows = _deals(data["won"], visible)
    table = report.deals_table(rows, won=True)
    return Point(
        "won",
        "trophy",
        f"{counted(now['won'], 'deal', 'deals')} won, {formats.money(now['won_amount'])}",
        f"What made them say yes?{_left_out(now['won'], len(rows))}",
        "good" if now["won"] else "neutral",
        (Table(table.columns, rows, empty=_nothing(now["won"])),),
    )


def _nothing(total: int) -> str:
    return "Their names are for those who work on them." if total else "None in these days."


def lost(data: Mapping[str, Any], visible: set[int]) -> Point:
    now = data["now"]
    rows = _deals(data["lost"], visible)
    why = Table(
        (Column("reason", "Reason"), Column("deals", "Deals", "number"), Column("amount", "Amount", "money")),
        data["reasons"],
        empty="None in these days.",
    )
    table = report.deals_table(rows, won=False)
    return Point(
        "lost",
        "trending-down",
        f"{counted(now['lost'], 'deal', 'deals')} lost, {formats.money(now['lost_amount'])}",
        f"What was missing in which conversation?{_left_out(now['lost'], len(rows))}",
        "warn" if now["lost"] else "neutral",
        (why, Table(table.columns, rows, empty=_nothing(now["lost"]))) if now["lost"] else (why,),
    )


def stuck(data: Mapping[str, Any], visible: set[int]) -> Point:
    total = data["stuck"]["total"]
    rows = _deals(data["stuck"]["conversations"], visible)
    table = report.stuck_table(rows)
    linked = [{**one, "link": row["link"]} for one, row in zip(table.rows, rows, strict=True)]
    return Point(
        "stuck",
        "hourglass",
        f"{counted(total, 'conversation is', 'conversations are')} stuck",
        f"Open for longer than three of four successful ones of their kind take.{_left_out(total, len(rows))}",
        "warn" if total else "good",
        (Table(table.columns, linked, empty=_nothing(total) if total else table.empty),),
        "/conversations/",
        "Conversations",
    )


def imports(data: Mapping[str, Any], reader: Person) -> Point:
    """Runs of the week; those of CRM files only for who may see the CRM, as on the pages of imports."""
    seen = [one for one in data["imports"] if one["connector"] == "documents" or can(reader, "see_crm")]
    table = report.imports_table({**data, "imports": seen})
    rows = [{**one, "link": f"/imports/{run['run']}/"} for one, run in zip(table.rows, seen, strict=True)]
    refused = sum(one["refused"] for one in seen)
    return Point(
        "imports",
        "database-import",
        f"{counted(refused, 'row', 'rows')} refused in {counted(len(rows), 'import', 'imports')}",
        "A figure is as complete as what was brought in.",
        "warn" if refused else "good" if rows else "neutral",
        (Table(table.columns, rows, empty=table.empty),),
        "/imports/",
        "Imports",
    )

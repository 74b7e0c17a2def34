"""What was used where, and how that ended: prepared for all boards at once, because it goes through all usage.

Prepared beforehand as the report "boards" (every quarter of an hour and after imports), so that a board costs the same
whether a thousand or ten million rows of usage stand behind it. It holds ids and counts only; who may find which asset
is asked when a board is shown.

**Used to win.** On the board of a vertical: deals of companies in this vertical that closed in the last 24 months and
for which the asset was shared, presented or personalised before the close; how many of them were won; beside it the
share won of all deals of this vertical that closed then. On the board of a conversation: conversations of this kind
that ended in the last 24 months and in which it was used while they were open; how many succeeded. On the board of a
persona: deals as above, of all verticals, for the assets made for this persona.

Assets are ordered by their share, drawn towards the average as if `WEIGHT` average cases stood beside each: two of two
is no better evidence than nine of ten.

**What colleagues use.** Uses in the last 90 days for deals that were at this conversation, or of this vertical; for a
persona, uses of the assets made for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sameside.kit import snapshots
from sameside.kit.tables import Column, Table
from sameside.library import facets
from sameside.library.models import Facet

WON_MONTHS = 24
WON_DAYS = 730
USED_DAYS = 90
WEIGHT = 10
KEPT = 120
"""So many assets are kept for each board: enough that one who may not find some still sees a full shelf."""

_USED = "u.action IN ('share', 'present', 'personalise')"
_CLOSED = "d.is_closed AND NOT d.deleted_in_source AND d.closed_at >= %(won_since)s"
_OF_PERSONA = "f.facet = 'persona' AND f.state <> 'rejected'"

CASES = {
    Facet.VERTICAL: f"""
        SELECT c.vertical, u.asset_id, count(DISTINCT d.id), count(DISTINCT d.id) FILTER (WHERE d.is_won)
        FROM library_usage u JOIN crm_deal d ON d.id = u.deal_id JOIN crm_company c ON c.id = d.company_id
        WHERE {_USED} AND u.deal_id IS NOT NULL AND u.at <= d.closed_at AND {_CLOSED} AND c.vertical <> ''
        GROUP BY 1, 2""",
    Facet.CONVERSATION: f"""
        SELECT v.kind, u.asset_id, count(DISTINCT v.id), count(DISTINCT v.id) FILTER (WHERE v.state = 'succeeded')
        FROM library_usage u
        JOIN conversations_conversation v ON v.deal_id = u.deal_id AND v.opened_at <= u.at AND v.ended_at >= u.at
        WHERE {_USED} AND u.deal_id IS NOT NULL AND v.state <> 'open' AND v.ended_at >= %(won_since)s
        GROUP BY 1, 2""",
    Facet.PERSONA: f"""
        SELECT f.value, u.asset_id, count(DISTINCT d.id), count(DISTINCT d.id) FILTER (WHERE d.is_won)
        FROM library_assetfacet f JOIN library_usage u ON u.asset_id = f.asset_id JOIN crm_deal d ON d.id = u.deal_id
        WHERE {_OF_PERSONA} AND {_USED} AND u.deal_id IS NOT NULL AND u.at <= d.closed_at AND {_CLOSED}
        GROUP BY 1, 2""",
}
AVERAGES = {
    Facet.VERTICAL: f"""
        SELECT c.vertical, count(*), count(*) FILTER (WHERE d.is_won)
        FROM crm_deal d JOIN crm_company c ON c.id = d.company_id WHERE {_CLOSED} AND c.vertical <> '' GROUP BY 1""",
    Facet.CONVERSATION: """
        SELECT kind, count(*), count(*) FILTER (WHERE state = 'succeeded')
        FROM conversations_conversation WHERE state <> 'open' AND ended_at >= %(won_since)s GROUP BY 1""",
    Facet.PERSONA: f"SELECT '', count(*), count(*) FILTER (WHERE d.is_won) FROM crm_deal d WHERE {_CLOSED}",
}
_RECENT = f"{_USED} AND u.at >= %(used_since)s AND u.at <= %(at)s AND u.person_id IS NOT NULL"
USES = {
    Facet.VERTICAL: f"""
        SELECT c.vertical, u.asset_id, count(*), count(DISTINCT u.person_id)
        FROM library_usage u JOIN crm_deal d ON d.id = u.deal_id JOIN crm_company c ON c.id = d.company_id
        WHERE {_RECENT} AND c.vertical <> '' {{who}} GROUP BY 1, 2""",
    Facet.CONVERSATION: f"""
        SELECT v.kind, u.asset_id, count(DISTINCT u.id), count(DISTINCT u.person_id)
        FROM library_usage u JOIN conversations_conversation v ON v.deal_id = u.deal_id AND v.opened_at <= u.at
            AND (v.ended_at IS NULL OR v.ended_at >= u.at)
        WHERE {_RECENT} {{who}} GROUP BY 1, 2""",
    Facet.PERSONA: f"""
        SELECT f.value, u.asset_id, count(*), count(DISTINCT u.person_id)
        FROM library_usage u JOIN library_assetfacet f ON f.asset_id = u.asset_id
        WHERE {_RECENT} AND {_OF_PERSONA} {{who}} GROUP BY 1, 2""",
}
_TEAMS = f"""
    SELECT p.team_id::text, u.asset_id, count(*), count(DISTINCT u.person_id)
    FROM library_usage u JOIN people_person p ON p.id = u.person_id
    WHERE {_RECENT} AND p.team_id IS NOT NULL GROUP BY 1, 2"""


@dataclass(frozen=True)
class Case:
    """Of an asset on a board: the `n` deals or conversations it was used in and that ended, `won` of them."""

    asset: int
    n: int
    won: int


@dataclass(frozen=True)
class Use:
    """Of an asset on a board: how often it was used, by how many people."""

    asset: int
    uses: int
    people: int


def compute(_params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The evidence of every board as of `at`."""
    moments = {"won_since": at - timedelta(days=WON_DAYS), "used_since": at - timedelta(days=USED_DAYS), "at": at}
    averages = {facet.value: {row[0]: row[1:] for row in _rows(sql, moments)} for facet, sql in AVERAGES.items()}
    won = {
        facet.value: _best(_rows(sql, moments), averages[facet.value], shared=facet == Facet.PERSONA)
        for facet, sql in CASES.items()
    }
    used = {facet.value: _most(_rows(sql.format(who=""), moments)) for facet, sql in USES.items()}
    return {
        "at": at.isoformat(),
        "averages": averages,
        "won": won,
        "used": used,
        "teams": _most(_rows(_TEAMS, moments)),
    }


def _rows(sql: str, moments: Mapping[str, datetime]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(moments))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _best(rows: Iterable[Sequence[Any]], averages: Mapping[str, Sequence[int]], *, shared: bool) -> dict[str, Any]:
    """By board, [asset, n, won] of those that won at least once, the best evidence first."""
    by_board: dict[str, list[list[int]]] = defaultdict(list)
    for value, asset, n, won in rows:
        if won:
            by_board[value].append([asset, n, won])
    for value, found in by_board.items():
        of_all, won_of_all = averages.get("" if shared else value, (0, 0))
        average = won_of_all / of_all if of_all else 0.0
        found.sort(key=lambda one: (-(one[2] + WEIGHT * average) / (one[1] + WEIGHT), -one[2], one[0]))
        del found[KEPT:]
    return by_board


def _most(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """By board, [asset, uses, people], what most people use first."""
    by_board: dict[str, list[list[int]]] = defaultdict(list)
    for value, asset, uses, people in rows:
        by_board[value].append([asset, uses, people])
    for found in by_board.values():
        found.sort(key=lambda one: (-one[2], -one[1], one[0]))
        del found[KEPT:]
    return by_board


def won(data: Mapping[str, Any], facet: str, value: str) -> list[Case]:
    return [Case(*one) for one in data["won"][facet].get(value, ())]


def average(data: Mapping[str, Any], facet: str, value: str) -> tuple[int, int]:
    """(all that ended, won of them) on this board."""
    ended, succeeded = data["averages"][facet].get("" if facet == Facet.PERSONA else value, (0, 0))
    return ended, succeeded


def used_by_others(data: Mapping[str, Any], facet: str, value: str, person_id: int) -> list[Use]:
    """What others use on this board: the prepared counts, less what this person did."""
    listed = data["used"][facet].get(value, ())
    if not listed:
        return []
    at = datetime.fromisoformat(data["at"])
    mine: dict[int, int] = {}
    moments: dict[str, Any] = {
        "used_since": at - timedelta(days=USED_DAYS),
        "at": at,
        "person": person_id,
        "value": value,
    }
    column = {Facet.VERTICAL: "c.vertical", Facet.CONVERSATION: "v.kind", Facet.PERSONA: "f.value"}[Facet(facet)]
    sql = USES[Facet(facet)].format(who=f"AND u.person_id = %(person)s AND {column} = %(value)s")
    with connection.cursor() as cursor:
        cursor.execute(sql, moments)
        mine = {asset: uses for _, asset, uses, _ in cursor}
    left = [Use(asset, uses - mine.get(asset, 0), people - (asset in mine)) for asset, uses, people in listed]
    return sorted((one for one in left if one.uses > 0), key=lambda one: (-one.people, -one.uses, one.asset))


def used_by_team(data: Mapping[str, Any], team_id: int) -> list[Use]:
    return [Use(*one) for one in data["teams"].get(str(team_id), ())]


def tables(data: Mapping[str, Any]) -> list[Table]:
    """How much evidence each board has, for an export."""
    rows = [
        {
            "facet": str(Facet(facet).label),
            "value": facets.label(facet, value),
            "ended": ended,
            "won": succeeded,
            "share": succeeded / ended if ended else None,
            "assets": len(data["won"][facet].get(value, ())),
        }
        for facet, values in data["averages"].items()
        for value, (ended, succeeded) in values.items()
        if value
    ]
    columns = [
        Column("facet", "Board of"),
        Column("value", "Board"),
        Column("ended", "Deals or conversations ended", "number"),
        Column("won", "Won or succeeded", "number"),
        Column("share", "Share", "percent"),
        Column("assets", "Assets used to win", "number"),
    ]
    return [Table(columns=columns, rows=rows, caption=f"Over {WON_MONTHS} months", empty="Nothing has ended yet.")]


snapshots.register(snapshots.Report("boards", compute, {}, lambda _query: {}, tables))

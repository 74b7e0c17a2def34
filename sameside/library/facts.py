"""The facts on which the truth about content rests, gathered for all active assets at once.

Three questions, each one pass over indexed rows: what was done with each asset in the window; which deals open in the
window lie in its facets; which searches of the window its words match.

A deal lies in an asset's facets when the company's vertical is among its verticals, the company's language among its
languages, and a conversation of the deal that was open in the window is of a kind it helps. A facet that an asset does
not state excludes nothing; nor does a company's language when its country is not known. An unknown vertical fits
only assets that state none.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max

from sameside.conversations.models import RANK
from sameside.library import searching
from sameside.library.models import EDITING_ROLES, USED, AssetVerdict, Facet
from sameside.library.truth import Facts
from sameside.search import readers

QUERIES = 300
BEST = 50
_KINDS = sum(1 << rank for rank in RANK.values())


@dataclass
class Gathered:
    """The facts of one asset, and the teams to which it was shown and that used it."""

    facts: Facts
    teams_shown: list[int] = field(default_factory=list)
    teams_used: list[int] = field(default_factory=list)


def gather(window: int, at: datetime) -> dict[int, Gathered]:
    """Facts by asset id for every active asset over the `window` days that end `at`."""
    start = at - timedelta(days=window)
    demand = _open_deals(start, at)
    matched = _matched_searches(start, at)
    usage = _usage(start, at)
    teams = _teams(start, at)
    found, nothing = {}, Facts()
    for asset, deals in demand.items():
        shown, used = teams.get(asset, ([], []))
        facts = replace(usage.get(asset, nothing), open_deals=deals, matched_searches=matched.get(asset, 0))
        found[asset] = Gathered(facts, shown, used)
    return found


def _usage(start: datetime, end: datetime) -> dict[int, Facts]:
    """What was done with each asset."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH each AS (
                SELECT u.asset_id, u.person_id,
                    count(*) FILTER (WHERE u.action = 'impression' AND outside) AS impressions,
                    count(*) FILTER (WHERE u.action = 'open' AND outside) AS opens,
                    count(*) FILTER (WHERE u.action = 'download' AND outside) AS downloads,
                    count(*) FILTER (WHERE u.action = ANY(%(used)s)) AS uses,
                    count(*) FILTER (WHERE u.action = 'play' AND outside) AS plays
                FROM (
                    SELECT u.asset_id, u.person_id, u.action, p.role IS NULL OR p.role <> ALL(%(makers)s) AS outside
                    FROM library_usage u LEFT JOIN people_person p ON p.id = u.person_id
                    WHERE u.at > %(start)s AND u.at <= %(end)s AND p.role IS DISTINCT FROM 'partner'
                ) u
                GROUP BY 1, 2
            )
            SELECT asset_id, sum(impressions)::int, sum(opens)::int, sum(downloads)::int,
                (count(*) FILTER (WHERE opens > 1 AND person_id IS NOT NULL))::int, sum(uses)::int,
                (count(*) FILTER (WHERE plays > 0))::int,
                (count(*) FILTER (WHERE opens + downloads > 0 AND person_id IS NOT NULL))::int
            FROM each GROUP BY 1
            """,
            {"start": start, "end": end, "used": list(USED), "makers": list(EDITING_ROLES)},
        )
        names = ("impressions", "opens", "downloads", "returns", "uses", "plays", "openers")
        return {asset: Facts(**dict(zip(names, numbers, strict=True))) for asset, *numbers in cursor}


def _teams(start: datetime, end: datetime) -> dict[int, tuple[list[int], list[int]]]:
    """By asset: the teams whose members saw it, and the teams whose members used it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asset_id, coalesce(array_agg(team_id ORDER BY team_id) FILTER (WHERE shown), '{}'),
                coalesce(array_agg(team_id ORDER BY team_id) FILTER (WHERE used), '{}')
            FROM (
                SELECT u.asset_id, p.team_id, bool_or(u.action IN ('impression', 'open', 'download')) AS shown,
                    bool_or(u.action = ANY(%(used)s)) AS used
                FROM library_usage u JOIN people_person p ON p.id = u.person_id
                WHERE u.at > %(start)s AND u.at <= %(end)s AND p.team_id IS NOT NULL
                GROUP BY 1, 2
            ) t GROUP BY 1
            """,
            {"start": start, "end": end, "used": list(USED)},
        )
        return {asset: (shown, used) for asset, shown, used in cursor}


def _assets() -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...], int]]:
    """Every active asset with its verticals, languages and, as bits, its kinds of conversation."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.language,
                array_agg(f.value ORDER BY f.value) FILTER (WHERE f.facet = %(vertical)s),
                array_agg(f.value ORDER BY f.value) FILTER (WHERE f.facet = %(language)s),
                array_agg(f.value) FILTER (WHERE f.facet = %(conversation)s)
            FROM library_asset a
            LEFT JOIN library_assetfacet f ON f.asset_id = a.id AND f.state <> 'rejected'
                AND f.facet IN (%(vertical)s, %(language)s, %(conversation)s)
            WHERE a.status = 'active'
            GROUP BY a.id
            """,
            {
                "vertical": Facet.VERTICAL.value,
                "language": Facet.LANGUAGE.value,
                "conversation": Facet.CONVERSATION.value,
            },
        )
        for asset, language, verticals, languages, kinds in cursor:
            spoken = tuple(languages or ([language] if language else []))
            bits = sum(1 << RANK[kind] for kind in set(kinds or ()) if kind in RANK)
            yield asset, tuple(verticals or ()), spoken, bits


def _open_deals(start: datetime, end: datetime) -> dict[int, int]:
    """How many deals open in the window lie in the facets of each active asset.

    Deals fall into few cells (vertical, language, kinds), assets into few sets of facets; each set is met with all
    cells once.
    """
    verticals, languages, kinds, deals = _cells(start, end)
    by_facets: dict[tuple[tuple[str, ...], tuple[str, ...], int], int] = {}
    found = {}
    for asset, wanted, spoken, bits in _assets():
        key = (wanted, spoken, bits)
        if key not in by_facets:
            fits = (kinds & bits) != 0 if bits else np.ones(len(deals), dtype=bool)
            if wanted:
                fits &= np.isin(verticals, wanted)
            if spoken:
                fits &= np.isin(languages, (*spoken, ""))
            by_facets[key] = int(deals[fits].sum())
        found[asset] = by_facets[key]
    return found


def _cells(
    start: datetime, end: datetime
) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    """Deals open in the window, counted by (vertical, language, kinds of conversation open in it, as bits)."""
    rank = " ".join(f"WHEN '{kind}' THEN {1 << position}" for kind, position in RANK.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT vertical, language, kinds, count(*) FROM (
                SELECT d.id, coalesce(c.vertical, '') AS vertical, coalesce(c.language, '') AS language,
                    coalesce((
                        SELECT bit_or(CASE v.kind {rank} ELSE 0 END) FROM conversations_conversation v
                        WHERE v.deal_id = d.id AND v.opened_at <= %(end)s
                            AND (v.ended_at IS NULL OR v.ended_at > %(start)s)
                    ), 0) AS kinds
                FROM crm_deal d LEFT JOIN crm_company c ON c.id = d.company_id
                WHERE NOT d.deleted_in_source AND d.created_at <= %(end)s
                    AND (d.closed_at IS NULL OR d.closed_at > %(start)s)
            ) open GROUP BY 1, 2, 3
            """,
            {"start": start, "end": end},
        )
        rows = cursor.fetchall()
    return (
        np.array([row[0] for row in rows], dtype=object),
        np.array([row[1] for row in rows], dtype=object),
        np.array([row[2] for row in rows], dtype=np.int64),
        np.array([row[3] for row in rows], dtype=np.int64),
    )


def _matched_searches(start: datetime, end: datetime) -> dict[int, int]:
    """How many searches each asset would have answered: among the best 50 for one of the 300 commonest queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(query), count(*) FROM library_search
            WHERE at > %s AND at <= %s AND btrim(query) <> ''
            GROUP BY lower(btrim(query)) ORDER BY 2 DESC, 1 LIMIT %s
            """,
            [start, end, QUERIES],
        )
        queries = cursor.fetchall()
    found: dict[int, int] = defaultdict(int)
    try:
        for query, times in queries:
            for asset in searching.best(query, BEST):
                found[asset] += times
    except readers.NotReady:
        return _last_known(end - start)
    return found


def _last_known(window: timedelta) -> dict[int, int]:
    """While the index is being built: what the last report on this window said."""
    rows = AssetVerdict.objects.filter(window=window.days).values_list("asset").annotate(Max("matched_searches"))
    return dict(rows.order_by())

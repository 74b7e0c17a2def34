"""The rows of what was shown, searched and done, and how they are written: many at once, nothing twice.

The same asset shown to the same person again within ten minutes is one impression, unless it is now proposed for a deal
or a lead and was not before. Opened again within ten minutes is
one open, unless another search led to it. What was opened, downloaded or used belongs to the search whose link led to
it; what follows an open of the same asset within half an hour belongs to the search of that open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sameside.library.models import Search, Usage

MERGED_WITHIN = timedelta(minutes=10)
FOLLOWS_WITHIN = timedelta(minutes=30)
RECORDED_WITHIN = timedelta(minutes=10)
"""So long after results are shown their search is recorded at the latest; usually five seconds."""
MERGED = (Usage.Action.IMPRESSION.value, Usage.Action.OPEN.value)


@dataclass
class SearchEvent:
    person: int
    at: datetime
    query: str
    filters: Mapping[str, Any]
    results: int
    shown: list[int]
    started_at: datetime | None = None
    deal: int | None = None
    lead: int | None = None
    place: str = ""
    corrected: str = ""


@dataclass
class UsageEvent:
    """`shown_at` is the moment of the showing that led here; see `origins`."""

    asset: int
    action: str
    at: datetime
    person: int | None = None
    deal: int | None = None
    lead: int | None = None
    contact: int | None = None
    search: int | None = None
    position: int | None = None
    shown_at: datetime | None = None
    recommended: bool = False


def _known(searches: list[SearchEvent]) -> set[tuple[int | None, datetime]]:
    """Person and moment of those that are stored: nobody is shown two answers in the same microsecond."""
    moments, persons = [event.at for event in searches], {event.person for event in searches}
    return set(Search.objects.filter(at__in=moments, person__in=persons).values_list("person_id", "at"))


def write_searches(searches: list[SearchEvent]) -> list[UsageEvent]:
    """Write the searches and return what each of them showed, referring to it. One that is told again is left out."""
    known = _known(searches)
    stored = Search.objects.bulk_create(
        Search(
            person_id=event.person,
            at=event.at,
            query=event.query,
            filters=event.filters,
            results=event.results,
            shown=event.shown,
            started_at=event.started_at,
            deal_id=event.deal,
            lead_id=event.lead,
            place=event.place,
            corrected=event.corrected,
        )
        for event in {(event.person, event.at): event for event in searches}.values()
        if (event.person, event.at) not in known
    )
    impression = Usage.Action.IMPRESSION.value
    return [
        UsageEvent(asset, impression, search.at, search.person_id, search=search.pk, position=place)
        for search in stored
        for place, asset in enumerate(search.shown, start=1)
    ]


def _merged(rows: list[UsageEvent]) -> list[UsageEvent]:
    """`rows` without the impressions and opens that repeat another one among them."""
    kept: list[UsageEvent] = []
    last: dict[tuple[Any, ...], datetime] = {}
    for row in sorted(rows, key=lambda row: row.at):
        if row.action in MERGED:
            led = row.shown_at if row.action == Usage.Action.OPEN else None
            proposed = (row.deal, row.lead) if row.recommended else None
            shown = (row.asset, row.action, row.person)
            key = (*shown, led, proposed)
            if key in last and row.at - last[key] < MERGED_WITHIN:
                continue
            last[key] = last[*shown, None, None] = row.at
        kept.append(row)
    return kept


_INSERT = """
INSERT INTO library_usage
    (asset_id, action, at, person_id, deal_id, lead_id, contact_id, search_id, position, source, recommended)
SELECT f.asset, f.action, f.at, f.person, coalesce(f.deal, s.deal_id), coalesce(f.lead, s.lead_id), f.contact,
    f.found, f.place, 'sameside', f.recommended
FROM (
    SELECT n.*, coalesce(n.search, led.id, after.search_id) AS found, coalesce(n.position, after.position) AS place
    FROM unnest(
        %(asset)s::bigint[], %(action)s::text[], %(at)s::timestamptz[], %(person)s::bigint[], %(deal)s::bigint[],
        %(lead)s::bigint[], %(contact)s::bigint[], %(search)s::bigint[], %(position)s::int[],
        %(shown_at)s::timestamptz[], %(recommended)s::boolean[]
    ) AS n (asset, action, at, person, deal, lead, contact, search, position, shown_at, recommended)
    LEFT JOIN LATERAL (
        SELECT q.id FROM library_search q
        WHERE n.shown_at IS NOT NULL AND q.person_id = n.person AND q.source = 'sameside'
            AND q.at >= n.shown_at AND q.at < n.shown_at + make_interval(secs => %(recorded)s)
        ORDER BY q.at, q.id LIMIT 1
    ) led ON true
    LEFT JOIN LATERAL (
        SELECT u.search_id, u.position FROM library_usage u
        WHERE n.shown_at IS NULL AND n.search IS NULL AND NOT n.action = ANY(%(merged)s)
            AND u.asset_id = n.asset AND u.person_id = n.person AND u.action = 'open' AND u.search_id IS NOT NULL
            AND u.at > n.at - make_interval(secs => %(follows)s) AND u.at <= n.at
        ORDER BY u.at DESC LIMIT 1
    ) after ON true
    WHERE EXISTS (SELECT FROM library_asset a WHERE a.id = n.asset)
) f
LEFT JOIN library_search s ON s.id = f.found AND f.action IN ('open', 'download')
WHERE NOT (f.action = ANY(%(merged)s) AND EXISTS (
    SELECT FROM library_usage u
    WHERE u.asset_id = f.asset AND u.person_id = f.person AND u.action = f.action
        AND (f.action <> 'open' OR f.found IS NULL OR u.search_id = f.found)
        AND (NOT f.recommended OR u.recommended
            AND u.deal_id IS NOT DISTINCT FROM f.deal AND u.lead_id IS NOT DISTINCT FROM f.lead)
        AND u.at > f.at - make_interval(secs => %(merge)s) AND u.at <= f.at
))
"""


def write_usage(rows: list[UsageEvent]) -> None:
    """Insert `rows`, but for those that repeat a stored one and those whose asset is gone meanwhile."""
    kept = _merged(rows)
    if not kept:
        return
    columns: dict[str, Any] = {name: [getattr(row, name) for row in kept] for name in UsageEvent.__dataclass_fields__}
    spans = {
        "merge": MERGED_WITHIN.total_seconds(),
        "follows": FOLLOWS_WITHIN.total_seconds(),
        "recorded": RECORDED_WITHIN.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {**columns, **spans, "merged": list(MERGED)})

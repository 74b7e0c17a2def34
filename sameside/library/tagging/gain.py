"""Facets that assets lack, and what stating them would bring to findability. See `docs/metrics/findability-gain.md`.

For an asset that states no value of a facet, the gain of a value is

- the searches of the last 90 days that were narrowed to that value (chosen, typed, or by the deal searched from), that
  had words, and whose 200 best matches without the narrowing hold the asset: it was left out for lack of the facet;
- and the open deals of that value: of companies of that vertical or language, or with such a conversation open.

Both are shown, and their sum orders the queue. What value it might be is told by evidence (words on its pages, the
assets most like it), never guessed without saying why.

To read for evidence costs some hundredths of a second an asset, so that each run reads `READ_AT_ONCE` of them: what was
never read or changed since, then what was read longest ago. What earlier runs found stays, with today's searches and
deals.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from sameside.library import searching
from sameside.library.models import Asset, AssetFacet, Facet, MissingFacet
from sameside.library.tagging import evidence
from sameside.search import readers

WINDOW = timedelta(days=90)
QUERIES = 300
BEST = 200
READ_AT_ONCE = 2_000
MOST_CANDIDATES = 9
FACETS = (
    Facet.CONVERSATION,
    Facet.VERTICAL,
    Facet.PERSONA,
    Facet.SENIORITY,
    Facet.REGION,
    Facet.PRODUCT_LINE,
    Facet.COMPETITOR,
)
_TYPED = re.compile(r"\b\w+:\S+")
Key = tuple[int, str]


@dataclass(frozen=True)
class Candidate:
    """A value that a missing facet might have; `why` is empty when only searches ask for it."""

    value: str
    searches: int
    deals: int
    why: str

    @property
    def gain(self) -> int:
        return self.searches + self.deals


def ordered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that something speaks for first, each kind by its gain."""
    return sorted(candidates, key=lambda one: (not one.why, -one.gain, one.value))[:MOST_CANDIDATES]


@dataclass(frozen=True)
class Known:
    """What the gain of a value is counted from; `lacking` are the current assets that state no value, by facet."""

    lacking: Mapping[str, set[int]]
    missed: Mapping[Key, Mapping[str, int]]
    deals: Mapping[tuple[str, str], int]
    refused: set[tuple[int, str, str]]

    def candidates(self, asset: int, facet: str, why: Mapping[str, str]) -> list[Candidate]:
        """`why` says by value what speaks for it; values that only searches ask for are added."""
        asked = self.missed.get((asset, facet), {})
        return ordered(
            Candidate(value, asked.get(value, 0), self.deals.get((facet, value), 0), why.get(value, ""))
            for value in dict.fromkeys((*why, *asked))
            if (asset, facet, value) not in self.refused
        )


def compute(*, at: datetime) -> int:
    """Make the queue anew; gives how many facets are missing of which something is known."""
    lacking = _lacking()
    known = Known(lacking, _missed(lacking, at), _open_deals(), _refused())
    chosen, unread = _to_read(known)
    spoken = {**_found_before(set(chosen) | unread, known), **_found_in(chosen, lacking)}
    rows = [
        _row(asset, facet, candidates, at)
        for (asset, facet), why in spoken.items()
        if (candidates := known.candidates(asset, facet, why))
    ]
    with transaction.atomic():
        MissingFacet.objects.all().delete()
        MissingFacet.objects.bulk_create(rows, batch_size=1_000)
        Asset.objects.filter(pk__in=chosen).update(facets_read_at=at)
        complete = Asset.objects.current().exclude(pk__in=set().union(*lacking.values()))
        complete.filter(facets_read_at=None).update(facets_read_at=at)
    return len(rows)


def is_unread() -> bool:
    """Whether some content has not been read yet."""
    return Asset.objects.filter(status=Asset.Status.ACTIVE, facets_read_at=None).exists()


def _found_before(left_out: set[int], known: Known) -> dict[Key, dict[str, str]]:
    """What speaks for values of the facets that assets still lack, as earlier runs found it; without `left_out`."""
    kept = {
        (asset, facet): {value: why for value, _, _, why in candidates if why}
        for asset, facet, candidates in MissingFacet.objects.values_list("asset_id", "facet", "candidates")
    }
    return {
        key: kept.get(key, {})
        for key in dict.fromkeys((*kept, *known.missed))
        if key[0] not in left_out and key[0] in known.lacking[key[1]]
    }


def _found_in(chosen: Sequence[int], lacking: Mapping[str, set[int]]) -> dict[Key, dict[str, str]]:
    """The same, read now."""
    assets = list(Asset.objects.filter(pk__in=chosen).order_by("pk"))
    alike_to = {asset.pk: _neighbours(asset) for asset in assets}
    stated = evidence.stated(pk for alike in alike_to.values() for pk in alike)
    found = {}
    for asset in alike_to:
        pages = evidence.pages_of([asset]).get(asset, [])
        for facet in FACETS:
            if asset in lacking[facet]:
                found[asset, facet.value] = _why(facet, pages, evidence.among(alike_to[asset], facet, stated))
    return found


def _row(asset: int, facet: str, candidates: Sequence[Candidate], at: datetime) -> MissingFacet:
    first = candidates[0]
    return MissingFacet(
        asset_id=asset,
        facet=facet,
        searches=first.searches,
        deals=first.deals,
        gain=first.gain,
        candidates=[[one.value, one.searches, one.deals, one.why] for one in candidates],
        computed_at=at,
    )


def _lacking() -> dict[str, set[int]]:
    """By facet: the current assets that state no value of it."""
    current = set(Asset.objects.current().values_list("pk", flat=True))
    stated: dict[str, set[int]] = defaultdict(set)
    rows = AssetFacet.objects.exclude(state=AssetFacet.State.REJECTED).filter(facet__in=FACETS)
    for asset, facet in rows.values_list("asset_id", "facet").iterator():
        stated[facet].add(asset)
    return {facet.value: current - stated[facet] for facet in FACETS}


def _missed(lacking: Mapping[str, set[int]], at: datetime) -> dict[Key, dict[str, int]]:
    """By (asset, facet): how many searches for each value left it out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH narrowed AS (
                SELECT s.id, s.query, e.key AS facet, v.value FROM library_search s,
                    jsonb_each(s.filters) e,
                    jsonb_array_elements_text(
                        CASE jsonb_typeof(e.value) WHEN 'array' THEN e.value ELSE '[]'::jsonb END) v
                WHERE s.at > %(since)s AND s.at <= %(at)s AND btrim(s.query) <> ''
                UNION
                SELECT s.id, s.query, 'vertical', c.vertical FROM library_search s
                JOIN crm_deal d ON d.id = s.deal_id JOIN crm_company c ON c.id = d.company_id
                WHERE s.at > %(since)s AND s.at <= %(at)s AND btrim(s.query) <> '' AND c.vertical <> ''
            )
            SELECT min(query), facet, value, count(*) FROM narrowed WHERE facet = ANY(%(facets)s)
            GROUP BY lower(btrim(query)), facet, value ORDER BY 4 DESC, 1, 2, 3 LIMIT %(most)s
            """,
            {"since": at - WINDOW, "at": at, "facets": [facet.value for facet in FACETS], "most": QUERIES},
        )
        asked = cursor.fetchall()
    found: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    best: dict[str, list[int]] = {}
    for query, facet, value, times in asked:
        words = _TYPED.sub(" ", query).strip()
        if words not in best:
            best[words] = searching.best(words, BEST, on=timezone.localdate(at))
        for asset in best[words]:
            if asset in lacking[facet]:
                found[asset, facet][value] += times
    return found


def _open_deals() -> dict[tuple[str, str], int]:
    """Open deals by (facet, value)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 'vertical', c.vertical, count(*) FROM crm_deal d JOIN crm_company c ON c.id = d.company_id
            WHERE NOT d.is_closed AND NOT d.deleted_in_source AND c.vertical <> '' GROUP BY 2
            UNION ALL
            SELECT 'conversation', v.kind, count(DISTINCT d.id) FROM crm_deal d
            JOIN conversations_conversation v ON v.deal_id = d.id AND v.state = 'open'
            WHERE NOT d.is_closed AND NOT d.deleted_in_source GROUP BY 2
            """
        )
        return {(facet, value): number for facet, value, number in cursor}


def _refused() -> set[tuple[int, str, str]]:
    rows = AssetFacet.objects.filter(state=AssetFacet.State.REJECTED, facet__in=FACETS)
    return set(rows.values_list("asset_id", "facet", "value"))


def _to_read(known: Known) -> tuple[list[int], set[int]]:
    """The assets to read now, and those that were never read and have to wait.

    First what was never read or changed since: what most searches left out, then the newest. Then what was read
    longest ago.
    """
    searches: dict[int, int] = defaultdict(int)
    for (asset, _), values in known.missed.items():
        searches[asset] += sum(values.values())
    some = set().union(*known.lacking.values())
    rows = Asset.objects.current().order_by("-updated_at", "-pk").values_list("pk", "updated_at", "facets_read_at")
    fresh, read = [], []
    never: set[int] = set()
    for pk, updated_at, read_at in rows.iterator():
        if pk not in some:
            continue
        if read_at is None:
            never.add(pk)
        if read_at is None or read_at < updated_at:
            fresh.append(pk)
        else:
            read.append((read_at, pk))
    fresh.sort(key=lambda pk: -searches.get(pk, 0))
    chosen = [*fresh, *(pk for _, pk in sorted(read))][:READ_AT_ONCE]
    return chosen, never.difference(chosen)


def _neighbours(asset: Asset) -> list[int]:
    """The assets most like it; none while the index is being built, when words alone speak."""
    try:
        return evidence.neighbours(asset)
    except readers.NotReady:
        return []


def _why(facet: Facet, pages: Sequence[tuple[int, str]], alike: Sequence[evidence.Alike]) -> dict[str, str]:
    """By value, the sentences that speak for it."""
    why: dict[str, list[str]] = defaultdict(list)
    for words in evidence.in_pages(facet, pages):
        why[words.value].append(words.sentence)
    for one in alike:
        why[one.value].append(one.sentence)
    return {value: " ".join(sentences) for value, sentences in why.items()}

"""Search by word, over PostgreSQL's full text; the one door behind which a better engine can stand.

A query is read as people type it (`"exact phrase"`, `-not`, `or`), in every language that the library is indexed in
and unstemmed; its last word also finds what begins with it, because it may not be finished yet. Who searches sees what
`visible_to` lets them see, and nothing else is counted.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, Exists, F, FilteredRelation, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sameside.kit import paging
from sameside.kit.paging import Order
from sameside.library import facets, fulltext
from sameside.library.facets import Counts, Narrowing
from sameside.library.models import EDITING_ROLES, Asset, AssetFacet, AssetPage
from sameside.people.models import Person

QUERIED = ("simple", *fulltext.CONFIGS.values())
LONGEST = 300
MOST_WORDS = 12
"""So many words are looked for one by one, and so many excluded: each costs a query in every language."""
RANKED = 2_000
"""Of more matches than this, the newest are ranked: a word that is everywhere ranks nothing."""
COUNTED = 1_000
"""Totals above are shown as "1,000+"."""
PREFERENCE = 0.3
"""How much of a score being of the preferred kind is worth at most."""
FRESH_SECONDS = 60
LARGE = 1_000
"""From so many assets on, the counts of the unfiltered library may be a minute old."""

Preferred = Mapping[str, Sequence[str]]
NOTHING_PREFERRED: Preferred = {}

_kept: dict[bool, tuple[float, Counts]] = {}
"""Of this process: when they were counted, and the counts; for those who edit the library and for others."""

_START, _END = "\x02", "\x03"
_WORD = re.compile(r"\w+", re.UNICODE)
_EXCLUDED = re.compile(r'(?:^|(?<=\s))-("[^"]*"|[^\s"]+)')


@dataclass(frozen=True)
class Hit:
    """The page of an asset that matched best; `snippet` is safe HTML with the words marked."""

    page: int
    snippet: SafeString


@dataclass(frozen=True)
class Results:
    """One page of what was found. `total` is exact up to 1,000; `capped` says that there are more.

    `corrected`: the words searched instead of misspelt ones. `relaxed`: nothing holds all of the words, so these hold
    some. `meaning`: whether meaning took part; `waits_for_meaning`: it will, once all of it is computed.
    """

    page: "paging.Page[Asset]"
    hits: Mapping[int, Hit] = field(default_factory=dict)
    total: int = 0
    capped: bool = False
    facets: Counts = field(default_factory=dict)
    corrected: str = ""
    relaxed: bool = False
    meaning: bool = False
    waits_for_meaning: bool = False

    @property
    def assets(self) -> Sequence[Asset]:
        return self.page.rows


SORTS: Mapping[str, tuple[str, Order]] = {
    "relevance": ("Best match", Order("rank", descending=True)),
    "updated": ("Last updated", Order("updated_at", descending=True)),
    "title": ("Title", Order("title")),
    "used": ("Most used", Order("uses", descending=True)),
}


def clean(query: str) -> str:
    """The query as it is searched: one line, no control characters, at most 300 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in query).split())[:LONGEST]


def _parse(query: str) -> Any:
    """The query for PostgreSQL; None when it holds no word.

    What is excluded is excluded in every language at once: a text that says "loyalty" is stored as the English stem
    "loyalti", and would otherwise pass for one without the unstemmed word.
    """
    excluded = list(dict.fromkeys(term for term in _EXCLUDED.findall(query) if _WORD.search(term)))[:MOST_WORDS]
    parsed = _wanted(_EXCLUDED.sub(" ", query).strip())
    for term in excluded:
        for config in QUERIED:
            without: Any = ~SearchQuery(term, config=config, search_type="websearch")
            parsed = without if parsed is None else parsed & without
    return parsed


def _in_every_language(words: str) -> Any:
    found: Any = None
    for config in QUERIED:
        one = SearchQuery(words, config=config, search_type="websearch")
        found = one if found is None else found | one
    return found


def _wanted(query: str) -> Any:
    if not _WORD.search(query):
        return None
    parsed = _in_every_language(query)
    head, _, last = query.rpartition(" ")
    if not _WORD.fullmatch(last) or query.count('"') % 2:
        return parsed
    begins: Any = SearchQuery(f"'{last.casefold()}':*", config="simple", search_type="raw")
    return parsed | (_in_every_language(head) & begins if _WORD.search(head) else begins)


def _any_word(query: str) -> Any:
    """A query that any of the words satisfies, for finding the page that holds most of them."""
    words = list(dict.fromkeys(_WORD.findall(_EXCLUDED.sub(" ", query).casefold())))[:MOST_WORDS]
    if not words:
        return None
    parsed: Any = SearchQuery(f"'{words[-1]}':*", config="simple", search_type="raw")
    for word in words:
        for config in QUERIED:
            parsed = parsed | SearchQuery(word, config=config, search_type="plain")
    return parsed


def matching(query: str, person: Person) -> "QuerySet[Asset]":
    """What `person` may see and `query` matches; everything they may see when the query is empty."""
    visible = Asset.objects.visible_to(person)
    if not query:
        return visible
    parsed = _parse(query)
    return visible.none() if parsed is None else visible.filter(search=parsed)


def best(query: str, most: int) -> list[int]:
    """Ids of the `most` active assets that match `query` best, whoever asks."""
    parsed = _parse(clean(query))
    if parsed is None:
        return []
    matched = Asset.objects.filter(status=Asset.Status.ACTIVE, search=parsed)
    newest = matched.order_by("-updated_at", "-pk").values("pk")[:RANKED]
    ranked = Asset.objects.filter(pk__in=newest).annotate(rank=SearchRank(F("search"), parsed))
    return list(ranked.order_by("-rank", "-pk").values_list("pk", flat=True)[:most])


def _preference(preferred: Preferred) -> Any:
    """Up to `PREFERENCE`: the share of the preferred facets that an asset has."""
    share: Any = Value(0.0)
    for facet, values in preferred.items():
        has = AssetFacet.objects.filter(asset=OuterRef("pk"), facet=facet, value__in=values).exclude(state="rejected")
        share = share + Case(When(Exists(has), then=Value(PREFERENCE / len(preferred))), default=Value(0.0))
    return share


def _sorted(
    assets: "QuerySet[Asset]", query: str, sort: str, narrowing: Narrowing, preferred: Preferred
) -> "QuerySet[Asset]":
    if sort == "relevance":
        newest = assets.order_by("-updated_at", "-pk").values("pk")[:RANKED]
        parsed = _parse(query)
        rank: Any = SearchRank(F("search"), parsed, normalization=1) if parsed is not None else Value(0.0)
        rank = Cast(rank + _preference(preferred), FloatField())
        return Asset.objects.filter(pk__in=newest).annotate(rank=rank)
    if sort == "used":
        settled = Q(verdicts__window=narrowing.window, verdicts__k=narrowing.k)
        judged = assets.annotate(settled=FilteredRelation("verdicts", condition=settled))
        return judged.annotate(uses=Coalesce(F("settled__uses"), 0))
    return assets


def default_sort(query: str, *, preferred: Preferred = NOTHING_PREFERRED) -> str:
    return "relevance" if query or preferred else "updated"


def chosen_sort(asked: str, query: str, *, preferred: Preferred = NOTHING_PREFERRED) -> str:
    """The sort `asked` for where it makes sense, else the default."""
    if asked not in SORTS or (asked == "relevance" and not preferred and _parse(query) is None):
        return default_sort(query, preferred=preferred)
    return asked


def search(
    query: str,
    narrowing: Narrowing,
    person: Person,
    *,
    sort: str = "",
    after: str = "",
    before: str = "",
    size: int = 48,
    preferred: Preferred = NOTHING_PREFERRED,
    typing: bool = True,
    corrected: bool = True,
) -> Results:
    """One page of the assets that `person` may see, that match `query` (clean) and `narrowing`, with facet counts.

    `preferred`: facet to values that come first among what matches. `typing`: the last word may be unfinished.
    `corrected`: misspelt words may be searched as what was meant.
    """
    found = matching(query, person)
    left = narrowing.apply(found)
    sort = chosen_sort(sort, query, preferred=preferred)
    if query and _parse(query) is None:
        return Results(paging.Page([], "", ""))
    page = paging.page(
        _sorted(left, query, sort, narrowing, preferred).defer("search"),
        SORTS[sort][1],
        after=after,
        before=before,
        size=size,
    )
    total = left.order_by().values("pk")[: COUNTED + 1].count()
    return Results(
        page=page,
        hits=_hits(query, page.rows) if query else {},
        total=min(total, COUNTED),
        capped=total > COUNTED,
        facets=_counts(query, found, narrowing, person),
    )


def suggest(typed: str, person: Person, limit: int = 6) -> list[str]:
    """Titles that continue what is typed, of assets that `person` may see."""
    if len(typed) < 2:
        return []
    found = Asset.objects.visible_to(person).filter(status=Asset.Status.ACTIVE, title__istartswith=typed)
    return list(found.order_by("title").values_list("title", flat=True)[:limit])


def every(
    query: str, narrowing: Narrowing, person: Person, *, sort: str = "", preferred: Preferred = NOTHING_PREFERRED
) -> "Iterator[Asset]":
    """All of it in order, for an export."""
    sort = chosen_sort(sort, query, preferred=preferred)
    rows = _sorted(narrowing.apply(matching(query, person)), query, sort, narrowing, preferred)
    return paging.ordered(rows.defer("search"), SORTS[sort][1]).iterator(chunk_size=2_000)


def _counts(query: str, found: "QuerySet[Asset]", narrowing: Narrowing, person: Person) -> Counts:
    if query or not narrowing.is_empty or _size() < LARGE:
        return facets.counts(found, narrowing)
    edits = person.role in EDITING_ROLES
    made, kept = _kept.get(edits, (0.0, {}))
    if not kept or time.monotonic() - made > FRESH_SECONDS:
        kept = facets.counts(found, narrowing)
        _kept[edits] = (time.monotonic(), kept)
    return kept


def _size() -> int:
    """About how many assets there are, as the planner knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'library_asset'::regclass")
        (number,) = cursor.fetchone()
    return int(number)


def _hits(query: str, assets: Sequence[Asset]) -> dict[int, Hit]:
    """The best matching page of each asset: the one with most of the words."""
    words = _any_word(query)
    if words is None or not assets:
        return {}
    pages = (
        AssetPage.objects.filter(version__asset__in=[asset.pk for asset in assets], version__is_current=True)
        .filter(search=words)
        .annotate(rank=SearchRank(F("search"), words))
        .order_by("version__asset_id", "-rank", "number")
        .distinct("version__asset_id")
    )
    best_pages = list(pages.values_list("pk", flat=True))
    snippets = AssetPage.objects.filter(pk__in=best_pages).annotate(
        snippet=SearchHeadline(
            Left("text", 20_000),
            words,
            config="english",
            start_sel=_START,
            stop_sel=_END,
            max_words=26,
            min_words=14,
        )
    )
    return {
        asset: Hit(number, marked(snippet))
        for asset, number, snippet in snippets.values_list("version__asset_id", "number", "snippet")
    }


def marked(text: str) -> SafeString:
    """`text` escaped, with what stands between the two control characters marked; stray ones vanish."""
    parts = re.split(f"{_START}([^{_START}{_END}]*){_END}", text)
    plain = [escape(re.sub(f"[{_START}{_END}]", "", part)) for part in parts]
    safe = "".join(f"<mark>{part}</mark>" if index % 2 else part for index, part in enumerate(plain))
    return mark_safe(safe)  # noqa: S308  (every part is escaped above)

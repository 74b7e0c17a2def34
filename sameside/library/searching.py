"""Search for assets: the one door to the index for lists, boxes, exports and reports.

A query is read as people type it (`"exact phrase"`, `-not`, `or`); its last word may be unfinished. Who searches, what
is valid and what is chosen decide inside the index, so hits, total and counts are of one and the same set. The assets
of a page are looked up in the database once more, by `visible_to`: what the index does not know yet is not shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from sameside.kit import paging
from sameside.library import counting, facets
from sameside.library.facets import Counts, Narrowing
from sameside.library.models import EDITING_ROLES, Asset, found_by, groups_of
from sameside.library.models.usage import LONGEST_QUERY
from sameside.people.models import Person
from sameside.retrieval.engine import Boost, Engine, Found, Fragment, Request, Weights
from sameside.search import readers
from sameside.search.readers import NotReady as NotReady

KIND = "asset"
PIECE = 500
PREFERENCE = 0.3
"""How much of a score being of the preferred kind is worth at most."""

Preferred = Mapping[str, Sequence[str]]
NOTHING_PREFERRED: Preferred = {}
Synonyms = Mapping[str, Sequence[str]]
NO_SYNONYMS: Synonyms = {}
USUAL_WEIGHTS = Weights()

_BETWEEN, _FIRST = "~", "first"
_LONGEST_TRAIL, _LONGEST_CURSOR = 30, 4_000
_NO_PAGE: "paging.Page[Asset]" = paging.Page([], "", "")
_WORD = re.compile(r"\w", re.UNICODE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Hit:
    """The page of an asset that matched best; `snippet` is safe HTML with the words marked.

    `others` are further pages that match nearly as well.
    """

    page: int
    snippet: SafeString
    others: Sequence[int] = ()


@dataclass(frozen=True)
class Results:
    """One page of what was found. Total and facet counts are exact.

    `corrected`: the words searched instead of misspelt ones. `relaxed`: nothing holds all of the words, so these hold
    some. `meaning`: whether meaning took part; `waits_for_meaning`: it will, once all of it is computed. `problem`: why
    nothing can be found now, in a sentence. `widened`: words searched beside rare ones that may be misspelt.
    """

    page: "paging.Page[Asset]"
    hits: Mapping[int, Hit] = field(default_factory=dict)
    total: int = 0
    facets: Counts = field(default_factory=dict)
    corrected: str = ""
    relaxed: bool = False
    moved: bool = False
    """The list changed since the page before."""
    meaning: bool = False
    waits_for_meaning: bool = False
    problem: str = ""
    widened: Sequence[str] = ()

    @property
    def assets(self) -> Sequence[Asset]:
        return self.page.rows


SORTS: Mapping[str, tuple[str, str]] = {
    "relevance": ("Best match", ""),
    "updated": ("Last updated", "-updated"),
    "title": ("Title", "title"),
    "used": ("Most used", "-uses"),
    "won": ("Most deals won", "-won"),
}
"""By key: how people call it, and the order as the index has it."""


def clean(query: str) -> str:
    """The query as it is searched: one line, no control characters, its first `LONGEST_QUERY` letters."""
    return _line(query)[:LONGEST_QUERY].rstrip()


def is_cut(query: str) -> bool:
    """Whether a query is longer than what is searched of it."""
    return len(_line(query)) > LONGEST_QUERY


def _line(query: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in query).split())


def has_words(query: str) -> bool:
    return _WORD.search(query) is not None


def default_sort(query: str, *, preferred: Preferred = NOTHING_PREFERRED) -> str:
    return "relevance" if query or preferred else "updated"


def chosen_sort(asked: str, query: str, *, preferred: Preferred = NOTHING_PREFERRED) -> str:
    """The sort `asked` for where it makes sense, else the default."""
    if asked not in SORTS or (asked == "relevance" and not preferred and not has_words(query)):
        return default_sort(query, preferred=preferred)
    return asked


def request(
    query: str,
    narrowing: Narrowing,
    person: Person,
    *,
    sort: str = "",
    preferred: Preferred = NOTHING_PREFERRED,
    synonyms: Synonyms = NO_SYNONYMS,
    languages: Sequence[str] = (),
    typing: bool = True,
    on: date | None = None,
    after: str = "",
    size: int = 24,
    counted: bool = True,
    weights: Weights = USUAL_WEIGHTS,
    boosts: Sequence[Boost] = (),
    preference: float = PREFERENCE,
    explained: bool = False,
) -> Request:
    """What the index is asked when `person` searches: everything that `visible_to` says is part of it.

    `preferred`: facet to values that come first among what matches. `typing`: the last word may be unfinished.
    `weights`, `boosts` and `preference` are the ranking's (`evaluation.rankings`).
    """
    edits = person.role in EDITING_ROLES
    chosen = {**narrowing.values, "status": (narrowing.status if edits else Asset.Status.ACTIVE.value,)}
    if narrowing.verdict:
        chosen["verdict"] = (narrowing.verdict,)
    return Request(
        words=query,
        filters=chosen,
        excluded=narrowing.excluded,
        groups=groups_of(person) if person.may_sign_in else [],
        on=None if edits else (on or timezone.localdate()).toordinal(),
        counted=[facet.value for facet in facets.SHOWN] if counted else (),
        languages=languages,
        preferred=preferred,
        preference=preference,
        weights=weights,
        boosts=boosts,
        synonyms=synonyms,
        typing=typing,
        explained=explained,
        order=SORTS[chosen_sort(sort, query, preferred=preferred)][1],
        after=after,
        size=size,
    )


def _is_hopeless(query: str, narrowing: Narrowing, person: Person) -> bool:
    """Whether nothing can be found, whatever there is."""
    hidden = narrowing.status != Asset.Status.ACTIVE and person.role not in EDITING_ROLES
    return hidden or not person.may_sign_in or (bool(query) and not has_words(query))


def search(
    query: str,
    narrowing: Narrowing,
    person: Person,
    *,
    after: str = "",
    before: str = "",
    size: int = 48,
    **asked: Any,
) -> Results:
    """One page of the assets that `person` may see, that match `query` (clean) and `narrowing`, with facet counts.

    The rest is as `request` says.
    """
    if _is_hopeless(query, narrowing, person):
        return Results(_NO_PAGE)
    trail = _trail(after or before)
    try:
        found = counting.search(engine(), request(query, narrowing, person, after=trail[-1], size=size, **asked))
    except NotReady as problem:
        return Results(_NO_PAGE, problem=str(problem))
    rows = looked_up(found, person)
    following = _cursor([*trail, found.next]) if found.next else ""
    return Results(
        page=paging.Page(rows, following, _cursor(trail[:-1]) if trail[1:] else ""),
        hits=hits(found, rows),
        total=found.total,
        facets=facets.counts(found.counts, narrowing),
        corrected=found.corrected,
        relaxed=found.relaxed,
        moved=found.moved,
        meaning=found.meaning,
        widened=found.widened,
    )


def newest(narrowing: Narrowing, person: Person, most: int) -> list[Asset]:
    """The `most` that came into the library last, of what `person` may see. Raises `NotReady`."""
    if _is_hopeless("", narrowing, person):
        return []
    asked = request("", narrowing, person, size=most, counted=False)
    return looked_up(engine().search(replace(asked, order="-created", parts=False, semantic=False)), person)


def suggest(typed: str, person: Person, limit: int = 6, *, titles: bool = True) -> list[str]:
    """Words that continue what is typed, and `titles` where there are few, of assets that `person` may see."""
    if not has_words(typed) or not person.may_sign_in:
        return []
    try:
        asked = request("", Narrowing(), person, counted=False, explained=True)
        return list(engine().suggest(typed, asked, limit, titles=titles))
    except NotReady:
        return []


def engine() -> Engine:
    """The index of assets; raises `NotReady`."""
    return readers.engine(KIND)


def looked_up(found: Found, person: Person) -> list[Asset]:
    """The assets of the hits that `person` may see, in their order."""
    return _in_order([hit.key for hit in found.hits], person)


def _in_order(keys: Sequence[int], person: Person) -> list[Asset]:
    known = {asset.pk: asset for asset in found_by(person, keys)}
    return [known[key] for key in keys if key in known]


def hits(found: Found, rows: Sequence[Asset]) -> dict[int, Hit]:
    """The best page of each of `rows` that has one."""
    shown = {asset.pk for asset in rows}
    return {
        hit.key: Hit(hit.part, marked(hit.snippet), hit.others) for hit in found.hits if hit.part and hit.key in shown
    }


def every(query: str, narrowing: Narrowing, person: Person, **asked: Any) -> Iterator[Asset]:
    """All of it in order, for an export. Raises `NotReady`."""
    if _is_hopeless(query, narrowing, person):
        return
    piece: list[int] = []
    for key in engine().keys(request(query, narrowing, person, counted=False, **asked)):
        piece.append(key)
        if len(piece) == PIECE:
            yield from _in_order(piece, person)
            piece = []
    yield from _in_order(piece, person)


def best(query: str, most: int, *, on: date | None = None) -> list[int]:
    """Ids of the `most` current assets that match `query` best, whoever asks. Raises `NotReady`."""
    words = clean(query)
    if not has_words(words):
        return []
    asked = Request(
        words=words,
        filters={"status": (Asset.Status.ACTIVE.value,)},
        on=(on or timezone.localdate()).toordinal(),
        size=most,
        typing=False,
        parts=False,
    )
    return [hit.key for hit in engine().search(asked).hits]


def _trail(cursor: str) -> list[str]:
    """The cursors of the pages up to the one asked for; that of the first page is empty."""
    if not cursor or cursor == _FIRST or len(cursor) > _LONGEST_CURSOR:
        return [""]
    return ["", *cursor.split(_BETWEEN)]


def _cursor(trail: Sequence[str]) -> str:
    """A trail as one cursor; of a very long one, the pages between are forgotten."""
    return _BETWEEN.join(trail[1:][-_LONGEST_TRAIL:]) or _FIRST


def marked(fragments: Sequence[Fragment]) -> SafeString:
    """The text escaped, without control characters, with what was searched marked."""
    parts = (f"<mark>{escape(one.text)}</mark>" if one.marked else escape(one.text) for one in fragments)
    return mark_safe(_CONTROLS.sub("", "".join(parts)))  # noqa: S308

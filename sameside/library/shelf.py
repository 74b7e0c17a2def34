"""The library as a page: what was found, as cards, beside the facets that narrow it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from sameside.kit.tables import Column
from sameside.library import facets, markup, searching
from sameside.library.facets import Narrowing
from sameside.library.models import EDITING_ROLES, Asset, AssetFacet, AssetVerdict, Facet, Verdict
from sameside.library.searching import Hit, Results
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.cells import Badge
from sameside.ui.lists import Chip, Choice

SIZE = 24
TONES = {
    Verdict.USED: "good",
    Verdict.NOT_FOUND: "warn",
    Verdict.NOT_RELEVANT: "bad",
    Verdict.NOT_UNDERSTOOD: "info",
    Verdict.NO_DEMAND: "neutral",
}
FEW = 8
_CURSORS = ("after", "before")


@dataclass(frozen=True)
class Card:
    """One asset as the list and the grid show it."""

    pk: int
    title: str
    url: str
    thumbnail: str
    format: str
    facts: str
    tags: Sequence[str]
    updated: str
    verdict: Badge | None
    reason: str
    uses: int
    shown: int
    hit: Hit | None
    hit_url: str


@dataclass(frozen=True)
class Value:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Group:
    """One facet with its values; `more` are those beyond the first few."""

    key: str
    label: str
    values: Sequence[Value]
    more: Sequence[Value]
    open: bool

    @property
    def values_html(self) -> SafeString:
        return markup.facet_values(self.key, self.values)

    @property
    def more_html(self) -> SafeString:
        return markup.facet_values(self.key, self.more)


@dataclass(frozen=True)
class Shelf:
    cards: Sequence[Card]
    groups: Sequence[Group]
    chips: Sequence[Chip]
    query: str
    total: str
    as_grid: bool
    list_url: str
    grid_url: str
    sort: str
    sorts: Sequence[Choice]
    verdicts: Sequence[Choice]
    verdict: str
    statuses: Sequence[Choice]
    status: str
    export_query: str
    next: str
    previous: str
    is_narrowed: bool
    problem: str

    @property
    def items_html(self) -> SafeString:
        return markup.items(self.cards)


def address(query: QueryDict, **changes: str) -> str:
    """The relative address with `changes`; an empty value removes its key, and cursors never survive."""
    changed = query.copy()
    for key in (*_CURSORS, *changes):
        changed.pop(key, None)
    for key, value in changes.items():
        if value:
            changed[key] = value
    return f"?{changed.urlencode()}"


def _without(query: QueryDict, key: str, value: str) -> str:
    changed = query.copy()
    left = [one for one in changed.getlist(key) if one != value]
    changed.setlist(key, left)
    return address(changed) if left else address(query, **{key: ""})


def tags_of(assets: Iterable[Asset]) -> dict[int, list[str]]:
    """What each asset helps with, in words: its conversations, then its verticals."""
    rows = (
        AssetFacet.objects.filter(
            asset__in=[asset.pk for asset in assets], facet__in=(Facet.CONVERSATION, Facet.VERTICAL)
        )
        .exclude(state=AssetFacet.State.REJECTED)
        .order_by("facet", "value")
        .values_list("asset_id", "facet", "value")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for asset, facet, value in rows:
        found[asset].append(facets.label(facet, value))
    return found


def verdicts_of(assets: Iterable[Asset], narrowing: Narrowing) -> dict[int, AssetVerdict]:
    rows = AssetVerdict.objects.filter(window=narrowing.window, k=narrowing.k, asset__in=[asset.pk for asset in assets])
    return {row.asset_id: row for row in rows}


def cards(assets: Sequence[Asset], narrowing: Narrowing, hits: Mapping[int, Hit]) -> list[Card]:
    tags, verdicts = tags_of(assets), verdicts_of(assets, narrowing)
    return [_card(asset, tags.get(asset.pk, ()), verdicts.get(asset.pk), hits.get(asset.pk)) for asset in assets]


def _card(asset: Asset, tags: Sequence[str], verdict: AssetVerdict | None, hit: Hit | None) -> Card:
    url = f"{reverse('library:list')}{asset.slug}/"
    pages = f"{asset.page_count:,} page{'' if asset.page_count == 1 else 's'}" if asset.page_count else ""
    language = facets.label(Facet.LANGUAGE, asset.language) if asset.language else ""
    name = facets.label(Facet.FORMAT, asset.format)
    return Card(
        pk=asset.pk,
        title=asset.title,
        url=url,
        thumbnail=f"{url}thumbnail/" if asset.thumbnail else "",
        format=name,
        facts=" · ".join(filter(None, (name, pages, language))),
        tags=tags,
        updated=formats.date(asset.updated_at),
        verdict=Badge(str(Verdict(verdict.verdict).label), TONES[Verdict(verdict.verdict)]) if verdict else None,
        reason=verdict.reason if verdict else "",
        uses=verdict.uses if verdict else 0,
        shown=verdict.impressions if verdict else 0,
        hit=hit,
        hit_url=f"{url}?page={hit.page}" if hit else "",
    )


def groups(found: facets.Counts, narrowing: Narrowing) -> list[Group]:
    """The facets with something to choose, each with its commonest values first and the chosen ones always in sight."""
    shown: list[Group] = []
    for facet in facets.SHOWN:
        chosen = narrowing.values.get(facet.value, ())
        values = [
            Value(value, facets.label(facet, value), number, value in chosen)
            for value, number in found.get(facet.value, ())
        ]
        if not values:
            continue
        first = [one for place, one in enumerate(values) if place < FEW or one.chosen]
        more = [one for place, one in enumerate(values) if place >= FEW and not one.chosen]
        shown.append(Group(facet.value, str(facet.label), first, more[:100], bool(chosen) or len(shown) < 4))
    return shown


def chips(query: QueryDict, narrowing: Narrowing) -> list[Chip]:
    found = []
    words = query.get("q", "")
    if words:
        found.append(Chip("Words", str(words)[:60], address(query, q="")))
    for facet, values in narrowing.values.items():
        for value in values:
            name = str(Facet(facet).label)
            found.append(Chip(name, facets.label(facet, value), _without(query, facet, value)))
    if narrowing.verdict:
        found.append(Chip("Truth", str(Verdict(narrowing.verdict).label), address(query, verdict="")))
    if narrowing.status != Asset.Status.ACTIVE:
        found.append(Chip("Status", str(Asset.Status(narrowing.status).label), address(query, status="")))
    return found


def build(query: QueryDict, words: str, narrowing: Narrowing, results: Results, person: Person) -> Shelf:
    """The page for what the address asks (`query`), given what was found."""
    sort = searching.chosen_sort(query.get("sort", ""), words)
    base = address(query)
    joined = base if base == "?" else f"{base}&"
    number = f"{results.total:,}"
    active = chips(query, narrowing)
    return Shelf(
        cards=cards(results.assets, narrowing, results.hits),
        groups=groups(results.facets, narrowing),
        chips=active,
        query=words,
        total=f"{number} asset{'' if number == '1' else 's'}",
        as_grid=query.get("view") == "grid",
        list_url=address(query, view=""),
        grid_url=address(query, view="grid"),
        sort=sort,
        sorts=[Choice(key, label) for key, (label, _) in searching.SORTS.items() if words or key != "relevance"],
        verdicts=[Choice(one.value, str(one.label)) for one in Verdict],
        verdict=narrowing.verdict,
        statuses=[Choice(one.value, str(one.label)) for one in Asset.Status] if person.role in EDITING_ROLES else [],
        status=narrowing.status,
        export_query=base[1:],
        next=f"{joined}after={results.page.next}" if results.page.next else "",
        previous=f"{joined}before={results.page.previous}" if results.page.previous else "",
        is_narrowed=bool(active),
        problem=results.problem,
    )


EXPORTED = (
    Column("title", "Title"),
    Column("format", "Format"),
    Column("language", "Language"),
    Column("pages", "Pages", "number"),
    Column("tags", "Helps with"),
    Column("verdict", "Truth"),
    Column("reason", "Because"),
    Column("uses", "Uses", "number"),
    Column("shown", "Shown", "number"),
    Column("updated", "Updated", "date"),
    Column("path", "Found at"),
)


def exported(words: str, narrowing: Narrowing, person: Person, sort: str) -> Iterator[dict[str, Any]]:
    """Every asset found, as rows of the CSV file; read in pieces, so that memory stays flat."""
    piece: list[Asset] = []
    for asset in searching.every(words, narrowing, person, sort=sort):
        piece.append(asset)
        if len(piece) == 500:
            yield from _rows(piece, narrowing)
            piece = []
    yield from _rows(piece, narrowing)


def _rows(assets: Sequence[Asset], narrowing: Narrowing) -> Iterator[dict[str, Any]]:
    tags, verdicts = tags_of(assets), verdicts_of(assets, narrowing)
    for asset in assets:
        verdict = verdicts.get(asset.pk)
        yield {
            "title": asset.title,
            "format": asset.format,
            "language": asset.language,
            "pages": asset.page_count,
            "tags": ", ".join(tags.get(asset.pk, ())),
            "verdict": str(Verdict(verdict.verdict).label) if verdict else "",
            "reason": verdict.reason if verdict else "",
            "uses": verdict.uses if verdict else 0,
            "shown": verdict.impressions if verdict else 0,
            "updated": _day(asset.updated_at),
            "path": asset.path,
        }


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"

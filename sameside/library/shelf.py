"""The library as a page: what was found, as cards, beside the facets that narrow it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from sameside.kit.tables import Column
from sameside.library import asking, box, facets, markup, searching
from sameside.library.asking import Answer, Asking
from sameside.library.browsing import favourites
from sameside.library.context import NONE as NO_CONTEXT
from sameside.library.context import Context
from sameside.library.facets import Narrowing
from sameside.library.models import EDITING_ROLES, Asset, AssetFacet, AssetVerdict, Facet, Verdict
from sameside.library.origins import Origin
from sameside.library.searching import Hit
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.roles import Role
from sameside.ui import formats
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice

SIZE = 24
TONES = {
    Verdict.USED: "good",
    Verdict.NOT_FOUND: "warn",
    Verdict.NOT_RELEVANT: "bad",
    Verdict.NOT_UNDERSTOOD: "info",
    Verdict.NO_DEMAND: "neutral",
}
FEW = 8
_CURSORS = ("after", "before", "from", "ms")
_UNCONTROLLED = ("deal", "lead", "without", "only", "word", "exact")
MOST_HELPS = 6


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
    favourite: bool = False
    why: str = ""
    led: str = ""
    """What the address of the asset says of where one came from."""
    picture: str = ""
    """The page that matched, where it was drawn."""


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
class ShelfChip:
    """A choice that narrows or leads: `because` says where it comes from, `back` searches for the word instead."""

    label: str
    text: str
    remove: str
    because: str = ""
    back: str = ""


@dataclass(frozen=True)
class Help:
    """What would find something: an address, and how many assets it leaves."""

    text: str
    url: str
    count: int


@dataclass(frozen=True)
class Shelf:
    """`kept` are the parts of the address that the form has no control for. `about` is the deal or lead."""

    cards: Sequence[Card]
    groups: Sequence[Group]
    chips: Sequence[ShelfChip]
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
    problem: str = ""
    kept: Sequence[tuple[str, str]] = ()
    about: Context = NO_CONTEXT
    only_url: str = ""
    clear_url: str = "?"
    note: str = ""
    corrected: str = ""
    instead_url: str = ""
    helps: Sequence[Help] = ()
    synonym_url: str = ""
    origin: str = ""

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


def cards(found: Answer, shown: Origin, person: Person) -> list[Card]:
    """What was found, each with the page that matched; its address says which showing led there, and from what."""
    assets, hits, asked = found.results.assets, found.results.hits, found.asking
    tags, verdicts = tags_of(assets), verdicts_of(assets, asked.narrowing)
    stars = favourites.among(assets, person)
    pictures, fits = box.page_pictures(hits), box.reasons(asked.context, assets)
    about = asked.context
    told = f"&{about.kind}={about.pk}" if about.is_there else ""
    first = (shown.position or 0) + 1
    return [
        replace(
            _card(asset, tags.get(asset.pk, ()), verdicts.get(asset.pk), hits.get(asset.pk), asset.pk in stars),
            why=fits.get(asset.pk, ""),
            led=f"from={shown.at(place)}{told}",
            picture=pictures.get(asset.pk, ""),
        )
        for place, asset in enumerate(assets, start=first)
    ]


def _card(asset: Asset, tags: Sequence[str], verdict: AssetVerdict | None, hit: Hit | None, favourite: bool) -> Card:
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
        favourite=favourite,
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


def canonical(query: QueryDict, asked: Asking) -> QueryDict:
    """The address with the filters that were typed moved from the words to the facets."""
    changed = query.copy()
    changed["q"] = asked.words
    for key in _CURSORS:
        changed.pop(key, None)
    for facet, values in asked.read.filters.items():
        known = changed.getlist(facet)
        changed.setlist(facet, [*known, *(value for value in values if value not in known)])
    if not asked.words:
        changed.pop("q")
    return changed


def chips(query: QueryDict, own: QueryDict, asked: Asking, chosen: Narrowing) -> list[ShelfChip]:
    """Everything that narrows or leads, in the canonical address `own` of `query`, each with a way to remove it."""
    found = []
    if asked.words:
        found.append(ShelfChip("Words", asked.words[:60], address(own, q="")))
    typed_words = {(term.facet, term.value): term.text for term in asked.read.terms if term.is_word}
    for facet, values in chosen.values.items():
        for value in values:
            word = typed_words.get((facet, value), "")
            back = query.copy()
            back.appendlist("word", word)
            found.append(
                ShelfChip(
                    str(Facet(facet).label),
                    facets.label(facet, value),
                    _without(own, facet, value),
                    f"“{word}”" if word else "",
                    address(back) if word else "",
                )
            )
    if chosen.verdict:
        found.append(ShelfChip("Truth", str(Verdict(chosen.verdict).label), address(own, verdict="")))
    if chosen.status != Asset.Status.ACTIVE:
        found.append(ShelfChip("Status", str(Asset.Status(chosen.status).label), address(own, status="")))
    return [*found, *_context_chips(own, asked)]


def _context_chips(own: QueryDict, asked: Asking) -> list[ShelfChip]:
    found = []
    for facet, values in asked.context.facets.items():
        for value in values:
            less = own.copy()
            less.appendlist("without", f"{facet}:{value}")
            label, text = str(Facet(facet).label), facets.label(facet, value)
            found.append(ShelfChip(label, text, address(less), asked.context.marked))
    return found


def helps(own: QueryDict, asked: Asking, chosen: Narrowing, person: Person) -> list[Help]:
    """What would find something: each filter left out, the words left out; the most helpful first."""
    found = []
    for facet, values in list(chosen.values.items())[:MOST_HELPS]:
        less = replace(asked.narrowing, values={k: v for k, v in asked.narrowing.values.items() if k != facet})
        names = " and ".join(facets.label(facet, value) for value in values)
        told = f"Without {str(Facet(facet).label).lower()}: {names}"
        found.append((told, address(own, **{facet: ""}), replace(asked, narrowing=less)))
    if chosen.verdict:
        less = replace(asked.narrowing, verdict="")
        found.append(("Whatever its truth", address(own, verdict=""), replace(asked, narrowing=less)))
    if asked.context.only:
        found.append(
            ("Not only what fits", address(own, only=""), asking.without_only(asked)),
        )
    counted = [Help(text, url, asking.total(one, person)) for text, url, one in found]
    return sorted((one for one in counted if one.count), key=lambda one: -one.count)


def build(query: QueryDict, found: Answer, shown: Origin, person: Person) -> Shelf:
    """The page for what the address asks (`query`), given what was found; `shown` goes into the links."""
    asked, results = found.asking, found.results
    own = canonical(query, asked)
    chosen = facets.read(own, window=asked.narrowing.window, k=asked.narrowing.k)
    base = address(own)
    joined = base if base == "?" else f"{base}&"
    first = shown.position or 0
    before = f"&from={shown.at(first - SIZE)}" if first > SIZE else ""
    number = f"{results.total:,}"
    active = chips(query, own, asked, chosen)
    preferred = asked.context.preferred
    nothing = not results.total and not results.problem
    return Shelf(
        cards=cards(found, shown, person),
        groups=groups(results.facets, chosen),
        chips=active,
        query=asked.words,
        total=f"{number} asset{'' if number == '1' else 's'}",
        as_grid=query.get("view") == "grid",
        list_url=address(own, view=""),
        grid_url=address(own, view="grid"),
        sort=searching.chosen_sort(asked.sort, asked.words, preferred=preferred),
        sorts=_sorts(asked.words, preferred),
        verdicts=[Choice(one.value, str(one.label)) for one in Verdict] if person.role != Role.PARTNER else [],
        verdict=chosen.verdict,
        statuses=[Choice(one.value, str(one.label)) for one in Asset.Status] if person.role in EDITING_ROLES else [],
        status=chosen.status,
        export_query=base[1:],
        next=f"{joined}after={results.page.next}&from={shown.at(first + SIZE)}" if results.page.next else "",
        previous=f"{joined}before={results.page.previous}{before}" if results.page.previous else "",
        is_narrowed=bool(active),
        problem=results.problem,
        kept=[(key, value) for key in _UNCONTROLLED for value in own.getlist(key)[:50]],
        about=asked.context,
        only_url=address(own, only="" if asked.context.only else "1"),
        clear_url="?view=grid" if query.get("view") == "grid" else "?",
        note=box.note(found),
        corrected=results.corrected,
        instead_url=address(own, exact="1") if results.corrected else "",
        helps=helps(own, asked, chosen, person) if nothing else (),
        synonym_url=_synonym_url(asked.words, person) if nothing else "",
        origin=str(shown),
    )


def _sorts(words: str, preferred: searching.Preferred) -> list[Choice]:
    has_best = words or preferred
    return [Choice(key, label) for key, (label, _) in searching.SORTS.items() if has_best or key != "relevance"]


def _synonym_url(words: str, person: Person) -> str:
    if not words or not policies.can(person, "edit_library"):
        return ""
    return f"{reverse('search:synonyms')}?{urlencode({'add': words})}"


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


def exported(asked: Asking, person: Person) -> Iterator[dict[str, Any]]:
    """Every asset found, as rows of the CSV file; read in pieces, so that memory stays flat."""
    piece: list[Asset] = []
    rows = searching.every(asked.searched, asked.narrowing, person, **asking.options(asked))
    for asset in rows:
        piece.append(asset)
        if len(piece) == 500:
            yield from _rows(piece, asked.narrowing)
            piece = []
    yield from _rows(piece, asked.narrowing)


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

"""The library as a page: what was found, as cards, beside the facets that narrow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from sameside.library import box, card_facts, facets, markup, searching
from sameside.library.asking import Answer
from sameside.library.card_facts import CardFacts
from sameside.library.context import NONE as NO_CONTEXT
from sameside.library.context import Context
from sameside.library.facets import Narrowing
from sameside.library.models import EDITING_ROLES, Asset, Facet, Verdict
from sameside.library.origins import Origin
from sameside.library.searching import Hit
from sameside.library.shelf_chips import Help, ShelfChip, address, canonical, chips, helps
from sameside.library.upkeep import validity
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
BADGES = {verdict.value: Badge(str(verdict.label), tone) for verdict, tone in TONES.items()}
FEW = 8
_UNCONTROLLED = ("deal", "lead", "without", "only", "word", "exact", facets.NOT)


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
    pinned: bool = False
    """It stays at its version whatever newer ones come in."""
    due: Badge | None = None
    """Said when its date is near or has passed."""
    why: str = ""
    fits: bool = False
    """It is made for what the deal or lead needs that is searched from."""
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


def cards(found: Answer, shown: Origin, person: Person) -> list[Card]:
    """What was found, each with the page that matched; its address says which showing led there, and from what."""
    hits, about = found.results.hits, found.asking.context
    known = card_facts.of(found.results.assets, person, found.asking.narrowing, hits, also=about.facets)
    told = f"&{about.kind}={about.pk}" if about.is_there else ""
    mark, first = Origin(shown.shown_at), (shown.position or 0) + 1
    root, today = reverse("library:list"), timezone.localdate()
    return [
        _card(
            asset,
            f"{root}{asset.slug}/",
            known.get(asset.pk, card_facts.NOTHING),
            hits.get(asset.pk),
            due=_due(asset, today),
            why=card_facts.why(asset, known, about),
            fits=card_facts.fits(asset, known, about),
            led=f"from={mark}-{place}{told}",
        )
        for place, asset in enumerate(found.results.assets, start=first)
    ]


def _card(
    asset: Asset, url: str, facts: CardFacts, hit: Hit | None, *, due: Badge | None, why: str, fits: bool, led: str
) -> Card:
    pages = f"{asset.page_count:,} page{'' if asset.page_count == 1 else 's'}" if asset.page_count else ""
    language = facets.label(Facet.LANGUAGE, asset.language) if asset.language else ""
    name = facets.label(Facet.FORMAT, asset.format)
    judged = facts.judged
    return Card(
        pk=asset.pk,
        title=asset.title,
        url=url,
        thumbnail=f"{url}thumbnail/" if asset.thumbnail else "",
        format=name,
        facts=" · ".join(filter(None, (name, pages, language))),
        tags=facts.tags,
        updated=formats.date(asset.updated_at),
        verdict=BADGES[judged.verdict] if judged else None,
        reason=judged.reason if judged else "",
        uses=judged.uses if judged else 0,
        shown=judged.impressions if judged else 0,
        hit=hit,
        hit_url=f"{url}?page={hit.page}" if hit else "",
        favourite=facts.favourite,
        pinned=facts.pinned,
        due=due,
        why=why,
        fits=fits,
        led=led,
        picture=f"{url}pages/{hit.page}/thumbnail/" if hit and facts.is_drawn else "",
    )


def _due(asset: Asset, today: date) -> Badge | None:
    if asset.verified_until is None or asset.verified_until > today + validity.SOON:
        return None
    sentence, tone = validity.in_words(asset, today)
    return Badge(sentence, tone) if tone in ("warn", "bad") else None


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


def build(query: QueryDict, found: Answer, shown: Origin, person: Person, remembered: str = "") -> Shelf:
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
        as_grid=query.get("view", remembered) == "grid",
        list_url=address(own, view="list"),
        grid_url=address(own, view="grid"),
        sort=searching.chosen_sort(asked.sort, asked.words, preferred=preferred),
        sorts=_sorts(asked.words, preferred, person),
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
        clear_url="?",
        note=box.note(found),
        corrected=results.corrected,
        instead_url=address(own, exact="1") if results.corrected else "",
        helps=helps(own, asked, chosen, person) if nothing else (),
        synonym_url=_synonym_url(asked.words, person) if nothing else "",
        origin=str(shown),
    )


def _sorts(words: str, preferred: searching.Preferred, person: Person) -> list[Choice]:
    hidden = set() if words or preferred else {"relevance"}
    if person.role == Role.PARTNER:
        hidden |= {"used", "won"}
    return [Choice(key, label) for key, (label, _) in searching.SORTS.items() if key not in hidden]


def _synonym_url(words: str, person: Person) -> str:
    if not words or not policies.can(person, "edit_library"):
        return ""
    return f"{reverse('search:synonyms')}?{urlencode({'add': words})}"

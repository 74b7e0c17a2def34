"""What narrows or leads on the library's page, each with a way to remove it, and what would find something.

The page's own addresses are canonical: filters that were typed among the words stand in it as facets.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict

from sameside.library import asking, facets
from sameside.library.asking import Asking
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, Facet, Verdict
from sameside.people.models import Person

_CURSORS = ("after", "before", "from", "ms")
MOST_HELPS = 6


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


def canonical(query: QueryDict, asked: Asking) -> QueryDict:
    """The address with the filters that were typed moved from the words to the facets."""
    changed = query.copy()
    changed["q"] = asked.words
    for key in _CURSORS:
        changed.pop(key, None)
    for facet, values in asked.read.filters.items():
        known = changed.getlist(facet)
        changed.setlist(facet, [*known, *(value for value in values if value not in known)])
    known = changed.getlist(facets.NOT)
    left_out = [f"{facet}:{value}" for facet, values in asked.read.excluded.items() for value in values]
    if left_out:
        changed.setlist(facets.NOT, [*known, *(one for one in left_out if one not in known)])
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
    for facet, values in chosen.excluded.items():
        for value in values:
            less = _without(own, facets.NOT, f"{facet}:{value}")
            found.append(ShelfChip(str(Facet(facet).label), f"not {facets.label(facet, value)}", less))
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
    if chosen.excluded:
        less = replace(asked.narrowing, excluded={})
        found.append(("With what was left out", address(own, **{facets.NOT: ""}), replace(asked, narrowing=less)))
    if chosen.verdict:
        less = replace(asked.narrowing, verdict="")
        found.append(("Whatever its truth", address(own, verdict=""), replace(asked, narrowing=less)))
    if asked.context.only:
        found.append(
            ("Not only what fits", address(own, only=""), asking.without_only(asked)),
        )
    counted = [Help(text, url, asking.total(one, person)) for text, url, one in found]
    return sorted((one for one in counted if one.count), key=lambda one: -one.count)

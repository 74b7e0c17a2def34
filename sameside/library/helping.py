"""Nothing was found: which other texts would find something, each with how much.

Filters typed among the words are left out one by one, then all of them; quotes and exclusions are taken away; a word
that begins like others becomes one of these. Where none of it helps, the person's own last searches are offered.
"""

import re
from collections.abc import Iterable, Iterator

from sameside.library import asking, facets, searching
from sameside.library.asking import Asking
from sameside.library.models import Facet, Search
from sameside.people.models import Person
from sameside.search.box import Suggestion

MOST = 4
MOST_TRIED = 8
MOST_ALIKE, SHORTEST_ALIKE = 3, 5
"""So many words that begin alike, of words of at least so many letters."""
LOOKED_AT = 40
_LEFT_OUT = re.compile(r'(?<!\S)-(?:"[^"]*"|\S+)')


def suggestions(asked: Asking, person: Person) -> list[Suggestion]:
    """At most four, those that find most first."""
    tried = dict.fromkeys((text, label) for text, label in _less(asked) if text and text != asked.text)
    found = _counted(list(tried)[:MOST_TRIED], asked, person)
    if not found:
        found = _counted(_alike(asked, person), asked, person)
    return found[:MOST] or recent(person, MOST)


def _counted(tried: Iterable[tuple[str, str]], asked: Asking, person: Person) -> list[Suggestion]:
    counted = [Suggestion(text, label, asking.total(asked.with_text(text), person)) for text, label in tried]
    return sorted((one for one in counted if one.count), key=lambda one: -(one.count or 0))


def _less(asked: Asking) -> Iterator[tuple[str, str]]:
    terms = asked.read.terms
    for term in terms:
        name, value = str(Facet(term.facet).label).lower(), facets.label(term.facet, term.value)
        text = asked.read.without(term)
        if term.is_not:
            yield text, f"Also {name} {value}"
        elif text:
            yield text, f"Without {name} {value}"
    if len(terms) > 1 and asked.words:
        yield asked.words, "Without any filter"
    if terms and asked.words:
        yield _filters(asked), f"All that is {' and '.join(facets.label(one.facet, one.value) for one in terms)}"
    if '"' in asked.words:
        yield asked.text.replace('"', ""), "Without the quotes"
    if _LEFT_OUT.search(asked.words):
        yield " ".join(_LEFT_OUT.sub(" ", asked.text).split()), "With what was left out"


def _filters(asked: Asking) -> str:
    """The typed filters alone; a bare word is one beside something else only, so it is written with its key."""
    return " ".join(
        f'{term.facet}:"{facets.label(term.facet, term.value)}"' if term.is_word else term.text
        for term in asked.read.terms
    )


def _alike(asked: Asking, person: Person) -> list[tuple[str, str]]:
    """The last long word replaced by words that begin with its first half."""
    words = [word for word in asked.words.split() if word.isalpha() and len(word) >= SHORTEST_ALIKE]
    if not words:
        return []
    start = words[-1][: max(3, (len(words[-1]) + 1) // 2)]
    near = [word for word in searching.suggest(start, person, MOST_ALIKE) if " " not in word]
    return [(word, word) for word in near]


def recent(person: Person, most: int) -> list[Suggestion]:
    """What the person searched last and found."""
    last = Search.objects.filter(person=person, results__gt=0).order_by("-at", "-pk")
    texts = dict.fromkeys(last.values_list("query", flat=True)[:LOOKED_AT])
    return [Suggestion(text, text, icon="history") for text in list(texts)[:most]]

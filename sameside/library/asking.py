"""What somebody asks the library, and what it answers: one way for the page, the box and the API.

An address holds the words with the filters typed among them (`q`), chosen facets, the deal or lead that is searched
from, words that were turned back from filters (`word`), and `exact=1` when misspelt words are to be searched as they
stand. Bare words that were taken for filters and leave nothing are taken for words again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from sameside.library import context as contexts
from sameside.library import facets, searching, spellings
from sameside.library.context import Context
from sameside.library.evaluation import rankings
from sameside.library.evaluation.rankings import Settings
from sameside.library.facets import Narrowing
from sameside.library.searching import Results
from sameside.people.models import Organisation, Person
from sameside.people.once import once
from sameside.search import synonyms, typed
from sameside.search.typed import Read, Term, Vocabulary

MOST_TURNED_BACK = 20
_PIECE = re.compile(r'-?"[^"]*"|\S+')


@dataclass(frozen=True)
class Asking:
    """`chosen` is what the address narrows by, `narrowing` that with the filters typed among the words."""

    text: str
    read: Read
    chosen: Narrowing
    narrowing: Narrowing
    context: Context
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    turned_back: Sequence[str] = ()
    exact: bool = False
    sort: str = ""
    is_cut: bool = False

    @property
    def words(self) -> str:
        return self.read.words

    def with_text(self, text: str) -> "Asking":
        """The same search with other words and typed filters."""
        return _narrowed(replace(self, text=text, read=typed.read(text, self.vocabulary, self.turned_back)))

    @property
    def searched(self) -> str:
        """The words as the index is given them: each in quotes when nothing is to be corrected."""
        if not self.exact:
            return self.words
        plain = ('"', "-")
        pieces = (
            one if one.startswith(plain) or one.lower() == "or" else f'"{one}"' for one in _PIECE.findall(self.words)
        )
        return " ".join(pieces)


@dataclass(frozen=True)
class Answer:
    asking: Asking
    results: Results


def read(query: QueryDict, person: Person) -> Asking:
    """What an address asks for."""
    organisation = Organisation.current()
    chosen = facets.read(query, window=organisation.truth_window_days, k=organisation.truth_min_impressions)
    vocabulary = spellings.vocabulary(person)
    text = searching.clean(query.get("q", ""))
    turned_back = tuple(searching.clean(word) for word in query.getlist("word")[:MOST_TURNED_BACK])
    asked = Asking(
        text=text,
        read=typed.read(text, vocabulary, turned_back),
        chosen=chosen,
        narrowing=chosen,
        context=contexts.read(query, person, vocabulary),
        vocabulary=vocabulary,
        turned_back=turned_back,
        exact=query.get("exact") == "1",
        sort=query.get("sort", ""),
        is_cut=searching.is_cut(query.get("q", "")),
    )
    return _narrowed(asked)


def _narrowed(asked: Asking) -> Asking:
    values = {facet: list(some) for facet, some in asked.chosen.values.items()}
    also: list[Mapping[str, Sequence[str]]] = [asked.read.filters]
    if asked.context.only:
        also.append(asked.context.facets)
    for filters in also:
        for facet, some in filters.items():
            values[facet] = [*values.get(facet, ()), *(one for one in some if one not in values.get(facet, ()))]
    excluded = {facet: list(some) for facet, some in asked.chosen.excluded.items()}
    for facet, some in asked.read.excluded.items():
        excluded[facet] = list(dict.fromkeys([*excluded.get(facet, ()), *some]))
    narrowing = replace(asked.chosen, values=_fixed(values), excluded=_fixed(excluded))
    return replace(asked, narrowing=narrowing)


def _fixed(values: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {facet: tuple(some) for facet, some in values.items()}


def without_only(asked: Asking) -> Asking:
    """The same without "only these"."""
    return _narrowed(replace(asked, context=replace(asked.context, only=False)))


def find(
    asked: Asking, person: Person, *, after: str = "", before: str = "", size: int = 24, counted: bool = True
) -> Answer:
    """One page of it; with the counts of facets, unless they are not shown."""
    results = _search(asked, person, after, before, size, counted=counted)
    bare: list[Term] = [term for term in asked.read.terms if term.is_word]
    if results.total or not bare or results.problem:
        return Answer(asked, results)
    kept = [*asked.turned_back, *(term.text for term in bare)]
    again = _narrowed(replace(asked, read=typed.read(asked.text, asked.vocabulary, kept)))
    words_found = _search(again, person, after, before, size, counted=counted)
    has_all = words_found.total and not words_found.relaxed
    return Answer(again, words_found) if has_all else Answer(asked, results)


def _search(asked: Asking, person: Person, after: str, before: str, size: int, *, counted: bool) -> Results:
    return searching.search(
        asked.searched, asked.narrowing, person, after=after, before=before, size=size, counted=counted,
        **options(asked),
    )  # fmt: skip


def options(asked: Asking) -> dict[str, Any]:
    """What else the index is asked: the order, what the deal or lead prefers, the company's own words."""
    own_words, ranking = once("search", _decided)
    return {
        "sort": asked.sort,
        "preferred": asked.context.preferred,
        "languages": asked.context.languages,
        "synonyms": own_words if asked.words else {},
        "typing": not asked.exact,
        **ranking.asked(timezone.now()),
    }


_DECIDED = f"SELECT * FROM ({synonyms.MARK}) words (at, of) LEFT JOIN ({rankings.LIVE}) weights ON true"


def _decided() -> tuple[Mapping[str, Sequence[str]], Settings]:
    """What the company decided of its searches: words that mean the same, and what is weighed."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED)
        at, of, *weights = cursor.fetchone()
    return synonyms.as_of((at, of)), rankings.weighed(weights)


def total(asked: Asking, person: Person) -> int:
    """How many assets it leaves."""
    return _search(asked, person, "", "", 1, counted=False).total

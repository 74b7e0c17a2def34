"""Typing errors: a word that nothing holds becomes the most frequent word that is one slip away.

A slip is a letter too many, missing, wrong, or two exchanged (optimal string alignment); words of eight letters may
have two. A last word that may be unfinished may also have its slip in what begins a longer word. A word that hardly
anything holds, beside one a slip away that much holds, stays what is wanted, and the other one is wanted as well. Only
what the person may find counts, for what exists as for what a word becomes: a repair must not tell that there is
something else. Numbers, codes and what is in quotes are never repaired.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import tantivy
from tantivy import Occur, Query

from sameside.retrieval.lexicon import Lexicon, Near, has_alphabet
from sameside.retrieval.matching import Matcher, term_of
from sameside.retrieval.schema import documents_schema
from sameside.retrieval.scope import Scope
from sameside.retrieval.words import Item, Unit

SHORTEST = 4
SHORTEST_BEGINNING = 5
LONG = 8
"""Letters from which a word may have two slips."""
COMMON = 1_000
"""A word of so many documents is nobody's secret."""
SHORTEST_RARE = 5
RARE = 2
"""A word of at most so many documents may be a slip that is in a text already."""
MUCH_MORE = 20
"""How many times more documents hold the word that is wanted as well."""
_LONGEST = 30
_CANDIDATES = 5


@dataclass(frozen=True)
class Repaired:
    """`corrected`: the words when one was repaired; `widened`: those that are searched beside rare ones."""

    units: tuple[Unit, ...]
    corrected: str = ""
    widened: tuple[str, ...] = ()


class Repair:
    """`is_known` tells at once of some words within the scope that they are there, `searcher` of all."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        lexicon: Lexicon,
        matcher: Matcher,
        scope: Scope,
        is_known: Callable[[str], bool],
    ) -> None:
        self.searcher = searcher
        self.lexicon = lexicon
        self.matcher = matcher
        self.scope = scope
        self.is_known = is_known
        self._widened: list[str] = []

    def repaired(self, units: Sequence[Unit]) -> Repaired:
        """The units to search."""
        self._widened = []
        suspect = self._suspect(units)
        result = tuple(self._repaired(unit) if unit in suspect else unit for unit in units)
        before, after = (" ".join(_shown(unit) for unit in row) for row in (units, result))
        return Repaired(result, "" if before == after else after, tuple(self._widened))

    def _suspect(self, units: Sequence[Unit]) -> Collection[Unit]:
        """Those that may have to be repaired: none of those that one document has, which costs one question for all."""
        suspect = [unit for unit in dict.fromkeys(units) if self._may_be_wrong(unit)]
        suspect = [unit for unit in suspect if self._is_rare(unit) or not self.is_known(term_of(unit))]
        if len(suspect) < 2:
            return suspect
        together = Query.boolean_query([(Occur.Must, self.matcher.unit(unit)) for unit in suspect])
        if not self._finds(together):
            return suspect
        return [unit for unit in suspect if self._is_rare(unit)]

    def _may_be_wrong(self, unit: Unit) -> bool:
        item = unit.single
        if item is None or len(item.terms) != 1 or not self._may_repair(item.terms[0]):
            return False
        return self._frequency(unit) < COMMON and not self.matcher.is_stop_word(unit)

    def _frequency(self, unit: Unit) -> int:
        return self.searcher.doc_freq("words", term_of(unit))

    def _is_rare(self, unit: Unit) -> bool:
        return 0 < self._frequency(unit) <= RARE

    def _repaired(self, unit: Unit) -> Unit:
        item = unit.alternatives[0][0]
        term = item.terms[0]
        if self.is_known(term) or self._finds(self.matcher.unit(unit)):
            return self._with_frequent(unit, item) if self._is_rare(unit) else unit
        better = self._slipped(term, is_unfinished=unit.last)
        if not better and self._is_a_piece(term):
            return replace(unit, alternatives=((replace(item, piece=True),),), last=False)
        if not better and len(term) >= LONG:
            better = self._there(self.lexicon.two_slips(term))
        return replace(unit, alternatives=((Item(better, (better,)),),), last=False) if better else unit

    def _slipped(self, term: str, *, is_unfinished: bool) -> str:
        near = self.lexicon.one_slip(term)
        if is_unfinished and len(term) >= SHORTEST_BEGINNING:
            near = sorted({*near, *self.lexicon.continued(term)}, key=lambda pair: (-pair[1], pair[0]))
        return self._there(near)

    def _with_frequent(self, unit: Unit, item: Item) -> Unit:
        """The unit, or the much more frequent word a slip away: the rare one may be a slip that somebody wrote."""
        term = item.terms[0]
        if len(term) < SHORTEST_RARE or unit.last:
            return unit
        near = [pair for pair in self.lexicon.one_slip(term) if pair[1] >= MUCH_MORE]
        if not near:
            return unit
        found = self._count(self.matcher.unit(unit))
        if found > RARE:
            return unit
        for better, _ in near[:_CANDIDATES]:
            if self._count(_exactly(better)) >= MUCH_MORE * found:
                self._widened.append(better)
                return replace(unit, alternatives=((item,), (Item(better, (better,)),)))
        return unit

    def _may_repair(self, term: str) -> bool:
        return SHORTEST <= len(term) <= _LONGEST and term.isalpha() and has_alphabet(term)

    def _finds(self, query: Query) -> bool:
        return bool(self.searcher.search(self._permitted(query), 1, count=False).hits)

    def _count(self, query: Query) -> int:
        return int(self.searcher.search(self._permitted(query), 1).count)  # type: ignore[attr-defined]  # not in the stub

    def _permitted(self, query: Query) -> Query:
        return Query.boolean_query([(Occur.Must, query), *self.scope.permitted])

    def _there(self, near: Near) -> str:
        """The first of these words that the person may find."""
        return next((word for word, _ in near[:_CANDIDATES] if self._finds(_exactly(word))), "")

    def _is_a_piece(self, term: str) -> bool:
        return self.matcher.may_be_inside(term) and self._finds(self.matcher.inside(term))


def _exactly(term: str) -> Query:
    return Query.term_query(documents_schema(), "words", term, "basic")


def _shown(unit: Unit) -> str:
    item = unit.alternatives[0][0]
    return f'"{item.text}"' if item.quoted else item.text

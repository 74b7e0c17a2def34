"""Typing errors: a word that nothing holds becomes the most frequent word that is one slip away.

A slip is a letter too many, missing, wrong, or two exchanged (optimal string alignment); words of eight letters may
have two. Only what the person may find counts, for what exists as for what a word becomes: a repair must not tell that
there is something else. Numbers, codes and what is in quotes are never repaired.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import tantivy
from tantivy import Occur, Query

from sameside.retrieval.matching import Matcher
from sameside.retrieval.schema import documents_schema
from sameside.retrieval.scope import Scope
from sameside.retrieval.words import Item, Unit

SHORTEST = 4
LONG = 8
"""Letters from which a word may have two slips."""
COMMON = 1_000
"""A word of so many documents is nobody's secret."""
_LONGEST = 30
_CANDIDATES = 5
_ALPHABETS = (("a", "z"), ("а", "я"), ("α", "ω"), ("א", "ת"), ("ء", "ي"))
_LONG_START = 3
_MOST_LONG = 3_000


class Repair:
    def __init__(self, searcher: tantivy.Searcher, matcher: Matcher, scope: Scope) -> None:
        self.searcher = searcher
        self.matcher = matcher
        self.scope = scope

    def repaired(self, units: Sequence[Unit]) -> tuple[tuple[Unit, ...], str]:
        """The units to search, and their words when one was repaired."""
        result = tuple(self._repaired(unit) for unit in units)
        before, after = (" ".join(_shown(unit) for unit in row) for row in (units, result))
        return result, "" if before == after else after

    def _repaired(self, unit: Unit) -> Unit:
        item = unit.single
        if (
            item is None
            or len(item.terms) != 1
            or not self._may_repair(item.terms[0])
            or self.matcher.is_stop_word(unit)
            or self._is_there(unit, item.terms[0])
        ):
            return unit
        term = item.terms[0]
        better = self._most_frequent(_one_slip(term))
        if not better and self._is_a_piece(term):
            return replace(unit, alternatives=((replace(item, piece=True),),), last=False)
        if not better and len(term) >= LONG:
            better = self._most_frequent(self._two_slips(term))
        return replace(unit, alternatives=((Item(better, (better,)),),), last=False) if better else unit

    def _may_repair(self, term: str) -> bool:
        return SHORTEST <= len(term) <= _LONGEST and term.isalpha() and _alphabet(term) is not None

    def _is_there(self, unit: Unit, term: str) -> bool:
        if self.searcher.doc_freq("words", term) >= COMMON:
            return True
        return self._finds(self.matcher.unit(unit))

    def _finds(self, query: Query) -> bool:
        within = Query.boolean_query([(Occur.Must, query), *self.scope.permitted])
        return bool(self.searcher.search(within, 1, count=False).hits)

    def _most_frequent(self, terms: Iterable[str]) -> str:
        known = sorted((-self.searcher.doc_freq("words", term), term) for term in terms)
        for count, term in known[:_CANDIDATES]:
            if count and self._finds(Query.term_query(documents_schema(), "words", term, "basic")):
                return term
        return ""

    def _is_a_piece(self, term: str) -> bool:
        return self.matcher.may_be_inside(term) and self._finds(self.matcher.inside(term))

    def _two_slips(self, term: str) -> list[str]:
        """Words with the same beginning; a slip there and another behind it is rare."""
        starts = self.searcher.terms_with_prefix("words", term[:_LONG_START], limit=_MOST_LONG)
        return [word for word, _ in starts if abs(len(word) - len(term)) <= 2 and distance(word, term, most=2) <= 2]


def _shown(unit: Unit) -> str:
    item = unit.alternatives[0][0]
    return f'"{item.text}"' if item.quoted else item.text


def _alphabet(term: str) -> str | None:
    for first, last in _ALPHABETS:
        if first <= term[0] <= last:
            return "".join(chr(code) for code in range(ord(first), ord(last) + 1))
    return None


def _one_slip(term: str) -> set[str]:
    letters = _alphabet(term) or ""
    splits = [(term[:at], term[at:]) for at in range(len(term) + 1)]
    missing = {left + letter + right for left, right in splits for letter in letters}
    extra = {left + right[1:] for left, right in splits if right}
    wrong = {left + letter + right[1:] for left, right in splits if right for letter in letters}
    exchanged = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    return (missing | extra | wrong | exchanged) - {term}


def distance(one: str, other: str, most: int) -> int:
    """Optimal string alignment; anything above `most` may be returned as `most + 1`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        below = [at]
        for place, against in enumerate(other, 1):
            cost = min(row[place] + 1, below[place - 1] + 1, row[place - 1] + (letter != against))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == against:
                cost = min(cost, before[place - 2] + 1)
            below.append(cost)
        if min(below) > most:
            return most + 1
        before, row = row, below
    return row[-1]

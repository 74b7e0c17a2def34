"""The words of an index with how many documents have each, to find those that are spelt nearly alike.

Read once for what was committed, and kept with what was found for each misspelt word: the same words are asked again
with every key that is pressed. Of large indexes it may be a minute old, because reading it takes a while; who proposes
a word from it looks whether the word is there.
"""

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from sameside.retrieval.storage import Snapshot

SHORTEST, LONGEST = 3, 31
MOST_WORDS = 500_000
"""The most frequent so many words are known; the others are too rare to be what was meant."""
SMALL = 20_000
FRESH_SECONDS = 60.0
MOST_KEPT = 2_000
MOST_SLIPS = 2
_LONG_START = 3
_ALPHABETS = (("a", "z"), ("а", "я"), ("α", "ω"), ("א", "ת"), ("ء", "ي"))

Near = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Lexicon:
    """`ordered` are the words of `counts` by the alphabet."""

    counts: dict[str, int]
    ordered: Sequence[str]
    _known: dict[tuple[str, str], Near] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Lexicon":
        terms = snapshot.documents.terms_with_prefix("words", "", limit=MOST_WORDS)
        counts = {term: count for term, count in terms if SHORTEST <= len(term) <= LONGEST and term.isalpha()}
        return cls(counts, sorted(counts))

    def one_slip(self, term: str) -> Near:
        """The words one slip away, most frequent first."""
        return self._kept("one", term)

    def two_slips(self, term: str) -> Near:
        """Words with the same beginning; a slip there and another behind it is rare."""
        return self._kept("two", term)

    def continued(self, term: str) -> Near:
        """The words that begin with something one slip away."""
        return self._kept("beginning", term)

    def _kept(self, way: str, term: str) -> Near:
        found = self._known.get((way, term))
        if found is None:
            make = {"one": self._one_slip, "two": self._two_slips, "beginning": self._continued}[way]
            found = sorted(((one, self.counts[one]) for one in set(make(term))), key=lambda pair: (-pair[1], pair[0]))
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[way, term] = found
        return found

    def _one_slip(self, term: str) -> Iterator[str]:
        return (one for one in _slips(term) if one in self.counts)

    def _two_slips(self, term: str) -> Iterator[str]:
        letters = set(term)
        for word in self._beginning(term[:_LONG_START]):
            is_like = abs(len(word) - len(term)) <= MOST_SLIPS and len(letters ^ set(word)) <= 2 * MOST_SLIPS
            if is_like and word != term and distance(word, term, most=MOST_SLIPS) <= MOST_SLIPS:
                yield word

    def _continued(self, term: str) -> Iterator[str]:
        for one in _slips(term):
            yield from self._beginning(one)

    def _beginning(self, start: str) -> Iterator[str]:
        at = bisect_left(self.ordered, start)
        while at < len(self.ordered) and self.ordered[at].startswith(start):
            yield self.ordered[at]
            at += 1


class Lexicons:
    """The lexicon of what an engine holds."""

    def __init__(self) -> None:
        self._made: tuple[str, float, Lexicon] | None = None
        self._lock = Lock()

    def of(self, snapshot: Snapshot) -> Lexicon:
        with self._lock:
            if self._made is not None:
                generation, at, known = self._made
                is_large = len(known.counts) >= SMALL
                if generation == snapshot.generation or (is_large and time.monotonic() - at < FRESH_SECONDS):
                    return known
            lexicon = Lexicon.of(snapshot)
            self._made = (snapshot.generation, time.monotonic(), lexicon)
            return lexicon


def has_alphabet(term: str) -> bool:
    """Whether the letters are known that may stand instead of others."""
    return any(first <= term[0] <= last for first, last in _ALPHABETS)


def _letters(term: str) -> str:
    for first, last in _ALPHABETS:
        if first <= term[0] <= last:
            return "".join(chr(code) for code in range(ord(first), ord(last) + 1))
    return ""


def _slips(term: str) -> set[str]:
    letters = _letters(term)
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

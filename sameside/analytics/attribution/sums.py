"""Sums that add up: over cells of months and buckets, over partitions of outcomes, and over time.

A *cell* is one month of outcomes in one of 256 buckets of companies. What a model needs of the data is a sum over
outcomes in each cell; so partitions are added, a changed outcome is taken away and added again, a range of dates is a
choice of cells, and drawing buckets anew gives the interval of everything that is made of the sums.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution.journeys import Flags, Floats, Ints, Outcomes

BUCKETS = 256
_NARROW = 1 << 31
_DENSE = 1 << 22  # up to so many different words are counted in a table, more are sorted


def cells(outcomes: Outcomes) -> Ints:
    """The cell of each outcome, int64[n]."""
    return outcomes.month * BUCKETS + outcomes.bucket


@dataclass(frozen=True)
class Sums:
    """m distinct pairs of `cell` and `key`, int64[m], ascending, with `n` (count or credited count) and `value`
    (amount), float64[m].
    """

    cell: Ints
    key: Ints
    n: Floats
    value: Floats

    def __len__(self) -> int:
        return len(self.cell)

    def __add__(self, other: "Sums") -> "Sums":
        return _together(
            np.concatenate([self.cell, other.cell]),
            np.concatenate([self.key, other.key]),
            np.concatenate([self.n, other.n]),
            np.concatenate([self.value, other.value]),
        )

    def __neg__(self) -> "Sums":
        return Sums(self.cell, self.key, -self.n, -self.value)

    def __sub__(self, other: "Sums") -> "Sums":
        return self + -other

    def worth(self, cell: Ints, key: Ints, value: Floats) -> "Sums":
        """With `value` added at pairs of `cell` and `key` that are among its own."""
        if not len(self):
            return self
        more = collect(cell, key, np.zeros(len(cell)), value)
        width = int(self.key.max()) + 1
        place = np.searchsorted(self.cell * width + self.key, more.cell * width + more.key)
        valued = self.value.copy()
        valued[place] += more.value
        return Sums(self.cell, self.key, self.n, valued)

    def between(self, first: int, last: int) -> "Sums":
        """The cells of the months from `first` up to and including `last`."""
        low, high = np.searchsorted(self.cell, [first * BUCKETS, (last + 1) * BUCKETS])
        return Sums(self.cell[low:high], self.key[low:high], self.n[low:high], self.value[low:high])

    def renamed(self, code: Ints) -> "Sums":
        """With `code[key]` for each key."""
        return _together(self.cell, code[self.key], self.n, self.value)

    def renamed_to(self, code: Ints) -> "Sums":
        """With `code[i]` for the key of pair i; codes keep pairs distinct."""
        return Sums(self.cell, code, self.n, self.value)

    def by_key(self, keys: int) -> tuple[Floats, Floats]:
        """The sums of all cells: `n` and `value` of the keys 0 to `keys - 1`, float64[keys] each."""
        return (
            added(self.key, self.n, keys),
            added(self.key, self.value, keys),
        )

    def added(self) -> tuple[Ints, Floats, Floats]:
        """The sums of all cells: distinct `key`, int64[m], ascending, with `n` and `value`."""
        present, place = np.unique(self.key, return_inverse=True)
        return present, added(place, self.n, len(present)), added(place, self.value, len(present))


def nothing() -> Sums:
    ints, floats = np.empty(0, dtype=np.int64), np.empty(0)
    return Sums(ints, ints, floats, floats)


def total(parts: Sequence[Sums]) -> Sums:
    """The sum of all `parts`; nothing of none."""
    if not parts:
        return nothing()
    if len(parts) == 1:
        return parts[0]
    columns: list[Callable[[Sums], np.ndarray]] = [lambda p: p.cell, lambda p: p.key, lambda p: p.n, lambda p: p.value]
    cell, key, n, value = (np.concatenate([column(part) for part in parts]) for column in columns)
    return _together(cell, key, n, value)


@dataclass(frozen=True)
class Places:
    """Where pairs of `cell` and `key`, int64[m] in any order, are added up: found once for all that is added there."""

    word: Ints  # which pair each is, up to `size`
    there: Ints  # the pairs that occur, ascending
    size: int  # 0 where words are places among `there` already
    low: int
    width: int

    def added(self, n: Floats, value: Floats) -> Sums:
        if self.size:
            n, value = (added(self.word, parts, self.size)[self.there] for parts in (n, value))
        else:
            n, value = (added(self.word, parts, len(self.there)) for parts in (n, value))
        cell, key = _split(self.there, self.width)
        return Sums(cell + self.low, key, n, value)


def places(cell: Ints, key: Ints) -> Places:
    if not len(cell):
        return Places(cell, cell, 0, 0, 1)
    low = int(cell.min())
    width = int(key.max()) + 1
    word = (cell - low) * width + key
    size = (int(cell.max()) - low + 1) * width
    if size <= _DENSE:
        seen = np.zeros(size, dtype=bool)
        seen[word] = True
        return Places(word, np.flatnonzero(seen), size, low, width)
    order = np.argsort(word)
    word = word[order]
    new = np.concatenate([[True], word[1:] != word[:-1]])
    place = np.empty_like(order)
    place[order] = np.cumsum(new) - 1
    return Places(place, word[new], 0, low, width)


def collect(cell: Ints, key: Ints, n: Floats, value: Floats) -> Sums:
    """Add up `n` and `value` over equal pairs of `cell` and `key`; arrays of one length, in any order."""
    return places(cell, key).added(n, value)


def count(cell: Ints, key: Ints) -> Sums:
    """How often each pair of `cell` and `key` occurs, without a value."""
    if not len(cell):
        return nothing()
    low = int(cell.min())
    width = int(key.max()) + 1
    size = (int(cell.max()) - low + 1) * width
    word = (cell - low) * width + key
    if size <= _DENSE:
        counts = np.bincount(word, minlength=size)
        found = np.flatnonzero(counts)
        n = counts[found].astype(np.float64)
    else:
        if size <= _NARROW:
            word = word.astype(np.int32)  # sorted in half the time
        word.sort()
        start = starts(word)
        found = word[start]
        n = np.diff(np.concatenate([start, [len(word)]])).astype(np.float64)
    cells, keys = _split(found, width)
    return Sums(cells + low, keys, n, np.zeros(len(n)))


def added(word: Ints, parts: Floats, size: int) -> Floats:
    """The sum of the `parts` of each word below `size`."""
    added: Floats = np.bincount(word, weights=parts, minlength=size).astype(np.float64, copy=False)
    return added


def _split(word: Ints, width: int) -> tuple[Ints, Ints]:
    """The quotients and the remainders: without a second division, which costs four times the product."""
    quotient = word // width
    return quotient.astype(np.int64), (word - quotient * width).astype(np.int64)


def starts(word: Ints) -> Ints:
    """Where another of the words begins, which are in order and not none."""
    new: Flags = word[1:] != word[:-1]
    return np.concatenate([[0], np.flatnonzero(new) + 1])


def _together(cell: Ints, key: Ints, n: Floats, value: Floats) -> Sums:
    if not len(cell):
        return nothing()
    width = int(key.max()) + 1
    word = cell * width + key
    order = np.argsort(word, kind="stable")
    word = word[order]
    start = starts(word)
    found = word[start]
    sums = Sums(*_split(found, width), np.add.reduceat(n[order], start), np.add.reduceat(value[order], start))
    left = (sums.n != 0) | (sums.value != 0)
    return sums if left.all() else Sums(sums.cell[left], sums.key[left], sums.n[left], sums.value[left])

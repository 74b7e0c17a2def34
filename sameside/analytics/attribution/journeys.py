"""Journeys: the touches of each outcome in order of time, as slices of three parallel arrays.

An engine hands over one row for each pair of an outcome and a touch in its look-back, in any order: the outcome's code,
the touch's age (seconds before the outcome) and the code of its key. The three are packed into one 64-bit word, oldest
first, and sorted by NumPy: a fifth of the cost of sorting rows in an engine, and every model afterwards is arithmetic
on slices.

Touches within one second count in the order of their `sequence` where that is known, and of their keys' codes where it
is not or is the same; codes follow the keys' own order. So a result does not depend on the order in which rows arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

UNKNOWN = -1
"""The age of what is not known to have happened."""


@dataclass(frozen=True)
class Outcomes:
    """n outcomes, those without any touch too: `won` bool[n], `amount` float64[n] (0 where not won), `month` int64[n]
    (months since January 1970), `bucket` int64[n] (0 to 255, by hash of the company), and how long before the outcome
    the lead and the opportunity were made, int64[n] seconds, `UNKNOWN` where nobody knows.
    """

    won: Flags
    amount: Floats
    month: Ints
    bucket: Ints
    lead_age: Ints
    opportunity_age: Ints

    def __len__(self) -> int:
        return len(self.won)

    def take(self, chosen: Flags | Ints) -> "Outcomes":
        return Outcomes(
            self.won[chosen],
            self.amount[chosen],
            self.month[chosen],
            self.bucket[chosen],
            self.lead_age[chosen],
            self.opportunity_age[chosen],
        )


@dataclass(frozen=True)
class Journeys:
    """`age` int64[t] and `key` int64[t] of t touches, oldest first within each journey; journey j is the slice
    `start[j]:start[j] + length[j]` and belongs to outcome `outcome[j]`, int64[j] each, ascending. `direct` bool[t]
    where it was asked for. Journeys hold at least one touch.
    """

    outcomes: Outcomes
    keys: Sequence[str]
    age: Ints
    key: Ints
    start: Ints
    length: Ints
    outcome: Ints
    direct: Flags | None = None

    def __len__(self) -> int:
        return len(self.outcome)

    @cached_property
    def of_touch(self) -> Ints:
        """The journey of each touch, int64[t]."""
        return np.repeat(np.arange(len(self)), self.length)

    @cached_property
    def place(self) -> Ints:
        """How many touches of its journey lie before each touch, int64[t]."""
        return np.arange(len(self.key)) - np.repeat(self.start, self.length)

    @cached_property
    def distinct(self) -> tuple[Ints, Ints, Ints]:
        """(journey, key, how many touches), int64[p] each, one row for each key of each journey, ascending."""
        words = self.of_touch * len(self.keys) + self.key
        words.sort()
        if not len(words):
            return words, words, words
        start = np.concatenate([[0], np.flatnonzero(words[1:] != words[:-1]) + 1])
        journey = self.of_touch[start]  # sorting moves no touch out of its journey
        return journey, words[start] - journey * len(self.keys), np.diff(np.concatenate([start, [len(words)]]))

    @cached_property
    def untouched(self) -> Flags:
        """bool[n]: the outcomes before which there was no touch."""
        alone = np.ones(len(self.outcomes), dtype=bool)
        alone[self.outcome] = False
        return alone

    def won(self) -> "Journeys":
        """The journeys of outcomes that succeeded; their outcomes stay those of all."""
        return self.take(self.outcomes.won[self.outcome])

    def take(self, chosen: Flags) -> "Journeys":
        """The `chosen` journeys, bool[j]."""
        if chosen.all():
            return self
        inside = np.repeat(chosen, self.length)
        length = self.length[chosen]
        return Journeys(
            self.outcomes,
            self.keys,
            self.age[inside],
            self.key[inside],
            np.cumsum(length) - length,
            length,
            self.outcome[chosen],
            None if self.direct is None else self.direct[inside],
        )


class TooLarge(ValueError):
    """The outcomes, ages and keys of one partition do not fit into 64 bits."""


def order(
    outcomes: Outcomes,
    keys: Sequence[str],
    outcome: Ints,
    age: Ints,
    key: Ints,
    direct: Flags | None = None,
    sequence: Ints | None = None,
) -> Journeys:
    """Sort touches into journeys: `outcome` (code), `age` (seconds, from 0), `key` (code) and `sequence`, int64[t] or
    narrower, in any order.

    Raises ValueError where a code or an age is out of range, TooLarge where 64 bits do not hold the three of them.
    """
    if not len(outcome) == len(age) == len(key):
        raise ValueError("The columns of the touches differ in length.")
    empty = np.empty(0, dtype=np.int64)
    if not len(outcome):
        return Journeys(
            outcomes, keys, empty, empty, empty, empty, empty, None if direct is None else empty.astype(bool)
        )
    for name, column, below in (("outcome", outcome, len(outcomes)), ("key", key, len(keys)), ("age", age, None)):
        if column.min() < 0 or (below is not None and column.max() >= below):
            raise ValueError(f"A touch has an {name} out of range.")
    flag = 0 if direct is None else 1
    oldest = int(age.max())
    key_bits = (len(keys) - 1).bit_length() + flag
    age_bits = oldest.bit_length()
    if (len(outcomes) - 1).bit_length() + age_bits + key_bits > 64:
        raise TooLarge("Outcomes, ages and keys do not fit into 64 bits: use more partitions.")
    words = _packed(outcome, oldest - age, key if direct is None else key * 2 + direct, age_bits, key_bits)
    if sequence is None:
        words.sort()
    else:
        words = _in_sequence(words, sequence, key_bits)
    low = (words & np.uint64((1 << key_bits) - 1)).astype(np.int64)
    words >>= np.uint64(key_bits)
    ages = oldest - (words & np.uint64((1 << age_bits) - 1)).astype(np.int64)
    words >>= np.uint64(age_bits)
    start = np.concatenate([[0], np.flatnonzero(words[1:] != words[:-1]) + 1])
    length = np.diff(np.concatenate([start, [len(words)]]))
    of = words[start].astype(np.int64)
    flags = None if direct is None else (low & 1).astype(bool)
    return Journeys(outcomes, keys, ages, low >> flag, start, length, of, flags)


def _packed(outcome: Ints, older: Ints, low: Ints, age_bits: int, key_bits: int) -> NDArray[np.uint64]:
    words = outcome.astype(np.uint64)
    words <<= np.uint64(age_bits)
    words |= older.astype(np.uint64)
    words <<= np.uint64(key_bits)
    words |= low.astype(np.uint64)
    return words


def _in_sequence(words: NDArray[np.uint64], sequence: Ints, key_bits: int) -> NDArray[np.uint64]:
    """`words` sorted, those of one outcome and second by `sequence` first: only these are sorted twice."""
    order = np.argsort(words)
    words = words[order]
    moment = words >> np.uint64(key_bits)
    same = moment[1:] == moment[:-1]
    tied = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same]))
    words[tied] = words[tied][np.lexsort((words[tied], sequence[order[tied]], moment[tied]))]
    return words

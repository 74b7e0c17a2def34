"""Credit of deals to the touches that came before them: the first, the last, or all of them alike.

A *journey* is what a deal's company had with us in the look-back window: every touch from `months` calendar months
before the deal's end up to and including that end, to the second. The end is when the deal was closed; of an open deal
it is the day of the report. Touches belong to the company, not to the deal: two deals of one company share a touch.

Every dimension (channel, campaign, asset) is a key of the same touches. A touch that has no key in a dimension, such as
a call in the dimension of campaigns, still takes its place in the journey and earns its credit for the key `NO_KEY`; a
deal without any touch is credited to `NO_TOUCH`. So the shares of each deal sum to 1 in each dimension, and a campaign
never earns what a call did.

How it is computed: touches are sorted once by (company, second), packed into one 64-bit word; each journey is then a
slice found by bisection, its first and last touch are the slice's ends, and linear credit is a sort of (deal, key)
words followed by counting runs. Nothing is done per deal, and a further look-back or dimension reuses the sort.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_KEY = -1
NO_TOUCH = -2
_SECONDS = 34  # bits: 544 years
_LATEST = (1 << _SECONDS) - 1
_COMPANIES = 1 << (64 - _SECONDS)


@dataclass(frozen=True)
class Touches:
    """`company` (0 to 2^30 - 1) and `at` (whole seconds since 1970, UTC; not before 1970) of n touches, as int64[n].

    `keys` has int64[n] codes, 0 or higher, by dimension; `NO_KEY` where a touch has none. Touches of one company within
    the same second count in the order of the rows.
    """

    company: Ints
    at: Ints
    keys: Mapping[str, Ints]

    def __post_init__(self) -> None:
        if any(len(column) != len(self.company) for column in (self.at, *self.keys.values())):
            raise ValueError("The columns of the touches differ in length.")
        if len(self.at) and not (self.at.min() >= 0 and self.at.max() < _LATEST):
            raise ValueError("A touch lies before 1970 or too far in the future.")
        if len(self.at) and not (self.company.min() >= 0 and self.company.max() < _COMPANIES):
            raise ValueError("The companies of the touches are not numbers from 0 to 2^30 - 1.")


@dataclass(frozen=True)
class Outcomes:
    """`company` (`NO_KEY` when unknown) and `end` (whole seconds since 1970, UTC) of d deals, as int64[d]."""

    company: Ints
    end: Ints

    def __post_init__(self) -> None:
        if len(self.company) != len(self.end):
            raise ValueError("The columns of the outcomes differ in length.")
        if len(self.end) and not (self.end.min() >= 0 and self.end.max() < _LATEST):
            raise ValueError("A deal ends before 1970 or too far in the future.")


@dataclass(frozen=True)
class Journeys:
    """Touches in the order of (company, time): journey i is `order[low[i]:high[i]]`, int64 indices into the touches."""

    touches: Touches
    order: Ints
    low: Ints
    high: Ints


@dataclass(frozen=True)
class Credits:
    """Row by row: `share` (float64, above 0 to 1) of the deal (position in the outcomes) that `key` earned.

    Sorted by deal, then key; a pair (deal, key) occurs once; the shares of each deal sum to 1 within 1e-9.
    """

    deal: Ints
    key: Ints
    share: Floats

    def __len__(self) -> int:
        return len(self.deal)


def months_before(end: Ints, months: int) -> Ints:
    """The second `months` calendar months before each of `end` (seconds, UTC); the 31st falls on a month's last day."""
    if months < 1:
        raise ValueError("A look-back is at least one month.")
    moment = end.astype("datetime64[s]")
    month = moment.astype("datetime64[M]")
    inside = (moment - month.astype("datetime64[s]")).astype(np.int64)
    target = month - months
    length = ((target + 1).astype("datetime64[s]") - target.astype("datetime64[s]")).astype(np.int64)
    day, second = inside // 86_400, inside % 86_400
    day = np.minimum(day, length // 86_400 - 1)
    start: Ints = target.astype("datetime64[s]").astype(np.int64) + day * 86_400 + second
    return np.maximum(start, 0)


def _pack(company: Ints, at: Ints) -> NDArray[np.uint64]:
    return (company.astype(np.uint64) << np.uint64(_SECONDS)) | at.astype(np.uint64)


class Sorted:
    """Touches in the order of (company, second): the part of the work that every look-back shares."""

    def __init__(self, touches: Touches) -> None:
        self.touches = touches
        self.words = _pack(touches.company, touches.at)
        self.order: Ints = np.arange(len(self.words))
        if not bool((self.words[1:] >= self.words[:-1]).all()):
            self._sort()

    def _sort(self) -> None:
        """An unstable sort, then equal words put back in the order of the rows: a fifth of the cost of a stable one."""
        order = np.argsort(self.words)
        self.words = self.words[order]
        same = self.words[1:] == self.words[:-1]
        tied = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same]))
        order[tied] = order[tied][np.lexsort((order[tied], self.words[tied]))]
        self.order = order

    def journeys(self, outcomes: Outcomes, months: int) -> Journeys:
        """The journey of each deal for a look-back of `months`; empty for a deal whose company has no touch."""
        known = (outcomes.company >= 0) & (outcomes.company < _COMPANIES)
        low = np.zeros(len(outcomes.end), dtype=np.int64)
        high = np.zeros(len(outcomes.end), dtype=np.int64)
        company, end = outcomes.company[known], outcomes.end[known]
        low[known] = np.searchsorted(self.words, _pack(company, months_before(end, months)), side="left")
        high[known] = np.searchsorted(self.words, _pack(company, end), side="right")
        return Journeys(self.touches, self.order, low, high)


def _single(journeys: Journeys, dimension: str, at: Ints) -> Credits:
    """The whole credit to the touch at position `at` of the order, where there is one."""
    deals = len(journeys.low)
    key = np.full(deals, NO_TOUCH, dtype=np.int64)
    touched = journeys.high > journeys.low
    key[touched] = journeys.touches.keys[dimension][journeys.order[at[touched]]]
    return Credits(np.arange(deals), key, np.ones(deals))


def first(journeys: Journeys, dimension: str) -> Credits:
    """The whole deal to the earliest touch of its journey; of several within that second, to the first row."""
    return _single(journeys, dimension, journeys.low)


def last(journeys: Journeys, dimension: str) -> Credits:
    """The whole deal to the latest touch of its journey; of several within that second, to the last row."""
    return _single(journeys, dimension, journeys.high - 1)


def linear(journeys: Journeys, dimension: str) -> Credits:
    """The deal in equal parts to all touches of its journey: k of n touches with a key earn it k / n."""
    length = journeys.high - journeys.low
    touched = np.flatnonzero(length)
    deal = np.repeat(touched, length[touched])
    begins = np.cumsum(length[touched]) - length[touched]
    inside = np.arange(len(deal)) - np.repeat(begins, length[touched])
    key = journeys.touches.keys[dimension][journeys.order[np.repeat(journeys.low[touched], length[touched]) + inside]]
    untouched = np.flatnonzero(length == 0)
    deals, keys, counts = _count(
        np.concatenate([deal, untouched]), np.concatenate([key, np.full_like(untouched, NO_TOUCH)])
    )
    return Credits(deals, keys, counts / np.maximum(length[deals], 1))


def _count(deal: Ints, key: Ints) -> tuple[Ints, Ints, Ints]:
    """The distinct pairs in order, and how often each occurs, by one sort of packed words."""
    bits = np.uint64(int(key.max(initial=0) - NO_TOUCH).bit_length())
    words = (deal.astype(np.uint64) << bits) | (key - NO_TOUCH).astype(np.uint64)
    words.sort()
    starts = np.flatnonzero(np.concatenate([[True], words[1:] != words[:-1]])) if len(words) else np.empty(0, np.int64)
    counts = np.diff(np.concatenate([starts, [len(words)]]))
    distinct = words[starts]
    keys = (distinct & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64) + NO_TOUCH
    return (distinct >> bits).astype(np.int64), keys, counts


_LOST = 2.0**-44  # of a total: what the rounding of a sum of 64-bit floats may lose, with room


def apportion(parts: Sequence[float], total: int) -> list[int]:
    """`parts` as whole numbers (cents) whose sum is `total`, by largest remainders; ties go to the earlier part.

    The parts must sum to `total` within half a unit for each part, as the shares of a sum do; else ValueError. Beyond
    2^53 floating-point numbers do not hold single units any more: what they lost goes to the largest part.
    Source: A. Hamilton's method, in M. Balinski and H. P. Young, "Fair Representation" (1982).
    """
    whole = [math.floor(part) for part in parts]
    missing = total - sum(whole)
    beyond = missing - min(max(missing, 0), len(parts))
    if parts and 0 < abs(beyond) <= abs(total) * _LOST:
        whole[max(range(len(parts)), key=lambda i: abs(parts[i]))] += beyond
        missing -= beyond
    if not 0 <= missing <= len(parts):
        raise ValueError(f"The parts sum to {sum(parts)}, not to {total}.")
    by_remainder = sorted(range(len(parts)), key=lambda i: whole[i] - parts[i])
    for i in by_remainder[:missing]:
        whole[i] += 1
    return whole


Model = Callable[[Journeys, str], Credits]
MODELS: Mapping[str, Model] = {"first": first, "last": last, "linear": linear}

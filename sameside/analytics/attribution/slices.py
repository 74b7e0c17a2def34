"""Journeys of touches that are in memory already: slices of one sort, found by bisection.

Touches are sorted once by (company, second), packed into one 64-bit word. The journey of an outcome is then a slice of
them, from `months` calendar months before its end up to and including that end, to the second. A further look-back
or dimension reuses the sort. Touches of one company within one second count in the order of the rows, in every
dimension alike.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sameside.analytics.attribution import rules, shapley
from sameside.analytics.attribution.journeys import Floats, Ints, Journeys, Outcomes
from sameside.analytics.attribution.spec import Spec

_SECONDS = 34  # bits: 544 years
_LATEST = (1 << _SECONDS) - 1
_COMPANIES = 1 << (64 - _SECONDS)


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


class Sorted:
    """Touches in the order of (company, second): the part of the work that every look-back and dimension shares.

    `company` (0 to 2^30 - 1) and `at` (whole seconds since 1970, UTC) are int64[n]. Raises ValueError out of range.
    """

    def __init__(self, company: Ints, at: Ints) -> None:
        if len(company) != len(at):
            raise ValueError("The columns of the touches differ in length.")
        if len(at) and not (at.min() >= 0 and at.max() < _LATEST):
            raise ValueError("A touch lies before 1970 or too far in the future.")
        if len(at) and not (company.min() >= 0 and company.max() < _COMPANIES):
            raise ValueError("The companies of the touches are not numbers from 0 to 2^30 - 1.")
        self.words = _packed(company, at)
        self.order: Ints = np.arange(len(self.words))
        if not bool((self.words[1:] >= self.words[:-1]).all()):
            self._sort()
        self.at = at[self.order]

    def _sort(self) -> None:
        """An unstable sort, then equal words put back in the order of the rows: a fifth of the cost of a stable one."""
        order = np.argsort(self.words)
        self.words = self.words[order]
        same = self.words[1:] == self.words[:-1]
        tied = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same]))
        order[tied] = order[tied][np.lexsort((order[tied], self.words[tied]))]
        self.order = order

    def journeys(self, outcomes: Outcomes, company: Ints, end: Ints, months: int) -> Journeys:
        """The journeys of `outcomes`, whose `company` (-1 when unknown) and `end` (second) are int64[n].

        The key of a touch is its row; `keyed` puts the keys of a dimension in its place.
        """
        known = (company >= 0) & (company < _COMPANIES)
        low, high = np.zeros((2, len(end)), dtype=np.int64)
        start = months_before(end[known], months)
        low[known] = np.searchsorted(self.words, _packed(company[known], start), side="left")
        high[known] = np.searchsorted(self.words, _packed(company[known], end[known]), side="right")
        outcome = np.flatnonzero(high > low)
        length = (high - low)[outcome]
        begin = np.cumsum(length) - length
        place = np.arange(int(length.sum())) - np.repeat(begin - low[outcome], length)
        age = np.repeat(end[outcome], length) - self.at[place]
        return Journeys(outcomes, (), age, self.order[place], begin, length, outcome)


def keyed(journeys: Journeys, names: tuple[str, ...], code: Ints) -> Journeys:
    """`journeys` whose touches earn for `names[code[row]]`."""
    return replace(journeys, keys=names, key=code[journeys.key])


def _packed(company: Ints, at: Ints) -> NDArray[np.uint64]:
    return (company.astype(np.uint64) << np.uint64(_SECONDS)) | at.astype(np.uint64)


def _added(place: Ints, weights: Floats, size: int) -> Floats:
    summed: Floats = np.bincount(place, weights=weights, minlength=size).astype(np.float64, copy=False)
    return summed


@dataclass(frozen=True)
class Shares:
    """p distinct pairs of `outcome` and `key`, int64[p], and what each model credits to them, float64[p] each.

    The shares of each outcome with a touch sum to 1 under every model.
    """

    outcome: Ints
    key: Ints
    by_model: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.outcome)


def weights(journeys: Journeys, spec: Spec) -> dict[str, Floats]:
    """The weight of each touch under every rule of `spec.models`: the same in all dimensions."""
    if not len(journeys):
        return {model: np.empty(0) for model in spec.models if model in rules.RULES}
    return {model: rules.RULES[model](journeys, spec) for model in spec.models if model in rules.RULES}


def shares(journeys: Journeys, weighed: dict[str, Floats]) -> Shares:
    """What the keys of each journey earn: by the touches' weights, and by Shapley's value."""
    width = max(len(journeys.keys), 1)
    words = journeys.of_touch * width + journeys.key
    distinct, pair = np.unique(words, return_inverse=True)
    journey = distinct // width
    by_model = {model: _added(pair, one, len(distinct)) for model, one in weighed.items()}
    by_model["shapley"] = shapley.shares(journeys)[2]
    return Shares(journeys.outcome[journey], distinct % width, by_model)

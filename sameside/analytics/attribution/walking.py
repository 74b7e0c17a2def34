"""What a chain that remembers two to four touches loses without each key, and what each bucket adds to that.

Of ten thousand states and more a factorisation fills up. So the visits to all states are summed step by step, one
column for each removed key, until what still walks cannot change a figure by more than 1e-12: the bound is exact,
because nobody who walks can succeed more than once.

The parts of buckets are derivatives, as in resampling.py. Without key k let W_s of the visits to state s be left, and
let them succeed with X_s. A step from s to t, taken once more, then adds W_s (X_t - X_s) to what succeeds without k; a
journey more that begins in t adds X_t. W is what was walked; X is walked backwards, from the success of the whole
chain, until a round changes what journeys meet by less than a thousandth. The parts sum to what is lost whatever X is.

Where the chain tells G of 256 buckets apart, their parts stand for all: they are spread around the mean by
sqrt(256 / (G - 1)), which is what so many buckets drawn anew would spread.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sameside.analytics.attribution.journeys import Flags, Floats, Ints
from sameside.analytics.attribution.markov import Inexact, Removal
from sameside.analytics.attribution.memory import FIRST, LOST, WON, Chain
from sameside.analytics.attribution.resampling import Parts
from sameside.analytics.attribution.sums import BUCKETS, Sums, added

_LEFT, _NEAR = 1e-12, 1e-3
_WALKS = 100_000
_TABLE = 1 << 22
_CELLS = 1 << 23  # states or steps of all keys that walk together


def removal(of: Sums, chain: Chain) -> Removal:
    """The removal effects of all keys of a chain of order 2 and above. Raises Inexact where the chain's success is not
    the observed rate.
    """
    return _lost(_Table.of(of, chain), None)


def parts(of: Sums, chain: Chain) -> tuple[Removal, Parts]:
    """The same, and what each bucket adds to what is lost: of as many buckets as the `chain` tells apart."""
    table = _Table.of(of, chain)
    buckets = _Buckets(of, table)
    effects = _lost(table, buckets)
    return effects, buckets.parts(effects)


@dataclass(frozen=True)
class _Table:
    """The e distinct steps of a chain: `n` and `value` of each, float64[e], and the rows of the states that it leads
    from and to (`start`, `end`, int64[e]). Row s is state `states[s]`; after all states come the rows of the beginning,
    of success and of the end without. `place` has the step of each pair of the sums.
    """

    chain: Chain
    place: Ints
    n: Floats
    value: Floats
    states: Ints
    start: Ints
    end: Ints

    @classmethod
    def of(cls, of: Sums, chain: Chain) -> "_Table":
        base = len(chain.keys) + FIRST
        present, place = _distinct(of.key)
        n, value = (added(place, one, len(present)) for one in (of.n, of.value))
        last, before, after = present % base, present // base, present % base**chain.order
        won, lost = last == WON, last == LOST
        began = (present < base**chain.order) & ~won & ~lost
        states = np.unique(before[~began])
        size = len(states)
        start = np.where(began, size, np.searchsorted(states, before))
        end = np.select([won, lost], [np.full_like(start, size + 1), np.full_like(start, size + 2)], after)
        inner = ~won & ~lost
        end[inner] = np.searchsorted(states, after[inner])
        return cls(chain, place, n, value, states, start, end)

    @property
    def size(self) -> int:
        return len(self.states)

    @property
    def began(self) -> Flags:
        began: Flags = self.start == self.size
        return began

    @property
    def won(self) -> Flags:
        won: Flags = self.end == self.size + 1
        return won

    def stays(self, removed: range) -> Floats:
        """1 where a state exists without a key, else 0: float64[states, removed]."""
        base = len(self.chain.keys) + FIRST
        stays = np.ones((self.size, len(removed)))
        for back in range(self.chain.order):
            key = self.states // base**back % base - FIRST
            gone = np.flatnonzero((key >= removed.start) & (key < removed.stop))
            stays[gone, key[gone] - removed.start] = 0.0
        return stays


def _distinct(key: Ints) -> tuple[Ints, Ints]:
    """As np.unique with its inverse; numbers that are small enough for a table of all of them are not sorted."""
    if not len(key) or int(key.max()) >= _TABLE:
        return np.unique(key, return_inverse=True)
    seen = np.zeros(int(key.max()) + 1, dtype=bool)
    seen[key] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[key]


def _lost(table: _Table, buckets: "_Buckets | None") -> Removal:
    """The removal effects; `buckets` are told what is walked."""
    from scipy.sparse import csr_array

    keys, size, began = len(table.chain.keys), table.size, table.began
    journeys, succeeded = table.n[began].sum(), table.n[table.won].sum()
    if not journeys or not succeeded:
        return Removal(np.zeros(keys), np.zeros(keys), np.zeros(()))
    out = added(table.start[~began], table.n[~began], size)
    inner = ~began & (table.end < size)
    row, column = table.start[inner], table.end[inner]
    onward = csr_array((table.n[inner] / out[row], (column, row)), shape=(size, size))
    reward = np.zeros((size, 2))
    wins = table.start[table.won]
    reward[wins] = np.stack([table.n[table.won], table.value[table.won]], axis=1) / out[wins, None]
    begin = added(table.end[began], table.n[began], size) / journeys
    rate, mean = _visits(onward, begin, np.ones((size, 1)))[:, 0] @ reward
    if abs(rate - succeeded / journeys) > 1e-9:
        raise Inexact(f"The chain succeeds at {rate}, observed is {succeeded / journeys}.")
    if buckets is not None:
        buckets.solve(onward.T.tocsr(), reward, out, journeys)
    together = max(1, _CELLS // max(size, 1 if buckets is None else len(table.n)))
    worth = np.empty((keys, 2))
    for low in range(0, keys, together):
        removed = range(low, min(low + together, keys))
        stays = table.stays(removed)
        visits = _visits(onward, begin, stays)
        worth[low : removed.stop] = np.where(stays.min(axis=0)[:, None], (rate, mean), visits.T @ reward)
        if buckets is not None:
            buckets.add(removed, stays, visits)
    value_effects = 1 - worth[:, 1] / mean if mean else np.zeros(keys)
    return Removal(1 - worth[:, 0] / rate, value_effects, np.asarray(rate))


def _visits(onward: Any, begin: Floats, stays: Floats) -> Floats:
    """Visits to each state by one journey where some states do not exist, a column for each of `stays`."""
    walking = begin[:, None] * stays
    visits = walking.copy()
    for _ in range(_WALKS):
        if walking.sum(axis=0).max() < _LEFT:
            return visits
        walking = (onward @ walking) * stays
        visits += walking
    raise Inexact("Journeys are too long for the chain to be walked to their ends.")


class _Buckets:
    """Adds up, key after key, what each of b buckets adds to what is lost."""

    def __init__(self, of: Sums, table: _Table) -> None:
        from scipy.sparse import csr_array

        self.table, self.number = table, table.chain.apart
        bucket = of.cell & (BUCKETS - 1)
        here = np.flatnonzero(bucket < self.number)
        bucket, place = bucket[here], table.place[here]
        won = np.flatnonzero(table.won[place])
        ended, value = bucket[won], of.value[here[won]]
        self.steps = csr_array((of.n[here], (bucket, place)), shape=(self.number, len(table.n)))
        self.amounts = csr_array((value, (ended, table.start[place[won]])), shape=(self.number, table.size))
        self.won = added(ended, of.n[here[won]], self.number)
        self.worth = added(ended, value, self.number)
        self.lost = np.zeros((2, self.number, len(table.chain.keys)))

    def solve(self, back: Any, reward: Floats, out: Floats, journeys: float) -> None:
        """Success from each state of the whole chain; `back` leads from a step's end to its start."""
        self.back, self.reward, self.out, self.journeys = back, reward, out, journeys
        self.success = self._walked_back(reward, np.ones((len(out), 2)), reward)

    def _walked_back(self, success: Floats, stays: Floats, reward: Floats) -> Floats:
        """`success` as a first guess, made better."""
        for _ in range(_WALKS):
            better = (self.back @ success + reward) * stays
            met = self.out @ np.abs(better)
            near = self.out @ np.abs(better - success) <= _NEAR * met
            success = better
            if near.all():
                return success
        raise Inexact("Journeys are too long for the chain to be walked to their ends.")

    def add(self, removed: range, stays: Floats, visits: Floats) -> None:
        keys, table = len(removed), self.table
        both = np.tile(stays, 2)
        reward = np.repeat(self.reward, keys, axis=1)
        success = self._walked_back(np.repeat(self.success, keys, axis=1) * both, both, reward)
        passing = visits * (self.journeys / self.out)[:, None]
        began = np.append(passing, np.ones((1, keys)), axis=0)[table.start]
        for which in range(2):
            x = success[:, which * keys : (which + 1) * keys]
            ends = np.append(x, np.outer([0.0, 1.0 - which, 0.0], np.ones(keys)), axis=0)
            changed = ends[table.end]
            changed -= ends[table.start]
            changed *= began
            left = self.steps @ changed
            if which:
                left += self.amounts @ passing
            there = (self.won, self.worth)[which][:, None]
            self.lost[which][:, removed.start : removed.stop] = there - left

    def parts(self, effects: Removal) -> Parts:
        """Spread as all buckets would be where not all are told apart."""
        of = (*self.lost, self.won, self.worth)
        if self.number == BUCKETS:
            return Parts(*of)
        won, worth = self.table.n[self.table.won].sum(), self.table.value[self.table.won].sum()
        wider = np.sqrt(BUCKETS / (self.number - 1))
        whole = (effects.won * won, effects.value * worth, won, worth)
        return Parts(
            *(total / self.number + wider * (one - one.mean(axis=0)) for one, total in zip(of, whole, strict=True))
        )

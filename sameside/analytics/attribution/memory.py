"""A Markov chain that remembers one to four touches, and which keys it tells apart.

Of order 2 and above a state is a run of `order` touches that follow one another, a journey shorter than that is one
short state; a state that equals the one before it is the same visit. Removing a key deletes every state that it is part
of. Of ten thousand states and more a factorisation fills up, so the visits to all states are summed step by step, one
column for each removed key, until what still walks cannot change a figure by more than 1e-12: the bound is exact,
because nobody who walks can succeed more than once.

A step is one number: its touches as digits, the oldest first, above them nothing and below them a touch, success or the
end without. So steps are sums as any others: they add up over partitions and are cut by month. They are not kept by
bucket, because nearly every journey has steps of its own: there is no interval.

Keys beyond the most frequent are taken together as OTHER, and the result says how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sameside.analytics.attribution import markov, sums
from sameside.analytics.attribution.journeys import Floats, Ints, Journeys
from sameside.analytics.attribution.markov import Inexact, Removal
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.sums import BUCKETS, Sums

OTHER = "(taken together)"
MOST = 2_000
"""So many keys are told apart by a chain of order 1: its table is dense."""
_WON, _LOST, _FIRST = 1, 2, 3  # digits; 0 is what lies before the start, keys begin at 3
_CODES = 1 << 44  # above that a cell and a step do not fit into one word
_LEFT = 1e-12
_WALKS = 100_000
_CELLS = 1 << 23  # states of all keys that walk together


@dataclass(frozen=True)
class Chain:
    """`keys` that are told apart, the last of them OTHER where `lumped` keys are taken together; `code[key]`, int64, of
    every key of the journeys.
    """

    order: int
    keys: Sequence[str]
    code: Ints
    lumped: int

    def same_as(self, other: "Chain") -> bool:
        mine, others = (self.order, list(self.keys), self.lumped), (other.order, list(other.keys), other.lumped)
        return mine == others and np.array_equal(self.code, other.code)


def whole(keys: Sequence[str], order: int = 1) -> Chain:
    """The chain that tells all keys apart."""
    return Chain(order, keys, np.arange(len(keys)), 0)


def limit(spec: Spec) -> int:
    """How many keys the chain of `spec` tells apart at most."""
    if spec.order == 1:
        return MOST
    return min(spec.most_keys, int(_CODES ** (1 / (spec.order + 1))) - _FIRST)


def lump(keys: Sequence[str], counts: Ints, most: int, order: int = 1) -> Chain:
    """Take all but the `most - 1` keys with the highest `counts` together; all stay where there are no more than
    `most`.

    Of equal counts the earlier key stays. Raises ValueError for less than 2.
    """
    if most < 2:
        raise ValueError("At least two keys are told apart.")
    if len(keys) <= most:
        return whole(keys, order)
    kept = np.sort(np.argsort(-counts, kind="stable")[: most - 1])
    code = np.full(len(keys), most - 1, dtype=np.int64)
    code[kept] = np.arange(most - 1)
    return Chain(order, [*(keys[i] for i in kept.tolist()), OTHER], code, len(keys) - most + 1)


def steps(journeys: Journeys, chain: Chain) -> Sums:
    """The steps of `journeys` by cell: as `markov.steps` of order 1, else by their digits and by month alone."""
    if chain.lumped:
        journeys = replace(journeys, keys=chain.keys, key=chain.code[journeys.key])
    if chain.order == 1:
        return markov.steps(journeys)
    order, base = chain.order, len(chain.keys) + _FIRST
    digit = journeys.key + _FIRST
    code = np.zeros(len(digit), dtype=np.int64)
    for back in range(order):
        there = journeys.place >= back
        code[there] += np.roll(digit, back)[there] * base**back
    ends = journeys.start + journeys.length - 1
    state = journeys.place >= order - 1
    state[ends] = True
    begins = np.zeros(len(digit), dtype=bool)
    begins[np.where(journeys.length >= order, journeys.start + order - 1, ends)] = True
    previous = np.roll(code, 1)
    moved = state & (begins | (code != previous))
    onward = np.where(begins, code, previous * base + digit)[moved]
    won = journeys.outcomes.won[journeys.outcome]
    amount = np.where(won, journeys.outcomes.amount[journeys.outcome], 0.0)
    cell = (sums.cells(journeys.outcomes) // BUCKETS * BUCKETS)[journeys.outcome]
    ended = code[ends] * base + np.where(won, _WON, _LOST)
    inner = sums.count(np.repeat(cell, journeys.length)[moved], onward)
    return inner + sums.collect(cell, ended, np.ones(len(ends)), amount)


def recoded(of: Sums, chain: Chain, code: Ints, keys: int) -> Sums:
    """The steps of `chain`, order 2 and above, with `code[key]` of `keys`."""
    base, wider = len(chain.keys) + _FIRST, keys + _FIRST
    digits = np.concatenate([np.arange(_FIRST), code + _FIRST])
    step = np.zeros_like(of.key)
    for place in range(chain.order + 1):
        step += digits[of.key // base**place % base] * wider**place
    return sums.collect(of.cell, step, of.n, of.value)


def removal(of: Sums, chain: Chain) -> Removal:
    """The removal effects of all keys of a chain of order 2 and above. Raises Inexact where the chain's success is not
    the observed rate.
    """
    from scipy.sparse import csr_array

    keys, base = len(chain.keys), len(chain.keys) + _FIRST
    key, n, value = of.added()
    last = key % base
    began, ended = key < base**chain.order, (last == _WON) | (last == _LOST)
    began &= ~ended
    journeys, won = n[began].sum(), n[last == _WON].sum()
    if not journeys or not won:
        return Removal(np.zeros(keys), np.zeros(keys), np.zeros(()))
    before = key // base
    states = np.unique(before[~began])
    size = len(states)
    out = np.bincount(np.searchsorted(states, before[~began]), weights=n[~began], minlength=size)
    inner = ~began & ~ended
    row, column = np.searchsorted(states, before[inner]), np.searchsorted(states, key[inner] % base**chain.order)
    onward = csr_array((n[inner] / out[row], (column, row)), shape=(size, size))
    reward = np.zeros((size, 2))
    wins = np.searchsorted(states, before[last == _WON])
    reward[wins] = np.stack([n[last == _WON], value[last == _WON]], axis=1) / out[wins, None]
    begin = np.zeros(size)
    begin[np.searchsorted(states, key[began])] = n[began] / journeys
    rate, mean = _worth(onward, begin, np.ones((size, 1)), reward)[0]
    if abs(rate - won / journeys) > 1e-9:
        raise Inexact(f"The chain succeeds at {rate}, observed is {won / journeys}.")
    together = max(1, _CELLS // size)
    left = [
        _worth(onward, begin, _stays(states, range(low, min(low + together, keys)), chain), reward)
        for low in range(0, keys, together)
    ]
    worth = np.concatenate(left)
    value_effects = 1 - worth[:, 1] / mean if mean else np.zeros(keys)
    return Removal(1 - worth[:, 0] / rate, value_effects, np.asarray(rate))


def _stays(states: Ints, removed: range, chain: Chain) -> Floats:
    """1 where a state exists without a key, else 0: float64[states, removed]."""
    base = len(chain.keys) + _FIRST
    stays = np.ones((len(states), len(removed)))
    for back in range(chain.order):
        key = states // base**back % base - _FIRST
        gone = np.flatnonzero((key >= removed.start) & (key < removed.stop))
        stays[gone, key[gone] - removed.start] = 0.0
    return stays


def _worth(onward: "object", begin: Floats, stays: Floats, reward: Floats) -> Floats:
    """What the chain brings where some states do not exist, one row for each column of `stays`."""
    walking = begin[:, None] * stays
    worth = walking.T @ reward
    for _ in range(_WALKS):
        if walking.sum(axis=0).max() < _LEFT:
            return worth
        walking = (onward @ walking) * stays  # type: ignore[operator]
        worth += walking.T @ reward
    raise Inexact("Journeys are too long for the chain to be walked to their ends.")

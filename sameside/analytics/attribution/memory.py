"""A Markov chain that remembers one to four touches, and which keys it tells apart.

Of order 2 and above a state is a run of `order` touches that follow one another, a journey shorter than that is one
short state; a state that equals the one before it is the same visit. Removing a key deletes every state that it is part
of: see walking.py.

A step is one number: its touches as digits, the oldest first, above them nothing and below them a touch, success or the
end without. So steps are sums as any others: they add up over partitions and are cut by month. Nearly every journey has
steps of its own; so that sums by bucket do not grow with the touches, some buckets alone are told apart of many, and of
very many none: then there is no interval.

Keys beyond the most frequent are taken together as OTHER, and the result says how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sameside.analytics.attribution import markov, sums
from sameside.analytics.attribution.journeys import Ints, Journeys
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.sums import BUCKETS, Sums

OTHER = "(taken together)"
MOST = 2_000
"""So many keys are told apart by a chain of order 1: its table is dense."""
WON, LOST, FIRST = 1, 2, 3
"""Digits of steps; 0 is what lies before the start, keys begin at FIRST."""
_CODES = 1 << 44  # above that a cell and a step do not fit into one word
_TOUCHES = 2_000_000  # whose steps are kept by bucket
_FEWEST = 32  # buckets, else none is told apart
_REST = BUCKETS - 1


@dataclass(frozen=True)
class Chain:
    """`keys` that are told apart, the last of them OTHER where `lumped` keys are taken together; `code[key]`, int64, of
    every key of the journeys. Steps of order 2 and above tell the first `apart` buckets apart, all others stand in the
    last of 256; steps of order 1 tell all apart.
    """

    order: int
    keys: Sequence[str]
    code: Ints
    lumped: int
    apart: int = BUCKETS

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
    return min(spec.most_keys, int(_CODES ** (1 / (spec.order + 1))) - FIRST)


def apart(touches: int) -> int:
    """How many buckets are told apart of so many touches."""
    few = BUCKETS * _TOUCHES // max(touches, _TOUCHES)
    return few if few >= _FEWEST else 0


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
    """The steps of `journeys` by cell: as `markov.steps` of order 1, else by their digits."""
    if chain.lumped:
        journeys = replace(journeys, keys=chain.keys, key=chain.code[journeys.key])
    if chain.order == 1:
        return markov.steps(journeys)
    order, base = chain.order, len(chain.keys) + FIRST
    digit = journeys.key + FIRST
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
    amount = journeys.outcomes.amount[journeys.outcome][won]
    cell = _together(sums.cells(journeys.outcomes)[journeys.outcome], chain.apart)
    ended = code[ends] * base + np.where(won, WON, LOST)
    cells = np.concatenate([np.repeat(cell, journeys.length)[moved], cell])
    return sums.count(cells, np.concatenate([onward, ended])).worth(cell[won], ended[won], amount)


def _together(cell: Ints, apart: int) -> Ints:
    """The cells where the first `apart` buckets are told apart."""
    if apart == BUCKETS:
        return cell
    return np.where(cell % BUCKETS < apart, cell, cell // BUCKETS * BUCKETS + _REST)


def coarser(of: Sums, apart: int) -> Sums:
    """The steps of a chain that tells fewer buckets apart."""
    return sums.collect(_together(of.cell, apart), of.key, of.n, of.value)


def recoded(of: Sums, chain: Chain, code: Ints, keys: int) -> Sums:
    """The steps of `chain`, order 2 and above, with `code[key]` of `keys`."""
    base, wider = len(chain.keys) + FIRST, keys + FIRST
    digits = np.concatenate([np.arange(FIRST), code + FIRST])
    step = np.zeros_like(of.key)
    for place in range(chain.order + 1):
        step += digits[of.key // base**place % base] * wider**place
    return sums.collect(of.cell, step, of.n, of.value)

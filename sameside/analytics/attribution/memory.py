"""A Markov chain that remembers two to four touches: its removal effects, exactly, by walking all keys' chains at once.

A state is a run of `order` touches that follow one another, a journey shorter than that is one short state; a state
that equals the one before it is the same visit. Removing a key deletes every state that it is part of. Of ten thousand
states and more a factorisation fills up, so the visits to all states are summed step by step, one column for each
removed key, until what still walks cannot change a figure by more than 1e-12: the bound is exact, because nobody who
walks can succeed more than once.

Keys beyond the `most` frequent are taken together as OTHER, and the result says how many. The counts add up over
partitions of journeys that share their keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution.journeys import Floats, Ints, Journeys
from sameside.analytics.attribution.markov import Inexact, Removal

OTHER = "(other)"
_START, _WON, _LOST = 0, 1, 2  # codes that no state has: its digits begin at 1 in a base of at least 3
_LEFT = 1e-12
_STEPS = 100_000


@dataclass(frozen=True)
class Lumped:
    """`keys` with the rarest taken together, `code[key]`, int64, of each key before; `lumped` of them are OTHER."""

    keys: Sequence[str]
    code: Ints
    lumped: int


def lump(keys: Sequence[str], counts: Ints, most: int) -> Lumped:
    """Take all but the `most - 1` keys with the highest `counts` together; all stay where there are no more than
    `most`.

    Of equal counts the earlier key stays. Raises ValueError for less than 2.
    """
    if most < 2:
        raise ValueError("At least two keys are told apart.")
    if len(keys) <= most:
        return Lumped(list(keys), np.arange(len(keys)), 0)
    kept = np.sort(np.argsort(-counts, kind="stable")[: most - 1])
    code = np.full(len(keys), most - 1, dtype=np.int64)
    code[kept] = np.arange(most - 1)
    return Lumped([*(keys[i] for i in kept.tolist()), OTHER], code, len(keys) - most + 1)


@dataclass(frozen=True)
class Walks:
    """Counts of steps between states: e rows `before` and `after` (codes), `n` and `value`, the amount of steps to
    success; rows are distinct. A code has the keys of a state as digits.
    """

    keys: int
    order: int
    before: Ints
    after: Ints
    n: Floats
    value: Floats

    def __add__(self, other: "Walks") -> "Walks":
        """Raises ValueError where the keys or the order differ."""
        if (self.keys, self.order) != (other.keys, other.order):
            raise ValueError("Walks add up over the same keys and order.")
        return _distinct(
            self.keys,
            self.order,
            np.concatenate([self.before, other.before]),
            np.concatenate([self.after, other.after]),
            np.concatenate([self.n, other.n]),
            np.concatenate([self.value, other.value]),
        )


def walks(journeys: Journeys, lumped: Lumped, order: int) -> Walks:
    """The steps of `journeys` among runs of `order` touches, 2 to 4; ValueError where codes would not fit."""
    base = len(lumped.keys) + 3
    if order not in (2, 3, 4) or base**order >= 1 << 31:
        raise ValueError(f"Runs of {order} of {len(lumped.keys)} keys are too many to tell apart: take more together.")
    digit = lumped.code[journeys.key] + 3
    code = np.zeros(len(digit), dtype=np.int64)
    for back in range(order):
        there = journeys.place >= back
        code[there] += np.roll(digit, back)[there] * base**back
    ends = journeys.start + journeys.length - 1
    state = journeys.place >= order - 1
    state[ends] = True
    first = np.where(journeys.length >= order, journeys.start + order - 1, ends)
    begins = np.zeros(len(digit), dtype=bool)
    begins[first] = True
    previous = np.roll(code, 1)
    moved = state & (begins | (code != previous))
    before = np.where(begins, _START, previous)[moved]
    outcomes = journeys.outcomes
    won = outcomes.won[journeys.outcome]
    return _distinct(
        len(lumped.keys),
        order,
        np.concatenate([before, code[ends]]),
        np.concatenate([code[moved], np.where(won, _WON, _LOST)]),
        np.ones(len(before) + len(ends)),
        np.concatenate([np.zeros(len(before)), np.where(won, outcomes.amount[journeys.outcome], 0.0)]),
    )


def _distinct(keys: int, order: int, before: Ints, after: Ints, n: Floats, value: Floats) -> Walks:
    step, place = np.unique(before << 31 | after, return_inverse=True)
    counted, worth = (np.bincount(place, weights=part, minlength=len(step)).astype(np.float64) for part in (n, value))
    return Walks(keys, order, step >> 31, step & ((1 << 31) - 1), counted, worth)


def removal(of: Walks) -> Removal:
    """The removal effects of all keys. Raises Inexact where the chain's success is not the observed rate."""
    from scipy.sparse import csr_array

    began, ended = of.before == _START, of.after <= _LOST
    states = np.unique(of.before[~began])
    size = len(states)
    journeys, won = of.n[began].sum(), of.n[of.after == _WON].sum()
    if not size or not won:
        return Removal(np.zeros(of.keys), np.zeros(of.keys), np.zeros(()))
    place = np.searchsorted(states, of.before[~began])
    out = np.bincount(place, weights=of.n[~began], minlength=size)
    inner = ~began & ~ended
    row, column = np.searchsorted(states, of.before[inner]), np.searchsorted(states, of.after[inner])
    onward = csr_array((of.n[inner] / out[row], (column, row)), shape=(size, size))
    reward = np.zeros((size, 2))
    wins = np.searchsorted(states, of.before[of.after == _WON])
    reward[wins] = np.stack([of.n[of.after == _WON], of.value[of.after == _WON]], axis=1) / out[wins, None]
    begin = np.zeros(size)
    begin[np.searchsorted(states, of.after[began])] = of.n[began] / journeys
    stays = np.ones((size, of.keys + 1))  # the last column removes nothing
    for back in range(of.order):
        digit = states // (of.keys + 3) ** back % (of.keys + 3)
        known = digit >= 3
        stays[np.flatnonzero(known), digit[known] - 3] = 0.0
    worth = _visits(onward, begin, stays).T @ reward
    rate, mean = worth[-1]
    if abs(rate - won / journeys) > 1e-9:
        raise Inexact(f"The chain succeeds at {rate}, observed is {won / journeys}.")
    value = 1 - worth[:-1, 1] / mean if mean else np.zeros(of.keys)
    return Removal(1 - worth[:-1, 0] / rate, value, np.asarray(rate))


def _visits(onward: "object", begin: Floats, stays: Floats) -> Floats:
    """How often each state is visited where some do not exist, one column for each such case."""
    walking = begin[:, None] * stays
    visits = walking.copy()
    for _ in range(_STEPS):
        if walking.sum(axis=0).max() < _LEFT:
            return visits
        walking = (onward @ walking) * stays  # type: ignore[operator]
        visits += walking
    raise Inexact("Journeys are too long for the chain to be walked to their ends.")

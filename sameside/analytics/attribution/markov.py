"""Credit by removal from a Markov chain: what share of the outcomes would be lost without a key.

Journeys are read as paths of a chain that starts, steps from key to key, and ends in success or without. Removing a key
sends every path that would pass it to an end without success. The share of the chain's success that is lost is
the key's *removal effect*; credit is shared in proportion to the removal effects.

Solved exactly: with Q the steps among keys, r those to success and p the start, one factorisation of A = I - Q gives
x = A^-1 r (success from each key) and y = A^-T p (visits to each key). A path succeeds through key k with
y_k x_k / N_kk, N = A^-1: the visits counted once. No simulation, no solution per key.

Equal keys one after another are one state: staying does not change what is removed. The chain's own success must
equal the observed rate; that is checked in every solution.

Source: E. Anderl, I. Becker, F. von Wangenheim, J. H. Schumann, "Mapping the customer journey: Lessons learned from
graph-based online attribution modeling", International Journal of Research in Marketing 33 (2016); absorbing chains in
J. G. Kemeny, J. L. Snell, "Finite Markov Chains" (1960), chapter 3.
"""

from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution import sums
from sameside.analytics.attribution.journeys import Floats, Journeys

_EXACT = 1e-9


@dataclass(frozen=True)
class Removal:
    """Removal effects by key: `won` and `value` float64[..., k], shares of what the chain brings.

    `rate` is the chain's success.
    """

    won: Floats
    value: Floats
    rate: Floats


@dataclass(frozen=True)
class Solution:
    """A solved chain of k keys, or several, float64[..., k] each unless said: how often each key is `left` (never less
    than the smallest number above nothing), the steps `onward` [..., k, k] among keys as shares of it, the `inverse` of
    their complement [..., k, k], `success` [..., k, 2] (outcomes and amounts that a visit brings), and the `removal`.
    """

    left: Floats
    onward: Floats
    inverse: Floats
    success: Floats
    removal: Removal


class Inexact(ArithmeticError):
    """The chain's success differs from the observed rate: the counts are not those of whole paths."""


def states(keys: int) -> int:
    """Keys, and after them the start, success, and the end without."""
    return keys + 3


def steps(journeys: Journeys) -> sums.Sums:
    """The steps of all journeys by cell; the key is `from * states + to`, steps to success carry the amount."""
    keys = len(journeys.keys)
    width, begin, won, lost = states(keys), keys, keys + 1, keys + 2
    outcomes = journeys.outcomes
    if not len(journeys):
        return sums.nothing()
    key = journeys.key
    before = np.empty_like(key)
    before[1:] = key[:-1]
    before[journeys.start] = begin
    moved = np.flatnonzero(before != key)
    step = before
    step *= width
    step += key
    cell = sums.cells(outcomes)[journeys.outcome]
    succeeded = outcomes.won[journeys.outcome]
    end = key[journeys.start + journeys.length - 1] * width + np.where(succeeded, won, lost)
    cells = np.concatenate([np.repeat(cell, journeys.length)[moved], cell])
    amount = outcomes.amount[journeys.outcome][succeeded]
    return sums.count(cells, np.concatenate([step[moved], end])).worth(cell[succeeded], end[succeeded], amount)


def removal(n: Floats, value: Floats, keys: int) -> Removal:
    """The removal effects of all `keys`: see solve."""
    return solve(n, value, keys).removal


def solve(n: Floats, value: Floats, keys: int) -> Solution:
    """Solve for all `keys` from one factorisation each; keys that never occur have no effect.

    `n` and `value` are float64[..., states * states], one chain or several with the same keys, as `Sums.by_key` gives
    them. Raises Inexact where a chain's success is not the observed rate within 1e-9.
    """
    width = states(keys)
    table = n.reshape(*n.shape[:-1], width, width)
    amounts = value.reshape(table.shape)[..., :keys, keys + 1]
    steps = table[..., :keys, :keys] * (1 - np.eye(keys))
    won, begin = table[..., :keys, keys + 1], table[..., keys, :keys]
    out = steps.sum(axis=-1) + won + table[..., :keys, keys + 2]
    left = np.maximum(out, np.finfo(np.float64).tiny)
    steps /= left[..., None]
    inverse = np.linalg.inv(np.eye(keys) - steps).astype(
        np.float64, copy=False
    )  # a key that never occurs is a state of its own, with nothing
    journeys = np.maximum(begin.sum(axis=-1, keepdims=True), 1.0)
    success = inverse @ (np.stack([won, amounts], axis=-1) / left[..., None])
    visits = ((begin / journeys)[..., None, :] @ inverse)[..., 0, :]
    rate, mean = np.moveaxis(((begin / journeys)[..., None, :] @ success)[..., 0, :], -1, 0)
    observed = won.sum(axis=-1) / journeys[..., 0]
    if (np.abs(rate - observed) > _EXACT).any():
        raise Inexact(f"The chain succeeds at {rate}, observed is {observed}.")
    once = visits / np.diagonal(inverse, axis1=-2, axis2=-1)
    effects = [
        np.divide(once * success[..., which], whole[..., None], out=np.zeros_like(once), where=whole[..., None] != 0)
        for which, whole in enumerate((rate, mean))
    ]
    return Solution(left, steps, inverse, success, Removal(effects[0], effects[1], rate))


def credit(effects: Floats, whole: Floats | float) -> Floats:
    """`whole`, float64[...], shared in proportion to `effects`, float64[..., k]; nothing where no key has an effect."""
    sum_of = effects.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(effects, sum_of, out=np.zeros_like(effects), where=sum_of != 0)
    credited: Floats = shares * np.asarray(whole)[..., None]
    return credited

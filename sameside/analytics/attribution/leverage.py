"""Which single outcome a result hangs on: the one without which a key's share of the amount moves the most.

For rules and Shapley's value this is exact over all outcomes. With V_k the amount credited to a key, W the whole, and
c_k what an outcome of amount a adds to V_k, the share becomes (V_k - c_k) / (W - a). A key that the outcome did not
touch moves by V_k (1 / (W - a) - 1 / W), so of those only the outcome with the greatest such factor matters, key by
key.

For the chain the most valuable outcomes are left out one after another and it is solved again: 32 of them up to 200
keys, else 4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sameside.analytics.attribution import markov, memory, rules, shapley, walking
from sameside.analytics.attribution.journeys import Floats, Ints, Journeys
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import UNTOUCHED_WON, WON, Statistics
from sameside.analytics.attribution.sums import Sums

_TRIED, _TRIED_OF_MANY, _MANY = 32, 4, 200


@dataclass(frozen=True)
class Moved:
    """`key` moves from `share` to `changed` without the outcome of that number."""

    outcome: int
    key: str
    share: float
    changed: float

    @property
    def by(self) -> float:
        return abs(self.changed - self.share)


def most(of: Statistics, journeys: Journeys, spec: Spec) -> Moved | None:
    """What moves most under the first model of `spec` without one outcome of `journeys`, which are all of `of` or a
    part of them; None where nothing is credited.
    """
    won = journeys.won()
    whole = _worth(of)
    if not len(won) or not whole:
        return None
    found = _of_chain(of, won, whole) if spec.models[0] == "markov" else _of_sums(of, won, whole, spec)
    return max(found, key=lambda moved: moved.by, default=None)


def _worth(of: Statistics) -> float:
    value = of.totals.by_key(UNTOUCHED_WON + 1)[1]
    return float(value[WON] - value[UNTOUCHED_WON])


def _of_sums(of: Statistics, won: Journeys, whole: float, spec: Spec) -> Iterator[Moved]:
    credited = of.credits[spec.models[0]].by_key(len(of.keys))[1]
    amount = won.outcomes.amount[won.outcome]
    journey, key, share = _pairs(won, spec)
    changed = _shares(credited[key] - share * amount[journey], whole - amount[journey])
    best = int(np.argmax(np.abs(changed - credited[key] / whole)))
    yield _moved(of.keys, won.outcome[journey[best]], key[best], credited / whole, changed[best])
    factor = _shares(np.ones(len(amount)), whole - amount) - 1 / whole
    for one, absent in _first_without(np.argsort(-np.abs(factor)), journey, key, len(of.keys)):
        place = absent[np.argmax(np.abs(credited[absent]))]
        yield _moved(of.keys, won.outcome[one], place, credited / whole, credited[place] * (factor[one] + 1 / whole))


def _pairs(won: Journeys, spec: Spec) -> tuple[Ints, Ints, Floats]:
    """(journey, key, share of the journey), journeys ascending."""
    model = spec.models[0]
    if model in ("shapley", "shapley_ordered"):
        return shapley.shares(won)
    journey, key, _ = won.distinct
    width = len(won.keys)
    place = np.searchsorted(journey * width + key, won.of_touch * width + won.key)
    share = np.bincount(place, weights=rules.RULES[model](won, spec), minlength=len(key)).astype(np.float64)
    return journey, key, share


def _first_without(order: Ints, journey: Ints, key: Ints, keys: int) -> Iterator[tuple[int, Ints]]:
    """Journeys in `order`, each with the keys that it is the first not to have, until every key has had its journey."""
    left = np.arange(keys)
    for one in order.tolist():
        low, high = np.searchsorted(journey, [one, one + 1])
        here = np.isin(left, key[low:high])
        if not here.all():
            yield one, left[~here]
        left = left[here]
        if not len(left):
            return


def _of_chain(of: Statistics, won: Journeys, whole: float) -> Iterator[Moved]:
    chain = of.chained
    keys = len(chain.keys)
    amount = np.abs(won.outcomes.amount[won.outcome])
    tried = np.argsort(-amount, kind="stable")[: _TRIED if chain.order == 1 and keys <= _MANY else _TRIED_OF_MANY]
    before = _chained(of.steps, chain)
    for one in tried.tolist():
        alone = np.zeros(len(won), dtype=bool)
        alone[one] = True
        steps = memory.steps(won.take(alone), chain)
        changed = _chained(of.steps - steps, chain)
        key = int(np.argmax(np.abs(changed - before)))
        yield _moved(chain.keys, won.outcome[one], key, before, changed[key])


def _chained(steps: Sums, chain: Chain) -> Floats:
    """The shares of the chain's keys."""
    keys = len(chain.keys)
    if chain.order > 1:
        effects = walking.removal(steps, chain)
    else:
        effects = markov.removal(*steps.by_key(markov.states(keys) ** 2), keys)
    return markov.credit(effects.value, 1.0)


def _shares(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)
    return shares


def _moved(keys: Sequence[str], outcome: int, key: int, share: Floats, changed: float) -> Moved:
    return Moved(int(outcome), keys[int(key)], float(share[key]), float(changed))


def numbered(moved: Moved, numbers: Ints) -> Moved:
    """With the number that the outcome has among those of all parts."""
    return replace(moved, outcome=int(numbers[moved.outcome]))

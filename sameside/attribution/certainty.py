"""What only all journeys of a period together can tell: Markov's credit, and how certain every model's credit is.

Of the deals that were closed in the period, the lost ones among them, which tell the chain what does not work. The keys
that the report names are told apart, all others are one key, `OTHER`, so that a chain has at most as many states
as the report has rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sameside.analytics.attribution import answering, markov, slices, statistics, sums
from sameside.analytics.attribution.answering import Credit
from sameside.analytics.attribution.journeys import Flags, Journeys
from sameside.analytics.attribution.statistics import Statistics
from sameside.attribution.crediting import SPEC
from sameside.attribution.material import Material

OTHER = "(other)"


@dataclass(frozen=True)
class Certainty:
    """By model and key: what it earned in cents, and the bounds of its 95 % interval, None for fewer than 20 deals."""

    amounts: Mapping[str, Mapping[str, float]]
    bounds: Mapping[str, Mapping[str, tuple[float, float]]]


def of_period(
    material: Material, lookback: int, since: datetime | None, named: Mapping[str, Sequence[str]]
) -> dict[str, Certainty]:
    """By dimension; `named` are the keys of each that are told apart."""
    chosen: Flags = material.deals.closed.copy()
    if since is not None:
        chosen &= material.deals.moment > int(since.timestamp()) * 1_000_000
    parts: dict[str, list[Statistics]] = {name: [] for name in named}
    for _, journeys in material.journeys(lookback, chosen):
        weighed = slices.weights(journeys, SPEC)
        for name, keys in named.items():
            dimension = material.dimensions[name]
            of = slices.keyed(journeys, dimension.names, dimension.code)
            parts[name].append(_measured(of, weighed, keys))
    return {name: _told(measured) for name, measured in parts.items()}


def _measured(journeys: Journeys, weighed: Mapping[str, np.ndarray], keys: Sequence[str]) -> Statistics:
    """The additive statistics of some journeys. Shares are made of the keys as they are, and lumped afterwards: they
    are those of the stored rows."""
    earned = slices.shares(journeys, dict(weighed))
    place = {key: number for number, key in enumerate(keys)}
    code = np.array([place.get(key, len(keys)) for key in journeys.keys], dtype=np.int64)
    names = (*keys, OTHER)
    won = journeys.outcomes.won[earned.outcome]
    cell, key = sums.cells(journeys.outcomes)[earned.outcome][won], code[earned.key[won]]
    amount = journeys.outcomes.amount[earned.outcome][won]
    credited = {model: sums.collect(cell, key, of[won], of[won] * amount) for model, of in earned.by_model.items()}
    lumped = slices.keyed(journeys, names, code)
    steps = markov.steps(lumped) if len(journeys) else sums.nothing()
    return Statistics(names, statistics.totals(journeys), credited, steps)


def _told(parts: Sequence[Statistics]) -> Certainty:
    of = statistics.add(parts) if parts else None
    if of is None or not len(of.steps):
        return Certainty({}, {})
    answer = answering.answer(of, SPEC)
    return Certainty(
        {one.model: _by_key(answer.keys, one) for one in answer.credits},
        {one.model: _bounds(answer.keys, one) for one in answer.credits},
    )


def _by_key(keys: Sequence[str], of: Credit) -> dict[str, float]:
    return {key: value * 100 for key, value in zip(keys, of.value.tolist(), strict=True)}


def _bounds(keys: Sequence[str], of: Credit) -> dict[str, tuple[float, float]]:
    if of.interval is None:
        return {}
    low, high = of.interval.value_low.tolist(), of.interval.value_high.tolist()
    return dict(zip(keys, zip(low, high, strict=True), strict=True))

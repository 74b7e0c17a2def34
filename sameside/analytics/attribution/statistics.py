"""Everything that credit is computed from, kept by month and bucket, so that it can be added, taken away and asked.

`measure` makes the statistics of one partition's journeys. They add up over partitions and over time;
`answering.answer` makes credit with intervals of any months of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sameside.analytics.attribution import markov, memory, rules, shapley, sums
from sameside.analytics.attribution.journeys import Floats, Ints, Journeys, Outcomes
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.sums import Places, Sums

ALL, WON, UNTOUCHED, UNTOUCHED_WON, TOUCHES = range(5)
"""Keys of `Statistics.totals`: outcomes, those that succeeded, those without a touch, both, and touches."""


@dataclass(frozen=True)
class Statistics:
    """`credits` has the credited outcomes and amounts by model and key, without those that no touch came before;
    `totals` counts by the constants above. `steps` are those of the `chain` (see memory.steps; None tells all keys
    apart and remembers one touch), `positions` Shapley's ordered credit by `key * POSITIONS + position`; both are empty
    where their models were not asked for.
    """

    keys: Sequence[str]
    totals: Sums
    credits: Mapping[str, Sums] = field(default_factory=dict)
    steps: Sums = field(default_factory=sums.nothing)
    positions: Sums = field(default_factory=sums.nothing)
    chain: Chain | None = None

    @property
    def chained(self) -> Chain:
        return self.chain or memory.whole(self.keys)

    def __add__(self, other: "Statistics") -> "Statistics":
        return add([self, other])

    def __sub__(self, other: "Statistics") -> "Statistics":
        return add([self, -other])

    def __neg__(self) -> "Statistics":
        credited = {model: -credited for model, credited in self.credits.items()}
        return Statistics(self.keys, -self.totals, credited, -self.steps, -self.positions, self.chain)

    def between(self, first: int, last: int) -> "Statistics":
        """The outcomes of the months from `first` up to and including `last`, months since January 1970. Raises
        ValueError where months were not kept apart (they are all 0).
        """
        if len(self.totals) and self.totals.cell[-1] < sums.BUCKETS:
            raise ValueError("These statistics do not tell months apart: measure them with months=True.")
        return Statistics(
            self.keys,
            self.totals.between(first, last),
            {model: credited.between(first, last) for model, credited in self.credits.items()},
            self.steps.between(first, last),
            self.positions.between(first, last),
            self.chain,
        )

    def renamed(self, keys: Sequence[str]) -> "Statistics":
        """The same with the codes of `keys`, which hold all of its own. Raises ValueError where keys were taken
        together.
        """
        chain = self.chained
        if chain.lumped and len(self.steps):
            raise ValueError("Parts whose chains took keys together add up only where their keys are the same.")
        places = {key: place for place, key in enumerate(keys)}
        code = np.array([places[key] for key in self.keys], dtype=np.int64)
        return Statistics(
            keys,
            self.totals,
            {model: credited.renamed(code) for model, credited in self.credits.items()},
            self.steps.renamed(_edges(code, len(keys)))
            if chain.order == 1
            else memory.recoded(self.steps, chain, code, len(keys)),
            self.positions.renamed(_positions(code)),
            replace(memory.whole(keys, chain.order), apart=chain.apart),
        )


def _edges(code: Ints, keys: int) -> Ints:
    width, wider = markov.states(len(code)), markov.states(keys)
    states = np.concatenate([code, keys + np.arange(3)])
    edge = np.arange(width * width)
    renamed: Ints = states[edge // width] * wider + states[edge % width]
    return renamed


def _positions(code: Ints) -> Ints:
    place = np.arange(shapley.POSITIONS)
    return (code[:, None] * shapley.POSITIONS + place).ravel()


def add(parts: Sequence[Statistics]) -> Statistics:
    """The statistics of all `parts`, whose keys need not be the same. Raises ValueError of no parts, and where their
    chains differ.
    """
    if not parts:
        raise ValueError("There is nothing to add.")
    keys = parts[0].keys
    if any(part.keys != keys for part in parts):
        keys = sorted({key for part in parts for key in part.keys})
        parts = [part.renamed(keys) for part in parts]
    chain = parts[0].chained
    if not all(part.chained.same_as(chain) for part in parts):
        raise ValueError("The chains of the parts remember differently, or took other keys together.")
    apart = min(part.chained.apart for part in parts)
    chain = replace(chain, apart=apart)
    models = {model: None for part in parts for model in part.credits}
    return Statistics(
        keys,
        sums.total([part.totals for part in parts]),
        {model: sums.total([part.credits[model] for part in parts if model in part.credits]) for model in models},
        sums.total(
            [part.steps if part.chained.apart == apart else memory.coarser(part.steps, apart) for part in parts]
        ),
        sums.total([part.positions for part in parts]),
        chain,
    )


def measure(journeys: Journeys, spec: Spec, chain: Chain | None = None) -> Statistics:
    """The statistics of `journeys` for the models of `spec`; without a `chain` all keys are told apart."""
    chain = chain or memory.whole(journeys.keys, spec.order)
    won = journeys.won()
    by_touch = _ByTouch(won)
    credited = {model: by_touch.credit(rules.RULES[model](won, spec)) for model in spec.models if model in rules.RULES}
    if "shapley" in spec.models:
        journey, key, share = shapley.shares(won)
        amount = won.outcomes.amount[won.outcome][journey]
        credited["shapley"] = sums.collect(by_touch.cell[journey], key, share, share * amount)
    positions = sums.nothing()
    if "shapley_ordered" in spec.models:
        share = shapley.ordered(won)
        credited["shapley_ordered"] = by_touch.credit(share)
        place = won.key * shapley.POSITIONS + shapley.position(won)
        positions = sums.collect(by_touch.cell[won.of_touch], place, share, share * by_touch.amount)
    steps = memory.steps(journeys if spec.with_lost else won, chain) if "markov" in spec.models else sums.nothing()
    return Statistics(journeys.keys, totals(journeys), credited, steps, positions, chain)


class _ByTouch:
    """Adds up what touches earn: where, and of which amount, is the same for all rules."""

    def __init__(self, won: Journeys) -> None:
        self.won = won
        self.cell = sums.cells(won.outcomes)[won.outcome]

    @cached_property
    def amount(self) -> Floats:
        return np.repeat(self.won.outcomes.amount[self.won.outcome], self.won.length)

    @cached_property
    def places(self) -> Places:
        return sums.places(np.repeat(self.cell, self.won.length), self.won.key)

    def credit(self, weights: Floats) -> Sums:
        chosen = np.flatnonzero(weights)
        if 2 * len(chosen) > len(weights):
            return self.places.added(weights, weights * self.amount)
        share, journey = weights[chosen], self.won.of_touch[chosen]
        amount = self.won.outcomes.amount[self.won.outcome[journey]]
        return sums.collect(self.cell[journey], self.won.key[chosen], share, share * amount)


def totals(journeys: Journeys) -> Sums:
    """How many outcomes, and how much they brought, by cell and the keys ALL to TOUCHES."""
    of: Outcomes = journeys.outcomes
    cell = sums.cells(of)
    length = np.zeros(len(of))
    length[journeys.outcome] = journeys.length
    parts = []
    for key, chosen, n in (
        (ALL, np.ones(len(of), dtype=bool), None),
        (WON, of.won, None),
        (UNTOUCHED, journeys.untouched, None),
        (UNTOUCHED_WON, journeys.untouched & of.won, None),
        (TOUCHES, length > 0, length),
    ):
        worth = np.where(of.won, of.amount, 0.0)[chosen] if key != TOUCHES else np.zeros(int(chosen.sum()))
        counted = np.ones(int(chosen.sum())) if n is None else n[chosen]
        parts.append(sums.collect(cell[chosen], np.full(len(counted), key), counted, worth))
    return sums.total(parts)

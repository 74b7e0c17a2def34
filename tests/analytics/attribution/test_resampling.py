"""Intervals of the chain: what buckets add spreads as chains that are solved anew for each draw, be it of buckets or of
single journeys; it sums to what there is, and intervals hold what is true as often as they say.
"""

from dataclasses import replace

import numpy as np
import pytest

from sameside.analytics.attribution import Spec, answering, intervals, markov, memory, resampling, statistics, walking
from sameside.analytics.attribution.answering import Credit
from sameside.analytics.attribution.journeys import UNKNOWN, Flags, Floats, Ints, Journeys, Outcomes, order
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.sums import Sums

KEYS, OUTCOMES = 40, 8_000


def told(outcome: Ints, age: Ints, key: Ints, won: Flags, keys: int, chance: np.random.Generator) -> Journeys:
    unknown = np.full(len(won), UNKNOWN)
    amount = np.where(won, chance.lognormal(8, 0.7, len(won)), 0.0)
    months, buckets = np.full(len(won), 600), chance.integers(0, 256, len(won))
    names = [str(n) for n in range(keys)]
    return order(Outcomes(won, amount, months, buckets, unknown, unknown), names, outcome, age, key)


def drawn_journeys(keys: int) -> Journeys:
    """A fifth won; keys as often as one over their place."""
    chance = np.random.default_rng(3)
    length = np.minimum(chance.geometric(0.2, OUTCOMES), 40)
    often = 1 / np.arange(1, keys + 1)
    key = chance.choice(keys, length.sum(), p=often / often.sum())
    won = chance.random(OUTCOMES) < 0.2
    outcome = np.repeat(np.arange(OUTCOMES), length)
    return told(outcome, chance.integers(0, 10**6, len(key)), key, won, keys, chance)


@pytest.fixture(scope="module")
def journeys() -> Journeys:
    return drawn_journeys(KEYS)


def solved_anew(steps: Sums, draws: Floats, keys: int) -> tuple[Floats, Floats]:
    """Credited outcomes and amounts of each draw, the chain solved for each: slow and plain."""
    width = markov.states(keys)
    often = draws[:, steps.cell % 256]
    found = []
    for one in often:
        n, value = (np.bincount(steps.key, weights=part * one, minlength=width**2) for part in (steps.n, steps.value))
        effects = markov.removal(n, value, keys)
        won = n.reshape(width, width)[:, keys + 1].sum()
        found.append((markov.credit(effects.won, won), markov.credit(effects.value, value.sum())))
    return np.array([one[0] for one in found]), np.array([one[1] for one in found])


def walked_anew(steps: Sums, draws: Floats, chain: Chain) -> tuple[Floats, Floats]:
    """The same of a chain that remembers."""
    found = []
    for one in draws:
        often = one[steps.cell % 256]
        there = often > 0
        n, value = (part[there] * often[there] for part in (steps.n, steps.value))
        effects = walking.removal(Sums(steps.cell[there], steps.key[there], n, value), chain)
        won = n[steps.key[there] % (len(chain.keys) + memory.FIRST) == memory.WON].sum()
        found.append((markov.credit(effects.won, won), markov.credit(effects.value, value.sum())))
    return np.array([one[0] for one in found]), np.array([one[1] for one in found])


def added(steps: Sums, keys: int) -> resampling.Parts:
    return resampling.parts(steps, markov.solve(*steps.by_key(markov.states(keys) ** 2), keys))


@pytest.mark.parametrize(
    ("keys", "apart", "together"), [(8, 0.01, 0.999), (16, 0.01, 0.999), (17, 0.03, 0.98), (40, 0.03, 0.98)]
)
def test_draws_move_as_those_for_which_the_chain_is_solved_anew(keys: int, apart: float, together: float) -> None:
    """`apart`: standard errors differ at most by so much; `together`: the least correlation of a key's draws."""
    steps = markov.steps(drawn_journeys(keys))
    draws = intervals.draws(Spec(resamples=100))
    bounds = []
    for exact, quick in zip(solved_anew(steps, draws, keys), added(steps, keys).credit(draws), strict=True):
        assert np.abs(quick.std(axis=0) / exact.std(axis=0) - 1).max() < apart
        assert min(np.corrcoef(exact[:, key], quick[:, key])[0, 1] for key in range(keys)) > together
        np.testing.assert_allclose(quick.sum(axis=1), exact.sum(axis=1), rtol=1e-12)
        off = np.array(intervals.tails(quick, 0.95)) - np.array(intervals.tails(exact, 0.95))
        bounds.append(np.abs(off) / exact.std(axis=0))
    assert np.median(bounds) < 0.05


@pytest.mark.parametrize(("keys", "order"), [(12, 2), (6, 3), (4, 4)])
def test_draws_move_as_those_for_which_a_chain_that_remembers_is_walked_anew(keys: int, order: int) -> None:
    journeys = drawn_journeys(keys)
    chain = memory.whole(journeys.keys, order)
    steps = memory.steps(journeys, chain)
    effects, parts = walking.parts(steps, chain)
    np.testing.assert_allclose(parts.lost.sum(axis=0), effects.won * parts.won.sum(), rtol=1e-9)
    np.testing.assert_allclose(parts.lost_worth.sum(axis=0), effects.value * parts.worth.sum(), rtol=1e-9)
    draws = intervals.draws(Spec(resamples=40))
    for exact, quick in zip(walked_anew(steps, draws, chain), parts.credit(draws), strict=True):
        assert np.abs(quick.std(axis=0) / exact.std(axis=0) - 1).max() < 0.03
        assert min(np.corrcoef(exact[:, key], quick[:, key])[0, 1] for key in range(keys)) > 0.99


@pytest.mark.parametrize("keys", [8, 40])
def test_what_the_buckets_add_sums_to_what_is_lost(keys: int) -> None:
    steps = markov.steps(drawn_journeys(keys))
    effects = markov.removal(*steps.by_key(markov.states(keys) ** 2), keys)
    parts = added(steps, keys)
    np.testing.assert_allclose(parts.lost.sum(axis=0), effects.won * parts.won.sum(), rtol=1e-9)
    np.testing.assert_allclose(parts.lost_worth.sum(axis=0), effects.value * parts.worth.sum(), rtol=1e-9)


def test_a_step_that_stays_changes_nothing(journeys: Journeys) -> None:
    """Sums whose keys were taken together afterwards have such steps."""
    steps = markov.steps(journeys)
    width = markov.states(KEYS)
    stay = np.array([5 * width + 5])
    more = steps + Sums(steps.cell[:1], stay, np.array([700.0]), np.zeros(1))
    for one, other in zip(added(steps, KEYS).credit(np.eye(256)), added(more, KEYS).credit(np.eye(256)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


def walked(many: int, keys: int, chance: np.random.Generator) -> Journeys:
    """Journeys of one chain, whose steps are those of the fifth draw."""
    given = np.random.default_rng(5)
    start, onward, win = (
        given.dirichlet(np.full(keys, 2)),
        given.dirichlet(np.full(keys, 0.7), keys),
        given.beta(2, 15, keys),
    )
    here, going, won = chance.choice(keys, many, p=start), np.arange(many), np.zeros(many, dtype=bool)
    outcome, key = [going], [here]
    while len(going):
        luck = chance.random(len(going))
        won[going[luck < win[here]]] = True
        goes = luck > win[here] + 0.15
        going, here = going[goes], here[goes]
        here = (onward.cumsum(axis=1)[here] < chance.random(len(here))[:, None]).sum(axis=1).clip(0, keys - 1)
        outcome.append(going)
        key.append(here)
    age = np.repeat(len(key) - np.arange(len(key)), [len(one) for one in key])
    return told(np.concatenate(outcome), age, np.concatenate(key), won, keys, chance)


def credited(of: Journeys, spec: Spec) -> Credit:
    return answering.answer(statistics.measure(of, spec), spec).credits[0]


@pytest.mark.parametrize(
    ("keys", "many", "order", "rounds"), [(5, 2_000, 1, 300), (20, 2_000, 1, 100), (5, 2_000, 2, 150)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(keys: int, many: int, order: int, rounds: int) -> None:
    """The truth: the credit of 100,000 journeys of the same chain. How many journeys there are is chance as well."""
    whole = 100_000
    truth = credited(walked(whole, keys, np.random.default_rng(99)), Spec(models=("markov",), order=order, resamples=0))
    held = np.zeros(2)
    for seed in range(rounds):
        chance = np.random.default_rng(1_000 + seed)
        told = walked(chance.poisson(many), keys, chance)
        found = credited(told, Spec(models=("markov",), order=order, seed=seed)).interval
        assert found is not None
        n, value = truth.n * many / whole, truth.value * many / whole
        held += (
            ((found.n_low <= n) & (n <= found.n_high)).mean(),
            ((found.value_low <= value) & (value <= found.value_high)).mean(),
        )
    assert held.min() / rounds > 0.92
    assert held.max() / rounds < 0.97


def test_errors_are_those_of_drawing_every_journey_alone_and_solving_the_chain(journeys: Journeys) -> None:
    """The full bootstrap: each journey counts as often as a draw of Poisson's says, 300 times."""
    chance = np.random.default_rng(2)
    alone = replace(journeys.outcomes, month=np.arange(OUTCOMES), bucket=np.zeros(OUTCOMES, dtype=np.int64))
    steps = markov.steps(replace(journeys, outcomes=alone))
    of, size = steps.cell // 256, markov.states(KEYS) ** 2
    full = []
    for _ in range(300):
        often = chance.poisson(1.0, OUTCOMES)[of].astype(np.float64)
        n, value = (np.bincount(steps.key, weights=part * often, minlength=size) for part in (steps.n, steps.value))
        effects = markov.removal(n, value, KEYS)
        whole = n.reshape(KEYS + 3, KEYS + 3)[:, KEYS + 1].sum()
        full.append((markov.credit(effects.won, whole), markov.credit(effects.value, value.sum())))
    draws = chance.multinomial(256, np.full(256, 1 / 256), size=200).astype(np.float64)
    spread = []
    for _ in range(8):  # what buckets are is chance too
        buckets = replace(journeys.outcomes, bucket=chance.integers(0, 256, OUTCOMES))
        quick = added(markov.steps(replace(journeys, outcomes=buckets)), KEYS).credit(draws)
        spread.append([one.std(axis=0) for one in quick])
    ratio = np.sqrt(np.mean(np.square(spread), axis=0)) / np.array(full).std(axis=0)
    assert np.median(ratio, axis=1) == pytest.approx(1, abs=0.05)
    assert np.quantile(ratio, 0.05) > 0.9
    assert np.quantile(ratio, 0.95) < 1.1

"""Draws by what each bucket adds spread as those for which the chain is solved anew, be it of buckets or of single
journeys, and sum to what there is.
"""

from dataclasses import replace

import numpy as np
import pytest

from sameside.analytics.attribution import markov, resampling
from sameside.analytics.attribution.journeys import UNKNOWN, Journeys, Outcomes, order

KEYS, OUTCOMES = 40, 8_000


@pytest.fixture(scope="module")
def journeys() -> Journeys:
    """A fifth won; keys as often as one over their place."""
    chance = np.random.default_rng(3)
    length = np.minimum(chance.geometric(0.2, OUTCOMES), 40)
    often = 1 / np.arange(1, KEYS + 1)
    key = chance.choice(KEYS, length.sum(), p=often / often.sum())
    won = chance.random(OUTCOMES) < 0.2
    unknown = np.full(OUTCOMES, UNKNOWN)
    amount = np.where(won, chance.lognormal(8, 1, OUTCOMES), 0.0)
    months, buckets = np.full(OUTCOMES, 600), chance.integers(0, 256, OUTCOMES)
    outcome = np.repeat(np.arange(OUTCOMES), length)
    age = chance.integers(0, 10**6, len(key))
    keys = [str(n) for n in range(KEYS)]
    return order(Outcomes(won, amount, months, buckets, unknown, unknown), keys, outcome, age, key)


def test_errors_are_those_of_draws_that_are_solved(journeys: Journeys) -> None:
    steps = markov.steps(journeys)
    draws = np.random.default_rng(1).multinomial(256, np.full(256, 1 / 256), size=100).astype(np.float64)
    solved, added = resampling._solved(steps, draws, KEYS), resampling._added(steps, draws, KEYS)
    for exact, quick in zip(solved, added, strict=True):
        ratio = quick.std(axis=0) / exact.std(axis=0)
        assert np.median(ratio) == pytest.approx(1, abs=0.01)
        assert ratio.min() > 0.95
        assert ratio.max() < 1.05
        np.testing.assert_allclose(quick.sum(axis=1), exact.sum(axis=1), rtol=1e-12)


def test_what_the_buckets_add_sums_to_what_is_lost(journeys: Journeys) -> None:
    steps = markov.steps(journeys)
    effects = markov.removal(*steps.by_key(markov.states(KEYS) ** 2), KEYS)
    wins, amounts, won, worth = resampling.by_bucket(steps, KEYS)
    np.testing.assert_allclose(wins.sum(axis=0), effects.won * won.sum(), rtol=1e-9)
    np.testing.assert_allclose(amounts.sum(axis=0), effects.value * worth.sum(), rtol=1e-9)


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
    draws = chance.multinomial(256, np.full(256, 1 / 256), size=300).astype(np.float64)
    for which, quick in enumerate(resampling._added(markov.steps(journeys), draws, KEYS)):
        ratio = quick.std(axis=0) / np.array([one[which] for one in full]).std(axis=0)
        assert np.median(ratio) == pytest.approx(1, abs=0.05)
        assert np.quantile(ratio, 0.05) > 0.85
        assert np.quantile(ratio, 0.95) < 1.15

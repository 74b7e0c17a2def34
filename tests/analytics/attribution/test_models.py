"""Every model equals plain Python to 1e-9 on journeys with every oddity, adds up, and can be cut by month."""

import numpy as np
import pytest

from sameside.analytics.attribution import markov, statistics
from sameside.analytics.attribution.answering import answer
from sameside.analytics.attribution.journeys import TooLarge, order
from sameside.analytics.attribution.spec import MODELS, RULES, Positions, Spec
from tests.analytics.attribution import reference, stories

KEYS = 6
STORIES = [stories.random_journeys(n, KEYS, seed) for seed, n in enumerate((3, 40, 400))]
OWN = Positions(0.5, 0.0, 0.1)
SPEC = Spec(models=MODELS, resamples=0, half_life_days=3, positions=OWN)


@pytest.mark.parametrize("told", STORIES, ids=len)
@pytest.mark.parametrize("model", [*RULES, "shapley", "shapley_ordered"])
def test_rules_and_shapley_equal_plain_python(model: str, told: list[reference.Journey]) -> None:
    measured = statistics.measure(stories.arrays(told, KEYS), SPEC)
    own = {} if model.startswith("shapley") else {"half_life_days": 3, "own": (0.5, 0.0, 0.1)}
    n, value = reference.credit(told, model, KEYS, **own)
    credited = measured.credits[model].by_key(KEYS)
    np.testing.assert_allclose(credited[0], n, rtol=0, atol=1e-9)
    np.testing.assert_allclose(credited[1], value, rtol=0, atol=1e-8)


@pytest.mark.parametrize("with_lost", [True, False])
@pytest.mark.parametrize("told", STORIES[1:], ids=len)
def test_removal_effects_equal_one_system_for_each_key(told: list[reference.Journey], with_lost: bool) -> None:
    journeys = stories.arrays(told, KEYS)
    steps = markov.steps(journeys if with_lost else journeys.won())
    found = markov.removal(*steps.by_key(markov.states(KEYS) ** 2), KEYS)
    won, value = reference.removal(told, KEYS, with_lost=with_lost)
    np.testing.assert_allclose(found.won, won, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.value, value, rtol=0, atol=1e-9)
    touched = [one for one in told if one.touches and (one.won or with_lost)]
    assert found.rate == pytest.approx(sum(one.won for one in touched) / len(touched), abs=1e-12)


def test_statistics_of_parts_add_up_and_are_taken_away_again() -> None:
    told = STORIES[2]
    whole = statistics.measure(stories.arrays(told, KEYS), SPEC)
    again = stories.arrays(told, KEYS)
    months = answer(whole.between(601, 603), SPEC)
    chosen = [one for number, one in enumerate(told) if number % 5 in (1, 2, 3)]
    alone = statistics.measure(stories.arrays(chosen, KEYS), SPEC)
    for of, expected in zip(months.credits, answer(alone, SPEC).credits, strict=True):
        np.testing.assert_allclose(of.n, expected.n, atol=1e-9, err_msg=of.model)
    gone = statistics.measure(again, SPEC) - whole
    assert np.abs(gone.totals.n).sum() == 0
    assert np.abs(gone.credits["time_decay"].value).sum() < 1e-6


def test_credits_of_every_model_and_what_no_touch_came_before_sum_to_what_succeeded() -> None:
    told = STORIES[2]
    found = answer(statistics.measure(stories.arrays(told, KEYS), SPEC), SPEC)
    won = [one for one in told if one.won]
    assert [of.model for of in found.credits] == list(MODELS)
    for of in found.credits:
        assert of.n.sum() + found.untouched == pytest.approx(len(won), abs=1e-9), of.model
        assert of.value.sum() + found.untouched_worth == pytest.approx(sum(one.amount for one in won), abs=1e-6)


def test_keys_of_parts_need_not_be_the_same() -> None:
    told = STORIES[1]
    half = statistics.measure(stories.arrays(told[:20], KEYS), SPEC)
    other = statistics.measure(stories.arrays(told[20:], KEYS), SPEC)
    wider = [*half.keys, "a key of its own"]
    both = half.renamed(sorted(wider)) + other
    assert both.keys == sorted(wider)
    n = dict(zip(both.keys, both.credits["linear"].by_key(len(wider))[0], strict=True))
    whole = reference.credit(told, "linear", KEYS)[0]
    assert n["key 002"] == pytest.approx(whole[2])
    assert n["a key of its own"] == 0
    effects = {of.model: of for of in answer(both, SPEC).credits}
    assert effects["markov"].n.sum() == pytest.approx(sum(whole))


def test_what_64_bits_do_not_hold_is_refused_with_a_sentence() -> None:
    told = stories.arrays(STORIES[0], KEYS)
    with pytest.raises(TooLarge, match="more partitions"):
        order(told.outcomes, [str(n) for n in range(2**20)], *np.array([[0], [2**62 - 1], [2**20 - 1]]))


def test_intervals_hold_the_credit_and_need_enough_successes() -> None:
    found = answer(statistics.measure(stories.arrays(STORIES[2], KEYS), SPEC), Spec(models=("linear", "markov")))
    for of in found.credits:
        assert of.interval is not None
        assert (of.interval.n_low < of.n).all()
        assert (of.n < of.interval.n_high).all()
    few = answer(statistics.measure(stories.arrays(STORIES[1][:10], KEYS), SPEC), Spec(models=("linear",)))
    assert few.credits[0].interval is None
    assert few.notes == ("Fewer than 20 successes: no intervals.",)

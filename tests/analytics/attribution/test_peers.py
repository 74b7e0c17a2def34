"""What is computed here is what known packages answer: rules and Shapley to 1e-6, removal effects to 1e-9.

`golden.json` holds their answers, their versions and the day; `python -m benchmarks.attribution_golden` asks again.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sameside.analytics.attribution import Spec, markov, statistics
from sameside.analytics.attribution.answering import answer
from tests.analytics.attribution import reference, stories

GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("golden.json").read_text())
KEYS = 8
SAMPLE = GOLDEN["sample"]


@pytest.fixture(scope="module")
def credited() -> dict[str, np.ndarray]:
    """Outcomes, and amounts as `MODEL amount`, by key."""
    told = [
        reference.Journey([(age, key, False) for age, key in touches], won=won, amount=amount)
        for won, amount, touches in GOLDEN["journeys"]
    ]
    spec = Spec(models=("first", "last", "linear", "u_shape", "time_decay", "markov", "shapley"), resamples=0)
    found = answer(statistics.measure(stories.arrays(told, KEYS), spec), spec)
    return {of.model: of.n for of in found.credits} | {f"{of.model} amount": of.value for of in found.credits}


@pytest.mark.parametrize(
    ("peer", "theirs", "ours"),
    [
        ("channelattribution", "first_touch", "first"),
        ("channelattribution", "last_touch", "last"),
        ("channelattribution", "linear_touch", "linear"),
        ("channelattribution", "first_touch amount", "first amount"),
        ("channelattribution", "last_touch amount", "last amount"),
        ("channelattribution", "linear_touch amount", "linear amount"),
        ("mam-heuristics", "first_click", "first"),
        ("mam-heuristics", "last_click", "last"),
        ("mam-heuristics", "linear", "linear"),
        ("mam-heuristics", "position_based", "u_shape"),
        ("mam-heuristics", "time_decay", "time_decay"),
        ("shapley-attribution", "shapley", "shapley"),
    ],
)
def test_rules_and_shapley(credited: dict[str, np.ndarray], peer: str, theirs: str, ours: str) -> None:
    other = GOLDEN["answers"][peer][theirs]
    expected = [other.get(f"channel {key:04}", 0.0) for key in range(KEYS)]
    assert sum(expected) > 10
    np.testing.assert_allclose(credited[ours], expected, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("peer", ["mam-markov", "do-attribution"])
def test_removal_effects(credited: dict[str, np.ndarray], peer: str) -> None:
    effects = GOLDEN["answers"][peer]["removal"]
    expected = np.array([effects[f"channel {key:04}"] for key in range(KEYS)])
    chained = credited["markov"]
    np.testing.assert_allclose(chained / chained.sum(), expected / expected.sum(), rtol=0, atol=1e-9)


def sample(steps: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps of ChannelAttribution's sample as `Sums.by_key` has them."""
    n, value = np.zeros((2, markov.states(len(SAMPLE["keys"])) ** 2))
    rows = np.array(SAMPLE[steps])
    place = rows[:, 0].astype(np.int64)
    n[place], value[place] = rows[:, 1], rows[:, 2]
    return n, value


@pytest.mark.parametrize("peer", ["mam-markov", "do-attribution"])
def test_removal_effects_of_the_sample_that_everybody_shows(peer: str) -> None:
    keys = SAMPLE["keys"]
    found = markov.removal(*sample("all"), len(keys))
    effects = SAMPLE["answers"][peer]["removal"]
    np.testing.assert_allclose(found.won, [effects[key] for key in keys], rtol=0, atol=1e-9)
    assert found.rate == pytest.approx(19_785 / 88_387, abs=1e-12)


def test_first_and_last_touch_of_the_sample() -> None:
    keys = SAMPLE["keys"]
    width = markov.states(len(keys))
    n, value = (part.reshape(width, width) for part in sample("won"))
    theirs = SAMPLE["answers"]["channelattribution"]
    np.testing.assert_allclose(n[len(keys), : len(keys)], [theirs["first_touch"][key] for key in keys], atol=1e-6)
    np.testing.assert_allclose(n[: len(keys), len(keys) + 1], [theirs["last_touch"][key] for key in keys], atol=1e-6)
    amounts = [theirs["last_touch amount"][key] for key in keys]
    np.testing.assert_allclose(value[: len(keys), len(keys) + 1], amounts, atol=1e-6)

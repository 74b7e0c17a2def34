"""In worlds whose truth is known the estimates find it, their intervals hold it as often as they say, and naive ones
do not.
"""

import numpy as np
import pytest

from sameside.analytics.influence import doubly_robust
from sameside.analytics.influence.cases import trials
from sameside.analytics.influence.strata import associations
from tests.analytics.influence.worlds import world

EFFECTS = (0.0, 0.15, -0.1)


@pytest.mark.parametrize("company", [1, 3], ids=["one deal a company", "three deals a company"])
def test_intervals_of_95_percent_hold_the_truth_93_to_97_times_in_100(company: int) -> None:
    found = []
    for seed in range(300):
        cases, touches = world(700, seed, EFFECTS, company=company)
        found.append([(a.difference, a.low, a.high) for a in associations(*trials(cases, touches), 3)])
    known = np.array(found, dtype=float)
    held = (known[:, :, 1] <= EFFECTS) & (known[:, :, 2] >= EFFECTS)
    assert 0.93 <= held.mean() <= 0.97
    np.testing.assert_allclose(known[:, :, 0].mean(axis=0), EFFECTS, atol=0.02)


def test_a_long_deal_does_not_fake_an_effect() -> None:
    cases, touches = world(20_000, 3, (0.0,))
    found = associations(*trials(cases, touches), 1)[0]
    assert found.crude is not None
    assert found.crude > 0.08
    assert not found.is_clear
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high
    assert found.high - found.low < 0.1


def test_signs_and_order_of_ten_effects_are_right() -> None:
    truth = np.array([-0.12, -0.08, -0.05, -0.03, 0.0, 0.03, 0.05, 0.08, 0.12, 0.18])
    cases, touches = world(60_000, 5, truth)
    found = associations(*trials(cases, touches), len(truth))
    differences = np.array([one.difference for one in found], dtype=float)
    assert (np.sign(differences)[np.abs(truth) >= 0.05] == np.sign(truth)[np.abs(truth) >= 0.05]).all()
    ranks = np.argsort(np.argsort(differences))
    assert np.corrcoef(ranks, np.arange(len(truth)))[0, 1] > 0.95


def test_differences_of_amounts_are_found_too() -> None:
    cases, touches = world(8_000, 7, (0.0, 0.2), binary=False)
    nothing, twenty = associations(*trials(cases, touches), 2)
    assert twenty.difference == pytest.approx(20, abs=5)
    assert twenty.is_clear
    assert not nothing.is_clear


def test_the_doubly_robust_estimate_agrees_with_the_truth_and_with_strata() -> None:
    cases, touches = world(2_500, 11, EFFECTS)
    held, met = trials(cases, touches)
    for key, truth in enumerate(EFFECTS):
        robust = doubly_robust.associate(held, met, key)
        assert robust is not None
        assert robust.low < truth < robust.high
        strata = associations(held, met, 3)[key]
        assert strata.difference == pytest.approx(robust.difference, abs=0.1)
        assert robust.overlap > 0.95

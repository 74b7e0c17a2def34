"""Stages change while a case lasts: compared are cases in the same stage when an exposure begins to count."""

from dataclasses import replace

import numpy as np
import pytest

from sameside.analytics.influence import doubly_robust
from sameside.analytics.influence.cases import DAY, Cases, Moving, Touches, trials
from sameside.analytics.influence.choosing import alike_in
from sameside.analytics.influence.strata import associations
from tests.analytics.influence.worlds import moving_world

EFFECTS = (0.0, 0.15)


def test_with_the_stage_intervals_hold_the_truth_and_without_they_do_not() -> None:
    known, naive = [], []
    for seed in range(250):
        cases, touches = moving_world(700, seed, EFFECTS)
        known.append([(a.difference, a.low, a.high) for a in associations(*trials(cases, touches), 2)])
        bare = replace(cases, alike={})
        naive.append([a.difference for a in associations(*trials(bare, touches), 2)])
    found = np.array(known, dtype=float)
    held = (found[:, :, 1] <= EFFECTS) & (found[:, :, 2] >= EFFECTS)
    assert 0.93 <= held.mean() <= 0.97
    np.testing.assert_allclose(found[:, :, 0].mean(axis=0), EFFECTS, atol=0.015)
    assert np.array(naive, dtype=float).mean(axis=0)[0] > 0.03


def test_the_doubly_robust_estimate_takes_the_stage_too() -> None:
    cases, touches = moving_world(2_500, 1, EFFECTS)
    robust = doubly_robust.associate(*trials(cases, touches), 1)
    assert robust is not None
    assert robust.low < 0.15 < robust.high


def test_the_stage_in_force_is_that_before_the_exposure_counts() -> None:
    stage = Moving(np.array([0, 0, 1]), np.array([0, 10 * DAY, 0]), np.array([1, 2, 3]))
    case, trial = np.array([0, 0, 0, 0, 1, 2]), np.array([0, 1, 2, 3, 1, 1])
    # Trial 0 is before it began; trial 2 begins on day 7, trial 3 on day 14.
    assert stage.at(case, trial, (0, 7, 14, 30)).tolist() == [0, 1, 1, 2, 3, 0]


def test_a_stratum_tells_what_it_is_made_of() -> None:
    stage = Moving(np.array([0, 0, 1]), np.array([0, 10 * DAY, 0]), np.array([1, 2, 3]))
    segment = np.array([0, 1])
    cases = Cases(np.arange(2), np.full(2, 40 * DAY), np.ones(2), {"segment": segment, "stage": stage})
    held, _ = trials(cases, Touches(*(np.empty(0, dtype=np.int64),) * 3))
    told = [held.unpacked(code) for code in held.stratum.tolist()]
    assert told[:4] == [(0, (0,), 0, 0), (0, (1,), 1, 0), (0, (1,), 2, 0), (0, (2,), 3, 0)]
    assert told[-1] == (1, (3,), 3, 0)


def test_what_moves_is_chosen_like_what_does_not() -> None:
    cases, touches = moving_world(900, 2, EFFECTS)
    held, met = trials(replace(cases, alike={}), touches)
    assert alike_in(held, met, 2, dict(cases.alike)) == ("stage",)


def test_exposures_that_are_no_touches_make_nobody_busier() -> None:
    cases = Cases(np.arange(2), np.full(2, 40 * DAY), np.ones(2), {})
    touches = Touches(np.array([0, 0, 1]), np.array([1, 0, 1]), np.array([-5, -4, -5]))
    busy = trials(cases, touches)[0].busy[[0, 5]].tolist()
    marked = replace(touches, counted=np.array([True, False, True]))
    assert (busy, trials(cases, marked)[0].busy[[0, 5]].tolist()) == ([1, 1], [1, 1])
    many = replace(touches, case=np.array([0, 0, 0]))
    assert trials(cases, many)[0].busy[0] == 2
    assert trials(cases, replace(many, counted=np.array([True, False, True])))[0].busy[0] == 1


@pytest.mark.parametrize(
    ("case", "code", "sentence"), [([1, 0], [1, 1], "order of case and age"), ([0, 1], [0, 1], "codes from 1")]
)
def test_what_makes_no_sense_is_refused(case: list[int], code: list[int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Moving(np.array(case), np.array([5, 5]), np.array(code))

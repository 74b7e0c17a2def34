"""Figures of a ranking, against answers counted by hand and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from sameside.analytics.likelihood import judging

rankings = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=4, max_size=60).filter(
    lambda rows: len({answer for _, answer in rows}) == 2
)


def _arrays(rows: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score for score, _ in rows], float), np.array([answer for _, answer in rows])


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    # yes: 3, 2; no: 2, 1 -> pairs 3>2, 3>1, 2=2 (half), 2>1: 3.5 of 4
    found = judging.area(np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, True, False, False]))
    assert found.value == 0.875
    assert 0 <= found.low < 0.875 < found.high <= 1


@given(rankings)
def test_the_area_is_scikit_learns(rows: list[tuple[int, bool]]) -> None:
    scores, yes = _arrays(rows)
    assert judging.area(scores, yes).value == pytest.approx(roc_auc_score(yes, scores))


def test_the_interval_covers_the_true_area_about_as_often_as_it_says() -> None:
    dice, covered = np.random.default_rng(7), 0
    true = 0.7602  # of normal scores one standard deviation apart: Phi(1 / sqrt 2)
    for _ in range(300):
        yes = dice.random(150) < 0.3
        scores = dice.normal(size=150) + yes
        found = judging.area(scores, yes)
        covered += found.low <= true <= found.high
    assert 0.91 <= covered / 300 <= 0.98


def test_a_gain_over_oneself_is_nought_and_over_noise_is_sure() -> None:
    dice = np.random.default_rng(1)
    yes = dice.random(800) < 0.3
    good, noise = dice.normal(size=800) + yes, dice.normal(size=800)
    same = judging.gain(good, good, yes)
    assert (same.value, same.low, same.high) == (0, 0, 0)
    assert judging.gain(good, noise, yes).low > 0
    assert judging.gain(noise, good, yes).high < 0


@given(rankings)
def test_the_curve_holds_the_area(rows: list[tuple[int, bool]]) -> None:
    scores, yes = _arrays(rows)
    points = judging.curve(scores, yes, points=100)
    assert points[0] == (0, 0)
    assert points[-1] == (1, 1)
    xs, ys = zip(*points, strict=True)
    assert np.trapezoid(ys, xs) == pytest.approx(judging.area(scores, yes).value)


def test_lift_of_the_best_tenth_and_of_ties() -> None:
    scores = np.array([9.0] * 10 + [1.0] * 90)
    yes = np.array([True] * 5 + [False] * 5 + [True] * 5 + [False] * 85)
    (top,) = judging.lifts(scores, yes, shares=(0.1,))
    assert (top.rows, top.captured, top.lift) == (10, 0.5, 5.0)
    flat = judging.lifts(np.ones(100), yes, shares=(0.1, 0.5))
    assert [one.lift for one in flat] == pytest.approx([1.0, 1.0])


def test_calibration_says_what_came_true() -> None:
    chances = np.array([0.1] * 100 + [0.6] * 100)
    yes = np.array([True] * 10 + [False] * 90 + [True] * 60 + [False] * 40)
    low, high = judging.calibration(chances, yes, bins=2)
    assert (low.said, low.came, low.rows) == (pytest.approx(0.1), 0.1, 100)
    assert (high.said, high.came, high.rows) == (pytest.approx(0.6), 0.6, 100)
    assert low.low < 0.1 < low.high
    assert judging.calibration_error(chances, yes, bins=2) == pytest.approx(0)
    assert judging.brier_skill(np.full(200, 0.35), yes) == pytest.approx(0)


def test_only_what_matters_is_important() -> None:
    dice = np.random.default_rng(3)
    yes = dice.random(2000) < 0.4
    matters, noise = yes + dice.normal(size=2000), dice.normal(size=2000) * 0.1
    lost = judging.importances({"matters": matters, "noise": noise}, matters + noise, yes)
    assert lost["matters"] > 0.2
    assert abs(lost["noise"]) < 0.01


def test_one_answer_alone_is_refused() -> None:
    with pytest.raises(judging.OneSided):
        judging.area(np.array([1.0, 2.0]), np.array([True, True]))

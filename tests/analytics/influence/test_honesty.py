"""What cannot be said is not said: too few, nobody alike, everybody exposed, and how strong an unseen cause must be."""

import math

import numpy as np
import pytest

from sameside.analytics.influence import doubly_robust, sensitivity
from sameside.analytics.influence.cases import DAY, Cases, Touches, trials
from sameside.analytics.influence.strata import associations


def _cases(n: int, days: int = 100, result: float | None = None) -> Cases:
    wins = np.arange(n) % 2 if result is None else np.full(n, result)
    return Cases(np.arange(n), np.full(n, days * DAY), wins.astype(float), {"segment": np.zeros(n, dtype=np.int64)})


def _met(cases: list[int], days: float) -> Touches:
    case = np.array(cases, dtype=np.int64)
    return Touches(case, np.zeros_like(case), np.full_like(case, int(days * DAY)))


def test_fewer_than_twenty_exposed_get_no_figure() -> None:
    held, met = trials(_cases(200), _met(list(range(19)), 10))
    found = associations(held, met, 1)[0]
    assert (found.exposed, found.compared, found.difference) == (19, 19, None)
    assert not found.is_clear
    assert doubly_robust.associate(held, met, 0) is None
    assert associations(*trials(_cases(200), _met(list(range(20)), 10)), 1)[0].difference == pytest.approx(
        0.0, abs=0.01
    )


def test_where_everybody_met_it_there_is_nobody_to_compare_with() -> None:
    held, met = trials(_cases(200), _met(list(range(200)), 10))
    found = associations(held, met, 1)[0]
    assert (found.exposed, found.compared, found.overlap, found.difference) == (200, 0, 0.0, None)
    assert doubly_robust.associate(held, met, 0) is None


def test_what_was_met_after_the_last_landmark_before_the_end_does_not_count() -> None:
    found = associations(*trials(_cases(200, days=80), _met(list(range(50)), 70)), 1)[0]
    assert (found.exposed, found.difference) == (0, None)


def test_cases_are_compared_within_what_is_alike_only() -> None:
    # All of segment 1 met it, nobody of segment 0: no two are alike.
    segment = np.arange(200) % 2
    cases = Cases(np.arange(200), np.full(200, 100 * DAY), segment.astype(float), {"segment": segment})
    found = associations(*trials(cases, _met([i for i in range(200) if i % 2], 10)), 1)[0]
    assert (found.crude, found.difference, found.overlap) == (1.0, None, 0.0)


def test_cases_without_a_result_are_left_out() -> None:
    cases = _cases(400)
    cases.result[::2] = np.nan
    found = associations(*trials(cases, _met(list(range(100)), 10)), 1)[0]
    assert (found.exposed, found.with_it) == (50, 1.0)


def test_an_unseen_cause_must_be_as_strong_as_the_paper_says() -> None:
    assert sensitivity.e_value(0.39, 0.1) == pytest.approx(
        7.26, abs=0.01
    )  # a ratio of 3.9, VanderWeele and Ding, p. 268
    assert sensitivity.e_value(0.1, 0.39) == sensitivity.e_value(0.39, 0.1)
    assert sensitivity.e_value(0.2, 0.2) == 1.0
    assert sensitivity.e_value(0.2, 0.0) == math.inf
    assert sensitivity.e_value_of_bound(0.2, -0.01, 0.2) == 1.0
    assert sensitivity.e_value_of_bound(0.2, 0.02, 0.3) == sensitivity.e_value(0.22, 0.2)
    assert sensitivity.e_value_of_means(0.0, 5.0) == 1.0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: trials(_cases(3), _met([0], 1), (7, 14)), "begin at 0"),
        (lambda: trials(_cases(3), _met([0], 1), (0, 14, 7)), "ascend"),
        (lambda: associations(*trials(_cases(3), _met([0], 1)), 1, confidence=1.0), "between 0 and 1"),
        (lambda: sensitivity.e_value(1.2, 0.1), "not a share"),
        (lambda: Cases(np.arange(2), np.arange(3), np.ones(3), {}), "differ in length"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(call: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()  # type: ignore[operator]

import pytest

from sameside.analytics import rates


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.277533),
        (10, 10, 0.722467, 1.0),
        (5, 10, 0.236593, 0.763407),
        (9, 14, 0.387644, 0.836553),
        (410, 1000, 0.379917, 0.440772),
    ],
)
def test_wilson_solves_the_score_equation(successes: int, n: int, low: float, high: float) -> None:
    assert rates.wilson(successes, n) == pytest.approx((low, high), abs=1e-6)


def test_a_higher_confidence_gives_a_wider_interval() -> None:
    narrow, wide = rates.wilson(9, 14), rates.wilson(9, 14, confidence=0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(("successes", "n", "confidence"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 1.0), (1, 5, 0.0)])
def test_wilson_refuses_what_cannot_be(successes: int, n: int, confidence: float) -> None:
    with pytest.raises(ValueError):
        rates.wilson(successes, n, confidence)


def test_twenty_cases_are_the_least_that_are_not_small() -> None:
    assert [rates.is_small(n) for n in (0, 19, 20, 500)] == [True, True, False, False]


def test_percentiles_interpolate() -> None:
    assert rates.median([3.0, 1.0, 2.0]) == 2.0
    assert rates.median([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert rates.percentile([10, 20, 30, 40, 50], 0.9) == pytest.approx(46.0)
    assert rates.percentile([], 0.5) is None
    with pytest.raises(ValueError):
        rates.percentile([1.0], 1.1)


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),  # examples of Newcombe 1998, table II, method 10
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
    ],
)
def test_the_difference_of_two_shares_has_newcombes_interval(
    counts: tuple[int, int, int, int], bounds: tuple[float, float]
) -> None:
    assert rates.difference(*counts) == pytest.approx(bounds, abs=5e-5)


def test_a_difference_to_no_cases_is_as_wide_as_what_is_known() -> None:
    low, high = rates.difference(0, 0, 3, 10)
    assert (low, high) == pytest.approx((-0.6032, 0.8922), abs=5e-5)

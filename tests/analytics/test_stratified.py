"""Comparing like with like: a known effect is found, a known confounder is taken out, and what is thin says so."""

import random

import pytest

from sameside.analytics.stratified import Stratum, compare


def test_one_stratum_is_the_plain_difference() -> None:
    found = compare([Stratum(200, 60, 300, 60)])
    assert found.crude == pytest.approx(0.1)
    assert found.difference == pytest.approx(0.1)
    assert (found.treated_share, found.other_share) == (pytest.approx(0.3), pytest.approx(0.2))
    assert (found.overlap, found.strata, found.strata_left_out) == (1.0, 1, 0)


def test_a_literal_case_by_hand() -> None:
    """Weights 60/160 and 100/160; differences 0.25 and 0.1."""
    found = compare([Stratum(20, 10, 40, 10), Stratum(50, 10, 50, 5)])
    assert found.difference == pytest.approx(0.375 * 0.25 + 0.625 * 0.1)
    assert found.treated_share == pytest.approx(0.375 * 0.5 + 0.625 * 0.2)
    # Variances with (x + 1) / (n + 2): 11/22, 11/42, 11/52, 6/52.
    variance = 0.375**2 * (0.25 / 20 + 11 / 42 * 31 / 42 / 40) + 0.625**2 * (
        11 / 52 * 41 / 52 / 50 + 6 / 52 * 46 / 52 / 50
    )
    assert found.upper is not None
    assert found.upper - 0.15625 == pytest.approx(1.959964 * variance**0.5, rel=1e-5)


def test_a_confounder_without_an_effect_is_taken_out() -> None:
    """Good leads succeed at 40 % and poor ones at 5 %, called at once or not; the good ones are called at once."""
    good, poor = Stratum(800, 320, 200, 80), Stratum(100, 5, 900, 45)
    found = compare([good, poor])
    assert found.crude is not None
    assert found.crude > 0.24
    assert found.difference == pytest.approx(0.0)
    assert not found.is_clear


def test_an_effect_hidden_by_a_confounder_is_found() -> None:
    """Poor leads are called first; within each band calling at once gains ten points."""
    found = compare([Stratum(100, 50, 900, 360), Stratum(900, 135, 100, 5)])
    assert found.crude is not None
    assert found.crude < 0
    assert found.difference == pytest.approx(0.1)
    assert found.is_clear


def test_what_has_nobody_to_compare_with_is_left_out_and_said() -> None:
    found = compare([Stratum(50, 25, 50, 15), Stratum(100, 90, 0, 0), Stratum(4, 4, 96, 0)])
    assert found.difference == pytest.approx(0.2)
    assert (found.strata, found.strata_left_out) == (1, 2)
    assert found.overlap == pytest.approx(100 / 300)


@pytest.mark.parametrize("strata", [[], [Stratum(10, 5, 0, 0)], [Stratum(0, 0, 0, 0)]])
def test_nothing_is_claimed_without_overlap(strata: list[Stratum]) -> None:
    found = compare(strata)
    assert (found.difference, found.lower, found.upper, found.overlap) == (None, None, None, 0.0)
    assert not found.is_clear


def test_a_side_where_all_succeeded_is_not_certain() -> None:
    found = compare([Stratum(8, 8, 8, 8)])
    assert found.difference == 0.0
    assert found.lower is not None
    assert found.lower < -0.2


def test_a_count_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="6 of 5 is not a proportion"):
        Stratum(5, 6, 10, 1)
    with pytest.raises(ValueError, match="A confidence lies between 0 and 1"):
        compare([], confidence=1.0)


def _drawn(chance: random.Random, effect: float) -> list[Stratum]:
    """Four bands: the better one, the likelier it is called at once; `effect` on top of the band's own share."""
    strata = []
    for base, called in ((0.05, 0.1), (0.15, 0.3), (0.3, 0.6), (0.5, 0.8)):
        treated = sum(chance.random() < called for _ in range(250))
        others = 250 - treated
        strata.append(
            Stratum(
                treated, sum(chance.random() < base + effect for _ in range(treated)),
                others, sum(chance.random() < base for _ in range(others)),
            )
        )  # fmt: skip
    return strata


@pytest.mark.parametrize("effect", [0.0, 0.08])
def test_the_interval_holds_the_known_effect_as_often_as_it_says(effect: float) -> None:
    chance = random.Random(11)
    found = [compare(_drawn(chance, effect)) for _ in range(400)]
    held = sum(one.lower <= effect <= one.upper for one in found)  # type: ignore[operator]
    assert 370 <= held <= 393
    assert sum(one.difference for one in found) / 400 == pytest.approx(effect, abs=0.005)  # type: ignore[misc]
    assert sum(one.crude for one in found) / 400 > effect + 0.12  # type: ignore[misc]

"""Intervals of sums are those of a plain bootstrap: every draw added up bucket by bucket, percentiles of NumPy's."""

import numpy as np
import pytest

from sameside.analytics.attribution import Spec, intervals
from sameside.analytics.attribution.sums import Sums, collect

BUCKETS = 256


def drawn_sums(many: int, keys: int) -> Sums:
    """Of two months; the last keys are the rarest, amounts may be negative."""
    chance = np.random.default_rng(many)
    key = np.minimum(chance.geometric(min(4 / keys, 1), many), keys) - 1
    cell = chance.integers(600, 602, many) * BUCKETS + chance.integers(0, BUCKETS, many)
    return collect(cell, key, chance.random(many), chance.normal(20, 50, many))


def plain(of: Sums, keys: int, drawn: np.ndarray, part: np.ndarray) -> np.ndarray:
    by_bucket = np.zeros((BUCKETS, keys))
    for cell, key, one in zip(of.cell.tolist(), of.key.tolist(), part.tolist(), strict=True):
        by_bucket[cell % BUCKETS, key] += one
    bounds: np.ndarray = np.quantile(drawn @ by_bucket, (0.05, 0.95), axis=0, method="weibull")
    return bounds


@pytest.mark.parametrize(("many", "keys"), [(1, 1), (300, 90), (4_000, 70), (30_000, 40)])
def test_intervals_are_those_of_a_plain_bootstrap(many: int, keys: int) -> None:
    of, spec = drawn_sums(many, keys), Spec(confidence=0.9)
    drawn = intervals.draws(spec)
    assert drawn.shape == (200, BUCKETS)
    assert (drawn.sum(axis=1) == BUCKETS).all()
    found = intervals.of_sums(of, keys + 1, drawn, spec.confidence)
    np.testing.assert_allclose([found.n_low, found.n_high], plain(of, keys + 1, drawn, of.n), rtol=1e-12, atol=1e-12)
    worth = plain(of, keys + 1, drawn, of.value)
    np.testing.assert_allclose([found.value_low, found.value_high], worth, rtol=1e-12, atol=1e-9)
    assert [bound[keys] for bound in found.bounds] == [0, 0, 0, 0]


def test_what_is_drawn_is_shared_and_cannot_be_changed() -> None:
    drawn = intervals.draws(Spec(seed=2, resamples=5))
    with pytest.raises(ValueError, match="read-only"):
        drawn[0, 0] = 7.0
    assert drawn[0, :12].tolist() == [1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 3, 0]

import pytest

from sameside.analytics.apportion import apportion


def test_apportioned_cents_sum_to_the_total() -> None:
    assert apportion([33.333333, 33.333333, 33.333333], 100) == [34, 33, 33]
    assert apportion([0.5, 99.5], 100) == [1, 99]
    assert apportion([50.0, 50.0], 100) == [50, 50]
    assert apportion([], 0) == []
    with pytest.raises(ValueError, match="not to 10"):
        apportion([1.0], 10)


def test_amounts_beyond_what_floats_hold_still_sum_to_the_total() -> None:
    total = 900_000_000_000_015_473
    parts = apportion([total * 0.7, total * 0.2, total * 0.1], total)
    assert sum(parts) == total
    assert [round(part / total, 9) for part in parts] == [0.7, 0.2, 0.1]
    with pytest.raises(ValueError, match="not to"):
        apportion([total * 0.7, total * 0.2], total)

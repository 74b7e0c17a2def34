"""Rates with their uncertainty, and the middle of a spread-out measure.

A share of a few cases says little: every rate that the product shows carries its interval, and says when it is small.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

SMALL = 20


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a proportion: lower and upper bound, both within [0, 1].

    `successes` of `n` independent cases succeeded; `confidence` is the coverage, 0 < confidence < 1. Nothing is known
    of a proportion of no cases: (0.0, 1.0). Raises ValueError for counts that cannot be, or a confidence out of range.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a proportion.")
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    reach = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (
        0.0 if successes == 0 else max(0.0, centre - reach),
        1.0 if successes == n else min(1.0, centre + reach),
    )


def is_small(n: int) -> bool:
    """Whether a rate of `n` cases is too uncertain to act on: under 20, half the interval exceeds 20 points."""
    return n < SMALL


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of `values` lie, interpolated linearly; None of no values.

    `values` need not be sorted. Raises ValueError for a share out of range.
    Source: definition 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages" (1996), as NumPy's.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1, not at {share}.")
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def median(values: Sequence[float]) -> float | None:
    """The middle of `values`; None of no values."""
    return percentile(values, 0.5)


def difference(
    successes: int, n: int, other_successes: int, other_n: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The interval of the first proportion minus the other, from two independent samples, within [-1, 1].

    Nothing is known of no cases: with n or other_n zero the bounds are those that the known side leaves. Raises
    ValueError as `wilson` does.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of
    eleven methods", Statistics in Medicine 17 (1998), method 10 (hybrid of two Wilson intervals).
    """
    lower, upper = wilson(successes, n, confidence)
    other_lower, other_upper = wilson(other_successes, other_n, confidence)
    if not n or not other_n:
        return lower - other_upper, upper - other_lower
    share, other = successes / n, other_successes / other_n
    gap = share - other
    below = math.hypot(share - lower, other_upper - other)
    above = math.hypot(upper - share, other - other_lower)
    return max(-1.0, gap - below), min(1.0, gap + above)

"""Parts of a sum as whole cents that still sum to it."""

import math
from collections.abc import Sequence

_LOST = 2.0**-44  # of a total: what the rounding of a sum of 64-bit floats may lose, with room


def apportion(parts: Sequence[float], total: int) -> list[int]:
    """`parts` as whole numbers (cents) whose sum is `total`, by largest remainders; ties go to the earlier part.

    The parts must sum to `total` within half a unit for each part, as the shares of a sum do; else ValueError. Beyond
    2^53 floating-point numbers do not hold single units any more: what they lost goes to the largest part.
    Source: A. Hamilton's method, in M. Balinski and H. P. Young, "Fair Representation" (1982).
    """
    whole = [math.floor(part) for part in parts]
    missing = total - sum(whole)
    beyond = missing - min(max(missing, 0), len(parts))
    if parts and 0 < abs(beyond) <= abs(total) * _LOST:
        whole[max(range(len(parts)), key=lambda i: abs(parts[i]))] += beyond
        missing -= beyond
    if not 0 <= missing <= len(parts):
        raise ValueError(f"The parts sum to {sum(parts)}, not to {total}.")
    by_remainder = sorted(range(len(parts)), key=lambda i: whole[i] - parts[i])
    for i in by_remainder[:missing]:
        whole[i] += 1
    return whole

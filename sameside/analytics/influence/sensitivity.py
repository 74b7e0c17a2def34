"""How strong a cause that nobody recorded would have to be, to explain an association away.

The *E-value*: by what factor such a cause would have to go together both with the exposure and with the success, beyond
all that is adjusted for, so that nothing remained. 1 means that nothing is needed.

Source: T. J. VanderWeele, P. Ding, "Sensitivity Analysis in Observational Research: Introducing the E-Value", Annals of
Internal Medicine 167 (2017); differences of means by way of exp(0.91 d), the same, table 2.
"""

import math


def e_value(with_it: float, without_it: float) -> float:
    """Of two shares in [0, 1]. Infinite where one of them is nothing and the other is not."""
    for share in (with_it, without_it):
        if not 0 <= share <= 1:
            raise ValueError(f"{share} is not a share.")
    if with_it == without_it:
        return 1.0
    low, high = sorted((with_it, without_it))
    return _of_ratio(high / low) if low else math.inf


def e_value_of_bound(without_it: float, low: float, high: float) -> float:
    """Of the bound of the difference that is nearer to nothing; 1 where the interval holds nothing."""
    if low <= 0 <= high:
        return 1.0
    nearest = low if low > 0 else high
    return e_value(min(max(without_it + nearest, 0.0), 1.0), without_it)


def e_value_of_means(difference: float, spread: float) -> float:
    """Of a difference of means, `spread` is the standard deviation of the result, above 0."""
    if spread <= 0:
        raise ValueError("A spread is above nothing.")
    return _of_ratio(math.exp(0.91 * abs(difference) / spread))


def _of_ratio(ratio: float) -> float:
    return ratio + math.sqrt(ratio * (ratio - 1))

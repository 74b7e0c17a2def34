"""What treated cases had more of than others, compared like with like: within strata, then put together.

Cases that were treated often differ beforehand (the better ones are treated first). Within a stratum of alike cases the
treated and the others are compared; the strata are put together by how many cases each holds (direct
standardisation), so that both sides are looked at as if they were the same mix. A stratum in which one side has too few
cases says nothing and is left out: how many cases remain is the overlap.

Source: K. J. Rothman, S. Greenland, T. L. Lash, "Modern Epidemiology", 3rd edition (2008), chapters 3 and 15
(standardised risk difference). For the variance the shares are moved towards one half, (x + 1) / (n + 2), so that a
side where nothing or everything succeeded is not certain (A. Agresti, B. Caffo, The American Statistician 54, 2000).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

FEWEST = 5
"""A stratum counts with at least so many cases on each side."""


@dataclass(frozen=True)
class Stratum:
    """Alike cases: `treated` of which `treated_successes` succeeded, `others` of which `other_successes` did."""

    treated: int
    treated_successes: int
    others: int
    other_successes: int

    def __post_init__(self) -> None:
        for successes, n in ((self.treated_successes, self.treated), (self.other_successes, self.others)):
            if not 0 <= successes <= n:
                raise ValueError(f"{successes} of {n} is not a proportion.")

    @property
    def cases(self) -> int:
        return self.treated + self.others


@dataclass(frozen=True)
class Comparison:
    """Shares and differences as shares of 1, in [-1, 1]. The standardised ones are None without any overlap.

    `treated`, `others`: all cases of each side. `crude` compares them as they are; `treated_share` and `other_share`
    are standardised to the cases of the strata that count, and `difference` lies between them.
    """

    treated: int
    others: int
    crude: float | None
    treated_share: float | None
    other_share: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    overlap: float
    strata: int
    strata_left_out: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        return self.lower is not None and self.upper is not None and (self.lower > 0 or self.upper < 0)


def _share(successes: int, n: int) -> float:
    return successes / n


def _variance(successes: int, n: int) -> float:
    share = (successes + 1) / (n + 2)
    return share * (1 - share) / n


def compare(strata: Sequence[Stratum], *, confidence: float = 0.95, fewest: int = FEWEST) -> Comparison:
    """The standardised difference of the treated from the others, with its interval (normal approximation).

    `confidence` lies between 0 and 1, `fewest` is at least 1; raises ValueError otherwise.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    if fewest < 1:
        raise ValueError("A stratum without cases on both sides cannot be compared.")
    treated, others = sum(one.treated for one in strata), sum(one.others for one in strata)
    crude = None
    if treated and others:
        crude = _share(sum(one.treated_successes for one in strata), treated) - _share(
            sum(one.other_successes for one in strata), others
        )
    filled = [one for one in strata if one.cases]
    alike = [one for one in filled if one.treated >= fewest and one.others >= fewest]
    cases = sum(one.cases for one in alike)
    left_out = len(filled) - len(alike)
    if not alike:
        return Comparison(treated, others, crude, None, None, None, None, None, 0.0, 0, left_out)
    weights = [one.cases / cases for one in alike]
    pairs = list(zip(weights, alike, strict=True))
    treated_share = sum(w * _share(one.treated_successes, one.treated) for w, one in pairs)
    other_share = sum(w * _share(one.other_successes, one.others) for w, one in pairs)
    variance = sum(
        w * w * (_variance(one.treated_successes, one.treated) + _variance(one.other_successes, one.others))
        for w, one in pairs
    )
    difference = treated_share - other_share
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(variance)
    return Comparison(
        treated, others, crude, treated_share, other_share, difference,
        max(-1.0, difference - reach), min(1.0, difference + reach),
        cases / (treated + others), len(alike), left_out,
    )  # fmt: skip

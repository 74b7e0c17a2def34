"""How good a ranking of yes and no is, with its uncertainty: area under the curve, calibration, lift, what matters.

All functions take scores (any numbers, higher is likelier) and truths of the same length, of which neither answer may
be missing altogether where it says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sameside.analytics import rates

Floats = NDArray[np.float64]
Yes = NDArray[np.bool_]


class OneSided(ValueError):
    """All rows have the same answer, so that nothing can be told apart."""


def _check(yes: Yes) -> None:
    if not yes.any() or yes.all():
        raise OneSided("All rows have the same answer.")


@dataclass(frozen=True)
class Area:
    """The area under the curve: the chance that a yes stands above a no (ties count half), with its interval."""

    value: float
    low: float
    high: float


def _structure(scores: Floats, yes: Yes) -> tuple[float, Floats, Floats]:
    """The area, and for each yes (no) the share of noes below (yeses above) it: DeLong's structural components."""
    m, n = int(yes.sum()), int((~yes).sum())
    together = rankdata(scores)
    among_yes, among_no = rankdata(scores[yes]), rankdata(scores[~yes])
    of_yes = (together[yes] - among_yes) / n
    of_no = 1 - (together[~yes] - among_no) / m
    return float(of_yes.mean()), of_yes, of_no


def area(scores: Floats, yes: Yes, confidence: float = 0.95) -> Area:
    """Area under the ROC curve with its interval. Raises `OneSided`.

    Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988); by mid-ranks as X. Sun and W. Xu, "Fast
    implementation of DeLong's algorithm", IEEE Signal Processing Letters 21 (2014).
    """
    _check(yes)
    value, of_yes, of_no = _structure(scores, yes)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(_variance(of_yes) + _variance(of_no))
    return Area(value, max(0.0, value - reach), min(1.0, value + reach))


def _variance(parts: Floats) -> float:
    return float(parts.var(ddof=1) / parts.size) if parts.size > 1 else 0.25


def gain(scores: Floats, other: Floats, yes: Yes, confidence: float = 0.95) -> Area:
    """Area of `scores` minus that of `other` on the same rows, with the interval of the difference (paired). Raises
    `OneSided`. Source: as `area`."""
    _check(yes)
    one, one_yes, one_no = _structure(scores, yes)
    two, two_yes, two_no = _structure(other, yes)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(
        _variance(one_yes - two_yes) + _variance(one_no - two_no)
    )
    return Area(one - two, one - two - reach, one - two + reach)


def curve(scores: Floats, yes: Yes, points: int = 50) -> list[tuple[float, float]]:
    """The ROC curve as (share of noes above, share of yeses above) from (0, 0) to (1, 1), thinned to about `points`.

    Equal scores are one step. Raises `OneSided`.
    """
    _check(yes)
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    steps = np.append(np.flatnonzero(np.diff(ordered)), ordered.size - 1)
    above = np.cumsum(yes[order])[steps]
    shares = [(0.0, 0.0)]
    m, n = int(yes.sum()), int((~yes).sum())
    keep = np.unique(np.linspace(0, steps.size - 1, min(points, steps.size)).astype(int))
    for at in keep:
        hits = int(above[at])
        shares.append(((int(steps[at]) + 1 - hits) / n, hits / m))
    return shares


@dataclass(frozen=True)
class Bin:
    """Rows of like chance: what was said on average, what came true, and the interval of that."""

    said: float
    came: float
    low: float
    high: float
    rows: int


def calibration(chances: Floats, yes: Yes, bins: int = 10) -> list[Bin]:
    """Rows in the order of their chance, in `bins` parts of like size; equal chances stay together."""
    if not chances.size:
        return []
    edges = np.unique(np.quantile(chances, np.linspace(0, 1, bins + 1)[1:-1]))
    part = np.searchsorted(edges, chances, side="left")
    found = []
    for number in np.unique(part):
        of = part == number
        rows, hits = int(of.sum()), int(yes[of].sum())
        low, high = rates.wilson(hits, rows)
        found.append(Bin(float(chances[of].mean()), hits / rows, low, high, rows))
    return found


def calibration_error(chances: Floats, yes: Yes, bins: int = 10) -> float:
    """The average distance of what was said from what came true, over `calibration`'s parts (0 is perfect)."""
    return sum(one.rows * abs(one.said - one.came) for one in calibration(chances, yes, bins)) / max(len(yes), 1)


def brier(chances: Floats, yes: Yes) -> float:
    """The mean squared distance of the chance from the answer. G. W. Brier, Monthly Weather Review 78 (1950)."""
    return float(np.mean((chances - yes) ** 2))


def brier_skill(chances: Floats, yes: Yes) -> float:
    """How much of the error of always saying the average is gone: 1 is perfect, 0 no better. Raises `OneSided`."""
    _check(yes)
    share = float(yes.mean())
    return 1 - brier(chances, yes) / (share * (1 - share))


@dataclass(frozen=True)
class Lift:
    """The top `share` of rows: how many of all yeses they hold, and how many times the average they succeed."""

    share: float
    rows: int
    captured: float
    lift: float


def lifts(scores: Floats, yes: Yes, shares: Sequence[float] = (0.05, 0.1, 0.2, 0.3, 0.5)) -> list[Lift]:
    """Lift of the best-scored shares. Rows that tie at the edge count by their average, so that order is no luck.

    Raises `OneSided`.
    """
    _check(yes)
    order = np.argsort(-scores, kind="stable")
    ordered, hits = scores[order], yes[order].astype(float)
    begins = np.flatnonzero(np.append(True, np.diff(ordered) != 0))
    sizes = np.diff(np.append(begins, ordered.size))
    even = np.repeat(np.add.reduceat(hits, begins) / sizes, sizes)
    total, found = float(yes.sum()), []
    for share in shares:
        rows = max(1, round(ordered.size * share))
        captured = float(even[:rows].sum()) / total
        found.append(Lift(share, rows, captured, captured * ordered.size / rows))
    return found


def importances(
    contributions: Mapping[str, Floats], total: Floats, yes: Yes, *, seed: int = 0, times: int = 5
) -> dict[str, float]:
    """How much area is lost when one group's contribution is dealt out anew among the rows, on average of `times`.

    `contributions`: for each group what it adds to every row of `total`. Raises `OneSided`.
    Source: permutation importance, L. Breiman, "Random forests", Machine Learning 45 (2001), by group.
    """
    _check(yes)
    whole, dice = _structure(total, yes)[0], np.random.default_rng(seed)
    lost: dict[str, float] = {}
    for name, part in contributions.items():
        areas = [_structure(total - part + dice.permutation(part), yes)[0] for _ in range(times)]
        lost[name] = whole - float(np.mean(areas))
    return lost


def summary(scores: Floats, yes: Yes, chances: Floats | None = None) -> dict[str, Any]:
    """Everything that a page shows of one way to score, ready for JSON. Raises `OneSided`."""
    found = area(scores, yes)
    told: dict[str, Any] = {
        "rows": int(yes.size),
        "yes": int(yes.sum()),
        "area": [found.value, found.low, found.high],
        "curve": [list(point) for point in curve(scores, yes)],
        "lifts": [[one.share, one.rows, one.captured, one.lift] for one in lifts(scores, yes)],
    }
    if chances is not None:
        told["calibration"] = [[one.said, one.came, one.low, one.high, one.rows] for one in calibration(chances, yes)]
        told["calibration_error"] = calibration_error(chances, yes)
        told["brier_skill"] = brier_skill(chances, yes)
    return told

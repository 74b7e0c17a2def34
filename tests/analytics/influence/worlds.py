"""Worlds whose truth is known: deals of three segments, content that they meet while open, and what it does."""

from collections.abc import Sequence

import numpy as np

from sameside.analytics.influence.cases import DAY, Cases, Touches


def world(
    n: int, seed: int, effects: Sequence[float], *, binary: bool = True, company: int = 1
) -> tuple[Cases, Touches]:
    """Better segments meet more content, longer deals too, and both are won more often whatever they meet. Whoever
    meets key k while the deal is open succeeds `effects[k]` more often. `company` deals belong to each company, which
    has luck of its own.
    """
    chance = np.random.default_rng(seed)
    companies = np.arange(n) // company
    segment = chance.integers(0, 3, n // company + 1)[companies]
    length = (chance.gamma(2, 40, n) * DAY).astype(np.int64) + DAY
    ages = np.stack([chance.exponential(60 / (0.5 + segment)) * DAY for _ in effects], axis=1).astype(np.int64)
    met = ages < length[:, None]
    luck = chance.normal(0, 0.05, n)[companies] if company > 1 else 0
    expected = (
        0.2 + 0.1 * segment + 0.001 * np.minimum(length / DAY, 200) + (met * np.array(effects)).sum(axis=1) + luck
    )
    result = (chance.random(n) < expected).astype(float) if binary else expected * 100 + chance.normal(0, 20, n)
    case, key = (part.astype(np.int64) for part in np.nonzero(met))
    return Cases(companies, length, result, {"segment": segment}), Touches(case, key, ages[case, key])

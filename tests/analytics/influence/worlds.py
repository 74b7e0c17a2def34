"""Worlds whose truth is known: deals of three segments, content that they meet while open, and what it does."""

import itertools
from collections.abc import Sequence

import numpy as np

from sameside.analytics.influence.cases import DAY, LANDMARKS, Cases, Moving, Touches


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


def moving_world(n: int, seed: int, effects: Sequence[float]) -> tuple[Cases, Touches]:
    """Deals that reach a second stage at some landmark, in which they meet everything three times as often and are won
    far more often, whatever they meet.
    """
    chance = np.random.default_rng(seed)
    length = (chance.gamma(2, 40, n) * DAY).astype(np.int64) + DAY
    steps = np.array(LANDMARKS)[chance.integers(0, 6, n)] * DAY
    reached = (steps < length) & (chance.random(n) < 0.7)
    case, key, age = [], [], []
    for begins, ends in itertools.pairwise(LANDMARKS):
        later = reached & (steps <= begins * DAY)
        daily = np.where(later, 0.018, 0.006)
        for one in range(len(effects)):
            at = (begins + chance.exponential(1 / daily)) * DAY
            meets = np.flatnonzero((at < ends * DAY) & (at < length))
            case.append(meets)
            key.append(np.full(len(meets), one))
            age.append(at[meets].astype(np.int64))
    touches = Touches(*(np.concatenate(part).astype(np.int64) for part in (case, key, age)))
    met = np.zeros((n, len(effects)), dtype=bool)
    met[touches.case, touches.key] = True
    expected = 0.2 + 0.3 * reached + (met * np.array(effects)).sum(axis=1)
    result = (chance.random(n) < expected).astype(float)
    order = np.flatnonzero(reached)
    of = np.concatenate([np.arange(n), order])
    since = np.concatenate([np.zeros(n, dtype=np.int64), steps[order]])
    code = np.concatenate([np.ones(n, dtype=np.int64), np.full(len(order), 2)])
    by = np.lexsort((code, since, of))
    return Cases(np.arange(n), length, result, {"stage": Moving(of[by], since[by], code[by])}), touches

"""The credit of the same closed deals whose results influence compares: in equal parts, and by the chain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution import answering, journeys, statistics
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.influence.cases import DAY, Ints
from sameside.attribution.influence.material import Material

LOOKBACK = 365
MOST_KEYS = 1000
"""Of more keys the chain takes the rarest together, and they have no credit of their own by it."""
_NONE = ("(other)", "(none)")


@dataclass(frozen=True)
class Credit:
    """Won amounts by key, in the order of the keys; `markov` is nan where the key was taken together with others."""

    linear: Sequence[float]
    markov: Sequence[float]


def of(material: Material, keys: Sequence[str], code: Ints) -> Credit:
    """`code` is the key of each pair of `material`, `len(keys)` where it has none."""
    within = material.left <= LOOKBACK * DAY
    known = journeys.Outcomes(
        won=material.won > 0,
        amount=np.nan_to_num(material.amount),
        month=np.zeros(len(material), dtype=np.int64),
        bucket=np.zeros(len(material), dtype=np.int64),
        lead_age=np.full(len(material), journeys.UNKNOWN, dtype=np.int64),
        opportunity_age=material.length,
    )
    often = np.bincount(code[within], minlength=len(keys) + 1)[: len(keys)]
    named = np.sort(np.argsort(-often, kind="stable")[:MOST_KEYS])
    lumped = np.full(len(keys) + 1, len(named), dtype=np.int64)
    lumped[named], lumped[-1] = np.arange(len(named)), len(named) + 1
    whole = _credited(material, known, [*keys, _NONE[1]], code, within, "linear")
    chain = np.full(len(keys), np.nan)
    if material.won.any() and within.any():
        short = [*(keys[place] for place in named), *_NONE]
        chain[named] = _credited(material, known, short, lumped[code], within, "markov")[: len(named)]
    return Credit(whole[: len(keys)].tolist(), chain.tolist())


def _credited(
    material: Material, known: journeys.Outcomes, keys: Sequence[str], code: Ints, within: np.ndarray, model: str
) -> np.ndarray:
    spec = Spec(models=(model,), lookback_days=LOOKBACK, resamples=0)
    ordered = journeys.order(known, keys, material.case[within], material.left[within], code[within])
    if not len(ordered):
        return np.zeros(len(keys))
    answer = answering.answer(statistics.measure(ordered, spec), spec)
    return np.asarray(answer.credits[0].value)

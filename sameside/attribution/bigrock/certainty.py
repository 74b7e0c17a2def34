"""How much chance is in what a big rock earned: the library's interval, over companies drawn anew.

The deals that it earned a part of, won since the launch or open, stand for the outcomes, and the family for one key
beside all others; see docs/metrics/credit.md. Fewer than 20 such deals have none, and where a model gives the family
nothing of them, drawing anew tells nothing. A return has the interval of its amount, divided by a budget that is known.
Whom it reached is counted among all recorded people: no chance is in that.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from sameside.analytics.attribution import answering, companies, sums
from sameside.analytics.attribution.statistics import UNTOUCHED_WON, WON, Statistics
from sameside.attribution.bigrock.worth import Worth
from sameside.attribution.monthly import MODELS, SPEC

_KEYS = ("family", "(other)")


Bounds = dict[str, tuple[float, float]]


def of(deals: Mapping[int, Worth], shares: Mapping[int, Mapping[str, float]]) -> Bounds:
    """Of what the family earned of these deals."""
    return bounds(
        [worth.company for worth in deals.values()],
        [worth.amount for worth in deals.values()],
        [shares[deal] for deal in deals],
    )


def bounds(company: Sequence[int], amount: Sequence[float], shares: Sequence[Mapping[str, float]]) -> Bounds:
    """By model the bounds of the amount credited, of deals with their company, amount and shares."""
    if not company:
        return {}
    bucket = companies.buckets(companies.hashes(pa.chunked_array([pa.array(company, pa.int64())])))
    worth = np.array(amount, dtype=np.float64)
    cell, key = np.tile(bucket, 2), np.repeat(np.arange(2), len(worth))
    credited = {}
    for model in MODELS:
        own = np.array([share[model] for share in shares], dtype=np.float64)
        part = np.concatenate([own, 1 - own])
        credited[model] = sums.collect(cell, key, part, part * np.tile(worth, 2))
    totals = sums.collect(
        np.zeros(2, dtype=np.int64),
        np.array([WON, UNTOUCHED_WON], dtype=np.int64),
        np.array([float(len(worth)), 0.0]),
        np.array([float(worth.sum()), 0.0]),
    )
    answer = answering.answer(Statistics(list(_KEYS), totals, credited, sums.nothing()), _SPEC)
    return {
        one.model: (round(float(one.interval.value_low[0]), 2), round(float(one.interval.value_high[0]), 2))
        for one in answer.credits
        if one.interval is not None and one.value[0]
    }


_SPEC = type(SPEC)(models=MODELS, half_life_days=SPEC.half_life_days)

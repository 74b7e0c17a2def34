"""Compute the credit of every won and every open deal for one look-back, and store it row by row.

Five dimensions of the same touches: the channel, the campaign, the asset, the team, and the origin: paid for, organic,
or by a seller's own hand. Open deals are credited as of the moment of the computation. Lost deals earn nobody
anything. A row holds the shares under every model that can be told of one deal; Markov's chain cannot (see chained).
"""

from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from sameside.analytics.attribution import slices
from sameside.analytics.attribution.journeys import Ints
from sameside.analytics.attribution.spec import RULES, Spec
from sameside.attribution import transfer
from sameside.attribution.material import DIMENSIONS, NO_TOUCH, Deals, Dimension, Material
from sameside.attribution.models import CreditRun

LOOKBACKS = (3, 6, 12, 24)
MODELS = (*(rule for rule in RULES if rule != "positions"), "shapley")
HALF_LIFE_DAYS = 30
SPEC = Spec(models=(*MODELS, "markov"), half_life_days=HALF_LIFE_DAYS)

_LOCK = 7_361_007  # any constant: two computations of one look-back wait for each other


@transaction.atomic
def compute(lookback: int, of: Material, *, at: datetime) -> CreditRun:
    """Replace the stored credit of `lookback` (months, one of LOOKBACKS); readers see the old or the new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, lookback])
        cursor.execute("DELETE FROM attribution_credit WHERE lookback_months = %s", [lookback])
    for deals, journeys in of.journeys(lookback, of.deals.won | ~of.deals.closed):
        weighed = slices.weights(journeys, SPEC)
        untouched = np.flatnonzero(journeys.untouched)
        for name in DIMENSIONS:
            dimension = of.dimensions[name]
            earned = slices.shares(slices.keyed(journeys, dimension.names, dimension.code), weighed)
            _write(lookback, name, dimension, earned, deals, untouched)
    return CreditRun.objects.update_or_create(
        lookback_months=lookback, defaults={"computed_at": at, "touches": len(of.touches.at)}
    )[0]


def _write(
    lookback: int, name: str, dimension: Dimension, earned: slices.Shares, deals: Deals, untouched: Ints
) -> None:
    """The shares of some deals in one dimension; a deal without a touch is one row for NO_TOUCH."""
    alone = np.ones(len(untouched))
    codes = np.concatenate([earned.key, np.full(len(untouched), len(dimension.names))])
    keys = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array([*dimension.names, NO_TOUCH], pa.string()))
    transfer.write(
        "attribution_credit",
        {
            "lookback_months": pa.repeat(lookback, len(codes)),
            "dimension": pa.repeat(name, len(codes)),
            "key": keys.cast(pa.string()),
            "deal_id": deals.id[np.concatenate([earned.outcome, untouched])],
            **{model: np.concatenate([earned.by_model[model], alone]) for model in MODELS},
        },
    )


def ensure(lookback: int, of: Material, *, at: datetime) -> CreditRun:
    """The stored credit of `lookback` as of `at`, computed unless it already is: several reports share one."""
    run = CreditRun.objects.filter(lookback_months=lookback, computed_at=at).first()
    return run or compute(lookback, of, at=at)

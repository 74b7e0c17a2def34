"""Bring the credit of every won and every open deal up to date for one look-back: row by row, and summed by month.

Five dimensions of the same touches: the channel, the campaign, the asset, the team, and the origin: paid for, organic,
or by a seller's own hand. Open deals are credited as of the moment of the computation. Lost deals earn nobody
anything. A row holds the shares under every model that can be told of one deal; Markov's chain cannot.

A month of closes whose deals and journeys are what they were keeps what it has: a changed deal or touch costs
the months that it reaches, and the open deals, whose age changes with every look.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from sameside.attribution import monthly, transfer
from sameside.attribution.material import DIMENSIONS, NO_TOUCH, Material
from sameside.attribution.models import CreditRun, MonthlySums
from sameside.attribution.monthly import HALF_LIFE_DAYS, MODELS, SPEC, Month

__all__ = ["HALF_LIFE_DAYS", "LOOKBACKS", "MODELS", "SPEC", "compute"]

LOOKBACKS = (3, 6, 12, 24)

_LOCK = 7_361_007  # any constant: two computations of one look-back wait for each other


@transaction.atomic
def compute(lookback: int, of: Material, *, at: datetime) -> CreditRun:
    """Make the stored credit of `lookback` (months, one of LOOKBACKS) that of the material; readers see the old or the
    new.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, lookback])
    stored = MonthlySums.objects.filter(lookback_months=lookback)
    known = {row.month: (row.digest, bytes(row.deals)) for row in stored.only("month", "digest", "deals")}
    months = monthly.months_of(of.deals)
    gone = known.keys() - set(months.tolist())
    changed = {month: new for month, new in _digests(lookback, of, months) if known.get(month, ("",))[0] != new}
    _forget(lookback, [known[month][1] for month in known if month in gone or month in changed], whole=not known)
    stored.filter(month__in=[*gone, *changed]).delete()
    for month, new in changed.items():
        deals = of.deals.take(months == month)
        made = monthly.make(deals, of.journeys(lookback, deals), of)
        for name in DIMENSIONS:
            _write(lookback, name, made)
        MonthlySums.objects.create(
            lookback_months=lookback,
            month=month,
            digest=new,
            deals=deals.id.tobytes(),
            sums=made.sums,
            cells=made.cells,
        )
    return CreditRun.objects.update_or_create(
        lookback_months=lookback, defaults={"computed_at": at, "touches": len(of.touches.at)}
    )[0]


def _digests(lookback: int, of: Material, months: np.ndarray) -> Iterator[tuple[int, str]]:
    for month in np.unique(months).tolist():
        deals = of.deals.take(months == month)
        yield month, monthly.digest(deals, of.journeys(lookback, deals), of)


def _forget(lookback: int, deals: list[bytes], *, whole: bool) -> None:
    """Delete the rows of these deals; all rows where nothing is kept by month."""
    ids = np.frombuffer(b"".join(deals), dtype=np.int64).tolist()
    condition = "" if whole else " AND deal_id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM attribution_credit WHERE lookback_months = %s{condition}",
            [lookback] if whole else [lookback, ids],
        )


def _write(lookback: int, name: str, of: Month) -> None:
    """The shares of one month's deals in one dimension; a deal without a touch is one row for NO_TOUCH."""
    earned, deals, untouched, names = of.earned[name], of.deals, of.untouched, of.keys[name]
    alone = np.ones(len(untouched))
    codes = np.concatenate([earned.key, np.full(len(untouched), names.index(NO_TOUCH))])
    keys = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))
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

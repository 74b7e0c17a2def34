"""Compute the credit of every won and every open deal for one look-back, and store it row by row.

Four dimensions of the same touches: the channel, the campaign, the asset, and the origin: paid for, organic, or by a
seller's own hand. Open deals are credited as of the moment of the computation.
"""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from sameside.analytics import credit
from sameside.attribution import transfer
from sameside.attribution.models import CreditRun
from sameside.crm.channels import CHANNELS

LOOKBACKS = (3, 6, 12, 24)
MODELS = tuple(credit.MODELS)
DIMENSIONS = ("channel", "origin", "campaign", "asset")
NO_KEY, NO_TOUCH = "none", ""

PAID, ORGANIC, SELLER = "paid", "organic", "seller"
ORIGINS = (PAID, ORGANIC, SELLER)
SELLER_CHANNELS = frozenset({"sales-call", "sales-email", "meeting", "content-share"})

_LOCK = 7_361_007  # any constant: two computations of one look-back wait for each other
_CHANNELS = tuple(CHANNELS)
_OTHER = _CHANNELS.index("other")

# Lost deals earn nobody anything; rows deleted in the CRM are no deals.
CREDITED = "NOT d.deleted_in_source AND (d.is_won OR NOT d.is_closed)"
_DEALS = f"""
SELECT d.id, COALESCE(d.company_id, -1) AS company_id, COALESCE(d.closed_at, %s) AS ends_at
FROM crm_deal d WHERE {CREDITED}
"""
_TOUCHES = f"""
SELECT t.id, t.company_id, t.occurred_at,
  COALESCE(names.place - 1, {_OTHER}) AS channel, t.paid::int::bigint AS paid,
  COALESCE(t.campaign_id, -1) AS campaign, COALESCE(t.asset_id, -1) AS asset
FROM crm_touch t LEFT JOIN unnest(%s::text[]) WITH ORDINALITY AS names(name, place) ON names.name = t.channel
WHERE t.current AND t.occurred_at >= '1970-01-01+00'
  AND t.company_id IN (SELECT d.company_id FROM crm_deal d WHERE {CREDITED})
"""


def load_touches() -> credit.Touches:
    """Every current touch of the companies that have a credited deal, in the order in which they were recorded."""
    names = ["id", "company", "at", "channel", "paid", "campaign", "asset"]
    rows = transfer.read(_TOUCHES, [list(_CHANNELS)], names)
    if bool((np.diff(rows["id"]) < 0).any()):
        order = np.argsort(rows["id"])
        rows = {name: column[order] for name, column in rows.items()}
    sold = np.isin(rows["channel"], [_CHANNELS.index(name) for name in SELLER_CHANNELS])
    origin = np.where(sold, ORIGINS.index(SELLER), np.where(rows["paid"] == 1, 0, 1)).astype(np.int64)
    keys = {name: rows[name] for name in ("channel", "campaign", "asset")}
    return credit.Touches(rows["company"], transfer.seconds(rows["at"]), {**keys, "origin": origin})


def load_deals(at: datetime) -> tuple[credit.Ints, credit.Outcomes]:
    """The ids of the credited deals, and their outcomes in the same order."""
    rows = transfer.read(_DEALS, [at], ["id", "company", "ends"])
    return rows["id"], credit.Outcomes(rows["company"], np.maximum(transfer.seconds(rows["ends"]), 0))


def _names(dimension: str, keys: credit.Ints) -> pa.Array:
    """The stored key of each code."""
    fixed: Mapping[str, tuple[str, ...]] = {"channel": _CHANNELS, "origin": ORIGINS}
    distinct, codes = np.unique(keys, return_inverse=True)
    special = {credit.NO_KEY: NO_KEY, credit.NO_TOUCH: NO_TOUCH}
    labels = fixed.get(dimension)
    texts = [special.get(key) or ("" if key < 0 else labels[key] if labels else str(key)) for key in distinct.tolist()]
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts, pa.string())).cast(pa.string())


@transaction.atomic
def compute(lookback: int, *, at: datetime) -> CreditRun:
    """Replace the stored credit of `lookback` (months, one of LOOKBACKS); readers see the old or the new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, lookback])
        cursor.execute("DELETE FROM attribution_credit WHERE lookback_months = %s", [lookback])
    touches = load_touches()
    ids, outcomes = load_deals(at)
    journeys = credit.Sorted(touches).journeys(outcomes, lookback)
    for model, rule in credit.MODELS.items():
        for dimension in DIMENSIONS:
            rows = rule(journeys, dimension)
            transfer.write(
                "attribution_credit",
                {
                    "lookback_months": pa.repeat(lookback, len(rows)),
                    "model": pa.repeat(model, len(rows)),
                    "dimension": pa.repeat(dimension, len(rows)),
                    "key": _names(dimension, rows.key),
                    "deal_id": ids[rows.deal],
                    "share": rows.share,
                },
            )
    return CreditRun.objects.update_or_create(
        lookback_months=lookback, defaults={"computed_at": at, "touches": len(touches.at)}
    )[0]


def ensure(lookback: int, *, at: datetime) -> CreditRun:
    """The stored credit of `lookback` as of `at`, computed unless it already is: several reports share one."""
    run = CreditRun.objects.filter(lookback_months=lookback, computed_at=at).first()
    return run or compute(lookback, at=at)

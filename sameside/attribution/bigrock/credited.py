"""The one place that reads the stored credit of deals to content.

Everything else here works on what these functions return: which deals an asset earned a part of, under every model that
tells it deal by deal. Markov's chain shares out all deals together and cannot be told for a family of assets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from sameside.attribution.labels import MODEL_LABELS
from sameside.attribution.models import Credit, CreditRun
from sameside.kit.sql import rows

LOOKBACK = 12
"""Months before the close, as the revenue page has it unless told otherwise; any of its look-backs may be chosen."""
MODELS = tuple(model for model in MODEL_LABELS if model != "markov")


@dataclass(frozen=True)
class Part:
    """What one asset earned of one deal, by model a share from 0 to 1."""

    asset: int
    deal: int
    shares: Mapping[str, float]


def computed() -> dict[int, datetime]:
    """By look-back when its credit was last computed; those that never were are not there."""
    return dict(CreditRun.objects.values_list("lookback_months", "computed_at"))


def parts(assets: Sequence[int], lookback: int) -> list[Part]:
    """Of all won and open deals."""
    found = Credit.objects.filter(
        Q(deal__is_won=True) | Q(deal__is_closed=False),
        lookback_months=lookback,
        dimension="asset",
        key__in=[str(asset) for asset in assets],
        deal__deleted_in_source=False,
    ).values_list("key", "deal_id", *MODELS)
    return [Part(int(key), deal, dict(zip(MODELS, shares, strict=True))) for key, deal, *shares in found.iterator()]


def by_asset(since: date, lookback: int) -> list[dict[str, Any]]:
    """Every asset with credit: `asset`, and by model what it earned of deals won from `since` on, `won_linear` ..., and
    of open ones, `open_linear` ...
    """
    sums = ", ".join(
        f"COALESCE(sum(c.{model} * d.amount) FILTER (WHERE {rule}), 0)::float8 AS {state}_{model}"
        for state, rule in (("won", "d.is_won"), ("open", "NOT d.is_closed"))
        for model in MODELS
    )
    return rows(
        f"""SELECT c.key::bigint AS asset, {sums}
        FROM attribution_credit c JOIN crm_deal d ON d.id = c.deal_id
        WHERE c.lookback_months = %(lookback)s AND c.dimension = 'asset' AND c.key ~ '^[0-9]+$'
          AND NOT d.deleted_in_source AND (d.is_won AND d.closed_at >= %(since)s::date OR NOT d.is_closed)
        GROUP BY 1""",
        {"lookback": lookback, "since": since},
    )

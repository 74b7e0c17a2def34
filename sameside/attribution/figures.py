"""The figures behind the revenue report, each one statement: totals of deals, and credited amounts by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.analytics.apportion import apportion
from sameside.attribution.crediting import MODELS
from sameside.people.models import Organisation

WON, OPEN = "won", "open"
STATES = (WON, OPEN)

# What a deal is worth in the report: nothing while its amount is unknown, or without a rate that converts it.
WORTH = "COALESCE(d.amount, 0)"
_IS = {
    WON: "d.is_won AND (%(since)s::timestamptz IS NULL OR d.closed_at > %(since)s)",
    OPEN: "NOT d.is_closed",
}
_NO_RATE = "d.amount IS NULL AND d.amount_given IS NOT NULL"


@dataclass(frozen=True)
class Scope:
    """The deals of a report: those won after `since` (all when None), and every open one."""

    since: datetime | None
    currency: str

    @property
    def params(self) -> dict[str, Any]:
        return {"since": self.since}


def scope(since: datetime | None) -> Scope:
    return Scope(since, Organisation.current().currency)


def _rows(query: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def totals(of: Scope, lookback: int) -> dict[str, dict[str, Any]]:
    """For won and open deals: how many, what they are worth in cents, and what is unknown of how many."""
    columns = ", ".join(
        f"""count(*) FILTER (WHERE {rule}) AS {state}_deals,
        COALESCE(sum(round({WORTH} * 100)) FILTER (WHERE {rule}), 0)::bigint AS {state}_cents,
        count(*) FILTER (WHERE {rule} AND d.amount IS NULL AND d.amount_given IS NULL) AS {state}_without_amount,
        count(*) FILTER (WHERE {rule} AND {_NO_RATE}) AS {state}_without_rate,
        count(*) FILTER (WHERE {rule} AND d.company_id IS NULL) AS {state}_without_company"""
        for state, rule in _IS.items()
    )
    row = _rows(f"SELECT {columns} FROM crm_deal d WHERE NOT d.deleted_in_source", of.params)[0]
    untouched = _rows(
        f"""SELECT {", ".join(f"count(*) FILTER (WHERE {rule}) AS {state}" for state, rule in _IS.items())}
        FROM attribution_credit c JOIN crm_deal d ON d.id = c.deal_id
        WHERE c.lookback_months = %(lookback)s AND c.dimension = 'channel' AND c.key = ''""",
        {**of.params, "lookback": lookback},
    )[0]
    return {
        state: {
            **{name: row[f"{state}_{name}"] for name in _TOTALS},
            "without_touch": untouched[state],
        }
        for state in STATES
    }


_TOTALS = ("deals", "cents", "without_amount", "without_rate", "without_company")


def credited(of: Scope, lookback: int, only: tuple[str, str] | None = None) -> list[dict[str, Any]]:
    """By dimension and key: credited cents (floats) and deals of won and of open deals, under each model.

    Columns are `won_linear`, `won_linear_deals`, `won_linear_credit` (the shares of deals), and so on.
    `only` names one dimension and key.
    """
    columns = ", ".join(
        f"""COALESCE(sum(c.{model} * {WORTH} * 100) FILTER (WHERE {rule}), 0)::float8 AS {state}_{model},
        count(*) FILTER (WHERE ({rule}) AND c.{model} > 0) AS {state}_{model}_deals,
        COALESCE(sum(c.{model}) FILTER (WHERE {rule}), 0)::float8 AS {state}_{model}_credit"""
        for state, rule in _IS.items()
        for model in MODELS
    )
    dimension, key = only or (None, None)
    narrowed = "AND c.dimension = %(dimension)s AND c.key = %(key)s" if only else ""
    return _rows(
        f"""SELECT c.dimension, c.key, {columns}
        FROM attribution_credit c JOIN crm_deal d ON d.id = c.deal_id
        WHERE c.lookback_months = %(lookback)s AND NOT d.deleted_in_source AND ({_IS[WON]} OR {_IS[OPEN]}) {narrowed}
        GROUP BY 1, 2""",
        {**of.params, "lookback": lookback, "dimension": dimension, "key": key},
    )


def by_month(of: Scope, lookback: int) -> list[dict[str, Any]]:
    """By month of the close, dimension (channel and origin) and key: won amounts under each model."""
    columns = ", ".join(f"sum(c.{model} * {WORTH})::float8 AS {model}" for model in MODELS)
    return _rows(
        f"""SELECT to_char(d.closed_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, c.dimension, c.key, {columns}
        FROM attribution_credit c JOIN crm_deal d ON d.id = c.deal_id
        WHERE c.lookback_months = %(lookback)s AND c.dimension IN ('channel', 'origin')
          AND NOT d.deleted_in_source AND {_IS[WON]}
        GROUP BY 1, 2, 3 ORDER BY 1""",
        {**of.params, "lookback": lookback},
    )


def reported(of: Scope) -> list[dict[str, Any]]:
    """What the CRM's own field says won deals came from: amounts and deals by lead source, the greatest first.

    The deal's field, else that of the lead that became it; empty where both are.
    """
    return _rows(
        f"""SELECT COALESCE(NULLIF(d.lead_source, ''), l.lead_source, '') AS source,
          sum({WORTH})::float8 AS amount, count(*) AS deals
        FROM crm_deal d LEFT JOIN (
          SELECT DISTINCT ON (deal_id) deal_id, lead_source FROM leads_lead
          WHERE deal_id IS NOT NULL AND lead_source <> '' AND NOT deleted_in_source ORDER BY deal_id, created_at, id
        ) l ON l.deal_id = d.id
        WHERE NOT d.deleted_in_source AND {_IS[WON]} GROUP BY 1 ORDER BY 2 DESC, 1""",
        of.params,
    )


def in_cents(entries: Sequence[dict[str, Any]], totals: dict[str, dict[str, Any]], state: str, model: str) -> None:
    """Make one model's credited cents of one dimension whole, so that they sum to the deals' worth to the cent."""
    ordered = sorted(entries, key=lambda entry: str(entry["key"]))
    parts = [entry[state][model] for entry in ordered]
    for entry, cents in zip(ordered, apportion(parts, totals[state]["cents"] if ordered else 0), strict=True):
        entry[state][model] = cents


def touch_dates() -> dict[str, Any]:
    """The first and the last day with a touch of a company, None while there is none."""
    row = _rows("SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM crm_touch WHERE current", {})[0]
    return {name: moment.date().isoformat() if moment else None for name, moment in row.items()}

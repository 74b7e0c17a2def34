"""What only the database's own rows say of the deals behind the revenue report, each one statement, by month."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.attribution import periods
from sameside.attribution.monthly import OPEN as NOT_CLOSED

WON, OPEN = "won", "open"
STATES = (WON, OPEN)
UNKNOWN = ("without_amount", "without_rate", "without_company")

_CLOSED = "d.closed_at AT TIME ZONE 'UTC'"
_MONTH = f"""(CASE WHEN NOT d.is_closed THEN {NOT_CLOSED}
  ELSE (extract(year FROM {_CLOSED}) - 1970) * 12 + extract(month FROM {_CLOSED}) - 1 END)::int"""


@dataclass(frozen=True)
class Scope:
    """The deals of a report: those won from `since` and before `until`, and every open one."""

    since: datetime
    until: datetime


def scope(period: str, at: datetime) -> Scope:
    first, last = periods.months(period, at)
    return Scope(periods.start(first), periods.start(last + 1))


def unknown() -> dict[str, dict[str, int]]:
    """Of how many deals something is not known, by month of the close, NOT_CLOSED for the open ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {_MONTH}, count(*) FILTER (WHERE d.amount IS NULL AND d.amount_given IS NULL),
              count(*) FILTER (WHERE d.amount IS NULL AND d.amount_given IS NOT NULL),
              count(*) FILTER (WHERE d.company_id IS NULL)
            FROM crm_deal d WHERE NOT d.deleted_in_source AND (d.is_won OR NOT d.is_closed)
              AND (d.amount IS NULL OR d.company_id IS NULL) GROUP BY 1"""
        )
        return {str(month): dict(zip(UNKNOWN, counts, strict=True)) for month, *counts in cursor}


def reported() -> list[list[Any]]:
    """What the CRM's own field says won deals came from: month of the close, lead source, amount, deals.

    The deal's field, else that of the lead that became it; empty where both are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {_MONTH}, COALESCE(NULLIF(d.lead_source, ''), l.lead_source, ''),
              sum(COALESCE(d.amount, 0))::float8, count(*)
            FROM crm_deal d LEFT JOIN (
              SELECT DISTINCT ON (deal_id) deal_id, lead_source FROM leads_lead
              WHERE deal_id IS NOT NULL AND lead_source <> '' AND NOT deleted_in_source ORDER BY deal_id, created_at, id
            ) l ON l.deal_id = d.id
            WHERE NOT d.deleted_in_source AND d.is_won GROUP BY 1, 2 ORDER BY 1, 2"""
        )
        return [list(row) for row in cursor]


def touch_dates() -> dict[str, Any]:
    """The first and the last day with a touch of a company, None while there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(occurred_at), max(occurred_at) FROM crm_touch WHERE current")
        first, last = cursor.fetchone()
    return {name: moment.date().isoformat() if moment else None for name, moment in (("first", first), ("last", last))}

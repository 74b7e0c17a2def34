"""What a report is made of besides deals and touches: costs, exchange rates, and what things are called.

With those of the material (material.py) they say what changed since a run was saved. Only what the report of these days
can have taken counts: costs that reach into them, and rates in force by their end.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection

_COSTS = """
SELECT c.campaign_id, c.day, c.until, COALESCE(c.amount_given, c.amount) AS amount, c.currency,
  NULL::date AS starts_on, NULL::text AS channel
FROM crm_campaigncost c
WHERE c.campaign_id IS NOT NULL AND NOT c.deleted_in_source AND c.day <= %(last)s AND c.until >= %(first)s
UNION ALL
SELECT c.id, NULL, c.ends_on, COALESCE(c.actual_cost_given, c.actual_cost), c.currency, c.starts_on, c.channel
FROM crm_campaign c
WHERE NOT c.deleted_in_source AND COALESCE(c.actual_cost_given, c.actual_cost) IS NOT NULL
  AND COALESCE(c.starts_on, %(last)s) <= %(last)s
  AND (c.starts_on IS NULL OR COALESCE(c.ends_on, %(last)s) >= %(first)s)
"""
_RATES = "SELECT source, base, currency, starts_on, rate FROM crm_exchangerate WHERE starts_on <= %(last)s"
_DIGEST = """
SELECT count(*) || ':' || COALESCE(bit_xor(hash), 0) || ':' || COALESCE(sum(hash & 4294967295), 0)
FROM (SELECT hash_record_extended(q, 0) AS hash FROM ({}) q) h
"""


def digests(since: datetime | None, until: datetime) -> dict[str, str]:
    """Of the days from `since` (None: the beginning) to `until`."""
    days = {"first": since.date() if since else date.min, "last": until.date()}
    return {"costs": _digest(_COSTS, days), "rates": _digest(_RATES, days)}


def renamed(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether something that both reports name is called otherwise in the second."""
    labels = [
        {(name, row["key"]): row["label"] for name, rows in data["dimensions"].items() for row in rows if row["key"]}
        for data in (one, other)
    ]
    return any(labels[1].get(key, label) != label for key, label in labels[0].items())


def _digest(query: str, days: Mapping[str, date]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST.format(query), days)
        (found,) = cursor.fetchone()
    return str(found)

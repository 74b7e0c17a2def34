"""What was known of leads at a moment, as the columns that the model learns from and judges by.

The moment of a lead is its hand-over, before that now; a lead that was never handed over and is learnt from is taken
at its creation. Nothing later enters: of touches those before the moment, of companies the one with the domain of the
e-mail address that was there before it, never the one that a conversion made. What sales wrote (status, rating, owner,
calls) is left out, because it tells the ending. A column says "not known" as "" or NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from sameside.analytics.likelihood.encoding import Column
from sameside.crm import likeness

CHOICES = ("country", "vertical", "industry", "seniority", "department", "source", "channel", "language")
COUNTS = ("touches", "channels", "content", "days")
SIZES = ("employees", "annual_revenue")
LABELS = {
    "country": "Country", "vertical": "Vertical", "industry": "Industry", "seniority": "Seniority",
    "department": "Department", "source": "Lead source", "channel": "Channel of the first touch",
    "language": "Language of the company", "mailbox": "Kind of e-mail address", "touches": "Touches in 90 days",
    "channels": "Channels used in 90 days", "content": "Content seen in 90 days",
    "days": "Days since the latest touch", "employees": "Employees", "annual_revenue": "Annual revenue",
}  # fmt: skip
WINDOW_DAYS = 90
MOST = 200_000
HORIZON = timedelta(days=120)
"""A lead succeeded when it became an opportunity within this time of its moment."""
_OF_SALES = ("Task:%", "Event:%", "Activity:%")

_COLUMNS = """
SELECT l.id, l.moment, l.yes, l.country, l.vertical, l.industry, l.seniority, l.department, l.lead_source,
       coalesce(t.first_channel, ''), coalesce(c.language, ''), l.email,
       t.touches, t.channels, t.content, extract(epoch FROM l.moment - t.latest) / 86400,
       c.employees, c.annual_revenue
FROM lead l
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE recent) AS touches, count(DISTINCT channel) FILTER (WHERE recent) AS channels,
         count(asset_id) FILTER (WHERE recent) AS content, max(occurred_at) AS latest,
         (array_agg(channel ORDER BY occurred_at, id))[1] AS first_channel
  FROM (
    SELECT *, occurred_at > l.moment - %(window)s AS recent FROM crm_touch
    WHERE lead_id = l.id AND current AND occurred_at <= l.moment AND NOT external_id LIKE ANY(%(of_sales)s)
    ORDER BY occurred_at DESC LIMIT 500
  ) s
) t ON TRUE
LEFT JOIN LATERAL (
  SELECT language, employees, annual_revenue FROM crm_company
  WHERE domain = lower(split_part(l.email, '@', 2)) AND domain <> '' AND merged_into_id IS NULL
    AND NOT deleted_in_source AND (created_at IS NULL OR created_at < l.moment)
  ORDER BY id LIMIT 1
) c ON TRUE
ORDER BY l.moment, l.id
"""
_ENDED = """
WITH lead AS (
  SELECT *, coalesce(handed_over_at, created_at) AS moment,
         deal_id IS NOT NULL AND converted_on <= (coalesce(handed_over_at, created_at) + %(horizon)s)::date AS yes
  FROM leads_lead
  WHERE NOT deleted_in_source AND merged_into_id IS NULL AND coalesce(handed_over_at, created_at) <= %(until)s
  ORDER BY coalesce(handed_over_at, created_at) DESC, id DESC LIMIT %(most)s
)
"""
_GIVEN = """
WITH lead AS (
  SELECT *, least(coalesce(handed_over_at, %(at)s), %(at)s) AS moment, FALSE AS yes
  FROM leads_lead WHERE id = ANY(%(ids)s)
)
"""


@dataclass(frozen=True)
class Leads:
    """`n` leads in the order of their moments. `yes` is only meant for leads that are old enough to judge."""

    ids: NDArray[np.int64]
    moments: Sequence[datetime]
    yes: NDArray[np.bool_]
    columns: Sequence[Column]


def mailbox(email: str) -> str:
    """`company`, `free` (a mail provider's) or nothing."""
    if "@" not in email:
        return ""
    return "company" if likeness.own_domain(email) else "free"


def _read(begin: str, values: dict[str, Any]) -> Leads:
    given = {**values, "window": timedelta(days=WINDOW_DAYS), "of_sales": list(_OF_SALES)}
    with connection.cursor() as cursor:
        cursor.execute(begin + _COLUMNS, given)
        rows = cursor.fetchall()
    ids, moments, yes, *rest = list(zip(*rows, strict=True)) if rows else [()] * 18
    texts, emails, numbers = rest[: len(CHOICES)], rest[len(CHOICES)], rest[len(CHOICES) + 1 :]
    columns = [Column(name, "choice", list(values)) for name, values in zip(CHOICES, texts, strict=True)]
    columns.append(Column("mailbox", "choice", [mailbox(email) for email in emails]))
    columns += [
        Column(name, "number", np.array([np.nan if one is None else float(one) for one in values], float))
        for name, values in zip((*COUNTS, *SIZES), numbers, strict=True)
    ]
    return Leads(np.array(ids, np.int64), moments, np.array(yes, bool), columns)


def ended(at: datetime) -> Leads:
    """The latest leads whose moment is old enough by `at` to say whether they succeeded, at most `MOST`."""
    return _read(_ENDED, {"until": at - HORIZON, "horizon": HORIZON, "most": MOST})


def given(ids: Sequence[int], at: datetime) -> Leads:
    """These leads as they are judged at `at`."""
    return _read(_GIVEN, {"ids": list(ids), "at": at})

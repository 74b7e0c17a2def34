"""The figures of a batch: counted at once where it is small, else stored, and made anew where somebody asks for them.

A batch of a source may hold a quarter of all leads, and what it came to takes seconds to count then. Those figures are
a report like the others, but for one thing: it is not kept fresh (`Report.is_kept`). The next refresh of the reports
forgets it, and whoever opens the batch afterwards has it counted once. Nothing in them depends on who asks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.crm.models import Campaign
from sameside.kit import snapshots
from sameside.kit.snapshots import Report, register
from sameside.kit.tables import Column, Table
from sameside.leads.batches import content
from sameside.leads.batches.batch import Batch, month_of
from sameside.leads.measured import computing, report
from sameside.leads.measures import BY_KEY, ROWS
from sameside.leads.tallies import total

NAME = "batch"
MOST = 2_000
"""Hand-overs of a batch that are counted at once."""
DEALS = 12
MONTHS = 24
_LOST = f"""
SELECT d.lost_reason, count(*), coalesce(sum(d.amount), 0)::float
FROM ({ROWS}) m JOIN crm_deal d ON d.id = m.deal_id
WHERE %(where)s AND {BY_KEY["lost"].sql}
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12
"""
_DEALS = f"""
SELECT m.deal_id FROM ({ROWS}) m WHERE %(where)s AND {BY_KEY["opportunity"].sql}
GROUP BY m.deal_id, m.is_won, m.amount ORDER BY m.is_won DESC, m.amount DESC NULLS LAST, m.deal_id LIMIT {DEALS}
"""
_MONTHS = f"""
SELECT to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM'), count(*), (sum(count(*)) OVER ())::bigint
FROM ({ROWS}) m WHERE %(where)s GROUP BY 1 ORDER BY 1 DESC LIMIT {MONTHS}
"""

_SIZE = """
SELECT count(*) FROM (
    SELECT 1 FROM leads_handover h JOIN leads_lead l ON l.id = h.lead_id WHERE l.%(column)s = %s LIMIT %s
) there
"""


def _rows(statement: str, batch: Batch, at: datetime) -> list[tuple[Any, ...]]:
    where, params = batch.cohort.where()
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("%(where)s", where), {**params, "at": at})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def count(batch: Batch, *, at: datetime) -> dict[str, Any]:
    """What a batch came to: the figures, why it was given back or up, why deals were lost, the best deals by number,
    and in which months how many of its leads were handed over, the latest first."""
    months = _rows(_MONTHS, batch.of_month(""), at)
    return {
        "figures": total(batch.cohort, at=at),
        "reasons": computing.reasons(batch.cohort, at=at),
        "lost": [list(row) for row in _rows(_LOST, batch, at)],
        "content": content.count(batch, at=at),
        "deals": [row[0] for row in _rows(_DEALS, batch, at)],
        "months": [[month, leads] for month, leads, _ in months],
        "all": months[0][2] if months else 0,
    }


def asked(batch: Batch) -> dict[str, Any]:
    """The parameters of the report that tells of it."""
    return {"campaign": batch.campaign.pk if batch.campaign else 0, "source": batch.source, "month": batch.month}


def of(batch: Batch, *, at: datetime) -> Mapping[str, Any] | None:
    """What the batch came to; None: it is large, and has to be counted first."""
    column, value = ("campaign_id", batch.campaign.pk) if batch.campaign else ("lead_source", batch.source)
    with connection.cursor() as cursor:
        cursor.execute(_SIZE.replace("%(column)s", column), [value, MOST + 1])
        is_small = cursor.fetchone()[0] <= MOST
    if is_small:
        return count(batch, at=at)
    stored = snapshots.read(NAME, asked(batch))
    return stored.data if stored else None


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    campaign = Campaign(pk=params["campaign"]) if params["campaign"] else None
    return count(Batch(campaign, params["source"], params["month"]), at=at)


def read(query: Mapping[str, str]) -> dict[str, Any]:
    text = query.get("campaign", "")
    campaign = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    source = "" if campaign else query.get("source", "").replace("\x00", "")[:80]
    return {"campaign": campaign, "source": source, "month": month_of(query.get("month", ""))}


def tables(data: Mapping[str, Any]) -> Sequence[Table]:
    columns = [Column(key, BY_KEY[key].label, "number", BY_KEY[key].means) for key in report.COUNTED]
    return [Table(columns, [data["figures"]], caption="What became of the batch")]


REPORT = register(Report(NAME, compute, read({}), read, tables, is_kept=False))

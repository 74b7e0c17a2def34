"""Which content was used with the leads of a batch: what they opened, and what sales used with them and their deals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from sameside.kit.tables import Column, Table
from sameside.leads.batches.batch import Batch
from sameside.leads.measures import ROWS
from sameside.library.models import USED, Asset
from sameside.people.models import Person

MOST = 12
_CONTENT = f"""
WITH lead AS MATERIALIZED (
  SELECT m.lead_id, max(m.deal_id) AS deal_id, bool_or(m.is_won) AS is_won FROM ({ROWS}) m WHERE %(where)s GROUP BY 1
), used AS (
  SELECT u.id, u.asset_id, l.lead_id, l.is_won FROM lead l JOIN library_usage u ON u.lead_id = l.lead_id
  WHERE u.action = ANY(%(used)s) AND u.at <= %(at)s
  UNION
  SELECT u.id, u.asset_id, l.lead_id, l.is_won FROM lead l JOIN library_usage u ON u.deal_id = l.deal_id
  WHERE u.action = ANY(%(used)s) AND u.at <= %(at)s
), done AS (
  SELECT asset_id, lead_id, is_won, FALSE AS is_open FROM used
  UNION ALL
  SELECT t.asset_id, l.lead_id, l.is_won, TRUE FROM lead l JOIN crm_touch t ON t.lead_id = l.lead_id
  WHERE t.current AND t.asset_id IS NOT NULL AND t.occurred_at <= %(at)s
)
SELECT asset_id, count(DISTINCT lead_id), count(*) FILTER (WHERE is_open), count(*) FILTER (WHERE NOT is_open),
       count(DISTINCT lead_id) FILTER (WHERE is_won)
FROM done GROUP BY 1 ORDER BY 2 DESC, 5 DESC, 3 DESC, 1 LIMIT {MOST}
"""
Counted = Sequence[int]
"""An asset, and of it: leads, opens by them, uses by sales, leads whose deal is won."""


def count(batch: Batch, *, at: datetime) -> list[list[int]]:
    """What was used with most of its leads, by most leads first."""
    where, params = batch.cohort.where()
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT.replace("%(where)s", where), {**params, "at": at, "used": [str(one) for one in USED]})
        return [list(row) for row in cursor.fetchall()]


def table(found: Sequence[Counted], person: Person) -> Table:
    """As `person` may see it."""
    assets = Asset.objects.only("title", "slug", "groups").in_bulk([one[0] for one in found])
    rows = [_row(assets[pk], counts, person) for pk, *counts in found if pk in assets]
    columns = (
        Column("name", "Content"),
        Column("leads", "Leads", "number", "Leads of this batch that opened it, or with which sales used it."),
        Column("opens", "Opens", "number", "How often these leads opened it."),
        Column("uses", "Used by sales", "number", "How often sales shared, presented or personalised it."),
        Column("won", "Won", "number", "Of these leads, those whose deal is won. It does not say that this was why."),
    )
    return Table(columns, rows, empty="Nothing is recorded: no lead of it opened content, and sales used none.")


def _row(asset: Asset, counts: Counted, person: Person) -> dict[str, Any]:
    leads, opens, uses, won = counts
    url = f"{reverse('library:list')}{asset.slug}/" if asset.is_open_to(person) else ""
    return {"name": asset.named_for(person), "link": url, "leads": leads, "opens": opens, "uses": uses, "won": won}

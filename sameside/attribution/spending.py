"""What campaigns cost within a period, by the day.

Costs that an ad platform told count by their days; one that was told for several days, such as a month, is spread
evenly over them. A campaign of which only the whole cost is known has it spread evenly over the days from its start to
its end, or to the day of the report while it has none; without a start the whole cost counts in every period. Days are
taken and not touches: money is spent whether or not somebody answers. A cost in a currency without a rate leaves the
campaign's cost unknown rather than too small. Amounts were converted by the rate of their own day (crm/money.py).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

_SPENT = """
WITH told AS (
  SELECT campaign_id, count(*) FILTER (WHERE amount IS NULL AND amount_given IS NOT NULL) AS unknown,
    sum(amount * GREATEST(0, LEAST(until, %(last)s) - GREATEST(day, %(first)s) + 1) / (until - day + 1)) AS cost
  FROM crm_campaigncost WHERE campaign_id IS NOT NULL AND NOT deleted_in_source GROUP BY 1
), dated AS (
  SELECT c.*, GREATEST(COALESCE(c.ends_on, %(last)s), c.starts_on) AS last_on
  FROM crm_campaign c WHERE NOT c.deleted_in_source
)
SELECT d.id, d.channel, CASE
  WHEN t.campaign_id IS NOT NULL THEN CASE WHEN t.unknown = 0 THEN t.cost END
  WHEN d.starts_on IS NULL THEN d.actual_cost
  ELSE d.actual_cost * GREATEST(0, LEAST(d.last_on, %(last)s) - GREATEST(d.starts_on, %(first)s) + 1)
    / (d.last_on - d.starts_on + 1) END::float8 AS cost
FROM dated d LEFT JOIN told t ON t.campaign_id = d.id
"""


@dataclass(frozen=True)
class Spending:
    """Costs by campaign id and by channel, both as keys of credit; what is not known is not there."""

    campaign: dict[str, float]
    channel: dict[str, float]


def within(since: datetime | None, until: datetime) -> Spending:
    """What was spent from the day of `since` (from the beginning when None) to that of `until`."""
    first = since.date() if since else date.min
    campaigns: dict[str, float] = {}
    channels: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({_SPENT}) s WHERE cost IS NOT NULL", {"first": first, "last": until.date()})
        for campaign, channel, cost in cursor:
            campaigns[str(campaign)] = round(cost, 2)
            channels[channel] = channels.get(channel, 0.0) + cost
    return Spending(campaigns, {channel: round(cost, 2) for channel, cost in channels.items()})

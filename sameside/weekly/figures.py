"""What happened to both sides over time: one statement for a period, one for each series. An amount that could not be
converted into the organisation's currency counts as nothing."""

from datetime import datetime, timedelta
from typing import Any

from sameside.kit.sql import row, rows
from sameside.library.models import USED
from sameside.weekly.weeks import Week, name_of

WEEKS = 26
MONTHS = 12
WORTH = "coalesce(d.amount, 0)"
# Handed over, and nobody had tried until the moment `end`; what sales gave back without trying is not waiting.
UNTOUCHED = """NOT l.deleted_in_source AND l.merged_into_id IS NULL AND l.handed_over_at <= %(end)s
  AND (l.fate = 'untouched' OR (l.fate <> 'returned' AND l.first_attempt_at > %(end)s))
  AND (l.converted_on IS NULL OR l.converted_on > (%(end)s AT TIME ZONE 'UTC')::date)"""


def period(week: Week) -> dict[str, Any]:
    """What both sides are measured on, in one period; `untouched` is how many leads waited at its end."""
    found = row(
        f"""
        SELECT
          (SELECT count(*) FROM conversations_conversation
            WHERE state = 'succeeded' AND ended_at >= %(start)s AND ended_at < %(end)s) AS succeeded,
          (SELECT count(*) FROM conversations_conversation
            WHERE state = 'failed' AND ended_at >= %(start)s AND ended_at < %(end)s) AS failed,
          deals.*,
          (SELECT count(*) FROM leads_lead l WHERE NOT l.deleted_in_source AND l.merged_into_id IS NULL
            AND l.created_at >= %(start)s AND l.created_at < %(end)s) AS leads,
          (SELECT count(*) FROM leads_lead l WHERE {UNTOUCHED}) AS untouched,
          (SELECT count(*) FROM library_usage
            WHERE action = ANY(%(used)s) AND at >= %(start)s AND at < %(end)s) AS uses,
          (SELECT count(*) FROM library_search
            WHERE results = 0 AND at >= %(start)s AND at < %(end)s) AS zero_searches
        FROM (
          SELECT count(*) FILTER (WHERE d.is_won) AS won,
            coalesce(sum({WORTH}) FILTER (WHERE d.is_won), 0) AS won_amount,
            count(*) FILTER (WHERE NOT d.is_won) AS lost,
            coalesce(sum({WORTH}) FILTER (WHERE NOT d.is_won), 0) AS lost_amount
          FROM crm_deal d WHERE d.is_closed AND NOT d.deleted_in_source
            AND d.closed_at >= %(start)s AND d.closed_at < %(end)s
        ) deals
        """,
        {"start": week.start, "end": week.end, "used": list(USED)},
    )
    return {key: float(value) if key.endswith("_amount") else value for key, value in found.items()}


def by_week(at: datetime) -> list[dict[str, Any]]:
    """The last `WEEKS` times seven days, oldest first, the last one ending `at`."""
    start = at - timedelta(days=7 * WEEKS)
    found = rows(
        """
        WITH conversation AS (
          SELECT floor(extract(epoch FROM ended_at - %(start)s) / 604800)::int AS week,
            count(*) FILTER (WHERE state = 'succeeded') AS succeeded, count(*) FILTER (WHERE state = 'failed') AS failed
          FROM conversations_conversation WHERE ended_at >= %(start)s AND ended_at < %(end)s GROUP BY 1
        ), lead AS (
          SELECT floor(extract(epoch FROM created_at - %(start)s) / 604800)::int AS week, count(*) AS leads
          FROM leads_lead
          WHERE NOT deleted_in_source AND merged_into_id IS NULL AND created_at >= %(start)s
            AND created_at < %(end)s GROUP BY 1
        )
        SELECT number, coalesce(succeeded, 0) AS succeeded, coalesce(failed, 0) AS failed, coalesce(leads, 0) AS leads
        FROM generate_series(0, %(weeks)s - 1) AS number
        LEFT JOIN conversation ON conversation.week = number LEFT JOIN lead ON lead.week = number ORDER BY number
        """,
        {"start": start, "end": at, "weeks": WEEKS},
    )
    for one in found:
        ends = start + timedelta(days=7 * (one.pop("number") + 1))
        one["ends"] = ends.date().isoformat()
        one["week"] = name_of(ends.date())
    return found


def by_month(at: datetime) -> list[dict[str, Any]]:
    """Won and lost deals of the last `MONTHS` calendar months, this one included."""
    return rows(
        f"""
        WITH month AS (
          SELECT generate_series(
            date_trunc('month', %(at)s AT TIME ZONE 'UTC') - make_interval(months => %(months)s - 1),
            date_trunc('month', %(at)s AT TIME ZONE 'UTC'), interval '1 month') AS month
        )
        SELECT to_char(month, 'YYYY-MM') AS month, count(d.id) FILTER (WHERE d.is_won) AS won,
          coalesce(sum({WORTH}) FILTER (WHERE d.is_won), 0)::float AS won_amount,
          count(d.id) FILTER (WHERE NOT d.is_won) AS lost
        FROM month LEFT JOIN crm_deal d ON d.is_closed AND NOT d.deleted_in_source AND d.closed_at <= %(at)s
          AND d.closed_at >= month AT TIME ZONE 'UTC' AND d.closed_at < (month + interval '1 month') AT TIME ZONE 'UTC'
        GROUP BY 1 ORDER BY 1
        """,
        {"at": at, "months": MONTHS},
    )


def pipeline() -> dict[str, Any]:
    return row(
        f"SELECT count(*) AS deals, coalesce(sum({WORTH}), 0)::float AS amount FROM crm_deal d"
        " WHERE NOT d.is_closed AND NOT d.deleted_in_source",
        {},
    )


def teams(week: Week) -> list[dict[str, Any]]:
    """Each team's week: successful conversations (and the week before), hand-overs, how many of all wait, won."""
    return rows(
        f"""
        WITH talk AS (
          SELECT p.team_id AS team, count(*) FILTER (WHERE c.ended_at >= %(start)s) AS succeeded,
            count(*) FILTER (WHERE c.ended_at < %(start)s) AS before
          FROM conversations_conversation c JOIN people_person p ON p.id = c.owner_id
          WHERE c.state = 'succeeded' AND c.ended_at >= %(before)s AND c.ended_at < %(end)s GROUP BY 1
        ), given AS (
          SELECT p.team_id AS team, count(*) AS handed_over, count(l.first_attempt_at) AS touched
          FROM leads_lead l JOIN people_person p ON p.id = l.owner_id
          WHERE NOT l.deleted_in_source AND l.merged_into_id IS NULL AND l.handed_over_at >= %(start)s
            AND l.handed_over_at < %(end)s GROUP BY 1
        ), waiting AS (
          SELECT p.team_id AS team, count(*) AS untouched
          FROM leads_lead l JOIN people_person p ON p.id = l.owner_id WHERE {UNTOUCHED} GROUP BY 1
        ), closed AS (
          SELECT p.team_id AS team, count(*) FILTER (WHERE d.is_won) AS won,
            count(*) FILTER (WHERE NOT d.is_won) AS lost,
            coalesce(sum({WORTH}) FILTER (WHERE d.is_won), 0)::float AS won_amount
          FROM crm_deal d JOIN people_person p ON p.id = d.owner_id
          WHERE d.is_closed AND NOT d.deleted_in_source AND d.closed_at >= %(start)s AND d.closed_at < %(end)s
          GROUP BY 1
        )
        SELECT t.id, t.name, t.side, coalesce(succeeded, 0) AS succeeded, coalesce(before, 0) AS before,
          coalesce(handed_over, 0) AS handed_over, coalesce(touched, 0) AS touched, coalesce(untouched, 0) AS untouched,
          coalesce(won, 0) AS won, coalesce(lost, 0) AS lost, coalesce(won_amount, 0) AS won_amount
        FROM people_team t LEFT JOIN talk ON talk.team = t.id LEFT JOIN given ON given.team = t.id
        LEFT JOIN waiting ON waiting.team = t.id LEFT JOIN closed ON closed.team = t.id
        ORDER BY t.name
        """,
        {"start": week.start, "end": week.end, "before": week.before.start},
    )

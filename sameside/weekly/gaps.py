"""What sellers lack and what lies idle: searches without a result, open demand without content, leads nobody touched,
conversations that do not move.

Demand is an open deal in an open conversation; content answers it when an active asset helps that kind of conversation
and is made for the vertical of the deal's company. Content for every vertical is counted beside, because it answers a
little. A conversation is stuck as the report on conversations has it: open for longer than three quarters of the
successful ones of its kind took within two years.
"""

from datetime import datetime, timedelta
from typing import Any

from sameside.conversations.figures import LOOK_BACK, STUCK_FROM
from sameside.kit.sql import row, rows
from sameside.weekly.figures import UNTOUCHED, WORTH
from sameside.weekly.weeks import Week


def zero_searches(start: datetime, end: datetime, limit: int = 12) -> list[dict[str, Any]]:
    """What was searched for and not found: same words in upper and lower case are one."""
    return rows(
        """
        SELECT lower(trim(query)) AS query, count(*) AS searches, count(DISTINCT person_id) AS persons,
          to_char(max(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS latest
        FROM library_search WHERE results = 0 AND at >= %(start)s AND at < %(end)s AND trim(query) <> ''
        GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1 LIMIT %(limit)s
        """,
        {"start": start, "end": end, "limit": limit},
    )


def demand(limit: int = 12) -> list[dict[str, Any]]:
    """Conversation × vertical where deals are open and no content is made for both, largest first."""
    return rows(
        f"""
        WITH open AS (
          SELECT t.kind, c.vertical, count(DISTINCT d.id) AS deals, sum({WORTH})::float AS amount
          FROM conversations_conversation t
          JOIN crm_deal d ON d.id = t.deal_id JOIN crm_company c ON c.id = d.company_id
          WHERE t.state = 'open' AND NOT d.is_closed AND NOT d.deleted_in_source AND c.vertical <> '' GROUP BY 1, 2
        ), helps AS (
          SELECT f.value AS kind, f.asset_id, v.value AS vertical
          FROM library_assetfacet f JOIN library_asset a ON a.id = f.asset_id AND a.status = 'active'
          LEFT JOIN library_assetfacet v ON v.asset_id = f.asset_id AND v.facet = 'vertical' AND v.state <> 'rejected'
          WHERE f.facet = 'conversation' AND f.state <> 'rejected'
        ), supply AS (
          SELECT kind, vertical, count(DISTINCT asset_id) AS assets FROM helps GROUP BY 1, 2
        )
        SELECT open.kind, open.vertical, open.deals, open.amount, coalesce(general.assets, 0) AS general
        FROM open LEFT JOIN supply USING (kind, vertical)
        LEFT JOIN supply general ON general.kind = open.kind AND general.vertical IS NULL
        WHERE supply.assets IS NULL ORDER BY open.deals DESC, open.amount DESC, 1, 2 LIMIT %(limit)s
        """,
        {"limit": limit},
    )


def untouched(week: Week, limit: int = 12) -> dict[str, Any]:
    """Leads that were handed over and not tried by the end of the week: how many, how old, with whom they wait."""
    values = {"end": week.end, "old": week.end - timedelta(days=7), "limit": limit}
    total = row(
        f"""
        SELECT count(*) AS leads, count(*) FILTER (WHERE l.handed_over_at < %(old)s) AS old,
          extract(epoch FROM %(end)s - min(l.handed_over_at))::float / 86400 AS oldest
        FROM leads_lead l WHERE {UNTOUCHED}
        """,
        values,
    )
    owners = rows(
        f"""
        SELECT p.id AS owner, p.name, coalesce(t.name, '') AS team, count(*) AS leads,
          extract(epoch FROM %(end)s - min(l.handed_over_at))::float / 86400 AS oldest
        FROM leads_lead l JOIN people_person p ON p.id = l.owner_id LEFT JOIN people_team t ON t.id = p.team_id
        WHERE {UNTOUCHED} GROUP BY p.id, p.name, t.name ORDER BY count(*) DESC, 5 DESC, p.id LIMIT %(limit)s
        """,
        values,
    )
    return {**total, "owners": owners}


def stuck(week: Week, limit: int = 10) -> dict[str, Any]:
    """Conversations that were open at the end of the week and older than successful ones usually become."""
    found = rows(
        f"""
        WITH usual AS (
          SELECT kind, percentile_cont(0.75) WITHIN GROUP (ORDER BY ended_at - opened_at) AS takes
          FROM conversations_conversation
          WHERE state = 'succeeded' AND ended_at >= %(since)s AND ended_at < %(end)s
            AND ended_by_id IS DISTINCT FROM opened_by_id
          GROUP BY kind HAVING count(*) >= %(enough)s
        )
        SELECT t.kind, d.id AS deal, d.name, coalesce(c.name, '') AS company, coalesce(p.name, '') AS owner, d.stage,
          {WORTH}::float AS amount, extract(epoch FROM %(end)s - t.opened_at)::float / 86400 AS days,
          extract(epoch FROM usual.takes)::float / 86400 AS usual, (count(*) OVER ())::int AS total
        FROM conversations_conversation t JOIN usual ON usual.kind = t.kind
        JOIN crm_deal d ON d.id = t.deal_id AND NOT d.deleted_in_source
        LEFT JOIN crm_company c ON c.id = d.company_id LEFT JOIN people_person p ON p.id = d.owner_id
        WHERE t.opened_at < %(end)s AND (t.ended_at IS NULL OR t.ended_at >= %(end)s)
          AND %(end)s - t.opened_at > usual.takes
        ORDER BY amount DESC, days DESC, d.id LIMIT %(limit)s
        """,
        {"end": week.end, "since": week.end - LOOK_BACK, "enough": STUCK_FROM, "limit": limit},
    )
    total = found[0]["total"] if found else 0
    return {"total": total, "conversations": [{key: one[key] for key in one if key != "total"} for one in found]}


def closed(week: Week, *, won: bool, limit: int = 10) -> list[dict[str, Any]]:
    """The largest deals won (or lost) in the week."""
    return rows(
        f"""
        SELECT d.id AS deal, d.name, coalesce(c.name, '') AS company, coalesce(p.name, '') AS owner,
          {WORTH}::float AS amount, d.lost_reason AS reason,
          to_char(d.closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day
        FROM crm_deal d LEFT JOIN crm_company c ON c.id = d.company_id LEFT JOIN people_person p ON p.id = d.owner_id
        WHERE d.is_closed AND d.is_won = %(won)s AND NOT d.deleted_in_source
          AND d.closed_at >= %(start)s AND d.closed_at < %(end)s
        ORDER BY amount DESC, d.closed_at DESC, d.id LIMIT %(limit)s
        """,
        {"won": won, "start": week.start, "end": week.end, "limit": limit},
    )


def reasons(week: Week) -> list[dict[str, Any]]:
    """Why deals were lost in the week, in the CRM's words."""
    return rows(
        f"""
        SELECT coalesce(nullif(d.lost_reason, ''), 'No reason given') AS reason, count(*) AS deals,
          sum({WORTH})::float AS amount
        FROM crm_deal d WHERE d.is_closed AND NOT d.is_won AND NOT d.deleted_in_source
          AND d.closed_at >= %(start)s AND d.closed_at < %(end)s
        GROUP BY 1 ORDER BY 2 DESC, 3 DESC LIMIT 8
        """,
        {"start": week.start, "end": week.end},
    )


def imports(week: Week) -> list[dict[str, Any]]:
    """Import runs of the week with what they brought and refused. By table, since contexts do not import connectors."""
    return rows(
        """
        SELECT r.id AS run, r.connector, r.origin, r.state,
          to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
          coalesce(sum(f.created), 0)::bigint AS created, coalesce(sum(f.updated), 0)::bigint AS updated,
          coalesce(sum(f.refused), 0)::bigint + count(*) FILTER (WHERE f.state = 'refused') AS refused
        FROM connectors_importrun r LEFT JOIN connectors_importfile f ON f.run_id = r.id
        WHERE r.created_at >= %(start)s AND r.created_at < %(end)s GROUP BY r.id ORDER BY r.id DESC LIMIT 10
        """,
        {"start": week.start, "end": week.end},
    )

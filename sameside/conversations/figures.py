"""The report on conversations: how many of each kind succeed, how long they take, and where they get stuck.

A conversation belongs to the period in which it was opened; every figure of the report but the months counts those.
The success rate is the share of the ended ones that succeeded, with its 95 % Wilson interval: what is still open is no
failure. A success counts towards days only when it took time: the `tangible_value` that a win leaves behind where none
was open began and ended in the same moment. Stuck is an open conversation older than three quarters of the successful
ones of its kind took within two years. Months count what happened in them: opened, succeeded, failed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sameside.analytics.rates import wilson
from sameside.conversations.models import KINDS
from sameside.kit import periods

LOOK_BACK = timedelta(days=730)
STUCK_FROM = 5  # successes; with fewer nobody knows how long is long

_GROUPS = """
SELECT GROUPING(c.kind), GROUPING(t.id), GROUPING(co.vertical), c.kind, t.id, min(t.name), co.vertical,
       count(*), count(*) FILTER (WHERE c.state = 'succeeded'), count(*) FILTER (WHERE c.state = 'failed'),
       count(*) FILTER (WHERE c.state = 'open'),
       percentile_cont(ARRAY[0.5, 0.9])
         WITHIN GROUP (ORDER BY extract(epoch FROM c.ended_at - c.opened_at) / 86400.0)
         FILTER (WHERE c.state = 'succeeded' AND c.ended_by_id IS DISTINCT FROM c.opened_by_id)
FROM conversations_conversation c
JOIN crm_deal d ON d.id = c.deal_id
LEFT JOIN crm_company co ON co.id = d.company_id
LEFT JOIN people_person p ON p.id = c.owner_id
LEFT JOIN people_team t ON t.id = p.team_id
WHERE c.opened_at >= %(start)s AND c.opened_at <= %(at)s
GROUP BY GROUPING SETS ((), (c.kind), (t.id), (co.vertical), (t.id, c.kind), (co.vertical, c.kind))
"""
_MONTHS = """
SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM') AS month, kind, what, count(*) FROM (
  SELECT opened_at AS moment, kind, 'opened' AS what FROM conversations_conversation
  UNION ALL
  SELECT ended_at, kind, state FROM conversations_conversation WHERE ended_at IS NOT NULL
) AS happened
WHERE moment >= %(start)s AND moment <= %(at)s GROUP BY 1, 2, 3
"""
_STUCK = """
WITH usual AS (
  SELECT kind,
         percentile_cont(0.75) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - opened_at) / 86400.0) AS days
  FROM conversations_conversation
  WHERE state = 'succeeded' AND ended_by_id IS DISTINCT FROM opened_by_id
    AND ended_at > %(since)s AND ended_at <= %(at)s
  GROUP BY kind HAVING count(*) >= %(enough)s
)
SELECT u.kind, u.days, count(c.id),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(at)s - c.opened_at) / 86400.0)
FROM usual u
LEFT JOIN conversations_conversation c
  ON c.kind = u.kind AND c.state = 'open' AND c.opened_at < %(at)s - u.days * interval '1 day'
GROUP BY u.kind, u.days
"""
_STAGES = """
SELECT stage, coalesce(held.deals, 0), coalesce(seen.deals, 0)
FROM (SELECT stage, count(*) AS deals FROM crm_deal WHERE NOT deleted_in_source GROUP BY stage) held
FULL JOIN (SELECT stage, count(DISTINCT deal_id) AS deals FROM crm_stagechange WHERE NOT deleted_in_source
           GROUP BY stage) seen USING (stage)
"""


def _group(row: tuple[Any, ...]) -> dict[str, Any]:
    opened, succeeded, failed, still_open, days = row
    ended = succeeded + failed
    low, high = wilson(succeeded, ended)
    return {
        "opened": opened,
        "succeeded": succeeded,
        "failed": failed,
        "open": still_open,
        "ended": ended,
        "rate": succeeded / ended if ended else None,
        "low": low if ended else None,
        "high": high if ended else None,
        "median_days": round(days[0], 2) if days else None,
        "p90_days": round(days[1], 2) if days else None,
    }


def _grouped(start: datetime, at: datetime) -> dict[str, Any]:
    data: dict[str, Any] = {"total": _group((0, 0, 0, 0, None)), "kinds": {}, "teams": {}, "verticals": {}}
    by_kind: list[tuple[str, Any, str, dict[str, Any]]] = []
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"start": start, "at": at})
        for no_kind, no_team, no_vertical, kind, team, team_name, vertical, *figures in cursor.fetchall():
            group = _group(tuple(figures))
            if no_kind and no_team and no_vertical:
                data["total"] = group
            elif no_team and no_vertical:
                data["kinds"][kind] = group
            elif not no_kind:
                by_kind.append(
                    ("teams" if no_vertical else "verticals", team if no_vertical else vertical, kind, group)
                )
            elif no_vertical:
                data["teams"][team] = {"id": team, "name": team_name or "No team", **group, "rates": {}}
            else:
                data["verticals"][vertical] = {"id": vertical or "", "name": vertical or "", **group, "rates": {}}
    for dimension, key, kind, group in by_kind:
        data[dimension][key]["rates"][kind] = {"rate": group["rate"], "ended": group["ended"]}
    nothing = _group((0, 0, 0, 0, None))
    data["kinds"] = [{"kind": kind, "label": kind.label, **data["kinds"].get(kind, nothing)} for kind in KINDS]
    for dimension in ("teams", "verticals"):
        data[dimension] = sorted(data[dimension].values(), key=lambda one: (-one["opened"], one["name"]))
    return data


def _months(start: datetime, at: datetime) -> list[dict[str, Any]]:
    months: dict[str, dict[str, Any]] = {
        month: {"month": month, "opened": 0, "succeeded": 0, "failed": 0, **{f"won_{kind}": 0 for kind in KINDS}}
        for month in periods.months_between(start, at)
    }
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, {"start": start, "at": at})
        for month, kind, what, count in cursor.fetchall():
            months[month][what] += count
            if what == "succeeded":
                months[month][f"won_{kind}"] += count
    return list(months.values())


def _stuck(at: datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_STUCK, {"at": at, "since": at - LOOK_BACK, "enough": STUCK_FROM})
        found = {
            kind: {"usual_days": round(usual, 2), "stuck": stuck, "median_age": round(age, 1) if age else None}
            for kind, usual, stuck, age in cursor.fetchall()
        }
    nothing = {"usual_days": None, "stuck": 0, "median_age": None}
    return [{"kind": kind, "label": kind.label, **found.get(kind, nothing)} for kind in KINDS]


def _stages() -> list[dict[str, Any]]:
    """How many deals are in each stage now, and how many ever were."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGES)
        return [{"stage": stage, "now": now, "ever": ever} for stage, now, ever in cursor.fetchall()]


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    start = periods.start(params["months"], at)
    assert start is not None  # noqa: S101  conversations have no "all time"
    return {
        **_grouped(start, at),
        "months": _months(start, at),
        "stuck": _stuck(at),
        "stages": _stages(),
        "start": start.date().isoformat(),
        "at": at.isoformat(),
    }

"""The report on leads: what became of every lead that was created in the period, and how soon somebody tried.

Every lead stands in exactly one fate and, in each of the tables (source, campaign, owner, team, month), in exactly one
row, so that each table adds up to the same total. Time to first touch runs from the hand-over to the first attempt;
its median and 90th percentile are of those that were tried, its shares are of all that were handed over.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from sameside.kit import periods
from sameside.leads import parts
from sameside.leads.models import Lead

Fate = Lead.Fate
DEALS = (Fate.OPEN, Fate.WON, Fate.LOST)
CONVERTED = (Fate.CONVERTED, *DEALS)
DIMENSIONS = ("source", "campaign", "owner", "team", "month")
_COUNTS = ", ".join(f"count(*) FILTER (WHERE l.fate = '{fate}')" for fate in Fate)

_GROUPS = f"""
SELECT GROUPING(l.lead_source), GROUPING(l.campaign_id), GROUPING(l.owner_id), GROUPING(p.team_id), GROUPING(l.month),
       l.lead_source, l.campaign_id, l.owner_id, p.team_id, l.month,
       count(*), {_COUNTS}, coalesce(sum(l.won_amount), 0), count(l.handed_over_at), count(l.hours),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY l.hours),
       count(*) FILTER (WHERE l.hours <= 5.0 / 60), count(*) FILTER (WHERE l.hours <= 1),
       count(*) FILTER (WHERE l.hours <= 24)
FROM (
  SELECT *, extract(epoch FROM first_attempt_at - handed_over_at) / 3600.0 AS hours,
         to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month
  FROM leads_lead
  WHERE NOT deleted_in_source AND merged_into_id IS NULL AND created_at >= %(start)s AND created_at <= %(at)s
) l LEFT JOIN people_person p ON p.id = l.owner_id
GROUP BY GROUPING SETS ((), (l.lead_source), (l.campaign_id), (l.owner_id), (p.team_id), (l.month))
"""
_SUMS = ("leads", *Fate.values, "won_amount", "handed_over", "tried", "within_5m", "within_1h", "within_24h")


def _with_shares(group: dict[str, Any]) -> dict[str, Any]:
    group["converted_all"] = sum(group[fate] for fate in CONVERTED)
    group["conversion"] = group["converted_all"] / group["leads"] if group["leads"] else None
    group["never"] = group["handed_over"] - group["tried"]
    handed = group["handed_over"]
    for key in ("within_5m", "within_1h", "within_24h", "never", "untouched"):
        group[f"{key}_share"] = group[key] / handed if handed else None
    return group


def _group(figures: Sequence[Any]) -> dict[str, Any]:
    leads, *rest = figures
    fates, (won, handed, tried, spread, *within) = rest[: len(Fate)], rest[len(Fate) :]
    return _with_shares(
        {
            "leads": leads,
            **dict(zip(Fate.values, fates, strict=True)),
            "won_amount": float(won),
            "handed_over": handed,
            "tried": tried,
            "median_hours": round(spread[0], 3) if spread else None,
            "p90_hours": round(spread[1], 3) if spread else None,
            **dict(zip(("within_5m", "within_1h", "within_24h"), within, strict=True)),
        }
    )


def nothing() -> dict[str, Any]:
    return _group((0, *(0 for _ in Fate), 0, 0, 0, None, 0, 0, 0))


def _grouped(start: datetime, at: datetime) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    total = nothing()
    by: dict[str, list[dict[str, Any]]] = {dimension: [] for dimension in DIMENSIONS}
    size = len(DIMENSIONS)
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"start": start, "at": at})
        for row in cursor.fetchall():
            left_out, keys, group = row[:size], row[size : 2 * size], _group(row[2 * size :])
            if all(left_out):
                total = group
                continue
            place = left_out.index(0)
            by[DIMENSIONS[place]].append({"id": keys[place], **group})
    return total, by


def _beyond(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    rest: dict[str, Any] = {key: sum(row[key] for row in rows) for key in _SUMS}
    return _with_shares(rest | {"median_hours": None, "p90_hours": None})


def _first_created(at: datetime) -> datetime:
    first = Lead.objects.unmerged().filter(deleted_in_source=False, created_at__lte=at).order_by("created_at").first()
    return first.created_at if first else at


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    start = periods.start(params["months"], at) or _first_created(at)
    total, by = _grouped(start, at)
    data = {
        dimension: parts.bounded(parts.named(dimension, by[dimension], "leads"), _beyond)
        for dimension in DIMENSIONS
        if dimension != "month"
    }
    months = {row["id"]: row for row in by["month"]}
    first = start if params["months"] else start.astimezone(UTC)
    data["month"] = [
        {**(months.get(month) or nothing()), "id": month, "name": month} for month in periods.months_between(first, at)
    ]
    return {
        "total": total,
        "by": data,
        "start": start.date().isoformat() if params["months"] else "",
        "at": at.isoformat(),
    }

"""The figures of hand-overs: of the period as a whole, in parts, by month, and what answering soon gained.

What was agreed stands beside: of each month the terms that were in force at its end, so that a later version does not
judge what came before it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from sameside.kit import periods
from sameside.leads import parts
from sameside.leads.agreement.force import in_force, terms_of
from sameside.leads.agreement.terms import EVERY, Supply, Terms
from sameside.leads.cohorts import COLUMNS, Cohort, begins
from sameside.leads.handover_lists import segment_names
from sameside.leads.measured import benefit
from sameside.leads.measures import ALL, ROWS
from sameside.leads.models import Agreement, HandOver, Reason
from sameside.leads.tallies import AMOUNTS, COSTED, MONTH, SPREADS, tally

_SUMMED = ("derived", *(one.key for one in ALL), *(f"costed_{key}" for key in COSTED), *AMOUNTS)
_REASONS = f"""
SELECT m.outcome, m.reason_id, CASE WHEN m.reason_id IS NULL THEN m.source_reason ELSE '' END, count(*)
FROM ({ROWS}) m
WHERE %(where)s AND m.outcome IN ('returned', 'disqualified', 'recycled')
GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3
"""
_MOST_REASONS = 60


def beyond(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures of several parts together; what cannot be added up is left open."""
    rest: dict[str, Any] = {key: sum(row[key] for row in rows) for key in _SUMMED}
    costs = [row["cost"] for row in rows if row["cost"] is not None]
    rest |= {"cost": sum(costs) if costs else None, "attempts_ended": None}
    for key in SPREADS:
        rest |= {f"{key}_of": sum(row[f"{key}_of"] for row in rows), f"{key}_median": None, f"{key}_p90": None}
    return rest


def nothing() -> dict[str, Any]:
    return beyond(())


def reasons(cohort: Cohort, *, at: datetime) -> list[dict[str, Any]]:
    """Why hand-overs were returned, disqualified and recycled: the most frequent first."""
    where, params = cohort.where()
    labels = dict(Reason.objects.values_list("pk", "label"))
    with connection.cursor() as cursor:
        cursor.execute(_REASONS.replace("%(where)s", where), {**params, "at": at})
        found = cursor.fetchall()
    return [
        {
            "outcome": outcome,
            "reason": reason_id,
            "status": status,
            "name": labels.get(reason_id) or status or "No reason is known",
            "count": count,
        }
        for outcome, reason_id, status, count in found[:_MOST_REASONS]
    ]


def _sum_of(terms: Terms, supply: Sequence[Supply]) -> float | None:
    """Leads a month that were committed to: of all leads, else of all segments together."""
    whole = [one for one in supply if one.segment == EVERY and one.leads is not None]
    chosen = whole or [one for one in supply if one.leads is not None]
    if not chosen:
        return None
    return sum(one.leads / (3 if one.per == "quarter" else 1) for one in chosen if one.leads is not None)


def _committed(agreement: Agreement) -> dict[str, Any]:
    """What this version commits to, of all leads and of each segment."""
    terms = terms_of(agreement)
    every = next((one for one in terms.supply if one.segment == EVERY), None)
    service = terms.service_for(EVERY)
    return {
        "number": agreement.number,
        "title": agreement.title,
        "leads": _sum_of(terms, terms.supply),
        "acceptance": every.acceptance if every else None,
        "conversion": every.conversion if every else None,
        "cost_per_lead": every.cost_per_lead if every else None,
        "accept_hours": service.accept_hours,
        "attempt_hours": service.attempt_hours,
        "attempts": service.attempts,
        "over_days": service.over_days,
        "segments": {
            one.segment: {
                "leads": one.leads / (3 if one.per == "quarter" else 1) if one.leads is not None else None,
                "acceptance": one.acceptance,
                "conversion": one.conversion,
                "cost_per_lead": one.cost_per_lead,
            }
            for one in terms.supply
            if one.segment != EVERY
        },
    }


def _in_force(agreements: Sequence[Agreement], at: datetime) -> Agreement | None:
    held = (one for one in agreements if one.begins_at and one.begins_at <= at)
    return next((one for one in held if one.ends_at is None or one.ends_at > at), None)


def _by_month(rows: Sequence[dict[str, Any]], first: date, at: datetime) -> list[dict[str, Any]]:
    """Every month of the period, also those in which nothing was handed over, with what was committed to in it."""
    known = {row["id"]: row for row in rows}
    agreements = list(Agreement.objects.filter(begins_at__isnull=False).order_by("-begins_at", "-number"))
    committed = {one.pk: _committed(one) for one in agreements}
    months = []
    for month in periods.months_between(begins(first), at):
        year, number = (int(part) for part in month.split("-"))
        end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC) - timedelta(seconds=1)
        agreement = _in_force(agreements, min(end, at))
        agreed = committed[agreement.pk] if agreement else None
        months.append({**(known.get(month) or nothing()), "id": month, "name": month, "agreed": agreed})
    return months


def _first(months: int, at: datetime) -> date:
    start = periods.start(months, at)
    if start is not None:
        return start.date()
    first = HandOver.objects.filter(at__lte=at).order_by("at").values_list("at", flat=True).first()
    return (first or at).astimezone(UTC).date()


def cohort_of(params: Mapping[str, Any], at: datetime) -> Cohort:
    derived = False if params["origin"] == "own" else None
    return Cohort(first=_first(params["months"], at), last=at.astimezone(UTC).date(), derived=derived)


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    cohort = cohort_of(params, at)
    assert cohort.first is not None  # noqa: S101  (narrows the type)
    found = tally(cohort, (*COLUMNS, MONTH), at=at)
    names = segment_names()
    by = {
        dimension: parts.bounded(parts.named(dimension, found[dimension], "passed", names), beyond)
        for dimension in COLUMNS
    }
    agreement = in_force(at)
    return {
        "total": found[""][0],
        "by": {**by, MONTH: _by_month(found[MONTH], cohort.first, at)},
        "reasons": reasons(cohort, at=at),
        "benefit": benefit.compute(cohort, at=at),
        "agreed": _committed(agreement) if agreement else None,
        "mature_days": found[""][0]["convert_days_p90"],
        "filters": cohort.filters(),
        "at": at.isoformat(),
    }

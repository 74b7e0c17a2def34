"""What became of a batch: how far its leads came and how long each step took, why, what it earned, what sales says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncMonth

from sameside.crm.lists import address
from sameside.crm.models import Deal
from sameside.crm.pages import state_badge
from sameside.kit import periods
from sameside.kit.tables import Column, Table
from sameside.leads import handover_lists
from sameside.leads.batches.batch import Batch
from sameside.leads.measured import claims, computing, report
from sameside.leads.measured.shown import reason_of
from sameside.leads.measures import BY_KEY, ROWS
from sameside.leads.models import HandOver
from sameside.leads.tallies import total
from sameside.people.models import Person
from sameside.ui.cells import Badge, Two
from sameside.ui.formats import days, money, percent

_STEPS: Sequence[tuple[str, str, str]] = (
    ("delivered", "arrive_days", "after it came in"),
    ("accepted", "accept_days", "after the hand-over"),
    ("attempted", "attempt_days", "after the hand-over"),
    ("converted", "convert_days", "after the hand-over"),
    ("opportunity", "", ""),
    ("won", "win_days", "after the deal began"),
)
_DEALS = 12
_MONTHS = 24
_LOST = f"""
SELECT d.lost_reason, count(*), coalesce(sum(d.amount), 0)::float
FROM ({ROWS}) m JOIN crm_deal d ON d.id = m.deal_id
WHERE %(where)s AND {BY_KEY["lost"].sql}
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12
"""


@dataclass(frozen=True)
class Step:
    """One step of the funnel; `width` is its share of the first in percent, `took` its time as words."""

    label: str
    count: int
    share: str
    width: float
    took: str
    url: str


def steps(figures: Mapping[str, Any], filters: Mapping[str, str]) -> list[Step]:
    found = []
    for key, spread, since in _STEPS:
        share = figures[key] / figures["delivered"] if figures["delivered"] else 0.0
        median = figures[f"{spread}_median"] if spread else None
        found.append(Step(
            BY_KEY[key].label, figures[key], percent(share), round(100 * share, 2),
            f"{days(median)} {since}" if median is not None else "",
            handover_lists.address(**filters, **{"is": key}) if figures[key] else "",
        ))  # fmt: skip
    return found


def _reasons(batch: Batch, filters: Mapping[str, str], at: datetime) -> tuple[Table, list[dict[str, Any]]]:
    found = computing.reasons(batch.cohort, at=at)
    rows = [
        {
            "name": one["name"], "outcome": Badge(HandOver.Outcome(one["outcome"]).label, "neutral"),
            "count": one["count"],
            "link": handover_lists.address(**filters, outcome=one["outcome"], **reason_of(one)),
        }
        for one in found
    ]  # fmt: skip
    columns = (Column("name", "Reason"), Column("outcome", "Ended as"), Column("count", "Leads", "number"))
    return Table(columns, rows, empty="None was given back or up."), found


def _lost(batch: Batch, at: datetime) -> Table:
    where, params = batch.cohort.where()
    with connection.cursor() as cursor:
        cursor.execute(_LOST.replace("%(where)s", where), {**params, "at": at})
        rows = [{"name": why or "No reason given", "deals": n, "amount": sum_} for why, n, sum_ in cursor.fetchall()]
    columns = (Column("name", "Lost because"), Column("deals", "Deals", "number"), Column("amount", "Worth", "money"))
    return Table(columns, rows, empty="No deal of these leads was lost.")


def _deals(batch: Batch, person: Person) -> Table:
    ids = batch.handovers(person).filter(outcome="converted").values("lead__deal")
    deals = Deal.objects.visible_to(person).filter(pk__in=ids, deleted_in_source=False).select_related("company")
    link = address("deals:deal")
    rows = [
        {
            "link": link(one.pk), "name": Two(one.name, one.company.name if one.company else ""),
            "state": state_badge(one),
            "why": one.lost_reason or None, "amount": one.amount,
        }
        for one in deals.order_by("-is_won", "-amount", "pk")[:_DEALS]
    ]  # fmt: skip
    columns = (
        Column("name", "Deal"),
        Column("state", "State"),
        Column("why", "Why"),
        Column("amount", "Worth", "money"),
    )
    return Table(columns, rows, empty="No deal that you may see has come of these leads.")


@dataclass(frozen=True)
class Month:
    label: str
    url: str
    count: int
    is_current: bool


def months(batch: Batch, person: Person) -> list[Month]:
    """The months in which leads of it were handed over, the latest first."""
    found = (
        batch.of_month("")
        .handovers(person)
        .annotate(month=TruncMonth("at", tzinfo=UTC))
        .order_by("-month")
        .values_list("month")
        .annotate(Count("pk"))[:_MONTHS]
    )
    listed = [
        Month(
            periods.month_name(f"{month:%Y-%m}"),
            batch.of_month(f"{month:%Y-%m}").url,
            n,
            f"{month:%Y-%m}" == batch.month,
        )
        for month, n in found
    ]
    return [Month("All", batch.of_month("").url, sum(one.count for one in listed), not batch.month), *listed]


def earnings(figures: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Revenue, win or lose, and what it cost: label, value, help."""
    cost = figures["cost"]
    costed = report.with_costs(figures)
    said = "Not known: the campaign says no cost." if cost is None else ""
    back = Decimal(figures["won_amount"]) / Decimal(cost) if cost else None
    return [
        ("Won", money(figures["won_amount"]), "The amounts of the deals won."),
        ("Lost", money(figures["lost_amount"]), "The amounts of the deals lost."),
        ("Still open", money(figures["pipeline"]), "The amounts of the deals that are open."),
        ("Cost", money(cost), said or "Their share of what their campaigns cost."),
        ("Cost per accepted lead", money(costed["cost_per_accepted"]), said),
        ("Won for each 1 spent", f"{back:.1f}" if back is not None else "–", said or "The amount won over the cost."),
    ]


def build(batch: Batch, person: Person, *, at: datetime) -> dict[str, Any]:
    figures, filters = total(batch.cohort, at=at), batch.cohort.filters()
    why, found = _reasons(batch, filters, at)
    return {
        "batch": batch,
        "figures": figures,
        "steps": steps(figures, filters),
        "claims": (claims.weak(figures, filters, found, {}), claims.not_worked(figures, filters)),
        "reasons": why,
        "lost": _lost(batch, at),
        "deals": _deals(batch, person),
        "earnings": earnings(figures),
        "months": months(batch, person),
        "list_url": handover_lists.address(**filters),
    }

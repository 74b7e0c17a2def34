"""What became of a batch: how far its leads came and how long each step took, why, what it earned, what sales says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef

from sameside.crm.lists import address
from sameside.crm.models import Deal
from sameside.crm.pages import state_badge
from sameside.kit import periods
from sameside.kit.tables import Column, Table
from sameside.leads import handover_lists
from sameside.leads.batches import content
from sameside.leads.batches.batch import Batch
from sameside.leads.batches.figures import DEALS
from sameside.leads.measured import claims, report
from sameside.leads.measured.shown import Data, reason_of
from sameside.leads.measures import BY_KEY
from sameside.leads.models import HandOver
from sameside.leads.pages import is_limited
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


@dataclass(frozen=True)
class Step:
    """One step of the funnel; `width` is its share of the first in percent, `took` its time as words."""

    label: str
    count: int
    share: str
    width: float
    took: str
    url: str


def steps(figures: Data, filters: Mapping[str, str]) -> list[Step]:
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


def _reasons(found: Sequence[Data], filters: Mapping[str, str]) -> Table:
    rows = [
        {
            "name": one["name"], "outcome": Badge(HandOver.Outcome(one["outcome"]).label, "neutral"),
            "count": one["count"],
            "link": handover_lists.address(**filters, outcome=one["outcome"], **reason_of(one)),
        }
        for one in found
    ]  # fmt: skip
    columns = (Column("name", "Reason"), Column("outcome", "Ended as"), Column("count", "Leads", "number"))
    return Table(columns, rows, empty="None was given back or up.")


def _lost(found: Sequence[tuple[str, int, float]]) -> Table:
    rows = [{"name": why or "No reason given", "deals": n, "amount": sum_} for why, n, sum_ in found]
    columns = (Column("name", "Lost because"), Column("deals", "Deals", "number"), Column("amount", "Worth", "money"))
    return Table(columns, rows, empty="No deal of these leads was lost.")


READ = ("name", "is_closed", "is_won", "lost_reason", "amount", "company__name")
"""What is read of a deal for its row."""


def _deals(batch: Batch, best: Sequence[int], person: Person) -> Table:
    """The best of them; whoever sees some deals only has the best of those."""
    deals = Deal.objects.visible_to(person).filter(deleted_in_source=False).select_related("company").only(*READ)
    if is_limited(person):
        became = batch.handovers(person).filter(lead__deal=OuterRef("pk"), outcome=HandOver.Outcome.CONVERTED)
        deals = deals.filter(Exists(became))
    else:
        deals = deals.filter(pk__in=best)
    link = address("deals:deal")
    rows = [
        {
            "link": link(one.pk), "name": Two(one.name, one.company.name if one.company else ""),
            "state": state_badge(one),
            "why": one.lost_reason or None, "amount": one.amount,
        }
        for one in deals.order_by("-is_won", F("amount").desc(nulls_last=True), "pk")[:DEALS]
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


def months(batch: Batch, data: Data) -> list[Month]:
    """The months in which leads of it were handed over, the latest first."""
    listed = [
        Month(periods.month_name(month), batch.of_month(month).url, leads, month == batch.month)
        for month, leads in data["months"]
    ]
    return [Month("All", batch.of_month("").url, data["all"], not batch.month), *listed]


def earnings(figures: Data) -> list[tuple[str, str, str]]:
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


def build(batch: Batch, data: Data, person: Person) -> dict[str, Any]:
    """What the page shows of `data` (`figures.of`); only the deals and the titles of content depend on who asks."""
    filters = batch.cohort.filters()
    return {
        "batch": batch,
        "figures": data["figures"],
        "steps": steps(data["figures"], filters),
        "claims": (
            claims.weak(data["figures"], filters, data["reasons"], {}), claims.not_worked(data["figures"], filters)
        ),
        "reasons": _reasons(data["reasons"], filters),
        "lost": _lost(data["lost"]),
        "content": content.table(data["content"], person),
        "deals": _deals(batch, data["deals"], person),
        "earnings": earnings(data["figures"]),
        "months": months(batch, data),
        "list_url": handover_lists.address(**filters),
    }  # fmt: skip

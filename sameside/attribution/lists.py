"""The deals behind one figure of the revenue report, each with its share and the amount credited."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from sameside.attribution import periods
from sameside.attribution.composing import MARKOV
from sameside.attribution.figures import Scope
from sameside.attribution.labels import MODEL_LABELS
from sameside.attribution.models import Credit
from sameside.attribution.pages import View
from sameside.crm.models import Deal
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import Organisation, Person
from sameside.people.roles import Role
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

_WON, _OPEN = "won", "open"


def behind(view: View, scope: Scope, dimension: str, key: str, person: Person) -> "QuerySet[Credit]":
    """The credit that makes up the figure, of the deals that `person` may see."""
    won = Q(deal__is_won=True, deal__closed_at__gte=scope.since, deal__closed_at__lt=scope.until)
    rows = Credit.objects.filter(
        Q(deal__is_closed=False) | won,
        lookback_months=view.lookback,
        dimension=dimension,
        key=key,
        deal__deleted_in_source=False,
        **{f"{share_of(view.model)}__gt": 0},
    )
    return rows.filter(deal__in=Deal.objects.visible_to(person))


def share_of(model: str) -> str:
    """The share that a deal's row shows. A chain shares out all deals together: its deals are those with a touch."""
    return "linear" if model == MARKOV else model


def is_limited(person: Person) -> bool:
    """Whether `person` sees only some deals, so that the list may hold less than the figure."""
    return person.role == Role.SELLER and Organisation.current().seller_scope == Organisation.SellerScope.TEAM


def _state(rows: "QuerySet[Credit]", value: str) -> "QuerySet[Credit]":
    return rows.filter(deal__is_won=value == _WON)


def _same(rows: "QuerySet[Credit]", _value: str) -> "QuerySet[Credit]":
    """The choice is part of the figure and stands in the look-up already."""
    return rows


def spec(dimension: str, model: str) -> ListSpec:
    deal_address = reverse("deals:deal", args=[0]).replace("0", "{}")
    of = share_of(model)
    told = "" if of == model else f", {MODEL_LABELS[of].lower()}"

    def row(credit: Credit) -> Mapping[str, Any]:
        deal, share = credit.deal, getattr(credit, of)
        return {
            "link": deal_address.format(deal.pk),
            "deal": deal.name,
            "company": deal.company.name if deal.company else None,
            "owner": deal.owner.name if deal.owner else None,
            "state": Badge("Won", "good") if deal.is_won else Badge("Open", "info"),
            "date": deal.closed_at.date() if deal.closed_at else deal.close_on,
            "amount": deal.amount,
            "share": share,
            "credited": round(float(deal.amount) * share, 2) if deal.amount is not None else None,
        }

    return ListSpec(
        name=f"revenue-{dimension}",
        columns=(
            Column("deal", "Deal"),
            Column("company", "Company"),
            Column("owner", "Owner"),
            Column("state", "State"),
            Column("date", "Closed or closes", "date"),
            Column("amount", "Amount", "money"),
            Column("share", f"Share{told}", "percent"),
            Column("credited", f"Credited{told}", "money"),
        ),
        row=row,
        filters=(
            Filter("state", "State", _state, lambda _: (Choice(_WON, "Won"), Choice(_OPEN, "Open"))),
            Filter("model", "Model", _same, kind="hidden", describe=lambda value: MODEL_LABELS.get(value, "Linear")),
            Filter(
                "period", "Won in", _same, kind="hidden", describe=lambda v: periods.label(periods.read({"period": v}))
            ),
            Filter("from", "Won from", _same, kind="hidden"),
            Filter("until", "Won until", _same, kind="hidden"),
            Filter("lookback", "Look-back", _same, kind="hidden", describe=lambda value: f"{value} months"),
        ),
        sorts=(Sort("newest", "Newest deal", Order("deal_id", descending=True)),),
        empty=Empty(
            "coins",
            "No deals behind this figure",
            "None of the deals that you may see is credited here with these choices.",
        ),
        prefetch=lambda rows: rows.select_related("deal__company", "deal__owner"),
    )

"""The list of deals, and of the activities and the content of one deal."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from sameside.conversations.models import StageMapping
from sameside.crm.lists import address, from_import, owners, verticals
from sameside.crm.models import Activity, Deal
from sameside.crm.pages import activity_row, state_badge
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import Person, Team
from sameside.ui.cells import Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

_STATES = {"open": Q(is_closed=False), "won": Q(is_won=True), "lost": Q(is_closed=True, is_won=False)}
_STATE_CHOICES = (Choice("open", "Open"), Choice("won", "Won"), Choice("lost", "Lost"))


def _by_state(rows: "QuerySet[Deal]", value: str) -> "QuerySet[Deal]":
    return rows.filter(_STATES[value])


def _stages(_person: Person) -> Sequence[Choice]:
    return [Choice(stage, stage) for stage in StageMapping.objects.values_list("stage", flat=True)[:200]]


def _teams(_person: Person) -> Sequence[Choice]:
    return [Choice(str(team.pk), team.name) for team in Team.objects.order_by("name")[:200]]


def _equal(key: str, label: str, field: str, choices: Any) -> Filter:
    return Filter(key, label, lambda rows, value: rows.filter(**{field: value}), choices)


def _hidden(key: str, label: str) -> Filter:
    """Set by a link from a company's or campaign's page."""

    def narrow(rows: "QuerySet[Deal]", value: str) -> "QuerySet[Deal]":
        return rows.filter(**{f"{key}_id": int(value) if value.isdecimal() and len(value) < 19 else 0})

    return Filter(key, label, narrow, kind="hidden", describe=lambda _: "chosen")


def deals() -> ListSpec:
    link = address("deals:deal")

    def row(deal: Deal) -> Mapping[str, Any]:
        return {
            "link": link(deal.pk),
            "name": Two(deal.name, deal.company.name if deal.company else "No company"),
            "stage": deal.stage,
            "state": state_badge(deal),
            "amount": deal.amount,
            "owner": deal.owner.name if deal.owner else None,
            "created": deal.created_at,
            "close_on": deal.closed_at or deal.close_on,
        }

    return ListSpec(
        name="deals",
        columns=(
            Column("name", "Deal"),
            Column("stage", "Stage"),
            Column("state", "State"),
            Column("amount", "Amount", "money"),
            Column("owner", "Owner"),
            Column("created", "Created", "date"),
            Column("close_on", "Closed or closes", "date"),
        ),
        row=row,
        filters=(
            Filter("state", "State", _by_state, lambda _: _STATE_CHOICES),
            _equal("stage", "Stage", "stage", _stages),
            _equal("owner", "Owner", "owner", owners),
            _equal("team", "Team", "owner__team", _teams),
            _equal("vertical", "Vertical", "company__vertical", verticals),
            _hidden("company", "Company"),
            _hidden("campaign", "Campaign"),
            from_import(),
        ),
        sorts=(
            Sort("created", "Newest", Order("created_at", descending=True)),
            Sort("amount", "Amount", Order("amount", descending=True, nullable=True)),
            Sort("close_on", "Close date", Order("close_on", nullable=True)),
        ),
        prefetch=lambda rows: rows.select_related("company", "owner"),
        empty=Empty(
            "briefcase",
            "No deals yet",
            "They come with the CRM's opportunities (Opportunity.csv). A seller sees their own and their team's.",
            reverse("connectors:runs"),
            "Open imports",
            "see_imports",
        ),
    )


def activities() -> ListSpec:
    return ListSpec(
        name="deal-activities",
        columns=(
            Column("at", "When", "datetime"),
            Column("kind", "Kind"),
            Column("subject", "Subject"),
            Column("who", "With"),
            Column("by", "By"),
        ),
        row=activity_row,
        filters=(_equal("kind", "Kind", "kind", lambda _: [Choice(kind.value, kind.label) for kind in Activity.Kind]),),
        sorts=(Sort("at", "Latest", Order("at", descending=True)),),
        prefetch=lambda rows: rows.select_related("contact", "owner"),
        empty=Empty("phone", "No activities yet", "Calls, e-mails and meetings come with Task.csv and Event.csv."),
    )

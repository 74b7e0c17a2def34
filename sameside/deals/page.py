"""One deal as its page shows it: the five conversations, what to do next and with what, the people, what happened, and
what it is credited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from sameside.attribution import crediting
from sameside.attribution.labels import MODEL_LABELS, NO_TOUCH_LABEL
from sameside.attribution.models import Credit
from sameside.conversations import queries
from sameside.conversations.models import KINDS, Conversation, Kind
from sameside.crm import lists, pages
from sameside.crm.channels import CHANNELS
from sameside.crm.models import Deal, DealContact
from sameside.crm.pages import Block
from sameside.deals.suggestions import Place, Suggestion, for_places
from sameside.kit.tables import Column, Table
from sameside.library.models import USED, Usage
from sameside.people.models import Person
from sameside.ui import access, formats
from sameside.ui.cells import Badge, Two

LOOKBACK = 12
SHOWN = 8
MOST = 50

_STATES = {"open": ("Open now", "info"), "succeeded": ("Succeeded", "good"), "failed": ("Failed", "bad")}
OUTCOMES = {
    Kind.TAILORED_POV: "a written point of view for this customer",
    Kind.RIGHT_PEOPLE: "a confirmed opportunity with the people who decide",
    Kind.RELEVANT_MEETING: "a qualified problem that is worth solving",
    Kind.DEFINITION_OF_SUCCESS: "a mutual success plan that both sides agreed",
    Kind.TANGIBLE_VALUE: "a formal activation or close",
}


@dataclass(frozen=True)
class Step:
    """One of the five kinds: the latest attempt at it, and how many there were."""

    kind: Kind
    badge: Badge
    opened: datetime | None
    ended: datetime | None
    attempts: int
    outcome: str
    is_next: bool


@dataclass(frozen=True)
class Stage:
    name: str
    at: datetime
    by: str
    note: str


def steps(conversations: Sequence[Conversation], upcoming: Kind | None) -> list[Step]:
    found = []
    for kind in KINDS:
        attempts = [one for one in conversations if one.kind == kind]
        latest = max(attempts, key=lambda one: one.attempt, default=None)
        text, tone = _STATES[latest.state] if latest else ("Not yet", "neutral")
        found.append(
            Step(
                kind=kind,
                badge=Badge(text, tone),
                opened=latest.opened_at if latest else None,
                ended=latest.ended_at if latest else None,
                attempts=len(attempts),
                outcome=OUTCOMES[kind],
                is_next=kind == upcoming,
            )
        )
    return found


def _stages(deal: Deal) -> list[Stage]:
    changes = deal.stage_changes.select_related("by").filter(deleted_in_source=False).order_by("-at", "-pk")[:MOST]
    return [
        Stage(one.stage, one.at, one.by.name if one.by else "", "follows from the deal itself" if one.inferred else "")
        for one in changes
    ]


def _group(deal: Deal) -> Block:
    link = lists.address("crm:contact")
    roles = (
        DealContact.objects.filter(deal=deal, deleted_in_source=False)
        .select_related("contact")
        .order_by("-is_primary", "contact__last_name", "pk")[:MOST]
    )
    # A contact that was merged has brought its own places along: one line each, the primary or named role first.
    best: dict[int, DealContact] = {}
    for role in roles:
        if role.contact_id not in best or (role.role and not best[role.contact_id].role):
            best[role.contact_id] = role
    rows = [
        {
            "link": link(role.contact_id),
            "name": Two(str(role.contact), role.contact.title),
            "role": Badge(role.role, "info" if role.is_primary else "neutral") if role.role else None,
            "seniority": lists.SENIORITIES.get(role.contact.seniority, role.contact.seniority),
            "department": lists.words(role.contact.department),
        }
        for role in best.values()
    ]
    columns = (
        Column("name", "Contact"),
        Column("role", "Role"),
        Column("seniority", "Seniority"),
        Column("department", "Department"),
    )
    empty = "Nobody is named yet. The buying group comes with OpportunityContactRole.csv."
    return Block("Buying group", Table(columns, rows, empty=empty))


def _content(deal: Deal, by: Person) -> Block:
    rows = (
        Usage.objects.filter(deal=deal, action__in=[*USED, Usage.Action.OPEN, Usage.Action.DOWNLOAD])
        .select_related("asset", "person")
        .order_by("-at", "-pk")[:SHOWN]
    )
    columns = (Column("asset", "Content"), Column("did", "What"), Column("who", "Who"), Column("at", "When", "date"))
    found = [
        {
            "link": reverse("library:asset", args=[use.asset.slug]) if use.asset.is_open_to(by) else "",
            "asset": use.asset.named_for(by),
            "did": Badge(use.get_action_display(), "good" if use.action in USED else "neutral"),
            "who": use.person.name if use.person else None,
            "at": use.at,
        }
        for use in rows
    ]
    return Block("Content used", Table(columns, found, empty="No content is recorded for this deal."))


def _credit(deal: Deal) -> Table:
    """The deal's channels under each model; empty for a lost deal, and before the first computation."""
    models = {model: label for model, label in MODEL_LABELS.items() if model in crediting.MODELS}
    found = Credit.objects.filter(deal=deal, lookback_months=LOOKBACK, dimension="channel").order_by("-linear", "key")
    rows = [
        {
            "channel": CHANNELS.get(row.key, row.key) or NO_TOUCH_LABEL,
            **{model: getattr(row, model) for model in models},
        }
        for row in found
    ]
    columns = [Column("channel", "Channel"), *(Column(model, label, "percent") for model, label in models.items())]
    empty = "A lost deal is credited to nothing." if deal.is_closed and not deal.is_won else "Not computed yet."
    return Table(columns, rows, empty=empty)


def _touches(deal: Deal, by: Person) -> Block:
    row = lists.touch_row(by)
    columns = (
        Column("at", "When", "datetime"),
        Column("channel", "Channel"),
        Column("what", "What"),
        Column("who", "Whom"),
    )
    if deal.company is None:
        return Block("Touches", Table(columns, [], empty="Without a company, no touch can be joined to this deal."))
    found = lists.with_names(deal.company.touches.filter(current=True)).order_by("-occurred_at", "-pk")[:SHOWN]
    table = Table(columns, [row(one) for one in found], empty="Nothing we did reached this company yet.")
    return Block("Touches of the company", table, reverse("crm:touches", args=[deal.company.pk]), "All touches")


def _suggestions(deal: Deal, upcoming: Kind | None, by: Person) -> list[Suggestion]:
    if not upcoming:
        return []
    vertical, language = (deal.company.vertical, deal.company.language) if deal.company else ("", "")
    return for_places([Place(deal.pk, upcoming.value, vertical, language)], by=by)[deal.pk]


def _given(deal: Deal) -> str:
    """The amount as the CRM has it, where that is another currency than the organisation's."""
    if deal.amount_given is None or deal.currency in ("", access.current().company().currency):
        return ""
    return formats.money(deal.amount_given, deal.currency)


def content(deal: Deal, by: Person) -> dict[str, Any]:
    conversations = list(queries.for_deal(deal))
    upcoming = queries.next_kind(deal, conversations)
    suggested = _suggestions(deal, upcoming, by)
    activities = Block(
        "Activities",
        pages.activities_table(deal.activities.all()),
        reverse("deals:activities", args=[deal.pk]),
        "All activities",
    )
    return {
        "deal": deal,
        "given": _given(deal),
        "state": pages.state_badge(deal),
        "steps": steps(conversations, upcoming),
        "upcoming": upcoming,
        "outcome": OUTCOMES[upcoming] if upcoming else "",
        "suggestions": suggested,
        "stages": _stages(deal),
        "group": _group(deal),
        "used": _content(deal, by),
        "credit": _credit(deal),
        "touches": _touches(deal, by),
        "activities": activities,
        "leads": pages.leads_block(pages.visible_leads(by).filter(deal=deal)),
        "lookback": LOOKBACK,
    }

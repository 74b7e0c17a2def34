"""The queue of a seller: the open hand-overs one may work, what is due first, and all that a row of it shows.

A page costs a fixed number of statements, each by an index, so it costs the same however many leads there are.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Touch
from sameside.kit import paging
from sameside.kit.paging import Order, Page
from sameside.leads.agreement.force import terms_of
from sameside.leads.agreement.terms import Service
from sameside.leads.batches import batch
from sameside.leads.clock import calendars
from sameside.leads.handover import countdown, transitions
from sameside.leads.handover.countdown import Countdown
from sameside.leads.models import Absence, Agreement, HandOver
from sameside.people.models import Person

SIZE = 25
COUNTED = 999
ORDER = Order("next_due_at", nullable=True)
WHOSE = {"": "Mine", "team": "My team"}
STATES = {
    "": "All",
    "new": "New",
    "overdue": "Overdue",
    "today": "Due today",
    "accepted": "Accepted",
    "waiting": "Waiting for the buyer",
}


@dataclass(frozen=True)
class Row:
    handover: HandOver
    name: str
    about: str
    url: str
    owner: str
    state: str
    state_label: str
    countdown: Countdown
    attempts: str
    source: str
    touch: str
    touched_at: datetime | None
    why: str
    verbs: frozenset[str]
    once: str
    judge: str
    """Where one says whether leads like this are good or weak: its batch."""


@dataclass(frozen=True)
class Segment:
    label: str
    url: str
    is_on: bool
    count: str = ""


def owners(person: Person, whose: str, *, at: datetime) -> Q:
    """Whose leads these are: one's own with those of whom one covers for now, or all of one's team."""
    if whose == "team" and person.team_id is not None:
        return Q(owner__team_id=person.team_id)
    return Q(owner__in=[person.pk, *covered(person, at=at)])


def covered(person: Person, *, at: datetime) -> list[int]:
    """Who is away now, by the date of their own zone, with this person as cover."""
    near = Absence.objects.filter(
        cover=person, cancelled_at=None, starts_on__lte=at.date() + timedelta(days=1),
        ends_on__gte=at.date() - timedelta(days=1),
    )  # fmt: skip
    away = sorted(set(near.values_list("person", flat=True)))
    if not away:
        return []
    found = calendars.away(away, calendars.hours_of_many(away), at=at)
    return [pk for pk, absence in found.items() if absence.cover_id == person.pk]


def rows(person: Person, whose: str, state: str, *, at: datetime) -> "QuerySet[HandOver]":
    there = HandOver.objects.open().filter(owners(person, whose, at=at), lead__merged_into=None)
    return in_state(there.filter(lead__deleted_in_source=False), state, person, at=at)


def in_state(there: "QuerySet[HandOver]", state: str, person: Person, *, at: datetime) -> "QuerySet[HandOver]":
    if state == "new":
        return there.filter(accepted_at=None)
    if state == "accepted":
        return there.filter(accepted_at__isnull=False, paused_at=None)
    if state == "waiting":
        return there.filter(paused_at__isnull=False)
    if state == "overdue":
        return there.filter(next_due_at__lt=at)
    if state == "today":
        return there.filter(next_due_at__gte=at, next_due_at__lt=_midnight(person, at))
    return there


def _midnight(person: Person, at: datetime) -> datetime:
    local = calendars.hours_of(person).local(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


def segments(person: Person, whose: str, state: str, *, at: datetime) -> Sequence[Segment]:
    """The filters with how many rows each holds, counted in one statement and no further than `COUNTED`."""
    first = paging.ordered(rows(person, whose, "", at=at), ORDER)[: COUNTED + 1]
    there = HandOver.objects.filter(pk__in=first.values("pk"))
    overdue, today = Q(next_due_at__lt=at), Q(next_due_at__gte=at, next_due_at__lt=_midnight(person, at))
    counts = there.aggregate(
        all=Count("pk"),
        new=Count("pk", filter=Q(accepted_at=None)),
        accepted=Count("pk", filter=Q(accepted_at__isnull=False, paused_at=None)),
        waiting=Count("pk", filter=Q(paused_at__isnull=False)),
        overdue=Count("pk", filter=overdue),
        today=Count("pk", filter=today),
    )
    more = "+" if counts["all"] > COUNTED else ""
    return [
        Segment(label, address(whose=whose, state=key), key == state, f"{counts[key or 'all']}{more}")
        for key, label in STATES.items()
    ]


def whose_tabs(person: Person, whose: str) -> Sequence[Segment]:
    if person.team_id is None:
        return []
    return [Segment(label, address(whose=key), key == whose) for key, label in WHOSE.items()]


def address(**chosen: str) -> str:
    kept = {key: value for key, value in chosen.items() if value}
    return f"{reverse('leads:mine')}{f'?{urlencode(kept)}' if kept else ''}"


def page(found: "QuerySet[HandOver]", query: Mapping[str, str]) -> "Page[HandOver]":
    whole = found.select_related("lead__campaign", "owner", "qualification")
    return paging.page(whole, ORDER, after=query.get("after", ""), before=query.get("before", ""), size=SIZE)


def shown(handovers: Sequence[HandOver], person: Person, *, at: datetime) -> list[Row]:
    """The rows of a page, with four statements more however many they are."""
    hours = calendars.hours_of_many({one.owner_id for one in handovers})
    agreements = Agreement.objects.in_bulk({one.agreement_id for one in handovers if one.agreement_id})
    touches = last_touches([one.lead_id for one in handovers])
    return [
        _row(one, countdown.of(one, hours[one.owner_id], at=at), _service(one, agreements), touches, person)
        for one in handovers
    ]


def _service(handover: HandOver, agreements: Mapping[int, Agreement]) -> Service | None:
    agreement = agreements.get(handover.agreement_id or 0)
    return terms_of(agreement).service_for(handover.segment) if agreement else None


def last_touches(lead_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    last = Touch.objects.filter(lead__in=lead_ids, current=True).order_by("lead", "-occurred_at").distinct("lead")
    rows = last.values_list("lead", "channel", "occurred_at", "campaign__name")
    return {
        lead: (f"{CHANNELS.get(channel, channel)}{f': {campaign}' if campaign else ''}", at)
        for lead, channel, at, campaign in rows
        if lead is not None
    }


def _row(
    one: HandOver, counted: Countdown, service: Service | None, touches: Mapping[int, tuple[str, datetime]],
    person: Person,
) -> Row:  # fmt: skip
    lead, state = one.lead, transitions.state_of(one)
    touch, touched_at = touches.get(one.lead_id, ("", None))
    return Row(
        handover=one,
        name=str(lead),
        about=" · ".join(part for part in (lead.title, lead.company_name) if part),
        url=f"/leads/{lead.pk}/",
        owner="" if one.owner_id == person.pk else one.owner.name,
        state=state.value,
        state_label=transitions.LABELS[state],
        countdown=counted,
        attempts=countdown.attempts(one, service),
        source=lead.campaign.name if lead.campaign else lead.lead_source,
        touch=touch.partition(": ")[0] if lead.campaign and touch.endswith(lead.campaign.name) else touch,
        touched_at=touched_at,
        why=why(one),
        verbs=frozenset(verb.value for verb in transitions.allowed(one)),
        once=secrets.token_hex(6),
        judge=batch.address_of_judging(lead, one.at),
    )


def why(handover: HandOver) -> str:
    """One line why it qualified, or why it came to its owner."""
    reasons = handover.qualification.reasons if handover.qualification else handover.why
    texts = [one if isinstance(one, str) else str(one.get("text", "")) for one in reasons]
    return next((text for text in texts if text), "")

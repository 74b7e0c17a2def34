"""The queue of a seller: the open hand-overs one may work, what is due first, and all that a row of it shows.

A page costs a fixed number of statements, each by an index, so it costs the same however many leads there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Touch
from sameside.kit import paging
from sameside.kit.paging import Order, Page
from sameside.kit.prepared import VALUE, IsOneOf, Prepared, place
from sameside.leads.agreement.force import terms_of
from sameside.leads.agreement.terms import Service
from sameside.leads.batches import batch
from sameside.leads.clock import calendars
from sameside.leads.clock.hours import Hours
from sameside.leads.handover import countdown, transitions
from sameside.leads.handover.countdown import Countdown
from sameside.leads.models import Absence, HandOver
from sameside.people.models import Person

SIZE = 25
COUNTED = {"": 999, "team": 199}
"""So far the states are counted, in the order of the queue: a team's stands in no index of its own."""
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

READ = (
    "lead", "number", "derived", "agreement__number", "agreement__digest", "segment", "owner", "why", "note", "at",
    "score", "accept_due_at", "attempt_due_at", "persist_due_at", "end_due_at", "next_due_at", "accepted_at",
    "attempts", "paused_at", "ended_at", "outcome", "lead__first_name", "lead__last_name", "lead__email",
    "lead__title", "lead__company_name", "lead__lead_source", "lead__score", "lead__campaign__name", "owner__name",
    "qualification__reasons",
)  # fmt: skip
"""What is read of a hand-over for its row."""


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


@lru_cache(maxsize=1)
def _covered() -> Prepared[Absence]:
    """Absences that this person may cover for somewhere on earth."""
    rows = Absence.objects.filter(cover=place("cover"), cancelled_at=None)
    return Prepared(rows.filter(starts_on__lte=place("latest"), ends_on__gte=place("earliest")))


def covered(person: Person, *, at: datetime) -> list[int]:
    """Who is away now, by the date of their own zone, with this person as cover."""
    day = timedelta(days=1)
    near = _covered()(cover=person.pk, latest=at.date() + day, earliest=at.date() - day)
    away = sorted({one.person_id for one in near})
    if not away:
        return []
    found = calendars.away(away, calendars.hours_of_many(away), at=at)
    return [pk for pk, absence in found.items() if absence.cover_id == person.pk]


def rows(person: Person, whose: str, *, at: datetime) -> "QuerySet[HandOver]":
    """All that are open and theirs, in whatever state."""
    there = HandOver.objects.open().filter(owners(person, whose, at=at), lead__merged_into=None)
    return there.filter(lead__deleted_in_source=False)


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
        return there.filter(next_due_at__gte=at, next_due_at__lt=_midnight(calendars.hours_of(person), at))
    return there


def _midnight(hours: Hours, at: datetime) -> datetime:
    local = hours.local(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE accepted_at IS NULL), count(*) FILTER (WHERE next_due_at < %s),
    count(*) FILTER (WHERE next_due_at >= %s AND next_due_at < %s),
    count(*) FILTER (WHERE accepted_at IS NOT NULL AND paused_at IS NULL), count(*) FILTER (WHERE paused_at IS NOT NULL)
FROM ({rows}) there
"""
"""In the order of `STATES`; each as `in_state` says it."""


def segments(there: "QuerySet[HandOver]", its: Hours, whose: str, state: str, *, at: datetime) -> Sequence[Segment]:
    """The filters with how many of `rows` each holds, counted in one statement and no further than `COUNTED` says."""
    first = paging.ordered(there, ORDER).values("accepted_at", "next_due_at", "paused_at")[: COUNTED[whose] + 1]
    inner, given = first.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS.format(rows=inner), (at, at, _midnight(its, at), *given))
        counts = cursor.fetchone()
    more = "+" if counts[0] > COUNTED[whose] else ""
    return [
        Segment(label, address(whose=whose, state=key), key == state, f"{count}{more}")
        for (key, label), count in zip(STATES.items(), counts, strict=True)
    ]


def whose_tabs(person: Person, whose: str) -> Sequence[Segment]:
    if person.team_id is None:
        return []
    return [Segment(label, address(whose=key), key == whose) for key, label in WHOSE.items()]


def address(**chosen: str) -> str:
    kept = {key: value for key, value in chosen.items() if value}
    return f"{reverse('leads:mine')}{f'?{urlencode(kept)}' if kept else ''}"


def page(found: "QuerySet[HandOver]", query: Mapping[str, str]) -> "Page[HandOver]":
    whole = found.select_related("lead__campaign", "owner", "qualification", "agreement").only(*READ)
    return paging.page(whole, ORDER, after=query.get("after", ""), before=query.get("before", ""), size=SIZE)


def shown(handovers: Sequence[HandOver], person: Person, hours: Mapping[int, Hours], *, at: datetime) -> list[Row]:
    """The rows of a page, with one statement more however many they are; `hours` are those of their owners."""
    running = {key: countdown.runs(one, at) for key, one in {id(one): one for one in hours.values()}.items()}
    touches = last_touches([one.lead_id for one in handovers])
    made = []
    for one in handovers:
        its = hours[one.owner_id]
        counted = countdown.of(one, its, at=at, running=running[id(its)])
        made.append(_row(one, counted, _service(one), touches, person))
    return made


def hours_of(handovers: Sequence[HandOver], person: Person) -> Mapping[int, Hours]:
    """Of the owners of a page, and of its reader."""
    return calendars.hours_of_many({person.pk, *(one.owner_id for one in handovers)})


def _service(handover: HandOver) -> Service | None:
    return terms_of(handover.agreement).service_for(handover.segment) if handover.agreement else None


@lru_cache(maxsize=1)
def _last_touches() -> Prepared[Touch]:
    last = Touch.objects.filter(IsOneOf("lead", VALUE), current=True).order_by("lead", "-occurred_at").distinct("lead")
    return Prepared(last.select_related("campaign").only("lead", "channel", "occurred_at", "campaign__name"))


def last_touches(lead_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    found = {}
    for one in _last_touches()(list(lead_ids)):
        channel = CHANNELS.get(one.channel, one.channel)
        if one.lead_id is not None:
            found[one.lead_id] = (f"{channel}: {one.campaign.name}" if one.campaign else channel, one.occurred_at)
    return found


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
        judge=batch.address_of_judging(lead, one.at),
    )


def why(handover: HandOver) -> str:
    """One line why it qualified, or why it came to its owner."""
    reasons = handover.qualification.reasons if handover.qualification else handover.why
    texts = [one if isinstance(one, str) else str(one.get("text", "")) for one in reasons]
    return next((text for text in texts if text), "")

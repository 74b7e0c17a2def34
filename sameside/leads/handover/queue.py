"""The queue of a seller: the open hand-overs one may work, what is due first, and all that a row of it shows.

A page costs a fixed number of statements, each by an index, so it costs the same however many leads there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Touch
from sameside.kit.paging import Page
from sameside.kit.prepared import VALUE, IsOneOf, Prepared, PreparedValues, place
from sameside.leads.agreement.force import terms_called
from sameside.leads.agreement.terms import Service
from sameside.leads.batches import batch
from sameside.leads.clock import calendars
from sameside.leads.clock.hours import Hours
from sameside.leads.handover import countdown, queue_rows, transitions
from sameside.leads.handover.countdown import Countdown
from sameside.leads.handover.queue_rows import About, Found, Theirs
from sameside.leads.models import Absence, HandOver
from sameside.leads.models.lead import named
from sameside.people.models import Person

SIZE = 25
COUNTED = {"": 999, "team": 199}
"""So far the states are counted, in the order of the queue: a team's stands in no index of its own."""
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
    """With what stands in its own table, and nothing of its lead."""
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
    score_now: int | None
    verbs: frozenset[str]
    judge: str
    """Where one says whether leads like this are good or weak: its batch."""


@dataclass(frozen=True)
class Segment:
    label: str
    url: str
    is_on: bool
    count: str = ""


def theirs(person: Person, whose: str, *, at: datetime) -> Theirs:
    """Whose leads these are: one's own with those of whom one covers for now, or all of one's team."""
    if whose == "team" and person.team_id is not None:
        return Theirs(team=person.team_id)
    return Theirs(owners=(person.pk, *covered(person, at=at)))


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


def rows(theirs: Theirs, state: str, person: Person, *, at: datetime) -> "QuerySet[HandOver]":
    """All of them in this state, for an export."""
    midnight = _midnight(calendars.hours_of(person), at)
    return queue_rows.in_state(queue_rows.of(theirs), state, at=at, midnight=midnight)


def _midnight(hours: Hours, at: datetime) -> datetime:
    local = hours.local(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)


def segments(theirs: Theirs, its: Hours, whose: str, state: str, *, at: datetime) -> Sequence[Segment]:
    """The filters with how many each holds, counted in one statement and no further than `COUNTED` says."""
    counts = queue_rows.counts(theirs, COUNTED[whose], at=at, midnight=_midnight(its, at))
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


def page(
    theirs: Theirs, state: str, query: Mapping[str, str], person: Person, *, at: datetime
) -> "Page[Found]":  # fmt: skip
    midnight = _midnight(calendars.hours_of(person), at) if state == "today" else at
    return queue_rows.page(theirs, state, query, size=SIZE, at=at, midnight=midnight)


def shown(found: Sequence[Found], person: Person, hours: Mapping[int, Hours], *, at: datetime) -> list[Row]:
    """The rows of a page, with one statement more however many they are; `hours` are those of their owners."""
    running = {key: countdown.runs(one, at) for key, one in {id(one): one for one in hours.values()}.items()}
    touches = last_touches([one.lead_id for one, _ in found])
    made = []
    for one, about in found:
        its = hours[one.owner_id]
        counted = countdown.of(one, its, at=at, running=running[id(its)])
        made.append(_row(one, about, counted, touches, person))
    return made


def hours_of(found: Sequence[Found], person: Person) -> Mapping[int, Hours]:
    """Of the owners of a page, and of its reader."""
    return calendars.hours_of_many({person.pk, *(one.owner_id for one, _ in found)})


@lru_cache(maxsize=1)
def _last_touches() -> PreparedValues:
    last = Touch.objects.filter(IsOneOf("lead", VALUE), current=True).order_by("lead", "-occurred_at").distinct("lead")
    return PreparedValues(last.values_list("lead_id", "channel", "occurred_at", "campaign__name"))


def last_touches(lead_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    found = {}
    for lead, channel, occurred_at, campaign in _last_touches()(list(lead_ids)):
        said = CHANNELS.get(channel, channel)
        found[lead] = (f"{said}: {campaign}" if campaign else said, occurred_at)
    return found


def _row(
    one: HandOver, about: About, counted: Countdown, touches: Mapping[int, tuple[str, datetime]], person: Person
) -> Row:  # fmt: skip
    state = transitions.state_of(one)
    touch, touched_at = touches.get(one.lead_id, ("", None))
    return Row(
        handover=one,
        name=named(about.first_name, about.last_name, about.email),
        about=" · ".join(part for part in (about.title, about.company_name) if part),
        url=f"/leads/{one.lead_id}/",
        owner="" if one.owner_id == person.pk else about.owner,
        state=state.value,
        state_label=transitions.LABELS[state],
        countdown=counted,
        attempts=countdown.attempts(one, _service(one, about)),
        source=about.campaign or about.lead_source,
        touch=touch.partition(": ")[0] if about.campaign and touch.endswith(about.campaign) else touch,
        touched_at=touched_at,
        why=_first(one.why if about.reasons is None else about.reasons),
        score_now=about.score,
        verbs=_verbs(state),
        judge=batch.address_of_judging(about.campaign_id, about.lead_source, one.at),
    )


def _service(one: HandOver, about: About) -> Service | None:
    if about.agreement is None:
        return None
    return terms_called(about.agreement, about.digest or "").service_for(one.segment)


@lru_cache(maxsize=len(transitions.State))
def _verbs(state: transitions.State) -> frozenset[str]:
    return frozenset(verb.value for verb in transitions.allowed_in(state))


def why(handover: HandOver) -> str:
    """One line why it qualified, or why it came to its owner."""
    return _first(handover.qualification.reasons if handover.qualification else handover.why)


def _first(reasons: Sequence[Any]) -> str:
    texts = (one if isinstance(one, str) else str(one.get("text", "")) for one in reasons)
    return next((text for text in texts if text), "")

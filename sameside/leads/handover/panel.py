"""What the page of a lead says of its hand-over: how it stands, what the clock says, what can be done and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sameside.leads.clock import due
from sameside.leads.clock.due import Promise
from sameside.leads.clock.hours import Hours
from sameside.leads.handover import countdown, queue, transitions, undoing, working
from sameside.leads.handover.countdown import Countdown
from sameside.leads.models import HandOver, LeadEvent
from sameside.leads.record import Record
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.ui import formats

PROMISES = {
    Promise.ACCEPT: "Accept or return",
    Promise.ATTEMPT: "First attempt",
    Promise.PERSIST: "All agreed attempts",
    Promise.END: "End with a reason",
}
EVENTS = 30


@dataclass(frozen=True)
class Line:
    """One promise: by when, in the owner's time, and whether it was kept."""

    label: str
    due: str
    text: str
    tone: str


@dataclass(frozen=True)
class Happened:
    event: LeadEvent
    can_undo: bool
    is_undone: bool


@dataclass(frozen=True)
class Panel:
    handover: HandOver
    state: str
    label: str
    clock: Countdown | None
    attempts: str
    promises: Sequence[Line]
    verbs: frozenset[str]
    why_not: str
    why: str
    events: Sequence[Happened]


def of(record: Record, person: Person, *, at: datetime) -> Panel | None:
    """The last hand-over of a lead, as this person may see it; None when it was never handed over."""
    one = record.last
    if one is None:
        return None
    setting = due.settings_of([one])[one.pk]
    service = setting.terms.service_for(one.segment) if setting.terms else None
    verbs, why_not = _verbs(one, person, at=at)
    state = transitions.state_of(one)
    return Panel(
        handover=one,
        state=state.value,
        label=transitions.LABELS[state],
        clock=countdown.of(one, setting.hours, at=at) if one.ended_at is None else None,
        attempts=countdown.attempts(one, service),
        promises=[_line(promise, stands, setting.hours, at) for promise, stands in due.kept(one, setting).items()
                  if stands.due is not None],
        verbs=verbs,
        why_not=why_not,
        why=queue.why(one),
        events=_events(record, person, at=at),
    )  # fmt: skip


def _verbs(one: HandOver, person: Person, *, at: datetime) -> tuple[frozenset[str], str]:
    """What this person may do now, else why not."""
    if one.ended_at is not None:
        return frozenset(), ""
    try:
        working.check_may_work(person, one, at=at)
    except Refused as refusal:
        return frozenset(), str(refusal)
    return frozenset(verb.value for verb in transitions.allowed(one)), ""


def _line(promise: Promise, stands: due.Kept, hours: Hours, at: datetime) -> Line:
    assert stands.due is not None  # noqa: S101  asked for those only
    if stands.is_late(at):
        text, tone = ("late", "bad") if stands.met else ("overdue", "bad")
    elif stands.met is not None:
        text, tone = "kept", "good"
    else:
        text, tone = ("open", "neutral") if stands.is_open() else ("no longer expected", "neutral")
    return Line(PROMISES[promise], _when(stands.due, hours), text, tone)


def _when(moment: datetime, hours: Hours) -> str:
    """In the owner's time."""
    return formats.due(hours.local(moment))


def _events(record: Record, person: Person, *, at: datetime) -> list[Happened]:
    """The newest first. Only the newest that still stands can be taken back."""
    newest = next((one for one in record.newest() if one.kind not in undoing.NEVER), None)
    undoable = newest is not None and undoing.can_undo(newest, by=person, at=at, since=record.later(newest))
    return [
        Happened(one, one is newest and undoable, one.pk in record.undone)
        for one in record.events[: -EVENTS - 1 : -1]
        if one.kind != LeadEvent.Kind.UNDONE
    ]

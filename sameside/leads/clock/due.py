"""When each promise of a hand-over is due: stored once, by every verb that changes what is met.

Accept and the first attempt are due after so many business hours, enough attempts and the end after so many business
days, all from the hand-over on, by the calendar of its owner: a hand-over to somebody else begins anew. While it waits
for the buyer the clock stands, and every due time moves by the business time that it stood.

The clock does not stand while the owner is away: the promise is that of sales, and the buyer waits all the same
(`docs/decisions/absence-and-the-clock.md`). Cover is told of everything instead, and may take it over.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from sameside.crm.models import Activity
from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.leads.agreement.force import terms_of
from sameside.leads.agreement.terms import OnBreach, Service, Terms
from sameside.leads.clock import calendars
from sameside.leads.clock.hours import Hours, NeverOpen
from sameside.leads.models import Agreement, Breach, HandOver, Pause
from sameside.people.roles import Role

Promise = Breach.Promise
COLUMNS = ("accept_due_at", "attempt_due_at", "persist_due_at", "end_due_at", "next_due_at", "look_at")
COLUMN = {
    Promise.ACCEPT: "accept_due_at",
    Promise.ATTEMPT: "attempt_due_at",
    Promise.PERSIST: "persist_due_at",
    Promise.END: "end_due_at",
}
TAKEN_AWAY = (HandOver.Outcome.REASSIGNED, HandOver.Outcome.WITHDRAWN)
FAR = datetime(9999, 1, 1, tzinfo=UTC)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Clock:
    """The clock of one hand-over: it runs from `start` in business hours and stood during `pauses`, in their order.

    `stands_since`: it stands still now; what had not come by then has no due time until it goes on.
    """

    hours: Hours
    start: datetime
    pauses: Sequence[Span] = ()
    stands_since: datetime | None = None

    def after(self, seconds: float) -> datetime:
        """When so many business seconds have run."""
        return self._moved(self.hours.after(self.start, seconds))

    def days_after(self, days: int) -> datetime:
        return self._moved(self.hours.days_after(self.start, days))

    def _moved(self, due: datetime) -> datetime:
        for since, until in self.pauses:
            stood = self.hours.between(max(since, self.start), until) if until > self.start else 0
            if since < due and stood:
                due = self.hours.after(due, stood)
        return due

    def run(self, until: datetime) -> int:
        """Business seconds that ran from the start until then, without the pauses."""
        end = max(min(filter(None, (until, self.stands_since))), self.start)
        edges = [self.start, *(edge for span in self.pauses for edge in span), end]
        kept = [(max(a, self.start), min(b, end)) for a, b in list(pairwise(edges))[::2]]
        return sum(self.hours.between(a, b) for a, b in kept if a < b)

    def share(self, due: datetime, percent: int) -> datetime:
        """When so much of the time until `due` has run, in percent."""
        return self.after(-(-self.run(due) * percent // 100))


@dataclass(frozen=True)
class Kept:
    """What is met of one promise: when it was, and until when it could be breached at all."""

    due: datetime | None
    met: datetime | None
    void_from: datetime | None = None
    """From when nobody expects it any more: the hand-over had ended."""

    def is_late(self, at: datetime) -> bool:
        """Whether it was not met in time, by what is known at this time."""
        if self.due is None or self.due >= at:
            return False
        if self.met is not None:
            return self.met > self.due
        return self.void_from is None or self.void_from > self.due

    def is_open(self) -> bool:
        return self.due is not None and self.met is None and self.void_from is None


@dataclass(frozen=True)
class Setting:
    """All that due times depend on beside the row itself."""

    hours: Hours
    terms: Terms | None
    pauses: Sequence[Pause]
    persisted_at: datetime | None

    def clock(self, handover: HandOver) -> Clock:
        spans = [(one.since, one.until) for one in self.pauses if one.until is not None]
        return Clock(self.hours, handover.at, _joined(spans), handover.paused_at)

    @property
    def on_breach(self) -> OnBreach:
        return self.terms.on_breach if self.terms else OnBreach()


def _joined(spans: Iterable[Span]) -> list[Span]:
    """In their order, those that overlap as one."""
    joined: list[Span] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return joined


def _agreements(handovers: Sequence[HandOver]) -> Mapping[int, Agreement]:
    """Those of the hand-overs; only what was not read with them is read."""
    known = {one.agreement_id: one.agreement for one in handovers if "agreement" in one._state.fields_cache}
    missing = {one.agreement_id for one in handovers if one.agreement_id and one.agreement_id not in known}
    read = Agreement.objects.in_bulk(missing) if missing else {}
    return read | {pk: agreement for pk, agreement in known.items() if pk and agreement}


@lru_cache(maxsize=1)
def _pauses() -> Prepared[Pause]:
    return Prepared(Pause.objects.filter(IsOneOf("handover", VALUE)))


def settings_of(handovers: Sequence[HandOver]) -> dict[int, Setting]:
    """What each hand-over's due times depend on, by hand-over; the number of statements does not grow with them."""
    hours = calendars.hours_of_many(one.owner_id for one in handovers)
    terms = {pk: terms_of(agreement) for pk, agreement in _agreements(handovers).items()}
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for pause in _pauses()([one.pk for one in handovers if one.pk]):
        pauses[pause.handover_id].append(pause)
    services = {one.pk: terms[one.agreement_id].service_for(one.segment) for one in handovers if one.agreement_id}
    persisted = _persisted(handovers, services)
    return {
        one.pk: Setting(
            hours[one.owner_id], terms.get(one.agreement_id or 0), pauses.get(one.pk, []), persisted.get(one.pk)
        )
        for one in handovers
    }


@lru_cache(maxsize=1)
def _attempts() -> Prepared[Activity]:
    rows = Activity.objects.filter(IsOneOf("lead", VALUE), is_done=True, deleted_in_source=False)
    rows = rows.exclude(owner__role__in=(Role.MARKETER, Role.EDITOR)).order_by("at", "pk")
    return Prepared(rows.only("lead", "at", "kind"))


def _persisted(handovers: Iterable[HandOver], services: Mapping[int, Service]) -> dict[int, datetime]:
    """When the last agreed attempt was made, of those hand-overs where all were: enough, and by the channels agreed."""
    enough = {one.lead_id: one for one in handovers if one.pk in services and _may_have_persisted(one, services)}
    made: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    if enough:
        for one in _attempts()(list(enough)):
            if one.lead_id is not None:
                made[one.lead_id].append((one.at, one.kind))
    found = {}
    for lead_id, handover in enough.items():
        since = [one for one in made[lead_id] if handover.at <= one[0] <= (handover.ended_at or FAR)]
        when = persisted_at(since, services[handover.pk])
        if when is not None:
            found[handover.pk] = when
    return found


def _may_have_persisted(handover: HandOver, services: Mapping[int, Service]) -> bool:
    return handover.attempts >= max(1, services[handover.pk].attempts)


def persisted_at(attempts: Sequence[tuple[datetime, str]], service: Service) -> datetime | None:
    """When these attempts (time and channel, in their order) were as many as agreed, and by the channels agreed."""
    missing = dict(service.channels or {})
    for number, (at, channel) in enumerate(attempts, 1):
        if missing.get(channel, 0) > 0:
            missing[channel] -= 1
        if number >= service.attempts and not any(count > 0 for count in missing.values()):
            return at
    return None


def due_times(handover: HandOver, setting: Setting) -> dict[Promise, datetime | None]:
    """When each promise is due; None where none was agreed, the clock stands, or the calendar is never open."""
    if setting.terms is None:
        return dict.fromkeys(Promise)
    service, clock = setting.terms.service_for(handover.segment), setting.clock(handover)
    ways: dict[Promise, Callable[[], datetime | None]] = {
        Promise.ACCEPT: lambda: clock.after(service.accept_hours * 3600),
        Promise.ATTEMPT: lambda: clock.after(service.attempt_hours * 3600),
        Promise.PERSIST: lambda: clock.days_after(service.over_days) if service.attempts else None,
        Promise.END: lambda: clock.days_after(service.end_days) if service.end_days else None,
    }
    found: dict[Promise, datetime | None] = {}
    for promise, way in ways.items():
        try:
            due = way()
        except NeverOpen:
            due = None
        stands = handover.paused_at
        hangs = due is not None and stands is not None and due > stands
        found[promise] = None if hangs and met_at(handover, setting, promise) is None else due
    return found


def met_at(handover: HandOver, setting: Setting, promise: Promise) -> datetime | None:
    """When the promise was met. A lead that was returned was answered; one that was taken from the owner was not."""
    ended = handover.ended_at if handover.outcome not in TAKEN_AWAY else None
    answers = {
        Promise.ACCEPT: min(filter(None, (handover.accepted_at, ended)), default=None),
        Promise.ATTEMPT: handover.first_attempt_at,
        Promise.PERSIST: setting.persisted_at,
        Promise.END: ended,
    }
    return answers[promise]


def kept(handover: HandOver, setting: Setting) -> dict[Promise, Kept]:
    """How each promise stands by the due times that the row holds."""
    return {
        promise: Kept(getattr(handover, column), met_at(handover, setting, promise), handover.ended_at)
        for promise, column in COLUMN.items()
    }


def set_due(handover: HandOver, *, at: datetime) -> list[str]:
    """Set the due times from what was agreed, the owner's hours, the pauses and what is met.

    A due time that had passed, or whose promise was met, stays as it was: who changes a calendar does not change
    history. Saves nothing: gives the columns that changed, for `save(update_fields=...)`. To be called whenever the
    owner, an attempt, an answer, a pause or the end of a hand-over changed, also before the row is first saved.
    """
    return set_with(handover, settings_of([handover])[handover.pk], at=at)


def set_with(handover: HandOver, setting: Setting, *, at: datetime) -> list[str]:
    before = {column: getattr(handover, column) for column in COLUMNS}
    for promise, due in due_times(handover, setting).items():
        was = before[COLUMN[promise]]
        if was is None or handover.derived or (was > at and met_at(handover, setting, promise) is None):
            setattr(handover, COLUMN[promise], due)
    standing = kept(handover, setting)
    open_ones = [one.due for one in standing.values() if one.is_open() and one.due]
    handover.next_due_at = min(open_ones, default=None)
    if any(one.due for one in standing.values()):
        handover.look_at = at  # the sweep looks at it within a minute and says when to look again
    else:
        handover.look_at = None
    return [column for column in COLUMNS if getattr(handover, column) != before[column]]

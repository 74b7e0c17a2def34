"""One look at a hand-over: which promises were broken, who is to be told, and when to look again.

A breach is what the stored times say, so a look that comes late, twice or after a correction gives the same rows: it
writes what is missing, puts right when a promise was kept after all, and takes back what turned out to be in time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sameside.leads.clock import due as dues
from sameside.leads.clock.due import Clock, Kept, Promise, Setting
from sameside.leads.clock.hours import NeverOpen
from sameside.leads.models import Absence, Breach, ClockNotice, HandOver

BREACH, ESCALATION = "breach", "escalation"
AGAIN = timedelta(hours=1)
"""How long until somebody else is sought again for a lead that nobody else could take."""


@dataclass
class Look:
    """What one look found. `passes_on`: not accepted in time, and the agreement says that it goes to the next."""

    written: list[Breach] = field(default_factory=list)
    changed: list[Breach] = field(default_factory=list)
    taken_back: list[Breach] = field(default_factory=list)
    notices: list[ClockNotice] = field(default_factory=list)
    look_at: datetime | None = None
    passes_on: bool = False


def look(
    handover: HandOver, setting: Setting, breaches: Mapping[str, Breach], absence: Absence | None, *, at: datetime
) -> Look:
    found, moments = Look(), []
    for promise, standing in dues.kept(handover, setting).items():
        breach = _settle(found, handover, promise, standing, breaches.get(promise), at)
        if not standing.is_open() or standing.due is None:
            continue
        if breach is None:
            moments.append(standing.due + timedelta(seconds=1))
        if handover.derived or handover.paused_at:
            continue
        if breach is None:
            moments += _remind(found, handover, setting, promise, standing.due, absence, at)
        else:
            _tell(found, handover, promise, BREACH, breach.due_at, _owner_or_cover(handover, absence), at)
            moments += _escalate(found, handover, setting, breach, at)
            found.passes_on |= _passes_on(handover, setting, promise)
    if found.passes_on:
        moments.append(at + AGAIN)
    found.look_at = min((one for one in moments if one > at), default=None)
    return found


def _passes_on(handover: HandOver, setting: Setting, promise: Promise) -> bool:
    return promise == Promise.ACCEPT and setting.on_breach.gives_back and handover.route_id is not None


def _settle(
    found: Look, handover: HandOver, promise: Promise, standing: Kept, breach: Breach | None, at: datetime
) -> Breach | None:
    if standing.due is None or not standing.is_late(at):
        found.taken_back += [breach] if breach else []
        return None
    if breach is None:
        breach = Breach(
            handover=handover, promise=promise, owner_id=handover.owner_id, due_at=standing.due, noticed_at=at,
            kept_at=standing.met,
        )  # fmt: skip
        found.written.append(breach)
    elif (breach.due_at, breach.kept_at) != (standing.due, standing.met):
        breach.due_at, breach.kept_at = standing.due, standing.met
        found.changed.append(breach)
    return breach


def _remind(
    found: Look, handover: HandOver, setting: Setting, promise: Promise, due: datetime, absence: Absence | None,
    at: datetime,
) -> Sequence[datetime]:  # fmt: skip
    """The last step whose time came is said, those before it are not said any more; gives when the others come."""
    clock = setting.clock(handover)
    steps = {percent: _share(clock, due, percent) for percent in sorted(setting.on_breach.remind_at)}
    passed = [percent for percent, moment in steps.items() if moment <= at]
    if passed:
        persons = _owner_or_cover(handover, absence)
        if absence is not None and absence.cover_id is None:
            persons = [*persons, *setting.on_breach.escalate_to]
        _tell(found, handover, promise, f"r{passed[-1]}", due, persons, at)
    return [moment for moment in steps.values() if moment > at]


def _share(clock: Clock, due: datetime, percent: int) -> datetime:
    """A due time that was set under other hours may lie where the hours of today never come to."""
    try:
        return min(clock.share(due, percent), due)
    except NeverOpen:
        return due


def _escalate(found: Look, handover: HandOver, setting: Setting, breach: Breach, at: datetime) -> Sequence[datetime]:
    rule = setting.on_breach
    if rule.escalate_hours is None or not rule.escalate_to or breach.escalated_at is not None:
        return []
    try:
        moment = setting.hours.after(breach.due_at, rule.escalate_hours * 3600)
    except NeverOpen:
        return []
    if moment > at:
        return [moment]
    _tell(found, handover, breach.promise, ESCALATION, breach.due_at, rule.escalate_to, at)
    breach.escalated_at = at
    if breach.pk and breach not in found.changed:
        found.changed.append(breach)
    return []


def _owner_or_cover(handover: HandOver, absence: Absence | None) -> list[int]:
    """Who can do something about it: the owner, or who covers while the owner is away."""
    cover = absence.cover if absence is not None else None
    return [cover.pk if cover is not None and cover.may_sign_in else handover.owner_id]


def _tell(
    found: Look, handover: HandOver, promise: str, step: str, due: datetime, persons: Collection[int], at: datetime
) -> None:
    found.notices += [
        ClockNotice(handover=handover, promise=promise, step=step, due_at=due, person_id=person, at=at)
        for person in dict.fromkeys(persons)
    ]

"""Taking back what was done with a lead: every event holds what it changed, as it was.

An event can be undone while nothing was built on it and its time has not passed; why not, is a sentence. Undoing is an
event of its own. What marketing did, handing over, passing on, taking back, is undone by `taking_back.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from sameside.crm.models import Activity
from sameside.leads import conversion
from sameside.leads.handover import attempting, later, nurture, settling, taking_back, working
from sameside.leads.handover.working import Kind
from sameside.leads.models import Conversion, HandOver, Lead, LeadEvent, Pause, Recycling
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.people.roles import Role

DAY = timedelta(days=1)
WITHIN: Mapping[str, timedelta] = {
    Kind.ACCEPTED: DAY,
    Kind.ATTEMPTED: 7 * DAY,
    Kind.PAUSED: 7 * DAY,
    Kind.RESUMED: DAY,
    Kind.RETURNED: 7 * DAY,
    Kind.DISQUALIFIED: 30 * DAY,
    Kind.RECYCLED: 30 * DAY,
    Kind.CONVERTED: 30 * DAY,
}
"""How long each can be taken back. What stands in neither table cannot, and says why in `NEVER`."""
NEVER: Mapping[str, str] = {
    Kind.QUALIFIED: "That a lead qualified under the agreement is kept as it was.",
    Kind.NOT_ROUTED: "No route took it then. Hand it over by hand instead.",
    Kind.REVIVED: "Its date came. Recycle it again instead.",
    Kind.REPAIRED: "That is taken back by marketing, where it was decided.",
    Kind.UNDONE: "What was taken back is done again, not undone twice.",
}
_ENDED = (Kind.RETURNED, Kind.DISQUALIFIED, Kind.RECYCLED, Kind.CONVERTED)
_SIDE_BY_SIDE = (Kind.ATTEMPTED, Kind.QUALIFIED, Kind.NOT_ROUTED, Kind.REVIVED, Kind.UNDONE)
"""What may have happened after an attempt was logged without standing in the way of taking the attempt back."""


@dataclass(frozen=True)
class Undone:
    event: LeadEvent
    handover: HandOver
    said: str


def can_undo(event: LeadEvent, *, by: Person, at: datetime, since: Sequence[LeadEvent] | None = None) -> bool:
    try:
        check_can_undo(event, by=by, at=at, since=since)
    except Refused:
        return False
    return True


def check_can_undo(
    event: LeadEvent, *, by: Person, at: datetime, since: Sequence[LeadEvent] | None = None
) -> None:  # fmt: skip
    """Raise the sentence for the screen unless `by` may take this back now.

    `since`: what was done after it, if that was read already.
    """
    if event.kind in NEVER:
        raise Refused(NEVER[event.kind])
    if event.kind in taking_back.KINDS:
        taking_back.check_can_undo(event, by=by, at=at, since=since)
        return
    if event.handover is None:
        raise Refused("It belongs to no hand-over, so there is nothing to take back.")
    _check_may(by, event, at=at)
    since = later.of(event) if since is None else since
    if later.takes_back(since, event):
        raise Refused("This was undone already.")
    if at - event.at > WITHIN[event.kind]:
        days = WITHIN[event.kind].days
        limit = "a day" if days == 1 else f"{days} days"
        raise Refused(f"It can be undone for {limit}; this was on {event.at:%-d %B %Y}.")
    done = later.standing(since, _passed_over(event))
    if done is not None:
        raise Refused(f"Something happened since: {done.get_kind_display().lower()} on {done.at:%-d %B %Y}. "
                      "Undo that first.")  # fmt: skip
    _check_recycling(event)


def _check_may(by: Person, event: LeadEvent, *, at: datetime) -> None:
    assert event.handover is not None  # noqa: S101  checked before
    if event.by_id == by.pk or by.role == Role.ADMIN:
        policies.check(by, "work_leads")
        return
    working.check_may_work(by, event.handover, at=at)


def _passed_over(event: LeadEvent) -> Collection[str]:
    """What may have been done since without standing in the way."""
    return _SIDE_BY_SIDE if event.kind == Kind.ATTEMPTED and not event.before.get("handover") else taking_back.SINCE


def _check_recycling(event: LeadEvent) -> None:
    made = event.before.get("recycling")
    if made is None:
        return
    taken = Recycling.objects.filter(pk=made, taken_up_at__isnull=False).select_related("taken_up_by").first()
    if taken is not None:
        who = taken.taken_up_by.name if taken.taken_up_by else "Marketing"
        raise Refused(f"{who} has taken it up since: {taken.get_taken_display().lower()}. That has to be undone first.")


@transaction.atomic
def undo(event: LeadEvent, *, by: Person, at: datetime) -> Undone:
    """Take one event back: the hand-over, its lead and all that follows are as they were before."""
    if event.kind in taking_back.KINDS:
        return _undone(taking_back.undo(event, by=by, at=at), event)
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=event.lead_id)
    event = LeadEvent.objects.select_related("handover__owner").get(pk=event.pk)
    check_can_undo(event, by=by, at=at)
    if event.handover_id is None:
        raise Refused("This is no part of a hand-over, so it stays.")
    handover = HandOver.objects.select_for_update(of=("self",)).select_related("owner").get(pk=event.handover_id)
    handover.lead = lead
    _check_no_other(event, handover)
    _take_back_made(event, by=by, at=at)
    _restore(handover, event.before.get("handover", {}))
    if event.kind == Kind.CONVERTED:
        lead.refresh_from_db()
    changed = attempting.settle_attempts(handover, at=at)
    working.store(handover, [*_restored(event), *changed], at=at)
    settling.settle(lead, at=at)
    told = LeadEvent.objects.create(
        lead=lead, handover=handover, kind=Kind.UNDONE, at=at, by=by, undoes=event,
        text=f"Undone: {event.get_kind_display().lower()}.",
    )  # fmt: skip
    audit.record("lead.undone", by=by, at=at, subject=f"Lead:{lead.pk}", details={"event": event.pk, "was": event.kind})
    return _undone(told, event)


def _undone(told: LeadEvent, event: LeadEvent) -> Undone:
    handover = HandOver.objects.select_related("owner", "lead").get(pk=event.handover_id or 0)
    said = f"{told.lead} is as it was before: {event.get_kind_display().lower()} was taken back."
    return Undone(told, handover, said)


def _check_no_other(event: LeadEvent, handover: HandOver) -> None:
    """A lead has one open hand-over; a new one may have begun since this one ended."""
    if event.kind not in _ENDED:
        return
    other = (
        HandOver.objects.filter(lead=handover.lead_id).open().exclude(pk=handover.pk).select_related("owner").first()
    )
    if other is not None:
        raise Refused(f"{other.owner.name} has the lead since {other.at:%-d %B %Y}, so this stays.")


def _take_back_made(event: LeadEvent, *, by: Person, at: datetime) -> None:
    before = event.before
    if "activity" in before:
        Activity.objects.filter(pk=before["activity"]).update(deleted_in_source=True)
    if "recycling" in before:
        came = Recycling.objects.select_for_update(of=("self",)).get(pk=before["recycling"])
        came.undone_at = at
        came.save(update_fields=["undone_at"])
        nurture.taken_out(came, at=at)
    if "pause" in before and event.kind == Kind.PAUSED:
        Pause.objects.filter(pk=before["pause"]).delete()
    elif "pause" in before:
        Pause.objects.filter(pk=before["pause"]).update(until=None)
    if "conversion" in before:
        done = Conversion.objects.get(pk=before["conversion"])
        if done.undone_at is None:
            conversion.undo(done, by=by, at=at)


def _restore(handover: HandOver, before: Mapping[str, Any]) -> None:
    for column, value in before.items():
        is_time = column.endswith("_at") and value is not None
        setattr(handover, column, datetime.fromisoformat(value) if is_time else value)


def _restored(event: LeadEvent) -> list[str]:
    return [column.removesuffix("_id") for column in event.before.get("handover", {})]


@transaction.atomic
def undo_conversion(done: Conversion, *, by: Person, at: datetime) -> None:
    """Take a conversion back, with the end of the hand-over that it was, if there was one."""
    ended = LeadEvent.objects.filter(lead=done.lead_id, kind=Kind.CONVERTED, undone_by_event=None)
    event = ended.filter(before__conversion=done.pk).first()
    if event is None:
        conversion.undo(done, by=by, at=at)
    else:
        undo(event, by=by, at=at)


def last_of(handover: HandOver) -> LeadEvent | None:
    """What was done last with a hand-over and still stands."""
    events = LeadEvent.objects.filter(handover=handover, undone_by_event=None).exclude(kind=Kind.UNDONE)
    return events.order_by("-pk").first()

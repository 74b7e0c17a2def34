"""Undoing what marketing did: a lead that was handed over, passed on or taken back is as it was before.

It can be undone for a while, and only while the owner has not begun: what somebody built on it is not torn down. The
hand-over that is undone stays as a row, taken back within minutes, so the history of the lead has no gap.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from sameside.leads.clock import due
from sameside.leads.handover import handing, later, nurture
from sameside.leads.models import ClockNotice, HandOver, Lead, LeadEvent, LeadStage, Recycling
from sameside.leads.routing import soon
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

Kind = LeadEvent.Kind
KINDS = (Kind.ROUTED, Kind.REASSIGNED, Kind.WITHDRAWN)
WITHIN = timedelta(days=1)
SINCE = (Kind.UNDONE, Kind.QUALIFIED, Kind.NOT_ROUTED)
"""What may have been done since without standing in the way."""


def check_can_undo(
    event: LeadEvent, *, by: Person, at: datetime, since: Sequence[LeadEvent] | None = None
) -> None:  # fmt: skip
    """Raise the sentence for the screen unless `by` may take this back now.

    `since`: what was done after it, if that was read already.
    """
    if event.kind not in KINDS:
        raise Refused("This is not undone here.")
    if event.by_id != by.pk or event.kind != Kind.REASSIGNED:
        policies.check(by, "hand_over_leads")
    if not Lead.objects.visible_to(by).filter(pk=event.lead_id).exists():
        raise Refused("This lead is not among those that you see.")
    since = later.of(event) if since is None else since
    if later.takes_back(since, event):
        raise Refused("This was undone already.")
    if at - event.at > WITHIN:
        raise Refused(f"It can be undone for a day; this was on {event.at:%-d %B %Y}.")
    done = later.standing(since, SINCE)
    if done is not None:
        raise Refused(f"Something happened since: {done.get_kind_display().lower()}. Undo that first.")


def can_undo(event: LeadEvent, *, by: Person, at: datetime, since: Sequence[LeadEvent] | None = None) -> bool:
    try:
        check_can_undo(event, by=by, at=at, since=since)
    except Refused:
        return False
    return True


@transaction.atomic
def undo(event: LeadEvent, *, by: Person, at: datetime) -> LeadEvent:
    """Take it back; gives the event that says so."""
    lead = handing.locked(event.lead_id)
    there = handing.open_of(lead)
    check_can_undo(event, by=by, at=at)
    if lead.is_converted:
        raise Refused(f"{lead} was converted since.")
    if there is not None:
        _check_untouched(there)
        _end(there, by=by, at=at)
    if event.kind in (Kind.REASSIGNED, Kind.WITHDRAWN) and event.handover_id is not None:
        _reopen(event.handover_id, event.before["handover"], at=at)
    _give_back(lead, event.before["lead"])
    Recycling.objects.filter(pk__in=event.before.get("recyclings", [])).update(
        taken_up_at=None, taken_up_by=None, taken=""
    )
    if event.kind == Kind.ROUTED:
        nurture.handed_back(lead, at=at)
    LeadStage.objects.filter(pk=event.before.get("stage")).update(deleted_in_source=True)
    audit.record("lead.hand_over_undone", by=by, at=at, subject=f"Lead:{lead.pk}", details={"event": event.pk})
    return LeadEvent.objects.create(
        lead=lead, handover=event.handover, kind=Kind.UNDONE, at=at, by=by, undoes=event,
        text=f"Undone: {event.text}"[:500],
    )  # fmt: skip


def _check_untouched(handover: HandOver) -> None:
    if handover.accepted_at is not None:
        raise Refused(f"{handover.owner.name} has accepted it since. Take it back instead.")
    if handover.attempts:
        raise Refused(f"{handover.owner.name} has tried to reach the buyer since. Take it back instead.")


def _end(handover: HandOver, *, by: Person, at: datetime) -> None:
    soon.if_any_waits()
    handover.ended_at, handover.ended_by, handover.outcome = at, by, HandOver.Outcome.WITHDRAWN
    handover.save(update_fields=["ended_at", "ended_by", "outcome", *due.set_due(handover, at=at)])
    ClockNotice.objects.filter(handover=handover, sent_at=None).delete()


def _reopen(handover_id: int, before: Mapping[str, Any], *, at: datetime) -> None:
    handover = HandOver.objects.select_for_update(of=("self",)).get(pk=handover_id)
    _set(handover, before)
    handover.save(update_fields=[*handing.END_COLUMNS, *due.set_due(handover, at=at)])


def _give_back(lead: Lead, before: Mapping[str, Any]) -> None:
    _set(lead, before)
    lead.save(update_fields=list(handing.LEAD_COLUMNS))


def _set(row: Lead | HandOver, before: Mapping[str, Any]) -> None:
    for column, value in before.items():
        is_time = column.endswith("_at") and isinstance(value, str)
        setattr(row, column, parse_datetime(value) if is_time else value)

"""Leads that count as leads again by themselves: their day has come, or marketing put right what was wrong with them.

They are judged at once by the agreement in force, and what qualifies is handed over anew. What does not stays in
marketing's queue, or joins it again, where it says so. One that sales asked to see on a day comes on that day, whatever
was put right before.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from sameside.leads.models import HandOver, Lead, LeadEvent, Recycling
from sameside.leads.scoring import qualifying

BATCH = 500
Kind = LeadEvent.Kind
Taken = Recycling.Taken


def revive(*, at: datetime) -> int:
    """Bring back what was recycled until today or before, in the installation's zone, and what was put right; gives how
    many came."""
    waiting = Recycling.objects.filter(revived_at=None, undone_at=None)
    due = waiting.filter(return_on__lte=timezone.localdate(at)).exclude(taken=Taken.CLOSED)
    repaired = waiting.filter(taken=Taken.REPAIRED, return_on=None)
    dated = _bring_back(due.order_by("return_on", "pk"), _day_came, at=at)
    return dated + _bring_back(repaired.order_by("taken_up_at", "pk").select_related("taken_up_by"), _put_right, at=at)


def _bring_back(
    rows: "QuerySet[Recycling]", event: Callable[[Recycling, datetime], LeadEvent], *, at: datetime
) -> int:  # fmt: skip
    count = 0
    while True:
        with transaction.atomic():
            found = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
            LeadEvent.objects.bulk_create(event(one, at) for one in found)
            Recycling.objects.filter(pk__in=[one.pk for one in found]).update(revived_at=at)
        if found:
            qualifying.qualify([one.lead_id for one in found], at=at)
            for one in found:
                _wait_again(one, at=at)
        count += len(found)
        if len(found) < BATCH:
            return count


def _day_came(one: Recycling, at: datetime) -> LeadEvent:
    text = f"Sales asked to see it again on {one.return_on:%-d %B %Y}."
    return LeadEvent(lead_id=one.lead_id, handover_id=one.handover_id, kind=Kind.REVIVED, at=at, text=text)


def _put_right(one: Recycling, at: datetime) -> LeadEvent:
    return LeadEvent(
        lead_id=one.lead_id, handover_id=one.handover_id, kind=Kind.REPAIRED, at=at, by=one.taken_up_by,
        text="What was wrong with its data was put right, so it is judged again.",
    )  # fmt: skip


@transaction.atomic
def _wait_again(one: Recycling, *, at: datetime) -> None:
    """What was put right and does not qualify is for marketing to decide on again."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=one.lead_id)
    waits = lead.not_routed or lead.is_converted or lead.deleted_in_source or lead.merged_into_id is not None
    if waits or HandOver.objects.filter(lead=lead, number__gt=one.handover.number).exists():
        return
    back = Recycling.objects.filter(pk=one.pk, taken=Taken.REPAIRED, revived_at=at)
    if back.update(taken="", taken_up_at=None, taken_up_by=None):
        LeadEvent.objects.create(
            lead=lead, handover_id=one.handover_id, kind=Kind.NOT_ROUTED, at=at,
            text="It does not qualify, though its data was put right. It waits with what came back.",
        )  # fmt: skip

"""Leads that come back by themselves: those that sales asked to see again on a date count as leads again then.

They are judged at once by the agreement in force, and what qualifies is handed over anew. What does not stays in
marketing's queue, where it says that its date has come.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sameside.leads.models import LeadEvent, Recycling
from sameside.leads.scoring import qualifying

BATCH = 500


def revive(*, at: datetime) -> int:
    """Bring back what was recycled until today or before, in the installation's zone; gives how many came."""
    count = 0
    while True:
        with transaction.atomic():
            due = list(
                Recycling.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(return_on__lte=timezone.localdate(at), revived_at=None, undone_at=None)
                .exclude(taken=Recycling.Taken.CLOSED)
                .order_by("return_on", "pk")[:BATCH]
            )
            LeadEvent.objects.bulk_create(
                LeadEvent(
                    lead_id=one.lead_id,
                    handover_id=one.handover_id,
                    kind=LeadEvent.Kind.REVIVED,
                    at=at,
                    text=f"Sales asked to see it again on {one.return_on:%-d %B %Y}.",
                )
                for one in due
            )
            Recycling.objects.filter(pk__in=[one.pk for one in due]).update(revived_at=at)
        if due:
            qualifying.qualify([one.lead_id for one in due], at=at)
        count += len(due)
        if len(due) < BATCH:
            return count

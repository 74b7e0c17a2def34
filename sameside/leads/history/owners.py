"""The CRM gives a lead that is handed over here to somebody else: its hand-over follows.

An import that repeats the owner it gave before changes nothing (`identity/holding.py`), whomever routing or a person
chose meanwhile. One that brings another owner is a change of owner: the open hand-over ends as passed on, and one for
the new owner begins, whose clock begins anew. Where the CRM put the lead back into a queue, it ends as taken back.

An import that is undone gives the former owner back the same way, so that history stays what happened.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from sameside.leads.clock import due
from sameside.leads.handover import handing
from sameside.leads.models import HandOver, Lead, LeadEvent
from sameside.leads.routing import soon
from sameside.people.policies import Refused

GIVEN = "The CRM gave it to somebody else."
TAKEN = "The CRM put it back into a queue."


def follow(*, at: datetime) -> int:
    """Bring the open hand-overs made here in line with the owners of their leads; gives how many changed.

    Leads that wait are tried again: companies may have got owners, and people may have fewer leads.
    """
    soon.if_any_waits()
    others = ~Q(owner=F("lead__owner")) | Q(lead__owner=None)
    found = HandOver.objects.open().filter(others, derived=False, lead__merged_into=None, lead__is_converted=False)
    return sum(_follow(pk, at=at) for pk in found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _follow(handover_id: int, *, at: datetime) -> bool:
    handover = HandOver.objects.select_related("lead", "owner").get(pk=handover_id)
    lead = handing.locked(handover.lead_id)
    if lead.owner_id is None:
        _take_back(lead, handover, at=at)
        return True
    if lead.owner is None or lead.owner_id == handover.owner_id:
        return False
    try:
        handing.reassign(handover, lead.owner, by=None, at=max(at, handover.at), why=[GIVEN])
    except Refused:  # it has ended meanwhile
        return False
    return True


def _take_back(lead: Lead, handover: HandOver, *, at: datetime) -> None:
    at = max(at, handover.at)
    handover = HandOver.objects.select_for_update(of=("self",)).select_related("owner").get(pk=handover.pk)
    if handover.ended_at is not None:
        return
    before = {"handover": handing.plain(handover, handing.END_COLUMNS), "lead": handing.plain(lead, ("not_routed",))}
    handover.ended_at, handover.outcome = at, HandOver.Outcome.WITHDRAWN
    handover.save(update_fields=["ended_at", "outcome", *due.set_due(handover, at=at)])
    lead.not_routed = f"{TAKEN} It waits until it is handed over by hand."
    lead.save(update_fields=["not_routed"])
    LeadEvent.objects.create(
        lead=lead, handover=handover, kind=LeadEvent.Kind.WITHDRAWN, at=at, before=before,
        text=f"Taken back from {handover.owner.name}. {TAKEN}",
    )  # fmt: skip

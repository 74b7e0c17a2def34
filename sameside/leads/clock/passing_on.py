"""A lead that was not accepted in time goes to the next of its route, where the agreement says so.

Whoever had it already does not get it again. Where nobody else of the route can take it, it stays with its owner, late
as it is, and is tried again every hour.
"""

from datetime import datetime

from django.db import transaction

from sameside.leads.handover import handing
from sameside.leads.models import HandOver
from sameside.leads.routing import choosing, routing, table
from sameside.leads.routing.choosing import Chosen
from sameside.leads.routing.covering import Taker
from sameside.leads.routing.locking import lock


@transaction.atomic
def pass_on(handover: HandOver, *, at: datetime) -> HandOver | None:
    """Pass it on if it still waits to be accepted; gives the hand-over that begins, None when nobody takes it."""
    lead = handing.locked(handover.lead_id)
    there = handing.open_of(lead)
    if there is None or there.pk != handover.pk or there.accepted_at or there.paused_at or there.route is None:
        return None
    if there.accept_due_at is None or there.accept_due_at >= at:
        return None
    lock()
    cases = table.cases_of([lead], at=at)
    if not cases:
        return None
    found = choosing.read(cases, at=at, routes=table.these([there.route.pk]))
    had = HandOver.objects.filter(lead=lead, number__gte=_first_of_run(there)).select_related("owner")
    lapsed = {one.owner_id: Taker(None, f"{one.owner.name} did not accept it in time.") for one in had}
    found.takers = {**found.takers, **lapsed}
    result = choosing.ask(found, cases[0]).result
    if not isinstance(result, Chosen) or result.person.pk in lapsed:
        return None
    choosing.give(found, result)
    routing.keep_turns(result, at=at)
    why = (f"{there.owner.name} did not accept it in time, and the agreement passes it on.", *result.why)
    return handing.reassign(there, result.person, by=None, at=at, why=why)


def _first_of_run(handover: HandOver) -> int:
    """The number of the hand-over since which this lead has only been passed on."""
    first = handover.number
    before = HandOver.objects.filter(lead=handover.lead_id, number__lt=first).order_by("-number")
    for number, outcome in before.values_list("number", "outcome"):
        if outcome != HandOver.Outcome.REASSIGNED:
            break
        first = number
    return first

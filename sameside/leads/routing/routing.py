"""A qualified lead is routed at once; one that no route takes waits in a queue with the reason, and is tried again.

One lead is routed after the other, however many processes route (`locking.py`), and each is a transaction.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from sameside.leads.handover import handing
from sameside.leads.models import HandOver, Lead, LeadEvent, LeadQuerySet, Qualification, RouteMember
from sameside.leads.routing import choosing, table
from sameside.leads.routing.choosing import Chosen, NotRouted
from sameside.leads.routing.locking import lock
from sameside.people.policies import Refused

BATCH = 500

log = logging.getLogger(__name__)


@transaction.atomic
def route(qualification: Qualification, *, at: datetime) -> HandOver | None:
    """Hand the lead over to whom the routes choose, or say on the lead why none does."""
    lead = handing.locked(qualification.lead_id)
    try:
        handing.check_can_be_handed_over(lead)
    except Refused:
        return None
    return None if handing.open_of(lead) else _route(lead, qualification, at=at)


def _route(lead: Lead, qualification: Qualification | None, *, at: datetime) -> HandOver | None:
    """The lead is locked, and has no open hand-over."""
    lock()
    case = table.cases_of([lead], at=at)[0]
    found = choosing.read([case], at=at)
    result = choosing.ask(found, case).result
    if isinstance(result, NotRouted):
        _wait(lead, result.because, at=at)
        return None
    choosing.give(found, result)
    keep_turns(result, at=at)
    return handing.hand_over(
        lead, result.person, by=None, at=at, route=result.route, why=result.why, qualification=qualification
    )


def _wait(lead: Lead, because: str, *, at: datetime) -> None:
    if lead.not_routed == because:
        return
    if not lead.not_routed:
        LeadEvent.objects.create(
            lead=lead, kind=LeadEvent.Kind.NOT_ROUTED, at=at, text=because, before={"lead": {"not_routed": ""}}
        )
    lead.not_routed = because
    lead.save(update_fields=["not_routed"])


def keep_turns(chosen: Chosen, *, at: datetime) -> None:
    """Write down whose turn it was; whoever joined a team since gets a place of their own."""
    if chosen.turn is None:
        return
    known = {one.person_id: one for one in chosen.line.members}
    RouteMember.objects.bulk_create(
        RouteMember(
            route=chosen.route, person_id=one.person, weight=one.weight, given=one.given, last_given_at=_time(one.last)
        )
        for one in chosen.line.turns
        if one.person not in known
    )
    changed = []
    for turn in chosen.line.turns:
        member = known.get(turn.person)
        if member is not None and (member.given != turn.given or turn is chosen.turn):
            member.given, member.last_given_at = turn.given, _time(turn.last)
            changed.append(member)
    RouteMember.objects.bulk_update(changed, ["given", "last_given_at"])


def _time(second: float) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second else None


def unrouted() -> LeadQuerySet:
    """The queue: leads that qualified and that nobody has, the longest waiting first."""
    waiting = Lead.objects.unmerged().exclude(not_routed="").filter(deleted_in_source=False, is_converted=False)
    return waiting.order_by("qualified_at", "pk")


def _to_try() -> LeadQuerySet:
    """Those that routes may take: not what marketing took back by hand since it qualified."""
    taken = HandOver.objects.filter(lead=OuterRef("pk"), outcome=HandOver.Outcome.WITHDRAWN)
    return (
        unrouted()
        .filter(qualified_at__isnull=False)
        .exclude(Exists(taken.filter(ended_at__gte=OuterRef("qualified_at"))))
    )


def try_again(*, at: datetime) -> int:
    """Try every unrouted lead again; gives how many were handed over.

    Who would get one is seen in a copy first, and only those are locked and routed, so that a long queue costs little.
    """
    count = 0
    for batch in _batches():
        for lead in _takeable(batch, at=at):
            count += _try(lead, at=at)
    return count


def _batches() -> Iterator[list[Lead]]:
    leads = list(_to_try())
    for start in range(0, len(leads), BATCH):
        yield leads[start : start + BATCH]


def _takeable(leads: Sequence[Lead], *, at: datetime) -> list[Lead]:
    """Those that a route would take now; the others get the reason of now."""
    cases = table.cases_of(leads, at=at)
    found = choosing.read(cases, at=at)
    taken, others = [], []
    for case in cases:
        result = choosing.ask(found, case).result
        if isinstance(result, NotRouted):
            if case.lead.not_routed != result.because:
                case.lead.not_routed = result.because
                others.append(case.lead)
        else:
            choosing.give(found, result)
            taken.append(case.lead)
    for lead in others:
        Lead.objects.filter(pk=lead.pk).exclude(not_routed="").update(not_routed=lead.not_routed)
    return taken


@transaction.atomic
def _try(lead: Lead, *, at: datetime) -> bool:
    lead = handing.locked(lead.pk)
    if handing.open_of(lead) or not lead.not_routed or lead.is_converted:
        return False
    return _route(lead, lead.qualifications.order_by("-at", "-pk").first(), at=at) is not None

"""A lead is handed over to a person of sales, passed on to another, or taken back: one transaction each.

Always locked in this order: the lead, then its open hand-over. Every verb writes an event of the lead whose `before`
holds what it changed, as it was (`lead`: its columns; `handover`: those of the hand-over it ended; `recyclings`: the
rows of marketing's queue it took up; `stage`: the entry in the lead's history of owners it made; `next`: the hand-over
it began), which is what `taking_back.py` undoes by.

Without `by`, the rules chose or the CRM says so, and only the state of the lead is checked. Where a person chooses,
whoever is chosen must work leads and be there, or have cover: then cover gets it, and the reasons say so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sameside.leads.agreement.force import in_force
from sameside.leads.clock import due
from sameside.leads.handover import announcing, nurture
from sameside.leads.history.adopting import adopt
from sameside.leads.models import (
    HANDED_OVER,
    HandOver,
    Lead,
    LeadEvent,
    LeadStage,
    Qualification,
    Recycling,
    Route,
)
from sameside.leads.routing import covering, soon
from sameside.leads.statuses import meaning
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

SOURCE = "sameside"
LEAD_COLUMNS = ("owner_id", "handed_over_at", "fate", "not_routed")
END_COLUMNS = ("ended_at", "ended_by_id", "outcome", "reason_id", "said")
LONGEST = 300
Outcome = HandOver.Outcome


def locked(lead_id: int) -> Lead:
    return Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)


def open_of(lead: Lead) -> HandOver | None:
    """The open hand-over of a lead that is locked, locked as well."""
    return HandOver.objects.select_for_update(of=("self",)).filter(lead=lead).open().select_related("owner").first()


def check_can_be_handed_over(lead: Lead) -> None:
    if lead.merged_into_id is not None:
        raise Refused(f"{lead} was merged into another lead. Hand that one over.")
    if lead.deleted_in_source:
        raise Refused(f"{lead} is deleted in the CRM it came from.")
    if lead.is_converted:
        raise Refused(f"{lead} was converted already, so there is nothing to hand over.")


def check_can_hand_over(by: Person, lead: Lead) -> None:
    """Raise the sentence for the screen unless `by` may hand this lead over now."""
    policies.check(by, "hand_over_leads")
    if not Lead.objects.visible_to(by).filter(pk=lead.pk).exists():
        raise Refused("This lead is not among those that you see.")
    check_can_be_handed_over(lead)
    there = HandOver.objects.filter(lead=lead).open().select_related("owner").first()
    if there is not None:
        raise Refused(f"{there.owner.name} has {lead} since {there.at:%-d %B %Y}. Pass it on, or take it back first.")


def check_can_change(by: Person, handover: HandOver) -> None:
    """Who hands leads over may take one away again; its owner may pass it on."""
    if not (handover.owner_id == by.pk and policies.can(by, "work_leads")):
        policies.check(by, "hand_over_leads")
    if not HandOver.objects.visible_to(by).filter(pk=handover.pk).exists():
        raise Refused("This lead is not among those that you see.")


def taken_by(to: Person, *, at: datetime) -> tuple[Person, Sequence[str]]:
    """Who gets what is handed to this person, and why if it is not they. Raises `Refused`."""
    found = covering.taker(to, at=at)
    if found.person is None:
        raise Refused(f"{found.why} Choose somebody else.")
    return found.person, [found.why] if found.why else []


@transaction.atomic
def hand_over(
    lead: Lead,
    to: Person,
    *,
    by: Person | None,
    at: datetime,
    route: Route | None = None,
    why: Sequence[str] = (),
    note: str = "",
    qualification: Qualification | None = None,
) -> HandOver:
    """Hand `lead` over; it has no open hand-over, and is neither merged, converted nor gone."""
    lead = locked(lead.pk)
    there = open_of(lead)
    if by is not None:
        check_can_hand_over(by, lead)
        to, covered = taken_by(to, at=at)
        why = [*why, *covered]
    check_can_be_handed_over(lead)
    if there is not None:
        raise Refused(f"{there.owner.name} has {lead} since {there.at:%-d %B %Y}.")
    if qualification is None and lead.qualified_at is not None:
        qualification = lead.qualifications.order_by("-at", "-pk").first()
    before: dict[str, Any] = {"lead": plain(lead, LEAD_COLUMNS)}
    handover = _begin(lead, to, by=by, at=at, route=route, why=why, note=note, qualification=qualification)
    before |= _taken_up(lead, by=by, at=at)
    nurture.handed_over(lead, at=at)
    if lead.owner_id is None:
        before["stage"] = _left_the_queue(handover).pk
    _give(lead, to, at=at)
    _tell(LeadEvent.Kind.ROUTED, handover, by, at, _sentence("Handed over to", handover), before)
    announcing.owe(handover, by=by)
    if by is not None:
        audit.record("lead.handed_over", by=by, at=at, subject=f"Lead:{lead.pk}", details={"to": to.pk})
    return handover


def _begin(
    lead: Lead,
    to: Person,
    *,
    by: Person | None,
    at: datetime,
    route: Route | None,
    why: Sequence[str],
    note: str,
    qualification: Qualification | None,
) -> HandOver:
    last = HandOver.objects.filter(lead=lead).order_by("-number").values_list("number", flat=True).first()
    kept = qualification
    handover = HandOver(
        lead=lead, number=(last or 0) + 1, qualification=kept, agreement=in_force(at),
        segment=kept.segment if kept else lead.segment, owner=to, route=route, why=list(why), by=by, note=note[:500],
        at=at, score=lead.score if lead.score is not None or kept is None else kept.score,
        likelihood=lead.likelihood if lead.likelihood is not None or kept is None else kept.likelihood,
    )  # fmt: skip
    due.set_due(handover, at=at)
    handover.save()
    return handover


def _taken_up(lead: Lead, *, by: Person | None, at: datetime) -> dict[str, Any]:
    """What waited in marketing's queue is taken up by handing it over again."""
    waiting = Recycling.objects.filter(lead=lead, taken_up_at=None, undone_at=None)
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        waiting.update(taken_up_at=at, taken_up_by=by, taken=Recycling.Taken.AGAIN)
    return {"recyclings": ids} if ids else {}


def _left_the_queue(handover: HandOver) -> LeadStage:
    """That nobody owned the lead until now is part of its history, as if the CRM had said it."""
    return LeadStage.objects.create(
        source=SOURCE, external_id=f"handover-{handover.pk}", lead=handover.lead, stage=HANDED_OVER, at=handover.at
    )


def _give(lead: Lead, to: Person, *, at: datetime) -> None:
    lead.handed_over_at = lead.handed_over_at if lead.owner_id is not None and lead.handed_over_at else at
    lead.owner = to
    lead.fate = Lead.Fate.WORKED if meaning(lead.status) == "worked" or lead.attempts else Lead.Fate.UNTOUCHED
    lead.not_routed = ""
    lead.save(update_fields=list(LEAD_COLUMNS))


@transaction.atomic
def reassign(handover: HandOver, to: Person, *, by: Person | None, at: datetime, why: Sequence[str] = ()) -> HandOver:
    """Pass an open hand-over on to somebody else, whose clock begins anew; gives the one that begins."""
    lead, handover = _open(handover)
    if by is not None:
        check_can_change(by, handover)
        to, covered = taken_by(to, at=at)
        why = [*why, *covered]
    if to.pk == handover.owner_id:
        raise Refused(f"{to.name} has {lead} already.")
    before: dict[str, Any] = {"lead": plain(lead, LEAD_COLUMNS), "handover": plain(handover, END_COLUMNS)}
    _end(handover, Outcome.REASSIGNED, by=by, at=at)
    begun = _begin(
        lead, to, by=by, at=at, route=handover.route if by is None else None, why=why, note=handover.note,
        qualification=handover.qualification,
    )  # fmt: skip
    _give(lead, to, at=at)
    before["next"] = begun.pk
    _tell(LeadEvent.Kind.REASSIGNED, handover, by, at, _sentence("Passed on to", begun), before)
    announcing.owe(begun, by=by)
    if by is not None:
        audit.record("lead.passed_on", by=by, at=at, subject=f"Lead:{lead.pk}", details={"to": to.pk})
    return begun


@transaction.atomic
def withdraw(handover: HandOver, *, by: Person, at: datetime) -> HandOver:
    """Marketing takes a lead back: it is nobody's again, and waits among the unrouted to be handed over by hand."""
    lead, handover = _open(handover)
    policies.check(by, "hand_over_leads")
    check_can_change(by, handover)
    before = {"lead": plain(lead, LEAD_COLUMNS), "handover": plain(handover, END_COLUMNS)}
    _end(handover, Outcome.WITHDRAWN, by=by, at=at)
    lead.owner, lead.handed_over_at, lead.fate = None, None, Lead.Fate.WAITING
    taken = f"{by.name} took it back from {handover.owner.name}. It waits until it is handed over by hand."
    lead.not_routed = taken if len(taken) <= LONGEST else "Marketing took it back. Hand it over by hand."
    lead.save(update_fields=list(LEAD_COLUMNS))
    _tell(LeadEvent.Kind.WITHDRAWN, handover, by, at, f"Taken back from {handover.owner.name}", before)
    audit.record("lead.taken_back", by=by, at=at, subject=f"Lead:{lead.pk}")
    return handover


def _open(handover: HandOver) -> tuple[Lead, HandOver]:
    """Lead and hand-over, locked. Raises `Refused` when it has ended."""
    lead = locked(handover.lead_id)
    handover = HandOver.objects.select_for_update(of=("self",)).select_related("owner", "route").get(pk=handover.pk)
    if handover.ended_at is not None:
        raise Refused(f"This hand-over has ended on {handover.ended_at:%-d %B %Y}: {handover.get_outcome_display()}.")
    adopt(handover)
    return lead, handover


def _end(handover: HandOver, outcome: HandOver.Outcome, *, by: Person | None, at: datetime) -> None:
    soon.if_any_waits()
    handover.ended_at, handover.ended_by, handover.outcome = at, by, outcome
    handover.save(update_fields=["ended_at", "ended_by", "outcome", *due.set_due(handover, at=at)])


def plain(row: Lead | HandOver, columns: Sequence[str]) -> Mapping[str, Any]:
    """These columns as JSON holds them."""
    found = {column: getattr(row, column) for column in columns}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in found.items()}


def _sentence(verb: str, handover: HandOver) -> str:
    return " ".join([f"{verb} {handover.owner.name}.", *handover.why])[:500]


def _tell(
    kind: LeadEvent.Kind, handover: HandOver, by: Person | None, at: datetime, text: str, before: Mapping[str, Any]
) -> None:
    LeadEvent.objects.create(
        lead=handover.lead, handover=handover, kind=kind, at=at, by=by, text=text, before=dict(before)
    )

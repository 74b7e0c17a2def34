"""What every verb of sales has in common: who may work a hand-over, locking it, and the event that undoes it.

Always locked in this order: the lead, then the hand-over. The event's `before` holds what the verb changed, as it was:
`handover` (columns of the hand-over), and the rows that it made: `activity`, `recycling`, `pause`, `conversion`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sameside.leads.clock import calendars, due
from sameside.leads.handover import settling, transitions
from sameside.leads.handover.transitions import Verb
from sameside.leads.history.adopting import adopt
from sameside.leads.models import HandOver, Lead, LeadEvent
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import Refused
from sameside.people.roles import Role

Kind = LeadEvent.Kind


def check_may_work(by: Person, handover: HandOver, *, at: datetime) -> None:
    """Its owner, who covers for an absent owner, the owner's team, and administrators. `handover.owner` is read."""
    policies.check(by, "work_leads")
    if handover.owner_id == by.pk or by.role == Role.ADMIN:
        return
    if by.team_id is not None and handover.owner.team_id == by.team_id:
        return
    if not covers(by, [handover.owner_id], at=at):
        raise Refused(f"This lead is {handover.owner.name}'s. Their team and who covers for them may work it.")


def covers(by: Person, owners: Iterable[int], *, at: datetime) -> set[int]:
    """Which of these persons are away now with `by` as their cover."""
    asked = set(owners)
    found = calendars.away(asked, calendars.hours_of_many(asked), at=at)
    return {owner for owner, absence in found.items() if absence.cover_id == by.pk}


def begin(handover: HandOver, verb: Verb, *, by: Person, at: datetime) -> HandOver:
    """The hand-over and its lead, locked and read anew, once it is certain that `by` may do this now."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=handover.lead_id)
    found = HandOver.objects.select_for_update(of=("self",)).select_related("owner").get(pk=handover.pk)
    found.lead = lead
    check_may_work(by, found, at=at)
    transitions.check(found, verb)
    adopt(found)
    return found


def store(handover: HandOver, columns: Sequence[str], *, at: datetime) -> None:
    """Save these columns with the due times that follow, and settle what the lead says of them."""
    handover.save(update_fields=list(dict.fromkeys([*columns, *due.set_due(handover, at=at)])))
    settling.settle(handover.lead, at=at)


def tell(
    kind: LeadEvent.Kind, handover: HandOver, text: str, before: Mapping[str, Any], *, by: Person | None, at: datetime
) -> LeadEvent:
    return LeadEvent.objects.create(
        lead=handover.lead, handover=handover, kind=kind, at=at, by=by, text=text[:500], before=dict(before)
    )


def plain(handover: HandOver, columns: Sequence[str]) -> dict[str, Any]:
    """These columns as JSON holds them."""
    found = {column: getattr(handover, column) for column in columns}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in found.items()}


def sentence(text: str) -> str:
    """What somebody typed, as one line of at most 500 characters."""
    return " ".join(text.replace("\x00", "").split())[:500]

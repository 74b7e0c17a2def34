"""Sales answers a hand-over: takes the lead, or gives it back to marketing with a reason."""

from datetime import datetime

from django.db import transaction

from sameside.leads.handover import closing, working
from sameside.leads.handover.transitions import Verb
from sameside.leads.handover.working import Kind
from sameside.leads.models import HandOver, Reason
from sameside.people.models import Person

ACCEPTED = ("accepted_at", "accepted_by_id", "accepted_after")


@transaction.atomic
def accept(handover: HandOver, *, by: Person, at: datetime) -> HandOver:
    handover = working.begin(handover, Verb.ACCEPT, by=by, at=at)
    before = {"handover": working.plain(handover, ACCEPTED)}
    take(handover, by=by, at=at)
    working.store(handover, ["accepted_at", "accepted_by", "accepted_after"], at=at)
    working.tell(Kind.ACCEPTED, handover, "Accepted" + on_behalf(handover, by), before, by=by, at=at)
    return handover


def take(handover: HandOver, *, by: Person, at: datetime) -> None:
    """Say of a hand-over that is locked that it is accepted. Saves nothing."""
    handover.accepted_at, handover.accepted_by = at, by
    handover.accepted_after = closing.ran(handover, until=at)


def on_behalf(handover: HandOver, by: Person) -> str:
    return "." if by.pk == handover.owner_id else f" for {handover.owner.name}."


@transaction.atomic
def return_(handover: HandOver, reason: Reason | None, *, said: str = "", by: Person, at: datetime) -> HandOver:
    """Give the lead back to marketing, whose queue it joins with the reason."""
    handover = working.begin(handover, Verb.RETURN, by=by, at=at)
    closing.close(handover, HandOver.Outcome.RETURNED, reason=reason, said=said, by=by, at=at)
    return handover

"""Sales ends a hand-over: for good, until a date, or with success, which makes contact and deal in the same moment."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sameside.leads import conversion
from sameside.leads.handover import answering, closing, transitions, working
from sameside.leads.handover.transitions import State, Verb, state_of
from sameside.leads.models import Conversion, HandOver, Lead, Reason
from sameside.people.models import Person
from sameside.people.policies import Refused

LATEST_YEARS = 5


@transaction.atomic
def disqualify(handover: HandOver, reason: Reason | None, *, said: str = "", by: Person, at: datetime) -> HandOver:
    """Nobody should work this lead: it is no lead, or will never buy."""
    handover = working.begin(handover, Verb.DISQUALIFY, by=by, at=at)
    closing.close(handover, HandOver.Outcome.DISQUALIFIED, reason=reason, said=said, by=by, at=at)
    return handover


@transaction.atomic
def recycle(
    handover: HandOver, reason: Reason | None, *, return_on: date, said: str = "", by: Person, at: datetime
) -> HandOver:
    """Not now: marketing nurtures it, and on `return_on` it counts as a lead again."""
    handover = working.begin(handover, Verb.RECYCLE, by=by, at=at)
    check_date(return_on, at=at)
    closing.close(
        handover, HandOver.Outcome.RECYCLED, reason=reason, said=said, return_on=return_on, by=by, at=at
    )  # fmt: skip
    return handover


def check_date(return_on: date, *, at: datetime) -> None:
    today = timezone.localdate(at)
    if return_on <= today:
        raise Refused("Choose a day after today on which you want to see it again.")
    if return_on.year > today.year + LATEST_YEARS:
        raise Refused(f"Choose a day within the next {LATEST_YEARS} years, or disqualify it.")


@transaction.atomic
def convert(handover: HandOver, *, by: Person, at: datetime, **chosen: Any) -> Conversion:
    """Convert the lead as `leads/conversion.py` does, and end its hand-over by it, both or neither."""
    return convert_lead(handover.lead, by=by, at=at, handover=handover, **chosen)


@transaction.atomic
def convert_lead(
    lead: Lead, *, by: Person, at: datetime, handover: HandOver | None = None, **chosen: Any
) -> Conversion:
    """Convert a lead; if it is handed over, that hand-over ends by it."""
    there = handover or HandOver.objects.open().filter(lead=lead).first()
    if there is not None:
        transitions.check(there, Verb.CONVERT)
    done = conversion.convert(lead, by=by, at=at, **chosen)  # locks one conversion after the other, and the lead
    there = handover or HandOver.objects.open().filter(lead=lead).first()
    if there is None:
        return done
    there = working.begin(there, Verb.CONVERT, by=by, at=at)
    if state_of(there) == State.NEW:
        answering.take(there, by=by, at=at)
        there.save(update_fields=["accepted_at", "accepted_by", "accepted_after"])
    closing.close(there, HandOver.Outcome.CONVERTED, reason=None, conversion=done, by=by, at=at)
    return done

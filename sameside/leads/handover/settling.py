"""What a lead says of its hand-overs and attempts, settled anew by every verb: `leads/fates.py` for one lead."""

from datetime import datetime

from django.db.models import Min, Q

from sameside.crm.models import Activity
from sameside.leads import fates
from sameside.leads.fates import Attempt, Facts, Outcome
from sameside.leads.models import HANDED_OVER, HandOver, Lead

COLUMNS = ("fate", "first_attempt_at", "attempts")


def settle(lead: Lead, *, at: datetime) -> None:
    """Store what became of this lead, which is locked, by what is known at this time."""
    found = fates.settled(facts(lead, at=at))
    new = (found.fate, found.first_attempt_at, found.attempts)
    if new != tuple(getattr(lead, column) for column in COLUMNS):
        lead.fate, lead.first_attempt_at, lead.attempts = new
        lead.save(update_fields=list(COLUMNS))


def facts(lead: Lead, *, at: datetime) -> Facts:
    """What is known of one lead, without the campaigns it answered."""
    stages = lead.stages.filter(stage=HANDED_OVER, deleted_in_source=False, at__lte=at)
    deal = lead.deal if lead.deal is not None and not lead.deal.deleted_in_source else None
    return Facts(
        status=lead.status,
        created_at=lead.created_at,
        has_owner=lead.owner_id is not None,
        is_converted=lead.is_converted,
        converted_on=lead.converted_on,
        deal=Outcome(deal.is_closed, deal.is_won, deal.amount) if deal else None,
        activities=_activities(lead, at),
        left_queue_at=stages.aggregate(at=Min("at"))["at"],
        handed=_handed(lead),
    )


def _activities(lead: Lead, at: datetime) -> list[Attempt]:
    about = Q(lead=lead)
    if lead.contact_id is not None and lead.converted_on is not None:
        about |= Q(contact=lead.contact_id, lead=None)
    rows = Activity.objects.filter(about, is_done=True, deleted_in_source=False, at__lte=at)
    return [
        Attempt(at=when, role=role or "", side=side or "", of_contact=of is None)
        for when, role, side, of in rows.values_list("at", "owner__role", "owner__team__side", "lead")
    ]


def _handed(lead: Lead) -> fates.Handed:
    """How the last hand-over that was made here stands."""
    last = HandOver.objects.filter(lead=lead, derived=False).order_by("-number").values_list("outcome", flat=True)
    outcome = last.first()
    if outcome is None:
        return ""
    if outcome in fates.GAVE_UP:
        return "gave_up"
    return "" if outcome else "open"

"""Marketing takes up what sales gave back: into nurture, put right, closed for good, or handed over again.

Each is one decision on one row of marketing's queue (`Recycling`), made once and taken back within `WITHIN`. Handing
over again is the verb of `handing.py`, and only with a sentence on what changed: the same lead as before would come
back for the same reason. What was put right is judged again at once, in the background (`clock/coming_back.py`), and
goes to whom the routes choose; taking that back takes the lead from an owner who has not begun.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from sameside.leads.handover import handing, nurture, taking_back, working
from sameside.leads.models import HandOver, Lead, LeadEvent, Recycling
from sameside.leads.routing import soon
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

Taken = Recycling.Taken
WITHIN = timedelta(days=7)
MOST_AT_ONCE = 100
SIMPLE = (Taken.NURTURE, Taken.CLOSED, Taken.REPAIRED)


@transaction.atomic
def take_up(ids: Iterable[int], taken: Recycling.Taken, *, by: Person, at: datetime) -> list[Recycling]:
    """Decide on these rows, all or none; gives those that were decided."""
    policies.check(by, "hand_over_leads")
    if taken not in SIMPLE:
        raise Refused("Choose what to do with them.")
    rows = _locked(ids, by)
    for one in rows:
        _check_waits(one)
    for one in rows:
        one.taken, one.taken_up_at, one.taken_up_by = taken, at, by
        one.save(update_fields=["taken", "taken_up_at", "taken_up_by"])
        if taken == Taken.NURTURE:
            nurture.put(one, at=at)
    if taken == Taken.REPAIRED:
        soon.ask()
    details = {"leads": [one.lead_id for one in rows], "taken": taken.value}
    audit.record("lead.taken_up", by=by, at=at, subject=f"{len(rows)} leads", details=details)
    return rows


@transaction.atomic
def again(recycling: Recycling, to: Person, *, changed: str, by: Person, at: datetime) -> HandOver:
    """Hand the lead over again, saying what changed since it came back."""
    changed = working.sentence(changed)
    if len(changed) < 5:
        raise Refused("Say what changed since it came back: the same lead would come back for the same reason.")
    _check_waits(recycling)
    return handing.hand_over(recycling.lead, to, by=by, at=at, note=changed)


@transaction.atomic
def take_back(ids: Iterable[int], *, by: Person, at: datetime) -> list[Recycling]:
    """Undo these decisions: the rows wait again. All or none."""
    policies.check(by, "hand_over_leads")
    rows = _locked(ids, by)
    for one in rows:
        _check_can_take_back(one, at=at)
        nurtured = one.taken == Taken.NURTURE
        if one.taken == Taken.REPAIRED and one.return_on is None:
            _judged_no_more(one, by=by, at=at)
        one.taken, one.taken_up_at, one.taken_up_by = "", None, None
        one.save(update_fields=["taken", "taken_up_at", "taken_up_by", "revived_at"])
        if nurtured:
            nurture.taken_out(one, at=at)
    details = {"leads": [one.lead_id for one in rows]}
    audit.record("lead.taken_up_undone", by=by, at=at, subject=f"{len(rows)} leads", details=details)
    return rows


def _judged_no_more(one: Recycling, *, by: Person, at: datetime) -> None:
    """Take back what followed from putting it right. Raises `Refused` where its new owner has begun."""
    put_right = LeadEvent.objects.filter(handover=one.handover, kind=LeadEvent.Kind.REPAIRED, undone_by_event=None)
    event = put_right.order_by("-pk").first()
    if event is None:
        return
    later = HandOver.objects.filter(lead=one.lead, number__gt=one.handover.number).order_by("number").first()
    if later is not None:
        routed = LeadEvent.objects.filter(handover=later, kind=LeadEvent.Kind.ROUTED, undone_by_event=None).first()
        if routed is None or later.ended_at is not None:
            raise Refused(f"{one.lead} was handed over since, so this stays.")
        taking_back.undo(routed, by=by, at=at)
    Lead.objects.filter(pk=one.lead_id).exclude(not_routed="").update(not_routed="")
    one.revived_at = None
    LeadEvent.objects.create(
        lead=one.lead, handover=one.handover, kind=LeadEvent.Kind.UNDONE, at=at, by=by, undoes=event,
        text="Undone: data put right.",
    )  # fmt: skip


def _locked(ids: Iterable[int], by: Person) -> list[Recycling]:
    """The leads, then their rows, in one order for everybody."""
    wanted = sorted(set(ids))
    if not wanted:
        raise Refused("Choose the leads first.")
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(f"Choose at most {MOST_AT_ONCE} at once.")
    seen = Recycling.objects.filter(pk__in=wanted, lead__in=Lead.objects.visible_to(by))
    leads = list(seen.values_list("lead", flat=True))
    list(Lead.objects.select_for_update(of=("self",)).filter(pk__in=leads).order_by("pk").values_list("pk"))
    rows = Recycling.objects.select_for_update(of=("self",)).filter(pk__in=wanted, lead__in=leads)
    found = list(rows.select_related("lead", "handover__reason").order_by("pk"))
    if not found:
        raise Refused("These leads are no longer there.")
    return found


def _check_waits(one: Recycling) -> None:
    if one.undone_at is not None:
        raise Refused(f"{one.lead} is with sales again: that it came back was undone.")
    if one.taken_up_at is not None:
        raise Refused(f"{one.lead} was taken up on {one.taken_up_at:%-d %B %Y} already: "
                      f"{one.get_taken_display().lower()}.")  # fmt: skip


def _check_can_take_back(one: Recycling, *, at: datetime) -> None:
    if one.taken_up_at is None:
        raise Refused(f"{one.lead} waits already.")
    if one.taken == Taken.AGAIN:
        raise Refused(f"{one.lead} was handed over again. Take it back on the page of the lead.")
    if at - one.taken_up_at > WITHIN:
        raise Refused(f"It can be undone for {WITHIN.days} days; this was on {one.taken_up_at:%-d %B %Y}.")

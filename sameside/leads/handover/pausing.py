"""The clock of a hand-over stands while the buyer has to move, until a day at the latest: then it goes on by itself."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sameside.leads.handover import ending, working
from sameside.leads.handover.transitions import Verb
from sameside.leads.handover.working import Kind
from sameside.leads.models import HandOver, Lead, Pause
from sameside.people.models import Person

BATCH = 500


@transaction.atomic
def pause(handover: HandOver, *, because: str = "", resume_on: date, by: Person, at: datetime) -> HandOver:
    """It waits for the buyer until `resume_on`; meanwhile nothing of it falls due."""
    handover = working.begin(handover, Verb.PAUSE, by=by, at=at)
    ending.check_date(resume_on, at=at)
    because = working.sentence(because)[:200]
    made = Pause.objects.create(handover=handover, since=at, resume_on=resume_on, because=because, by=by)
    handover.paused_at = at
    working.store(handover, ["paused_at"], at=at)
    text = f"Waits for the buyer until {resume_on:%-d %B %Y}." + (f" {because}" if because else "")
    working.tell(Kind.PAUSED, handover, text, {"pause": made.pk, "handover": {"paused_at": None}}, by=by, at=at)
    return handover


@transaction.atomic
def resume(handover: HandOver, *, by: Person, at: datetime) -> HandOver:
    handover = working.begin(handover, Verb.RESUME, by=by, at=at)
    _resume(handover, by=by, at=at)
    return handover


def _resume(handover: HandOver, *, by: Person | None, at: datetime) -> None:
    before: dict[str, Any] = {"handover": working.plain(handover, ["paused_at"])}
    stood = Pause.objects.filter(handover=handover, until=None).first()
    if stood is not None:
        stood.until = at
        stood.save(update_fields=["until"])
        before["pause"] = stood.pk
    handover.paused_at = None
    working.store(handover, ["paused_at"], at=at)
    working.tell(Kind.RESUMED, handover, "The clock goes on.", before, by=by, at=at)


def go_on(*, at: datetime) -> int:
    """Have the clocks go on whose day has come, in the installation's zone; gives how many."""
    due = Pause.objects.filter(until=None, resume_on__lte=timezone.localdate(at), handover__ended_at=None)
    waiting = list(due.order_by("resume_on", "pk").values_list("handover", "handover__lead")[:BATCH])
    return sum(_go_on(handover, lead, at=at) for handover, lead in waiting)


@transaction.atomic
def _go_on(handover_id: int, lead_id: int, *, at: datetime) -> int:
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    handover = HandOver.objects.select_for_update(of=("self",)).select_related("owner").get(pk=handover_id)
    handover.lead = lead
    if handover.ended_at is not None or handover.paused_at is None:
        return 0
    _resume(handover, by=None, at=at)
    return 1

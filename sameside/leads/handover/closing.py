"""How a hand-over ends, whichever way: with an outcome and a reason, and nothing of it left running.

What sales gives back, returned or recycled, joins marketing's queue (`Recycling`) and is offered to nurture.
"""

from datetime import date, datetime
from typing import Any

from sameside.leads.clock import due
from sameside.leads.handover import nurture, reasons, working
from sameside.leads.handover.working import Kind
from sameside.leads.models import Conversion, HandOver, Pause, Reason, Recycling
from sameside.leads.routing import soon
from sameside.people import audit
from sameside.people.models import Person

Outcome = HandOver.Outcome
COLUMNS = ("ended_at", "ended_by_id", "outcome", "reason_id", "said", "conversion_id", "paused_at")
FIELDS = ("ended_at", "ended_by", "outcome", "reason", "said", "conversion", "paused_at")
KINDS = {
    Outcome.RETURNED: Kind.RETURNED,
    Outcome.DISQUALIFIED: Kind.DISQUALIFIED,
    Outcome.RECYCLED: Kind.RECYCLED,
    Outcome.CONVERTED: Kind.CONVERTED,
}
ENDINGS = {
    Outcome.RETURNED: Reason.Ending.RETURN,
    Outcome.DISQUALIFIED: Reason.Ending.DISQUALIFY,
    Outcome.RECYCLED: Reason.Ending.RECYCLE,
}
COMES_BACK = (Outcome.RETURNED, Outcome.RECYCLED)


def close(
    handover: HandOver,
    outcome: HandOver.Outcome,
    *,
    reason: Reason | None,
    said: str = "",
    return_on: date | None = None,
    conversion: Conversion | None = None,
    by: Person,
    at: datetime,
) -> None:
    """End a hand-over that is locked, and of which it is certain that it may end so."""
    said = working.sentence(said)
    if outcome in ENDINGS:
        reason = reasons.fit(reason, ENDINGS[outcome], said)
    before: dict[str, Any] = {"handover": working.plain(handover, COLUMNS)}
    before |= _go_on(handover, at=at)
    handover.ended_at, handover.ended_by, handover.outcome = at, by, outcome
    handover.reason, handover.said, handover.conversion, handover.paused_at = reason, said, conversion, None
    working.store(handover, FIELDS, at=at)
    if conversion is not None:
        before["conversion"] = conversion.pk
    if outcome in COMES_BACK:
        came = _came_back(handover, return_on=return_on, at=at)
        before["recycling"] = came.pk
    working.tell(KINDS[outcome], handover, _text(handover, return_on), before, by=by, at=at)
    soon.if_any_waits()
    details = {"handover": handover.pk, "reason": reason.key if reason else ""}
    audit.record(f"lead.{outcome.value}", by=by, at=at, subject=f"Lead:{handover.lead_id}", details=details)


def _go_on(handover: HandOver, *, at: datetime) -> dict[str, Any]:
    """The clock does not stand any more when the hand-over ends."""
    pause = Pause.objects.filter(handover=handover, until=None).first()
    if pause is None:
        return {}
    pause.until = at
    pause.save(update_fields=["until"])
    return {"pause": pause.pk}


def _came_back(handover: HandOver, *, return_on: date | None, at: datetime) -> Recycling:
    came, _ = Recycling.objects.update_or_create(
        handover=handover,
        defaults={
            "lead": handover.lead, "return_on": return_on, "came_at": at, "undone_at": None, "revived_at": None,
            "taken_up_at": None, "taken_up_by": None, "taken": "",
        },
    )  # fmt: skip
    nurture.came_back(came, at=at)
    return came


def _text(handover: HandOver, return_on: date | None) -> str:
    parts = [f"{handover.get_outcome_display()}"]
    parts += [f": {handover.reason.label}"] if handover.reason else []
    parts += [f", to be seen again on {return_on:%-d %B %Y}"] if return_on else []
    return "".join(parts) + "." + (f" {handover.said}" if handover.said else "")


def ran(handover: HandOver, *, until: datetime) -> int:
    """Business seconds that the clock of this hand-over ran until then."""
    return due.settings_of([handover])[handover.pk].clock(handover).run(until)

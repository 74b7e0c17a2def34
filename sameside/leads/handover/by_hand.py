"""What marketing may do with a lead on its page: hand it over, pass it on, take it back, or undo what it did last."""

from dataclasses import dataclass
from datetime import datetime

from sameside.leads.handover import taking_back
from sameside.leads.models import Lead, LeadEvent
from sameside.leads.record import Record
from sameside.people.models import Person
from sameside.people.policies import can


@dataclass(frozen=True)
class ByHand:
    """`waits`: why nobody has it, though it qualified. `undo`: what was done last and may be taken back."""

    owner: str
    waits: str
    may_take_back: bool
    undo: LeadEvent | None


def of(lead: Lead, record: Record, person: Person, *, at: datetime) -> ByHand | None:
    """None for whoever does not hand leads over, and for a lead with which nothing can be done any more."""
    if not can(person, "hand_over_leads") or lead.is_converted or lead.deleted_in_source:
        return None
    there, event = record.open, next(record.newest(), None)
    undoable = event is not None and taking_back.can_undo(event, by=person, at=at, since=record.later(event))
    return ByHand(
        there.owner.name if there else "", lead.not_routed, there is not None, event if undoable else None
    )  # fmt: skip

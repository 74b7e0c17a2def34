"""Whoever gets a lead is told by mail: what is owed is a row, written with the hand-over, and mailed by the sweep."""

from sameside.leads.models import Breach, ClockNotice, HandOver
from sameside.people.models import Person

STEP = "new"
"""The `step` of a notice that a lead is new; its `due_at` is the time of the hand-over."""


def owe(handover: HandOver, *, by: Person | None) -> None:
    """The owner is to be told, unless they took it themselves."""
    if by is not None and by.pk == handover.owner_id:
        return
    ClockNotice.objects.create(
        handover=handover, promise=Breach.Promise.ACCEPT, step=STEP, due_at=handover.at, person_id=handover.owner_id,
        at=handover.at,
    )  # fmt: skip

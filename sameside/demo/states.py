"""What the chance of the story may have left out: every state that a lead can be in, in front of those who sign in.

By the same verbs as on the pages, in the days before today. What cannot be done with the leads that there are is left.
"""

from datetime import datetime, timedelta

from sameside.demo.members import CAST
from sameside.leads.clock import coming_back, sweeping
from sameside.leads.handover import answering, attempting, ending, handing, pausing, taking_up
from sameside.leads.models import Absence, HandOver, Reason, Recycling
from sameside.people.models import Person
from sameside.people.roles import Role

Outcome = HandOver.Outcome
LEFT = 2
"""So many leads stay on the seller's desk as they are."""
A_DESK = 7
PASSED_ON = (
    "They met at the spring fair and asked for her.",
    "Their sister company is already one of her customers.",
    "They asked for somebody who speaks English.",
)


def show(*, at: datetime) -> None:
    seller = Person.objects.get(email=CAST[Role.SELLER].email)
    marketer = Person.objects.get(email=CAST[Role.MARKETER].email)
    _desk(seller, marketer, at)
    _cover(seller, marketer, at)
    _waiting(seller, at)
    _given_back(seller, at)
    _put_right(marketer, at)
    sweeping.sweep(at=at)


def _open(owner: Person) -> list[HandOver]:
    """What is open and runs, the oldest first."""
    rows = HandOver.objects.open().filter(owner=owner, derived=False, paused_at=None)
    return list(rows.select_related("lead", "owner").order_by("at", "pk"))


def _new(at: datetime, *, but: Person) -> list[HandOver]:
    """What others have and nobody has accepted by then, those of the seller's own team first, the oldest first."""
    rows = HandOver.objects.open().filter(derived=False, accepted_at=None, attempts=0, at__lt=at).exclude(owner=but)
    found = rows.select_related("lead", "owner").order_by("at", "pk")
    return sorted(found, key=lambda one: one.owner.team_id != but.team_id)


def _desk(seller: Person, marketer: Person, at: datetime) -> None:
    """A small company has few leads: then some are passed on to who signs in first."""
    wanted = A_DESK - len(_open(seller))
    for hours, handover in enumerate(_new(at - timedelta(hours=30), but=seller)[: max(wanted, 0)], 2):
        when = at - timedelta(hours=hours * 3)
        handing.reassign(handover, seller, by=marketer, at=when, why=[PASSED_ON[hours % len(PASSED_ON)]])


def _cover(seller: Person, marketer: Person, at: datetime) -> None:
    """One lead that an absent colleague had before, and one that came since and went to who covers."""
    absence = Absence.objects.filter(cover=seller, cancelled_at=None).select_related("person").first()
    if absence is None:
        return
    for days in (4, 1):
        when = at - timedelta(days=days)
        for handover in _new(when, but=seller)[:1]:
            if handover.owner_id != absence.person_id:
                handing.reassign(handover, absence.person, by=marketer, at=when, why=["They know each other."])


def _waiting(seller: Person, at: datetime) -> None:
    """A lead whose buyer has to move first."""
    if HandOver.objects.open().filter(owner=seller, derived=False, paused_at__isnull=False).exists():
        return
    for handover in _open(seller)[:1]:
        when = max(at - timedelta(days=2), handover.at + timedelta(hours=1))
        if handover.accepted_at is None:
            handover = answering.accept(handover, by=seller, at=when)
        attempting.log(handover, "call", result="Spoke", by=seller, at=when + timedelta(minutes=20))
        pausing.pause(
            handover, because="Their board meets first.", resume_on=(at + timedelta(days=12)).date(), by=seller,
            at=when + timedelta(minutes=25),
        )  # fmt: skip


def _given_back(seller: Person, at: datetime) -> None:
    """One returned and one recycled, in the seller's own words."""
    done = set(HandOver.objects.filter(owner=seller, derived=False).values_list("outcome", flat=True))
    left = _open(seller)
    if Outcome.RECYCLED not in done and len(left) > LEFT:
        handover = left.pop(0)
        reason, day = Reason.objects.get(key="timing"), (at + timedelta(days=75)).date()
        ending.recycle(handover, reason, return_on=day, said="Their budget year begins then.", by=seller, at=at)
    if Outcome.RETURNED not in done and len(left) > LEFT:
        reason = Reason.objects.get(key="wrong_person")
        answering.return_(left.pop(0), reason, said="A student who writes a thesis.", by=seller, at=at)


def _put_right(marketer: Person, at: datetime) -> None:
    """One whose data marketing put right, so that it was handed over again."""
    waiting = Recycling.objects.filter(taken_up_at=None, undone_at=None, return_on=None, handover__derived=False)
    wrong = waiting.filter(handover__reason__key="bad_data").order_by("came_at", "pk").first()
    if wrong is not None:
        when = at - timedelta(hours=3)
        taking_up.take_up([wrong.pk], Recycling.Taken.REPAIRED, by=marketer, at=when)
        coming_back.revive(at=when)

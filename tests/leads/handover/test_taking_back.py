"""What marketing did with a lead is undone: the lead, its hand-overs and marketing's queue are as they were."""

from datetime import timedelta

import pytest

from sameside.leads.handover import taking_back
from sameside.leads.handover.handing import hand_over, reassign, withdraw
from sameside.leads.models import ClockNotice, HandOver, LeadEvent, LeadStage
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.leads.routing.routes import lead

LATER = NOW + timedelta(minutes=5)


def _event(kind: str) -> LeadEvent:
    return LeadEvent.objects.get(kind=kind)


def test_a_hand_over_is_undone(alice: Person, bob: Person) -> None:
    one = lead(not_routed="No route fits.")
    hand_over(one, bob, by=alice, at=NOW)

    taking_back.undo(_event("routed"), by=alice, at=LATER)

    one.refresh_from_db()
    assert (one.owner, one.fate, one.handed_over_at, one.not_routed) == (None, "waiting", None, "No route fits.")
    assert HandOver.objects.get().outcome == "withdrawn"
    assert LeadStage.objects.get().deleted_in_source
    assert not ClockNotice.objects.exists()
    assert _event("undone").undoes == _event("routed")


def test_passing_on_is_undone_and_the_first_owner_has_it_again(alice: Person, bob: Person, colleague: Person) -> None:
    one = lead()
    first = hand_over(one, bob, by=alice, at=NOW)
    reassign(first, colleague, by=alice, at=NOW)

    taking_back.undo(_event("reassigned"), by=alice, at=LATER)

    one.refresh_from_db()
    assert one.owner == bob
    assert HandOver.objects.open().get() == first


def test_the_later_is_undone_first(alice: Person, bob: Person) -> None:
    made = hand_over(lead(), bob, by=alice, at=NOW)
    withdraw(made, by=alice, at=NOW)

    with pytest.raises(Refused, match=r"Something happened since: taken back\. Undo that first\."):
        taking_back.undo(_event("routed"), by=alice, at=LATER)


def test_what_is_worked_is_not_torn_away(alice: Person, bob: Person) -> None:
    hand_over(lead(), bob, by=alice, at=NOW)
    HandOver.objects.update(attempts=1)

    with pytest.raises(Refused, match="Bob has tried to reach the buyer since"):
        taking_back.undo(_event("routed"), by=alice, at=LATER)


def test_after_a_day_it_stays(alice: Person, bob: Person) -> None:
    hand_over(lead(), bob, by=alice, at=NOW)

    with pytest.raises(Refused, match="It can be undone for a day"):
        taking_back.undo(_event("routed"), by=alice, at=NOW + timedelta(days=2))


def test_the_owner_does_not_undo_what_marketing_did(alice: Person, bob: Person) -> None:
    hand_over(lead(), bob, by=alice, at=NOW)

    with pytest.raises(Refused, match="Your role does not let you hand leads over"):
        taking_back.undo(_event("routed"), by=bob, at=LATER)

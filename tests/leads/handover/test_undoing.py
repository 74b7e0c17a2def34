from datetime import UTC, date, datetime, timedelta

import pytest

from sameside.leads.handover import answering, ending, handing, pausing, taking_back, undoing
from sameside.leads.models import HandOver, LeadEvent, Pause, Recycling
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.leads.handover.handed import reason

ELEVEN = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_an_acceptance_is_taken_back_within_a_day(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    event = LeadEvent.objects.get(kind="accepted")
    late = ELEVEN + timedelta(days=1, seconds=1)
    with pytest.raises(Refused, match=r"^It can be undone for a day; this was on 1 June 2026\.$"):
        undoing.undo(event, by=bob, at=late)
    undoing.undo(event, by=bob, at=ELEVEN + timedelta(days=1))
    handover.refresh_from_db()
    assert (handover.accepted_at, handover.accepted_by, handover.accepted_after) == (None, None, None)
    with pytest.raises(Refused, match=r"^This was undone already\.$"):
        undoing.undo(event, by=bob, at=ELEVEN)


def test_what_marketing_took_up_stays_returned(handover: HandOver, bob: Person, alice: Person) -> None:
    answering.return_(handover, reason("no_need"), by=bob, at=ELEVEN)
    Recycling.objects.update(taken_up_at=ELEVEN, taken_up_by=alice, taken="nurture")
    with pytest.raises(Refused, match=r"^Alice has taken it up since: put into nurture\."):
        undoing.undo(undoing.last_of(handover), by=bob, at=ELEVEN)


def test_what_was_handed_over_again_stays_ended(handover: HandOver, bob: Person, alice: Person, erik: Person) -> None:
    ending.disqualify(handover, reason("no_need"), by=bob, at=ELEVEN)
    event = undoing.last_of(handover)
    handing.hand_over(handover.lead, erik, by=alice, at=ELEVEN)
    with pytest.raises(Refused, match=r"^Something happened since: handed over on 1 June 2026\. Undo that first\.$"):
        undoing.undo(event, by=bob, at=ELEVEN)


def test_a_pause_is_taken_back(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    due = HandOver.objects.get(pk=handover.pk).next_due_at
    pausing.pause(handover, resume_on=date(2026, 6, 20), by=bob, at=ELEVEN)
    assert HandOver.objects.get(pk=handover.pk).next_due_at is None
    undoing.undo(undoing.last_of(handover), by=bob, at=ELEVEN)
    handover.refresh_from_db()
    assert (handover.paused_at, handover.next_due_at, Pause.objects.count()) == (None, due, 0)


def test_every_kind_of_event_can_be_undone_or_says_why_not() -> None:
    answered = {*undoing.WITHIN, *undoing.NEVER, *taking_back.KINDS}
    assert answered == set(LeadEvent.Kind)


def test_that_it_qualified_is_kept(handover: HandOver, bob: Person) -> None:
    event = LeadEvent.objects.create(lead=handover.lead, handover=handover, kind="qualified", at=ELEVEN)
    with pytest.raises(Refused, match=r"^That a lead qualified under the agreement is kept as it was\.$"):
        undoing.undo(event, by=bob, at=ELEVEN)


def test_another_team_and_marketing_take_nothing_of_sales_back(
    handover: HandOver, bob: Person, alice: Person, colleague: Person
) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    event = undoing.last_of(handover)
    for stranger in (alice, colleague):
        with pytest.raises(Refused):
            undoing.undo(event, by=stranger, at=ELEVEN)
    assert not undoing.can_undo(event, by=alice, at=ELEVEN)
    assert undoing.can_undo(event, by=bob, at=ELEVEN)

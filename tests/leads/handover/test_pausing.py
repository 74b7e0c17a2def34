from datetime import UTC, date, datetime

import pytest

from sameside.leads.handover import answering, pausing
from sameside.leads.models import HandOver, LeadEvent, Pause
from sameside.people.models import Person
from sameside.people.policies import Refused

ELEVEN = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_while_the_buyer_has_to_move_nothing_falls_due(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    done = pausing.pause(handover, because="Back on the 8th", resume_on=date(2026, 6, 8), by=bob, at=ELEVEN)
    assert (done.paused_at, done.next_due_at) == (ELEVEN, None)
    back = datetime(2026, 6, 1, 11, tzinfo=UTC)
    done = pausing.resume(handover, by=bob, at=back)
    assert (done.paused_at, done.next_due_at) == (None, datetime(2026, 6, 2, 10, tzinfo=UTC))
    assert Pause.objects.get().until == back


def test_it_goes_on_by_itself_on_its_day(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    pausing.pause(handover, resume_on=date(2026, 6, 8), by=bob, at=ELEVEN)
    assert pausing.go_on(at=datetime(2026, 6, 7, 20, tzinfo=UTC)) == 0
    morning = datetime(2026, 6, 8, 1, tzinfo=UTC)
    assert pausing.go_on(at=morning) == 1
    assert pausing.go_on(at=morning) == 0
    assert HandOver.objects.get().paused_at is None
    assert LeadEvent.objects.get(kind="resumed").by is None


def test_what_was_not_accepted_waits_for_nobody(handover: HandOver, bob: Person) -> None:
    with pytest.raises(Refused, match=r"^Accept it first: nobody waits for the buyer who has not taken the lead\.$"):
        pausing.pause(handover, resume_on=date(2026, 6, 8), by=bob, at=ELEVEN)

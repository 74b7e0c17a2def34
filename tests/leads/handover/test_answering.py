from datetime import UTC, datetime

import pytest

from sameside.leads.handover import answering
from sameside.leads.models import HandOver, LeadEvent, Recycling
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.leads.agreed import BEGAN
from tests.leads.handover.handed import handed, reason

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)


def test_a_seller_accepts_and_the_business_time_is_kept(handover: HandOver, bob: Person) -> None:
    assert handover.next_due_at == datetime(2026, 6, 1, 12, tzinfo=UTC)
    done = answering.accept(handover, by=bob, at=NOON)
    assert (done.accepted_at, done.accepted_by, done.accepted_after) == (NOON, bob, 7200)
    assert done.next_due_at == datetime(2026, 6, 2, 8, tzinfo=UTC)
    event = LeadEvent.objects.get(kind="accepted")
    assert (event.text, event.by, event.before["handover"]["accepted_at"]) == ("Accepted.", bob, None)


def test_a_lead_is_accepted_once(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=NOON)
    with pytest.raises(Refused, match=r"^It was accepted on 1 June 2026 already\.$"):
        answering.accept(handover, by=bob, at=NOON)


def test_a_returned_lead_joins_marketings_queue_with_the_reason(handover: HandOver, bob: Person) -> None:
    done = answering.return_(handover, reason("wrong_person"), said="  A student\nof ours ", by=bob, at=NOON)
    assert (done.outcome, done.reason.key, done.said) == ("returned", "wrong_person", "A student of ours")
    assert (done.ended_at, done.ended_by, done.next_due_at) == (NOON, bob, None)
    came = Recycling.objects.get()
    assert (came.lead, came.handover, came.came_at, came.return_on) == (done.lead, done, NOON, None)
    done.lead.refresh_from_db()
    assert done.lead.fate == "returned"
    assert LeadEvent.objects.get(kind="returned").text == "Returned: Wrong person. A student of ours"
    assert AuditEntry.objects.filter(action="lead.returned", person=bob).count() == 1


def test_nothing_is_returned_without_a_reason_that_fits(handover: HandOver, bob: Person) -> None:
    with pytest.raises(Refused, match=r"^Say in a sentence why, since none of the other reasons fits\.$"):
        answering.return_(handover, reason("other"), by=bob, at=NOON)
    gone = reason("timing")
    gone.put_away_at = BEGAN
    with pytest.raises(Refused, match=r"^“Not now” is no longer a reason to choose\.$"):
        answering.return_(handover, gone, by=bob, at=NOON)
    assert Recycling.objects.count() == 0


def test_the_team_may_accept_for_its_owner(handover: HandOver, sales, bob: Person) -> None:
    mate = Person.objects.create_user("mate@example.com", None, name="Mate", role="seller", team=sales)
    answering.accept(handover, by=mate, at=NOON)
    assert LeadEvent.objects.get(kind="accepted").text == "Accepted for Bob."


def test_another_team_marketing_and_strangers_may_not(
    handover: HandOver, colleague: Person, alice: Person, charlie: Person
) -> None:
    with pytest.raises(Refused, match=r"^This lead is Bob's\. Their team and who covers for them may work it\.$"):
        answering.accept(handover, by=colleague, at=NOON)
    with pytest.raises(Refused, match=r"^Your role does not let you accept, return and work leads\."):
        answering.accept(handover, by=alice, at=NOON)
    with pytest.raises(Refused):
        answering.accept(handover, by=charlie, at=NOON)


def test_who_covers_may_work_it(handover: HandOver, bob: Person, colleague: Person, gus: Person) -> None:
    bob.absences.create(starts_on=NOON.date(), ends_on=NOON.date(), cover=colleague, made_by=gus, made_at=BEGAN)
    assert answering.accept(handover, by=colleague, at=NOON).accepted_by == colleague


def test_without_an_agreement_it_works_and_nothing_is_due(alice: Person, bob: Person) -> None:
    made = handed(bob, alice)
    assert (made.agreement, made.next_due_at) == (None, None)
    assert answering.accept(made, by=bob, at=NOON).accepted_at == NOON

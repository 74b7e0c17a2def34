from datetime import UTC, datetime, timedelta

import pytest

from sameside.crm.models import Activity
from sameside.leads import fates
from sameside.leads.handover import attempting, undoing
from sameside.leads.models import HandOver, LeadEvent
from sameside.people.models import Person
from sameside.people.policies import Refused

TEN = datetime(2026, 6, 1, 8, tzinfo=UTC)
ELEVEN = TEN + timedelta(hours=1)


def test_an_attempt_is_an_activity_of_the_lead_and_accepts(handover: HandOver, bob: Person) -> None:
    done = attempting.log(handover, "call", result="Left a message", note="Back at three", by=bob, at=ELEVEN)
    made = Activity.objects.get()
    assert (made.source, made.kind, made.subject, made.body) == (
        "sameside", "call", "Call: Left a message", "Back at three",
    )  # fmt: skip
    assert (made.owner, made.lead, made.at, made.is_done) == (bob, done.lead, ELEVEN, True)
    assert (done.attempts, done.first_attempt_at, done.attempted_after) == (1, ELEVEN, 3600)
    assert (done.accepted_at, done.accepted_by, done.accepted_after) == (ELEVEN, bob, 3600)
    done.lead.refresh_from_db()
    assert (done.lead.fate, done.lead.attempts, done.lead.first_attempt_at) == ("worked", 1, ELEVEN)


def test_a_double_tap_is_one_attempt(handover: HandOver, bob: Person) -> None:
    attempting.log(handover, "call", once="a1", by=bob, at=ELEVEN)
    assert attempting.log(handover, "call", once="a1", by=bob, at=ELEVEN).attempts == 1
    assert attempting.log(handover, "call", once="a2", by=bob, at=ELEVEN).attempts == 2
    assert LeadEvent.objects.filter(kind="attempted").count() == 2


def test_the_stored_lead_is_what_the_nightly_rule_says(handover: HandOver, bob: Person) -> None:
    attempting.log(handover, "email", by=bob, at=ELEVEN)
    assert fates.settle(at=ELEVEN) == 0


def test_imported_activities_count_until_the_end(handover: HandOver, bob: Person, alice: Person) -> None:
    def brought(number: int, at: datetime, owner: Person) -> None:
        Activity.objects.create(
            source="t", external_id=f"A{number}", kind="call", at=at, owner=owner, lead=handover.lead
        )

    brought(1, TEN - timedelta(days=2), bob)
    brought(2, datetime(2026, 6, 1, tzinfo=UTC), bob)  # a day without an hour: the day of the hand-over
    brought(3, ELEVEN, bob)
    brought(4, ELEVEN, alice)  # marketing's own
    brought(5, TEN + timedelta(days=9), bob)
    assert attempting.settle_all(at=TEN + timedelta(days=1)) == 1
    handover.refresh_from_db()
    assert (handover.attempts, handover.first_attempt_at, handover.last_attempt_at) == (2, TEN, ELEVEN)
    assert handover.attempted_after == 0
    assert handover.accepted_at is None
    assert attempting.settle_all(at=TEN + timedelta(days=1)) == 0


def test_settling_many_asks_no_more_than_settling_few(
    handover: HandOver, bob: Person, alice: Person, django_assert_num_queries
) -> None:
    from tests.leads.handover.handed import handed

    for one in (handover, *(handed(bob, alice) for _ in range(4))):
        Activity.objects.create(source="t", external_id=f"A{one.pk}", kind="call", at=ELEVEN, owner=bob, lead=one.lead)
    with django_assert_num_queries(13):
        assert attempting.settle_all(at=ELEVEN) == 5


def test_taking_an_attempt_back_takes_the_acceptance_with_it(handover: HandOver, bob: Person) -> None:
    attempting.log(handover, "call", by=bob, at=ELEVEN)
    event = LeadEvent.objects.get(kind="attempted")
    undoing.undo(event, by=bob, at=ELEVEN)
    handover.refresh_from_db()
    assert (handover.attempts, handover.first_attempt_at, handover.attempted_after) == (0, None, None)
    assert (handover.accepted_at, handover.accepted_by) == (None, None)
    assert handover.next_due_at == datetime(2026, 6, 1, 12, tzinfo=UTC)
    handover.lead.refresh_from_db()
    assert (handover.lead.fate, handover.lead.attempts) == ("untouched", 0)
    assert Activity.objects.get().deleted_in_source is True


def test_an_earlier_attempt_may_be_taken_back_though_more_came(handover: HandOver, bob: Person) -> None:
    for minute in range(3):
        attempting.log(handover, "call", by=bob, at=ELEVEN + timedelta(minutes=minute))
    second = LeadEvent.objects.filter(kind="attempted").order_by("pk")[1]
    later = ELEVEN + timedelta(minutes=3)
    assert undoing.undo(second, by=bob, at=later).handover.attempts == 2
    with pytest.raises(Refused, match=r"^Something happened since: attempt logged on 1 June 2026\. Undo that first\.$"):
        undoing.undo(LeadEvent.objects.filter(kind="attempted").earliest("pk"), by=bob, at=later)


def test_a_channel_that_is_none_is_refused(handover: HandOver, bob: Person) -> None:
    with pytest.raises(Refused, match=r"^Choose how you tried"):
        attempting.log(handover, "pigeon", by=bob, at=ELEVEN)

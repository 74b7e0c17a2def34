"""Handing a lead over, passing it on and taking it back: what each changes, and what it refuses."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sameside.leads.handover.handing import hand_over, reassign, withdraw
from sameside.leads.models import (
    HANDED_OVER,
    Absence,
    ClockNotice,
    HandOver,
    Lead,
    LeadEvent,
    LeadStage,
    Qualification,
    Reason,
    Recycling,
)
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.leads.agreed import agree, office_hours


@pytest.fixture
def lead(db: None) -> Lead:
    return Lead.objects.create(
        source="t", external_id="L1", last_name="Keller", company_name="Alpen Bank", created_at=NOW - timedelta(days=3),
        segment="everybody", score=70, qualified_at=NOW, not_routed="No route fits.",
    )  # fmt: skip


def _away(person: Person, cover: Person | None, by: Person) -> Absence:
    return Absence.objects.create(
        person=person, starts_on=date(2026, 5, 30), ends_on=date(2026, 6, 5), cover=cover, made_by=by, made_at=NOW
    )


def test_the_owner_gets_it_with_its_due_times(alice: Person, bob: Person, lead: Lead) -> None:
    office_hours()
    agreement = agree(alice, bob)
    kept = Qualification.objects.create(lead=lead, agreement=agreement, segment="everybody", score=70, at=NOW)

    made = hand_over(lead, bob, by=alice, at=NOW, note="Met at the fair.")

    made.refresh_from_db()
    assert (made.owner, made.by, made.number, made.note) == (bob, alice, 1, "Met at the fair.")
    assert (made.agreement, made.qualification, made.segment, made.score) == (agreement, kept, "everybody", 70)
    # Noon UTC is 14:00 in Berlin: three of four hours today, the last tomorrow.
    assert made.accept_due_at == datetime(2026, 6, 2, 8, tzinfo=UTC)
    assert made.next_due_at == made.accept_due_at
    lead.refresh_from_db()
    assert (lead.owner, lead.fate, lead.handed_over_at, lead.not_routed) == (bob, "untouched", NOW, "")


def test_it_is_an_event_a_notice_and_audited(alice: Person, bob: Person, lead: Lead) -> None:
    made = hand_over(lead, bob, by=alice, at=NOW, why=["Route “All”: everybody."])

    event = LeadEvent.objects.get()
    assert (event.kind, event.handover, event.by) == ("routed", made, alice)
    assert event.text == "Handed over to Bob. Route “All”: everybody."
    assert event.before["lead"] == {
        "owner_id": None, "handed_over_at": None, "fate": "waiting", "not_routed": "No route fits.",
    }  # fmt: skip
    assert LeadStage.objects.get().stage == HANDED_OVER
    assert ClockNotice.objects.get(step="new").person == bob
    assert AuditEntry.objects.get(action="lead.handed_over").details == {"to": bob.pk}


def test_without_an_agreement_there_are_no_due_times(alice: Person, bob: Person, lead: Lead) -> None:
    made = hand_over(lead, bob, by=alice, at=NOW)

    assert (made.agreement, made.next_due_at, made.look_at) == (None, None, None)


def test_one_that_came_back_is_taken_up_by_it(alice: Person, bob: Person, lead: Lead) -> None:
    reason = Reason.objects.get(key="timing")
    first = HandOver.objects.create(lead=lead, owner=bob, at=NOW, ended_at=NOW, outcome="returned", reason=reason)
    waiting = Recycling.objects.create(lead=lead, handover=first, came_at=NOW)

    made = hand_over(lead, bob, by=alice, at=NOW + timedelta(days=1))

    waiting.refresh_from_db()
    assert (made.number, waiting.taken, waiting.taken_up_by) == (2, "again", alice)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"is_converted": True}, "Keller was converted already, so there is nothing to hand over."),
        ({"deleted_in_source": True}, "Keller is deleted in the CRM it came from."),
    ],
)
def test_a_lead_that_is_done_is_refused(
    alice: Person, bob: Person, lead: Lead, state: dict[str, bool], sentence: str
) -> None:
    Lead.objects.filter(pk=lead.pk).update(**state)
    for by in (alice, None):
        with pytest.raises(Refused) as refusal:
            hand_over(lead, bob, by=by, at=NOW)
        assert str(refusal.value) == sentence
    assert not HandOver.objects.exists()


def test_one_that_somebody_has_is_refused(alice: Person, bob: Person, lead: Lead) -> None:
    hand_over(lead, bob, by=alice, at=NOW)

    with pytest.raises(Refused, match=r"Bob has Keller since 1 June 2026\. Pass it on, or take it back first\."):
        hand_over(lead, bob, by=alice, at=NOW)


def test_only_those_who_hand_leads_over_do(bob: Person, charlie: Person, lead: Lead) -> None:
    for person in (bob, charlie):
        with pytest.raises(Refused, match="Your role does not let you hand leads over"):
            hand_over(lead, bob, by=person, at=NOW)


def test_who_does_not_sell_gets_none(alice: Person, charlie: Person, fay: Person, lead: Lead) -> None:
    with pytest.raises(Refused, match="Charlie has no role here yet"):
        hand_over(lead, charlie, by=alice, at=NOW)
    with pytest.raises(Refused, match="Fay does not work leads"):
        hand_over(lead, fay, by=alice, at=NOW)


def test_who_left_gets_none(alice: Person, bob: Person, lead: Lead) -> None:
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    bob.refresh_from_db()

    with pytest.raises(Refused, match="Bob does not work here any more"):
        hand_over(lead, bob, by=alice, at=NOW)


def test_cover_gets_what_is_handed_to_who_is_away(alice: Person, bob: Person, colleague: Person, lead: Lead) -> None:
    _away(bob, colleague, alice)

    made = hand_over(lead, bob, by=alice, at=NOW)

    assert made.owner == colleague
    assert made.why == ["Bob is away until 5 June 2026; Susan covers."]


def test_who_is_away_without_cover_gets_none(alice: Person, bob: Person, lead: Lead) -> None:
    _away(bob, None, alice)

    with pytest.raises(Refused, match=r"Bob is away until 5 June 2026, and nobody covers\. Choose somebody else\."):
        hand_over(lead, bob, by=alice, at=NOW)


def test_two_who_cover_each_other_are_both_away(alice: Person, bob: Person, colleague: Person, lead: Lead) -> None:
    _away(bob, colleague, alice)
    _away(colleague, bob, alice)

    with pytest.raises(Refused, match="So nobody is there"):
        hand_over(lead, bob, by=alice, at=NOW)


def test_passing_on_begins_a_new_clock(alice: Person, bob: Person, colleague: Person, lead: Lead) -> None:
    office_hours()
    agree(alice, bob)
    first = hand_over(lead, bob, by=alice, at=NOW, note="Call today.")
    later = NOW + timedelta(days=1)

    second = reassign(first, colleague, by=alice, at=later)

    first.refresh_from_db()
    assert (first.outcome, first.ended_at, first.ended_by, first.next_due_at) == ("reassigned", later, alice, None)
    assert (second.owner, second.number, second.at, second.note) == (colleague, 2, later, "Call today.")
    assert second.accept_due_at == datetime(2026, 6, 3, 8, tzinfo=UTC)
    lead.refresh_from_db()
    assert (lead.owner, lead.handed_over_at) == (colleague, NOW)
    event = LeadEvent.objects.get(kind="reassigned")
    assert (event.handover, event.before["next"], event.before["handover"]["outcome"]) == (first, second.pk, "")


def test_its_owner_may_pass_it_on_and_a_colleague_may_not(
    alice: Person, bob: Person, colleague: Person, lead: Lead
) -> None:
    made = hand_over(lead, bob, by=alice, at=NOW)
    with pytest.raises(Refused, match="Your role does not let you hand leads over"):
        reassign(made, colleague, by=colleague, at=NOW)

    assert reassign(made, colleague, by=bob, at=NOW).owner == colleague


def test_it_is_not_passed_on_to_who_has_it_or_after_its_end(
    alice: Person, bob: Person, colleague: Person, lead: Lead
) -> None:
    made = hand_over(lead, bob, by=alice, at=NOW)
    with pytest.raises(Refused, match="Bob has Keller already"):
        reassign(made, bob, by=alice, at=NOW)
    reassign(made, colleague, by=alice, at=NOW)
    with pytest.raises(Refused, match="This hand-over has ended on 1 June 2026"):
        reassign(made, colleague, by=alice, at=NOW)


def test_what_marketing_takes_back_waits_among_the_unrouted(alice: Person, bob: Person, lead: Lead) -> None:
    made = hand_over(lead, bob, by=alice, at=NOW)

    withdraw(made, by=alice, at=NOW + timedelta(hours=1))

    lead.refresh_from_db()
    assert (lead.owner, lead.fate, lead.handed_over_at) == (None, "waiting", None)
    assert lead.not_routed == "Alice took it back from Bob. It waits until it is handed over by hand."
    assert HandOver.objects.get().outcome == "withdrawn"


def test_its_owner_cannot_take_it_back_for_marketing(alice: Person, bob: Person, lead: Lead) -> None:
    made = hand_over(lead, bob, by=alice, at=NOW)

    with pytest.raises(Refused, match="Your role does not let you hand leads over"):
        withdraw(made, by=bob, at=NOW)

"""A lead's way tells what was done under the agreement, and marks what an import tells."""

from datetime import datetime, timedelta

import pytest

from sameside.conversations.models import Conversation
from sameside.crm.models import StageChange, Touch
from sameside.leads import way
from sameside.leads.models import Breach, HandOver, Lead, LeadEvent
from sameside.library.models import Usage
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.handed import FIRST, deal, hand_over, lead, reason
from tests.library.shelf import shelve


def _read(of: Lead) -> Lead:
    return Lead.objects.select_related("owner__team", "campaign", "company", "contact", "deal").get(pk=of.pk)


def test_a_hand_over_of_our_own_is_told_by_its_events(bob: Person, alice: Person) -> None:
    of = lead(owner=bob)
    handover = hand_over(
        of, bob, FIRST + timedelta(hours=1), why=["Germany goes to Sales North.", "It was Bob's turn."],
        accepted_at=FIRST + timedelta(hours=2),
    )  # fmt: skip
    for kind, hours, by in (("qualified", 1, None), ("routed", 1, None), ("accepted", 2, bob), ("paused", 3, bob)):
        LeadEvent.objects.create(
            lead=of, handover=handover, kind=kind, at=FIRST + timedelta(hours=hours), by=by, text="Because."
        )
    Breach.objects.create(
        handover=handover, promise="attempt", owner=bob, due_at=FIRST + timedelta(hours=5), noticed_at=NOW
    )
    found = way.of(_read(of), alice, at=NOW)
    assert [(event.text, event.derived) for event in found.events] == [
        ("The lead was created", False), ("Qualified", False), ("Handed over to Bob", False), ("Accepted", False),
        ("Waits for the buyer", False), ("Due: first attempt (not done in time)", False),
    ]  # fmt: skip
    assert found.events[2].note == "Germany goes to Sales North. It was Bob's turn. · not scored then"
    assert [event.after for event in found.events] == ["", "1 h", "", "1 h", "1 h", "2 h"]
    assert found.events[5].tone == "bad"
    assert [step.label for step in found.steps][:4] == ["Source", "Handed over", "Accepted", "First attempt"]


def test_a_derived_hand_over_is_told_by_its_columns_and_marked(bob: Person, alice: Person) -> None:
    of = lead(owner=bob)
    hand_over(
        of, bob, derived=True, accepted_at=FIRST + timedelta(hours=2), accepted_after=5_400, outcome="returned",
        ended_at=FIRST + timedelta(days=3), source_reason="Junk",
    )  # fmt: skip
    found = way.of(_read(of), alice, at=NOW)
    assert [(event.text, event.note, event.derived) for event in found.events][1:] == [
        ("Handed over to Bob", "not scored then", True),
        ("Accepted", "after 1.5 h of business hours", True),
        ("Returned", "Junk", True),
    ]
    last = found.steps[-1]
    assert (last.label, last.text, last.state) == ("Returned", "Junk", "failed")


def test_what_was_taken_back_says_so(bob: Person, alice: Person) -> None:
    of = lead(owner=bob)
    handover = hand_over(of, bob)
    accepted = LeadEvent.objects.create(lead=of, handover=handover, kind="accepted", at=FIRST, by=bob)
    LeadEvent.objects.create(lead=of, handover=handover, kind="undone", at=FIRST, by=bob, undoes=accepted)
    notes = [event.note for event in way.of(_read(of), alice, at=NOW).events if event.text == "Accepted"]
    assert notes == ["Taken back since. · by Bob"]


def test_the_page_shows_the_whole_way_of_a_lead_that_came_twice(bob: Person, alice: Person) -> None:
    of = lead(owner=bob, lead_source="Web", last_name="Twice")
    hand_over(of, bob, outcome="recycled", ended_at=FIRST + timedelta(days=2), reason=reason("next-spring", "recycle"))
    hand_over(of, bob, FIRST + timedelta(days=60))
    page = signed_in(alice).get(f"/leads/{of.pk}/").content.decode()
    assert page.count("Handed over to Bob") == 2
    assert "Next spring" in page
    assert "Bob, 2 times" in page
    assert "/leads/batches/sources/?source=Web" in page
    assert HandOver.objects.filter(lead=of).count() == 2


def test_a_colleague_of_another_team_does_not_see_it(bob: Person, colleague: Person) -> None:
    of = lead(owner=bob)
    hand_over(of, bob)
    assert signed_in(colleague).get(f"/leads/{of.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("due", "state", "text"),
    [
        (NOW + timedelta(hours=1), "ahead", "Due 1 Jun 2026"),
        (NOW - timedelta(hours=1), "failed", "Nobody has tried; due 1 Jun 2026"),
        (None, "failed", "Nobody has tried; due 12 Jan 2026"),
    ],
)
def test_that_nobody_tried_is_quiet_until_it_is_due(
    bob: Person, alice: Person, due: datetime | None, state: str, text: str
) -> None:
    of = lead(owner=bob, fate="untouched", handed_over_at=FIRST)
    hand_over(of, bob, attempt_due_at=due)
    tried = next(step for step in way.of(_read(of), alice, at=NOW).steps if step.label == "First attempt")
    assert (tried.state, tried.text) == (state, text)


def test_a_lead_given_back_untried_or_waiting_for_the_buyer_is_not_held_against_anybody(
    bob: Person, alice: Person
) -> None:
    back = lead(owner=bob, fate="untouched", handed_over_at=FIRST)
    hand_over(back, bob, attempt_due_at=FIRST, outcome="returned", ended_at=FIRST, reason=reason())
    waits = lead(owner=bob, fate="untouched", handed_over_at=FIRST)
    hand_over(waits, bob, attempt_due_at=FIRST, accepted_at=FIRST, paused_at=FIRST)
    for of in (back, waits):
        tried = next(step for step in way.of(_read(of), alice, at=NOW).steps if step.label == "First attempt")
        assert tried.state == "ahead"


def test_the_whole_way_from_the_touches_to_what_was_won_and_with_what(bob: Person, alice: Person) -> None:
    won = deal(won=True, amount=900, created=FIRST + timedelta(days=4))
    of = lead(
        owner=bob, deal=won, lead_source="Web", fate="won", is_converted=True, handed_over_at=FIRST,
        converted_on=(FIRST + timedelta(days=4)).date(), first_attempt_at=FIRST + timedelta(hours=3), attempts=2,
    )  # fmt: skip
    hand_over(of, bob, score=64, accepted_at=FIRST + timedelta(hours=1), outcome="converted",
              ended_at=FIRST + timedelta(days=4))  # fmt: skip
    guide = shelve("Risk guide")
    Touch.objects.create(
        occurred_at=FIRST - timedelta(days=2), channel="website", lead=of, asset=guide, source="t", external_id="V1"
    )
    Usage.objects.create(asset=guide, action="present", at=FIRST + timedelta(days=5), person=bob, deal=won)
    change = StageChange.objects.create(source="t", external_id="S1", deal=won, stage="Point of view",
                                        at=FIRST + timedelta(days=5))  # fmt: skip
    Conversation.objects.create(deal=won, kind="tailored_pov", state="open", opened_at=change.at, opened_by=change)
    found = way.of(_read(of), alice, at=NOW)
    assert [(step.label, step.text, step.after) for step in found.steps] == [
        ("Source", "Web", ""), ("Touches", "1 touch", ""), ("Handed over", "Bob", ""), ("Accepted", "", "1 h"),
        ("First attempt", "2 attempts", "2 h"), ("Converted", "Contact and deal", "3.5 days"),
        ("Conversations", "0 of 1 succeeded", ""), ("Won", "€900", "30 days"),
    ]  # fmt: skip
    assert [(event.text, event.note) for event in found.events][-2:] == [
        ("Deal entered “Point of view”", "Tailored point of view began"), ("Won: €900", ""),
    ]  # fmt: skip
    assert [(one.title, list(one.lines)) for one in found.content] == [
        ("Risk guide", ["Presented by Bob, 10 Jan 2026", "The lead read it 3 Jan 2026"])
    ]

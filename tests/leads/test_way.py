"""A lead's way tells what was done under the agreement, and marks what an import tells."""

from datetime import timedelta

from sameside.leads import way
from sameside.leads.models import Breach, HandOver, Lead, LeadEvent
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.handed import FIRST, hand_over, lead, reason


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
    found = way.of(_read(of), alice)
    assert [(event.text, event.derived) for event in found.events] == [
        ("The lead was created", False), ("Qualified", False), ("Handed over to Bob", False), ("Accepted", False),
        ("Waits for the buyer", False), ("Due: first attempt, which was not kept in time", False),
    ]  # fmt: skip
    assert found.events[2].note == "Germany goes to Sales North. It was Bob's turn."
    assert found.events[5].tone == "bad"
    assert [step.label for step in found.steps][:4] == ["Source", "Handed over", "Accepted", "First touch"]


def test_a_derived_hand_over_is_told_by_its_columns_and_marked(bob: Person, alice: Person) -> None:
    of = lead(owner=bob)
    hand_over(
        of, bob, derived=True, accepted_at=FIRST + timedelta(hours=2), accepted_after=5_400, outcome="returned",
        ended_at=FIRST + timedelta(days=3), source_reason="Junk",
    )  # fmt: skip
    found = way.of(_read(of), alice)
    assert [(event.text, event.note, event.derived) for event in found.events][1:] == [
        ("Handed over to Bob", "", True),
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
    notes = [event.note for event in way.of(_read(of), alice).events if event.text == "Accepted"]
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

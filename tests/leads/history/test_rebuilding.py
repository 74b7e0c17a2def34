"""Hand-overs rebuilt from imported leads: what each tells, a second run, and the statement against the plain rule."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sameside.crm.models import Activity, Contact
from sameside.leads.agreement.force import in_force
from sameside.leads.handover import attempting
from sameside.leads.history.causes import reason_of
from sameside.leads.history.passes import Entered, Known, Owned, Pass, passes
from sameside.leads.history.rebuilding import rebuild
from sameside.leads.models import HANDED_OVER, PASSED_ON, HandOver, Lead, LeadStage
from sameside.leads.statuses import ending
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.agreed import agree, office_hours
from tests.leads.story import MAY, Story

pytestmark = pytest.mark.django_db


def found() -> list[tuple[Any, ...]]:
    rows = HandOver.objects.order_by("lead__created_at", "number").select_related("lead", "reason")
    return [(row.lead.last_name, row.owner.name, row.outcome, row.attempts, row.derived) for row in rows]


def state() -> list[Any]:
    return list(HandOver.objects.order_by("pk").values())


def test_every_lead_that_somebody_owns_was_handed_over(story: Story) -> None:
    office_hours("UTC")
    assert rebuild(at=NOW).written == 4
    assert found() == [
        ("Winner", "Bob", "converted", 2, True),
        ("Waiter", "Bob", "", 0, True),
        ("Worker", "Susan", "", 1, True),
        ("Returner", "Susan", "returned", 1, True),
    ]
    won, _, worked, returned = HandOver.objects.order_by("lead__created_at")
    assert won.at == story.won.created_at
    assert won.accepted_at == story.won.created_at + timedelta(minutes=3)
    assert worked.first_attempt_at == story.worked.created_at + timedelta(minutes=45)
    assert (returned.reason, returned.source_reason) == (None, "Returned to Marketing")
    assert {row["agreement_id"] for row in state()} == {None}
    assert {row["accept_due_at"] for row in state()} == {None}


def test_a_second_run_changes_nothing(story: Story) -> None:
    rebuild(at=NOW)
    before = state()
    again = rebuild(at=NOW + timedelta(days=1))
    assert (again.written, again.removed) == (0, 0)
    assert state() == before


def test_a_later_import_updates_what_it_tells(story: Story) -> None:
    rebuild(at=NOW)
    kept = HandOver.objects.get(lead=story.untouched).pk
    Lead.objects.filter(pk=story.untouched.pk).update(status="Disqualified", source_reason="Wrong person: a student")
    Lead.objects.filter(pk=story.worked.pk).update(owner=None)
    done = rebuild(at=NOW)
    assert (done.written, done.removed) == (1, 1)
    row = HandOver.objects.get(pk=kept)
    assert (row.outcome, row.reason and row.reason.key, row.source_reason) == (
        "disqualified", "wrong_person", "Wrong person: a student",
    )  # fmt: skip


def test_business_seconds_are_those_of_the_owner(story: Story) -> None:
    office_hours("UTC")  # Monday to Friday, nine to five; the leads were created at eight
    rebuild(at=NOW)
    won, worked = HandOver.objects.get(lead=story.won), HandOver.objects.get(lead=story.worked)
    assert (won.at.hour, won.accepted_after, won.attempted_after) == (8, 0, 0)
    assert (worked.accepted_after, worked.attempted_after) == (0, 0)
    returned = HandOver.objects.get(lead=story.returned)  # Friday 8:00, tried on Saturday at 4:00
    assert returned.attempted_after == 8 * 3600


def test_an_agreement_in_force_at_the_hand_over_is_held_against_it(story: Story, alice: Person, bob: Person) -> None:
    office_hours("UTC")
    agree(alice, bob, begins=MAY + timedelta(days=2))
    rebuild(at=NOW)
    rows = {row.lead.last_name: row for row in HandOver.objects.select_related("lead")}
    assert rows["Winner"].agreement is None
    assert rows["Waiter"].agreement == in_force(NOW)
    # Handed over on Wednesday 6 May at eight: four business hours after nine.
    assert rows["Waiter"].accept_due_at == datetime(2026, 5, 6, 13, tzinfo=UTC)
    assert rows["Worker"].look_at is not None


def test_own_hand_overs_are_never_touched(story: Story, bob: Person) -> None:
    own = HandOver.objects.create(lead=story.untouched, owner=bob, at=NOW - timedelta(days=1))
    before = HandOver.objects.values().get(pk=own.pk)
    rebuild(at=NOW)
    assert HandOver.objects.values().get(lead=story.untouched) == before


def test_passing_from_one_person_to_another_begins_anew(story: Story, bob: Person, colleague: Person) -> None:
    lead = story.worked
    began, passed = lead.created_at + timedelta(hours=1), lead.created_at + timedelta(days=3)
    for stage, owner, at in ((HANDED_OVER, bob, began), (PASSED_ON, colleague, passed)):
        LeadStage.objects.create(source="t", external_id=stage, lead=lead, stage=stage, owner=owner, at=at)
    rebuild(at=NOW)
    first, second = HandOver.objects.filter(lead=lead).order_by("number")
    assert (first.owner, first.at, first.outcome, first.ended_at, first.attempts) == (
        bob,
        began,
        "reassigned",
        passed,
        0,
    )
    assert (second.owner, second.at, second.outcome, second.number) == (colleague, passed, "", 2)


def _changes(lead: Lead, *changes: tuple[Person | None, Person | None, int]) -> None:
    """Who got it, who had it before, and how many days after it was created."""
    for number, (owner, before, days) in enumerate(changes):
        LeadStage.objects.create(
            source="t", external_id=f"c{number}", lead=lead, stage=PASSED_ON, owner=owner, owner_before=before,
            at=lead.created_at + timedelta(days=days),
        )  # fmt: skip


def _told(lead: Lead) -> list[tuple[str, int, str, list[str]]]:
    rows = HandOver.objects.filter(lead=lead).order_by("number").select_related("owner")
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [(row.owner.name, (row.at - lead.created_at).days, row.outcome, row.why) for row in rows]


def test_the_first_owner_is_whom_the_first_change_names_as_the_owner_before(
    story: Story, bob: Person, colleague: Person
) -> None:
    _changes(story.worked, (colleague, bob, 3))
    rebuild(at=NOW)
    assert _told(story.worked) == [("Bob", 0, "reassigned", []), ("Susan", 3, "", [])]


def test_an_owner_before_who_is_not_known_is_not_invented(story: Story, colleague: Person, alice: Person) -> None:
    _changes(story.worked, (colleague, None, 3))
    rebuild(at=NOW)
    assert _told(story.worked) == [("Susan", 3, "", ["The CRM's history does not say who had it before."])]
    page = signed_in(alice).get(f"/leads/{story.worked.pk}/").content.decode()
    assert "The CRM&#x27;s history does not say who had it before." in page


def test_a_gap_between_two_known_owners_stays_a_gap(story: Story, bob: Person, colleague: Person) -> None:
    _changes(story.worked, (bob, colleague, 1), (None, bob, 2), (colleague, None, 4))
    rebuild(at=NOW)
    assert _told(story.worked) == [
        ("Susan", 0, "reassigned", []),
        ("Bob", 1, "reassigned", []),
        ("Susan", 4, "", ["The CRM's history does not say who had it before."]),
    ]
    assert HandOver.objects.get(lead=story.worked, number=2).ended_at == story.worked.created_at + timedelta(days=2)


def test_a_history_that_comes_later_puts_the_first_owner_right(story: Story, bob: Person, colleague: Person) -> None:
    _changes(story.worked, (colleague, None, 3))
    rebuild(at=NOW)
    LeadStage.objects.filter(external_id="c0").update(owner_before=bob)
    assert rebuild(at=NOW).written == 2
    assert _told(story.worked) == [("Bob", 0, "reassigned", []), ("Susan", 3, "", [])]
    assert rebuild(at=NOW).written == 0


def test_no_agreement_where_the_time_of_the_first_work_is_not_known(story: Story, alice: Person, bob: Person) -> None:
    agree(alice, bob, begins=MAY - timedelta(days=2))
    Lead.objects.filter(pk=story.untouched.pk).update(status="Working - Contacted")
    rebuild(at=NOW)
    row = HandOver.objects.get(lead=story.untouched)
    assert (row.accepted_at, row.agreement, row.accept_due_at) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Wrong person: no influence on the purchase", "wrong_person"),
        ("Wrong company: too small for us", "not_our_segment"),
        ("No interest: only wanted the download", "no_need"),
        ("Wrong vertical: we do not serve it", "not_our_segment"),
        ("Bad contact data: mail bounced, number dead", "bad_data"),
        ("Timing: come back next year", "timing"),
        ("No budget", "no_budget"),
        ("Duplicate of another lead", "duplicate"),
        ("Kein Interesse", "no_need"),
        ("No budget, wrong person", ""),
        ("Returned to Marketing", ""),
        ("", ""),
    ],
)
def test_a_reason_is_taken_only_where_it_is_certain(text: str, key: str) -> None:
    assert reason_of(text) == key


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Returned to Marketing", "returned"),
        ("Recycled", "recycled"),
        ("Nurture", "recycled"),
        ("Disqualified", "disqualified"),
        ("Closed - Not Converted", "disqualified"),
        ("Working - Contacted", ""),
        ("Neu", ""),
    ],
)
def test_how_a_status_says_that_it_ended(status: str, expected: str) -> None:
    assert ending(status) == expected


STATUSES = ("Open", "Working", "Returned to Marketing", "Disqualified", "Nurture", "")


def _random(number: int, chance: random.Random, people: list[Person | None]) -> tuple[Lead, Known]:
    created = MAY + timedelta(hours=chance.randrange(100))
    owner = chance.choice(people)
    converted = chance.random() < 0.3
    on = (created + timedelta(days=chance.randrange(6))).date() if converted and chance.random() < 0.8 else None
    contact = Contact.objects.create(source="t", external_id=str(number)) if converted else None
    lead = Lead.objects.create(
        source="t", external_id=f"r{number}", last_name=str(number), status=chance.choice(STATUSES), owner=owner,
        created_at=created, is_converted=converted, converted_on=on, contact=contact,
        source_reason=chance.choice(("", "No budget", "Because")),
    )  # fmt: skip
    owners, entered, tries = [], [], []
    for step in range(chance.randrange(4)):
        at, who = created + timedelta(hours=chance.randrange(0, 150)), chance.choice(people)
        stage = chance.choice((HANDED_OVER, PASSED_ON))
        before = chance.choice(people)
        LeadStage.objects.create(
            source="t", external_id=f"o{number}-{step}", lead=lead, stage=stage, owner=who, owner_before=before, at=at
        )
        owners.append(Owned(who.pk if who else None, at, stage == HANDED_OVER, before.pk if before else None))
    for step in range(chance.randrange(3)):
        at, stage = created + timedelta(hours=chance.randrange(0, 200)), chance.choice(STATUSES[1:5])
        LeadStage.objects.create(source="t", external_id=f"s{number}-{step}", lead=lead, stage=stage, at=at)
        entered.append(Entered(stage, at))
    for step in range(chance.randrange(5)):
        at = created + timedelta(hours=chance.randrange(-30, 200))
        at = at.replace(hour=0, minute=0) if chance.random() < 0.3 else at
        of_contact = contact is not None and chance.random() < 0.5
        Activity.objects.create(
            source="t", external_id=f"a{number}-{step}", kind="call", at=at, owner=people[0],
            lead=None if of_contact else lead, contact=contact if of_contact else None,
        )  # fmt: skip
        if not of_contact or (on is not None and at.date() <= on):
            tries.append(at)
    known = Known(
        owner.pk if owner else None, created, lead.status, lead.source_reason, on, converted, owners, entered, tries
    )
    return lead, known


def _as_pass(row: HandOver) -> Pass:
    return Pass(
        row.number, row.owner_id, row.at, row.accepted_at, row.first_attempt_at, row.last_attempt_at, row.attempts,
        row.ended_at, row.outcome, row.reason.key if row.reason else "", row.source_reason,
        row.agreement_id is not None, tuple(row.why),
    )  # fmt: skip


def test_the_statement_says_what_the_rule_says(bob: Person, colleague: Person, alice: Person) -> None:
    agree(alice, bob, begins=datetime(2026, 1, 1, tzinfo=UTC))
    chance = random.Random(7)
    people: list[Person | None] = [bob, colleague, None]
    expected = dict(_random(number, chance, people) for number in range(150))
    rebuild(at=NOW)
    told = 0
    for lead, known in expected.items():
        rows = list(HandOver.objects.filter(lead=lead).select_related("reason").order_by("number"))
        assert [_as_pass(row) for row in rows] == passes(known), known
        told += len(rows)
    assert told > 100
    assert attempting.settle_all(at=NOW) == 0

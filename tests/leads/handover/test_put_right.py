"""What marketing put right is judged again at once, by the path of every lead; what does not qualify comes back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from sameside.leads.agreement.terms import Segment, Service, Terms
from sameside.leads.clock.coming_back import revive
from sameside.leads.handover import answering, ending, taking_up
from sameside.leads.models import Agreement, HandOver, Lead, LeadEvent, Recycling
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import signed_in
from tests.leads.agreed import agree, office_hours
from tests.leads.handover.handed import handed, reason
from tests.leads.jobs import asked_for
from tests.leads.routing.routes import route_to

ELEVEN = datetime(2026, 6, 1, 9, tzinfo=UTC)
NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
Taken = Recycling.Taken


@pytest.fixture
def agreement(alice: Person, bob: Person) -> Agreement:
    """Whoever is a lead qualifies."""
    office_hours()
    return agree(alice, bob, said=Terms((Segment("everybody", "Everybody"),), (), (Service(accept_hours=4),)))


@pytest.fixture
def came(handover: HandOver, bob: Person) -> Recycling:
    answering.return_(handover, reason("bad_data"), said="The number is not in use", by=bob, at=ELEVEN)
    return Recycling.objects.get()


def _kinds(lead: Lead) -> list[str]:
    return [event.kind for event in LeadEvent.objects.filter(lead=lead).order_by("pk")][2:]


def test_it_goes_to_whom_the_routes_choose(came: Recycling, alice: Person, colleague: Person) -> None:
    route_to(colleague)
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)

    assert revive(at=NOON) == 1
    assert revive(at=NOON) == 0

    assert _kinds(came.lead) == ["repaired", "qualified", "routed"]
    event = LeadEvent.objects.get(kind="repaired")
    assert (event.by, event.text) == (alice, "What was wrong with its data was put right, so it is judged again.")
    again = HandOver.objects.get(number=2)
    assert (again.owner, again.at, again.outcome) == (colleague, NOON, "")


def test_it_is_asked_for_at_once(came: Recycling, alice: Person, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)
    assert asked_for() == ["leads.route_soon"]


def test_undo_takes_it_from_an_owner_who_has_not_begun(came: Recycling, alice: Person, colleague: Person) -> None:
    route_to(colleague)
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)
    revive(at=NOON)

    taking_up.take_back([came.pk], by=alice, at=NOON + timedelta(minutes=5))

    came.refresh_from_db()
    assert (came.taken, came.taken_up_at, came.revived_at) == ("", None, None)
    assert HandOver.objects.get(number=2).outcome == "withdrawn"
    assert not HandOver.objects.open().exists()
    assert revive(at=NOON + timedelta(minutes=6)) == 0
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON + timedelta(minutes=7))
    assert revive(at=NOON + timedelta(minutes=8)) == 1
    assert HandOver.objects.open().get().number == 3


def test_undo_before_it_was_judged(came: Recycling, alice: Person, colleague: Person) -> None:
    route_to(colleague)
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)
    taking_up.take_back([came.pk], by=alice, at=NOON)
    assert revive(at=NOON) == 0
    assert not HandOver.objects.open().exists()


def test_what_its_new_owner_accepted_stays(came: Recycling, alice: Person, colleague: Person) -> None:
    route_to(colleague)
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)
    revive(at=NOON)
    answering.accept(HandOver.objects.open().get(), by=colleague, at=NOON)
    with pytest.raises(Refused, match="since"):
        taking_up.take_back([came.pk], by=alice, at=NOON)
    came.refresh_from_db()
    assert came.taken == Taken.REPAIRED


def test_what_does_not_qualify_waits_again_and_says_so(came: Recycling, alice: Person) -> None:
    Agreement.objects.update(ends_at=ELEVEN)  # nothing is agreed now, so nothing qualifies
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)

    assert revive(at=NOON) == 1

    came.refresh_from_db()
    assert (came.taken, came.taken_up_at, came.revived_at) == ("", None, NOON)
    assert _kinds(came.lead) == ["repaired", "not_routed"]
    assert "but it does not qualify" in signed_in(alice).get("/leads/back/").content.decode()


def test_what_no_route_takes_waits_with_the_unrouted(came: Recycling, alice: Person) -> None:
    taking_up.take_up([came.pk], Taken.REPAIRED, by=alice, at=NOON)
    revive(at=NOON)
    came.lead.refresh_from_db()
    assert came.lead.not_routed == "There is no route yet."
    assert "There is no route yet." in signed_in(alice).get("/leads/unrouted/").content.decode()
    taking_up.take_back([came.pk], by=alice, at=NOON)
    came.lead.refresh_from_db()
    assert came.lead.not_routed == ""


def test_what_sales_asked_for_on_a_day_comes_on_that_day(agreement, alice: Person, bob: Person) -> None:
    route_to(bob)
    made = handed(bob, alice)
    ending.recycle(made, reason("timing"), return_on=date(2026, 9, 1), by=bob, at=ELEVEN)
    taking_up.take_up([Recycling.objects.get().pk], Taken.REPAIRED, by=alice, at=NOON)
    assert revive(at=NOON) == 0
    assert revive(at=datetime(2026, 9, 1, 8, tzinfo=UTC)) == 1


def test_sales_cannot_say_it(came: Recycling, bob: Person) -> None:
    form = {"only": came.pk, "taken": "repaired"}
    assert signed_in(bob).post("/leads/back/takings-up/", form).status_code == 403
    assert revive(at=timezone.now()) == 0

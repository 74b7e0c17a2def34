"""What the sweep does with other verbs: passing on, letting clocks go on, judging what comes back."""

from datetime import date, timedelta

import pytest

from sameside.leads.agreement.terms import OnBreach, Segment, Service, Terms
from sameside.leads.clock.sweeping import sweep
from sameside.leads.handover import handing, pausing
from sameside.leads.models import Agreement, Breach, HandOver, Lead, Route, RouteMember
from sameside.people.models import Person
from tests.leads.agreed import agree, office_hours
from tests.leads.clock.handing import berlin

TEN = berlin(2026, 6, 1, 10)


@pytest.fixture
def agreement(alice: Person, bob: Person) -> Agreement:
    office_hours()
    service = Service(accept_hours=4, attempt_hours=8, attempts=4, over_days=10, end_days=30)
    said = Terms((Segment("everybody", "Everybody"),), (), (service,), OnBreach(remind_at=(), gives_back=True))
    return agree(alice, bob, said=said)


def routed(first: Person, *others: Person) -> HandOver:
    route = Route.objects.create(position=1, name="All", gives=Route.Gives.ROUND_ROBIN, changed_at=TEN)
    for person in (first, *others):
        RouteMember.objects.create(route=route, person=person)
    lead = Lead.objects.create(source="t", external_id="L1", last_name="Fox", created_at=TEN)
    return handing.hand_over(lead, first, by=None, at=TEN, route=route)


def test_what_is_not_accepted_in_time_goes_to_the_next_of_the_route(
    agreement: Agreement, bob: Person, colleague: Person
) -> None:
    made = routed(bob, colleague)
    assert sweep(at=berlin(2026, 6, 1, 14)).passed_on == 0
    assert sweep(at=berlin(2026, 6, 1, 14, 1)).passed_on == 1
    made.refresh_from_db()
    begun = HandOver.objects.get(ended_at=None)
    assert made.outcome == "reassigned"
    assert (begun.owner, begun.at) == (colleague, berlin(2026, 6, 1, 14, 1))
    assert begun.why[0] == "Bob did not accept it in time, and the agreement passes it on."
    assert begun.accept_due_at == berlin(2026, 6, 2, 10, 1), "the whole four hours"
    sweep(at=berlin(2026, 6, 1, 14, 2))
    breach = Breach.objects.get()
    assert (breach.owner, breach.promise, breach.kept_at) == (bob, "accept", None)


def test_who_had_it_does_not_get_it_again_and_it_is_tried_every_hour(
    agreement: Agreement, bob: Person, colleague: Person
) -> None:
    routed(bob, colleague)
    sweep(at=berlin(2026, 6, 1, 14, 1))
    assert sweep(at=berlin(2026, 6, 2, 10, 2)).passed_on == 0
    begun = HandOver.objects.get(ended_at=None)
    assert begun.owner == colleague
    assert begun.look_at == berlin(2026, 6, 2, 11, 2)
    fresh = Person.objects.create_user("f@example.com", None, name="Fred", role="seller")
    RouteMember.objects.create(route=begun.route, person=fresh)
    assert sweep(at=berlin(2026, 6, 2, 11, 2)).passed_on == 1
    assert HandOver.objects.get(ended_at=None).owner == fresh


def test_what_was_handed_over_by_hand_stays(agreement: Agreement, bob: Person, gus: Person) -> None:
    lead = Lead.objects.create(source="t", external_id="L1", last_name="Fox", created_at=TEN)
    handing.hand_over(lead, bob, by=gus, at=TEN)
    assert sweep(at=berlin(2026, 6, 1, 15)).passed_on == 0
    assert Breach.objects.count() == 1


def test_a_pause_ends_on_its_day_and_what_is_due_has_moved(agreement: Agreement, bob: Person) -> None:
    made = routed(bob)
    HandOver.objects.filter(pk=made.pk).update(accepted_at=TEN)
    made.refresh_from_db()
    pausing.pause(made, because="Board meets", resume_on=date(2026, 6, 3), by=bob, at=berlin(2026, 6, 1, 11))
    assert sweep(at=berlin(2026, 6, 2, 23)).resumed == 0
    morning = berlin(2026, 6, 3, 6)
    assert sweep(at=morning).resumed == 1
    made.refresh_from_db()
    assert made.paused_at is None
    assert made.attempt_due_at == berlin(2026, 6, 3, 16), "1 of 8 hours had run; 7 from 9:00 on"
    assert sweep(at=morning + timedelta(minutes=1)).resumed == 0

"""Two who route at the same moment: a lead goes to one person once, turns stay fair, and nobody gets too many."""

from collections.abc import Callable
from threading import Barrier, Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from sameside.leads.handover.handing import hand_over
from sameside.leads.models import HandOver, Lead, RouteMember, WorkingPlace
from sameside.leads.routing import editing, routing
from sameside.leads.routing.editing import Draft, Gives
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.connectors.conftest import committed
from tests.leads.jobs import asked_for
from tests.leads.routing.routes import lead, qualified, route_to, seller

__all__ = ["committed"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def _at_once(*works: Callable[[], object]) -> None:
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait(20)
        try:
            work()
        finally:
            connection.close()

    threads = [Thread(target=run, args=[one]) for one in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_one_lead_is_handed_over_once(alice: Person, bob: Person) -> None:
    route_to(bob)
    kept, refused = qualified(), list[str]()

    def by_hand() -> None:
        try:
            hand_over(kept.lead, bob, by=alice, at=NOW)
        except Refused as refusal:
            refused.append(str(refusal))

    _at_once(lambda: routing.route(kept, at=NOW), lambda: routing.route(kept, at=NOW), by_hand)

    assert HandOver.objects.count() == 1
    assert RouteMember.objects.get().given == (0 if not refused else 1)


def test_turns_and_limits_hold_over_all_who_route(alice: Person, bob: Person) -> None:
    ann = seller("Ann")
    route_to(bob, ann)
    WorkingPlace.objects.create(person=ann, capacity=2)
    kept = [qualified() for _ in range(8)]

    def some(start: int) -> Callable[[], object]:
        return lambda: [routing.route(one, at=NOW) for one in kept[start::2]]

    _at_once(some(0), some(1))

    assert {one.name: HandOver.objects.filter(owner=one).count() for one in (ann, bob)} == {"Ann": 2, "Bob": 6}
    assert not Lead.objects.exclude(not_routed="").exists()


def test_trying_again_twice_at_once_hands_over_once(bob: Person) -> None:
    for _ in range(4):
        lead(not_routed="There is no route yet.")
    route_to(bob)

    _at_once(lambda: routing.try_again(at=NOW), lambda: routing.try_again(at=NOW))

    assert HandOver.objects.count() == 4
    assert RouteMember.objects.get().given == 4


def test_a_route_that_is_saved_while_a_lead_is_routed_misses_none(alice: Person, bob: Person) -> None:
    """Whoever saves a route waits for the lead that is being routed, and then finds it among those that wait."""
    kept, routed = qualified(), Event()
    draft = Draft("All", Gives.PERSON, [], members=[(bob.pk, 1)])

    def route_slowly() -> None:
        with transaction.atomic():
            assert routing.route(kept, at=NOW) is None
            routed.set()
            sleep(0.7)  # not committed yet

    def save_and_try() -> None:
        assert routed.wait(20)
        editing.save(None, draft, by=alice, at=NOW)
        assert asked_for() == ["leads.route_soon"]
        routing.try_again(at=NOW)

    _at_once(route_slowly, save_and_try)

    assert HandOver.objects.get().owner == bob

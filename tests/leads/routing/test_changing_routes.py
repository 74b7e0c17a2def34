"""Routes are made, changed, moved, switched, taken away and undone, by those who may."""

import pytest

from sameside.leads.models import Route, RouteChange, RouteMember
from sameside.leads.routing import editing
from sameside.leads.routing.editing import Draft
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.leads.routing.routes import BANKS, GERMANY, route_to, seller


def _turns(*persons: Person) -> Draft:
    return Draft("DACH", "round_robin", [GERMANY], members=[(one.pk, 1) for one in persons])


def test_a_route_is_made_last_and_audited(alice: Person, bob: Person) -> None:
    route_to(bob)

    change = editing.save(None, _turns(bob), by=alice, at=NOW)

    assert (change.text, change.route.position, change.route.conditions) == ("Made “DACH”", 2, [GERMANY])
    assert AuditEntry.objects.get(action="route.changed").person == alice


def test_undo_puts_back_conditions_and_people(alice: Person, bob: Person) -> None:
    ann = seller("Ann")
    made = editing.save(None, _turns(bob, ann), by=alice, at=NOW)
    RouteMember.objects.filter(person=bob).update(given=5)
    changed = editing.save(made.route, Draft("Banks", "person", [BANKS], members=[(ann.pk, 1)]), by=alice, at=NOW)

    editing.undo(changed, by=alice, at=NOW)

    route = Route.objects.get()
    assert (route.name, route.gives, route.conditions) == ("DACH", "round_robin", [GERMANY])
    assert sorted(route.members.values_list("person__name", flat=True)) == ["Ann", "Bob"]


def test_the_later_change_is_undone_first(alice: Person, bob: Person) -> None:
    made = editing.save(None, _turns(bob), by=alice, at=NOW)
    editing.switch(made.route, on=False, by=alice, at=NOW)

    with pytest.raises(Refused, match="was changed since, so this stays"):
        editing.undo(made, by=alice, at=NOW)


def test_an_order_is_undone_too(alice: Person, bob: Person) -> None:
    first, second = route_to(bob, name="First"), route_to(bob, name="Second")

    change = editing.move(second, 0, by=alice, at=NOW)

    assert [one.name for one in editing.live()] == ["Second", "First"]
    assert change is not None
    editing.undo(change, by=alice, at=NOW)
    assert [one.name for one in editing.live()] == ["First", "Second"]
    assert editing.move(first, -5, by=alice, at=NOW) is None


def test_a_route_taken_away_comes_back(alice: Person, bob: Person) -> None:
    route = route_to(bob)

    change = editing.remove(route, by=alice, at=NOW)

    assert editing.live() == []
    with pytest.raises(Refused, match="taken away meanwhile"):
        editing.switch(route, on=True, by=alice, at=NOW)
    editing.undo(change, by=alice, at=NOW)
    assert editing.live() == [route]


def test_who_joins_begins_at_the_pace_of_the_others(alice: Person, bob: Person) -> None:
    ann = seller("Ann")
    made = editing.save(None, _turns(bob), by=alice, at=NOW)
    RouteMember.objects.update(given=40)

    editing.save(made.route, _turns(bob, ann), by=alice, at=NOW)

    assert RouteMember.objects.get(person=ann).given == 40


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (Draft(" ", "account_owner"), "Give the route a name."),
        (Draft("A", "everybody"), "Choose whom it gives leads to."),
        (Draft("A", "team"), "Choose a team."),
        (Draft("A", "round_robin"), "Choose who gets its leads."),
        (Draft("A", "account_owner", [{"field": "x"}]), "There is no field “x” to set a condition on."),
        (Draft("A", "account_owner", [GERMANY] * 21), "A route has a list of at most 20 conditions."),
    ],
)
def test_a_draft_that_cannot_be_is_refused(alice: Person, draft: Draft, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        editing.save(None, draft, by=alice, at=NOW)
    assert str(refusal.value) == sentence
    assert not RouteChange.objects.exists()


def test_who_does_not_sell_gets_no_turn(alice: Person, fay: Person) -> None:
    with pytest.raises(Refused, match="Fay does not work leads"):
        editing.save(None, _turns(fay), by=alice, at=NOW)


def test_a_seller_changes_no_routes(bob: Person) -> None:
    with pytest.raises(Refused, match="Your role does not let you change how leads are scored and routed"):
        editing.save(None, _turns(bob), by=bob, at=NOW)

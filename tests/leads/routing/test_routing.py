"""Whom a qualified lead goes to, in whose turn, with which reasons, and what happens where no route takes it."""

from datetime import date, timedelta

import pytest

from sameside.crm.models import Company
from sameside.leads.handover.handing import hand_over, withdraw
from sameside.leads.models import Absence, HandOver, Lead, LeadEvent, RouteMember, WorkingPlace
from sameside.leads.routing import routing
from sameside.leads.routing.choosing import Chosen, NotRouted, choose
from sameside.leads.scoring.facts import facts_of
from sameside.people.models import Person, Team
from tests.conftest import NOW
from tests.leads.agreed import agree
from tests.leads.routing.routes import BANKS, GERMANY, lead, qualified, route_to, seller


def _away(person: Person, cover: Person | None = None) -> Absence:
    return Absence.objects.create(
        person=person, starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 3), cover=cover, made_by=person, made_at=NOW
    )


def _chosen(one: Lead) -> Chosen | NotRouted:
    return choose(one, facts_of([one.pk], at=NOW)[one.pk], at=NOW)


def _because(one: Lead) -> str:
    found = _chosen(one)
    assert isinstance(found, NotRouted)
    return found.because


def test_it_goes_to_the_first_route_that_fits_and_says_why(alice: Person, bob: Person) -> None:
    agreement = agree(alice, bob)
    ann = seller("Ann")
    route_to(ann, name="Austria", conditions=[{"field": "country", "how": "is", "values": ["Austria"]}])
    route_to(bob, ann, name="DACH banks", conditions=[GERMANY, BANKS])
    _away(ann)
    kept = qualified()

    made = routing.route(kept, at=NOW)

    assert made is not None
    assert (made.owner, made.qualification, made.agreement, made.by) == (bob, kept, agreement, None)
    assert made.route is not None
    assert made.route.name == "DACH banks"
    assert made.why == ["Route “DACH banks”: country is Germany; vertical is banking.", "Bob is next in turn."]
    assert LeadEvent.objects.get(kind="routed").text == (
        "Handed over to Bob. Route “DACH banks”: country is Germany; vertical is banking. Bob is next in turn."
    )


def test_who_is_passed_over_is_named(bob: Person) -> None:
    ann = seller("Ann")
    route_to(ann, bob, name="All")
    RouteMember.objects.filter(person=bob).update(given=3)
    _away(ann)

    found = _chosen(lead())

    assert isinstance(found, Chosen)
    assert found.why == (
        "Route “All”: it takes every lead.",
        "Bob is next in turn; Ann is away until 3 June 2026, and nobody covers.",
    )


def test_people_take_turns_by_their_weights(bob: Person) -> None:
    ann = seller("Ann")
    route_to(bob, ann, weights=(2, 1))

    owners = [made.owner.name for made in (routing.route(qualified(), at=NOW) for _ in range(6)) if made]

    assert (owners.count("Bob"), owners.count("Ann")) == (4, 2)
    assert sorted(owners[:3]) == ["Ann", "Bob", "Bob"]


def test_a_team_takes_turns_and_who_joins_later_is_not_flooded(bob: Person, sales: Team) -> None:
    ann = seller("Ann", sales)
    route_to(gives="team", team=sales)
    for _ in range(4):
        routing.route(qualified(), at=NOW)
    assert sorted(RouteMember.objects.values_list("person__name", "given")) == [("Ann", 2), ("Bob", 2)]

    cleo = seller("Cleo", sales)
    for _ in range(3):
        routing.route(qualified(), at=NOW)

    assert {one.name: HandOver.objects.filter(owner=one).count() for one in (ann, bob, cleo)} == {
        "Ann": 3, "Bob": 3, "Cleo": 1,
    }  # fmt: skip


def test_who_does_not_sell_is_no_member_of_a_team_that_takes_leads(alice: Person, marketing: Team) -> None:
    route_to(gives="team", team=marketing, name="Wrong team")

    assert _because(lead()) == "Route “Wrong team”: Nobody of Demand generation works leads."


def test_the_owner_of_the_company_gets_it(bob: Person) -> None:
    Company.objects.create(source="t", external_id="C1", name="Alpen Bank", domain="alpen.example", owner=bob)
    route_to(gives="account_owner", name="Named accounts")

    found = _chosen(lead(email="k@alpen.example"))

    assert isinstance(found, Chosen)
    assert found.why == ("Route “Named accounts”: it takes every lead.", "Bob owns Alpen Bank.")
    assert _because(lead(email="k@gmail.com")) == "Route “Named accounts”: No company of it is known here."


def test_who_owns_the_company_and_is_away_is_covered_for(bob: Person) -> None:
    ann = seller("Ann")
    Company.objects.create(source="t", external_id="C1", name="Alpen Bank", domain="alpen.example", owner=bob)
    route_to(gives="account_owner")
    _away(bob, ann)

    found = _chosen(lead(email="k@alpen.example"))

    assert isinstance(found, Chosen)
    assert (found.person, found.why[1:]) == (
        ann,
        ("Bob owns Alpen Bank.", "Bob is away until 3 June 2026; Ann covers."),
    )


def test_an_owner_who_cannot_sell_leaves_it_to_the_next_route(alice: Person, bob: Person) -> None:
    Company.objects.create(source="t", external_id="C1", name="Alpen Bank", domain="alpen.example", owner=alice)
    route_to(gives="account_owner", name="Named accounts")
    route_to(bob, gives="person", name="The rest")

    found = _chosen(lead(email="k@alpen.example"))

    assert isinstance(found, Chosen)
    assert found.why == (
        "Route “Named accounts” was passed by: Alice owns Alpen Bank. Alice does not work leads: the role does not "
        "allow it.",
        "Route “The rest”: it takes every lead.",
        "It goes to Bob.",
    )


def test_only_where_nobody_is_there_cover_gets_a_turn(bob: Person) -> None:
    ann, cleo = seller("Ann"), seller("Cleo")
    route_to(bob, ann)
    _away(bob, cleo)
    _away(ann)

    found = _chosen(lead())

    assert isinstance(found, Chosen)
    assert found.person == cleo
    assert found.why[1] == "Nobody of it is free, so cover gets it: Bob is away until 3 June 2026; Cleo covers."


@pytest.mark.parametrize(
    ("place", "because"),
    [
        ({"capacity": 1}, "Bob has 1 open of 1 at most"),
        ({"capacity": 0}, "Bob has 1 open of 0 at most"),
        ({"per_day": 1}, "Bob got 1 today of 1 at most"),
        ({"is_taking": False}, "Bob takes no leads now"),
    ],
)
def test_who_has_enough_gets_no_more(bob: Person, place: dict[str, int], because: str) -> None:
    route_to(bob, name="All")
    hand_over(lead(), bob, by=None, at=NOW)
    WorkingPlace.objects.create(person=bob, **place)

    assert _because(lead()) == f"Route “All”: Nobody can take it: {because}."


def test_what_ended_and_what_came_yesterday_leave_room(bob: Person) -> None:
    route_to(bob)
    first = hand_over(lead(), bob, by=None, at=NOW - timedelta(days=1))
    HandOver.objects.filter(pk=first.pk).update(ended_at=NOW, outcome="withdrawn")
    WorkingPlace.objects.create(person=bob, capacity=1, per_day=1)

    assert isinstance(_chosen(lead()), Chosen)


def test_what_an_import_gave_takes_no_room(bob: Person) -> None:
    route_to(bob)
    HandOver.objects.create(lead=lead(), owner=bob, at=NOW, derived=True)
    WorkingPlace.objects.create(person=bob, capacity=1, per_day=1)

    assert isinstance(_chosen(lead()), Chosen)


def test_no_lead_is_lost(bob: Person) -> None:
    kept = qualified()

    assert routing.route(kept, at=NOW) is None

    kept.lead.refresh_from_db()
    assert kept.lead.not_routed == "There is no route yet."
    assert LeadEvent.objects.get().kind == "not_routed"
    assert list(routing.unrouted()) == [kept.lead]


def test_what_is_not_known_fulfils_no_condition(bob: Person) -> None:
    route_to(bob, name="Germany", conditions=[GERMANY])

    assert _because(lead(country="")) == (
        "The only route, “Germany”, does not fit. It asks that country is Germany, but country is not known."
    )


def test_segment_and_score_are_asked_as_well(bob: Person) -> None:
    ann = seller("Ann")
    route_to(ann, conditions=[{"field": "score", "how": "at_least", "values": ["80"]}], name="Hot")
    route_to(bob, conditions=[{"field": "segment", "how": "is", "values": ["dach-banks"]}], name="Banks")

    hot, bank = _chosen(lead(score=81)), _chosen(lead(score=79, segment="dach-banks"))

    assert isinstance(hot, Chosen)
    assert isinstance(bank, Chosen)
    assert (hot.person, hot.why[0]) == (ann, "Route “Hot”: score is 81.")
    assert (bank.person, bank.why[0]) == (bob, "Route “Banks”: segment is dach-banks.")
    assert _because(lead(score=5)) == (
        "None of the 2 routes fits. The first, “Hot”: It asks that score is at least 80, but score is 5."
    )


def test_a_route_that_is_off_or_gone_takes_none(bob: Person) -> None:
    route_to(bob, is_active=False)
    route_to(bob, deleted_at=NOW)

    assert _because(lead()) == "There is no route yet."


@pytest.mark.parametrize(
    "conditions",
    [
        [{"field": "password", "how": "is", "values": ["x"]}],
        [{"field": "country", "how": "DROP TABLE", "values": ["x"]}],
        [{"field": ["country"], "how": "is", "values": "Germany"}],
        [{"field": "score", "how": "at_least", "values": ["1e9"]}],
        {"field": "country"},
        ["country"],
        [GERMANY] * 21,
    ],
)
def test_a_route_whose_conditions_cannot_be_read_takes_nothing_and_stops_nothing(
    bob: Person, conditions: object
) -> None:
    ann = seller("Ann")
    route_to(bob, conditions=conditions)
    route_to(ann)

    found = _chosen(lead())

    assert isinstance(found, Chosen)
    assert found.person == ann


def test_unrouted_leads_are_tried_again(bob: Person) -> None:
    kept, other = qualified(), qualified(country="France")
    routing.route(kept, at=NOW)
    routing.route(other, at=NOW)
    assert routing.try_again(at=NOW) == 0
    route_to(bob, conditions=[GERMANY], name="Germany")

    assert routing.try_again(at=NOW) == 1

    assert HandOver.objects.get().qualification == kept
    other.lead.refresh_from_db()
    assert other.lead.not_routed.startswith("The only route, “Germany”, does not fit.")
    assert LeadEvent.objects.filter(kind="not_routed").count() == 2


def test_what_marketing_took_back_is_not_routed_again(alice: Person, bob: Person) -> None:
    route_to(bob)
    made = routing.route(qualified(), at=NOW)
    assert made is not None
    withdraw(made, by=alice, at=NOW + timedelta(minutes=1))

    assert routing.try_again(at=NOW + timedelta(minutes=2)) == 0
    assert routing.unrouted().count() == 1


def test_a_lead_that_somebody_has_is_left_alone(bob: Person) -> None:
    route_to(bob)
    kept = qualified()
    hand_over(kept.lead, bob, by=None, at=NOW)

    assert routing.route(kept, at=NOW) is None
    assert HandOver.objects.count() == 1


def test_a_converted_lead_is_left_alone(bob: Person) -> None:
    route_to(bob)
    kept = qualified()
    Lead.objects.filter(pk=kept.lead_id).update(is_converted=True)

    assert routing.route(kept, at=NOW) is None

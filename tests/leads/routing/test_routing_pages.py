"""The pages of routing: what they show, what a trial says before saving, the queue of unrouted leads, and refusals."""

from typing import Any

import pytest

from sameside.leads.handover.handing import hand_over
from sameside.leads.models import HandOver, Lead, LeadEvent, Route
from sameside.leads.routing import having, routing, trying
from sameside.leads.routing.editing import Draft
from sameside.people.models import Person, Team
from tests.conftest import NOW, signed_in
from tests.leads.routing.routes import GERMANY, lead, qualified, route_to, seller


def _form(*persons: Person, **more: str) -> dict[str, str]:
    return {
        "name": "DACH", "is_active": "1", "gives": "round_robin", "conditions": "1", "0-field": "country",
        "0-how": "is", "0-values": "Germany\nAustria", **{f"weight-{one.pk}": "1" for one in persons}, **more,
    }  # fmt: skip


def test_a_route_is_saved_from_the_form(alice: Person, bob: Person) -> None:
    answer = signed_in(alice).post("/leads/routing/new/", _form(bob, do="save"))

    assert answer.status_code == 302
    route = Route.objects.get()
    assert route.conditions == [{"field": "country", "how": "is", "values": ["Germany", "Austria"]}]
    assert list(route.members.values_list("person__name", "weight")) == [("Bob", 1)]


def test_trying_saves_nothing(alice: Person, bob: Person) -> None:
    lead(), lead(country="France")

    answer = signed_in(alice).post("/leads/routing/new/", _form(bob), headers={"HX-Request": "true"})

    assert not Route.objects.exists()
    assert "1 would go elsewhere. 1 would wait unrouted; by the routes as they are, 2." in answer.content.decode()


@pytest.mark.parametrize(
    "broken",
    [
        {"conditions": "999999999"},
        {"conditions": "-1"},
        {"0-field": "password"},
        {"0-how": "'; DROP TABLE"},
        {"0-values": ""},
        {"gives": "nonsense"},
        {"gives": "person", "person": "99999999999999999999"},
        {"team": "x", "gives": "team"},
        {"name": "x" * 5000, "0-values": "\x00"},
        {"do": "remove:99"},
        {"do": f"remove:{'9' * 5_000}"},
    ],
)
def test_a_hostile_form_breaks_nothing(alice: Person, bob: Person, broken: dict[str, str]) -> None:
    answer = signed_in(alice).post("/leads/routing/new/", _form(bob, **{"do": "try", **broken}))

    assert answer.status_code == 200
    assert not Route.objects.exists()


def test_the_trial_gives_what_would_change(alice: Person, bob: Person) -> None:
    ann = seller("Ann")
    first = route_to(bob)
    leads = [lead(), lead(), lead(country="France")]
    draft = Draft("Ann's", "person", [GERMANY], members=[(ann.pk, 1)])

    tried = trying.try_many(leads, [*trying.drafted(draft, None)][::-1], at=NOW)

    assert [one.is_other for one in tried] == [True, True, False]
    assert [(one.name, one.before, one.after) for one in trying.shares(tried)] == [("Ann", 0, 2), ("Bob", 3, 1)]
    assert first.members.get().given == 0


@pytest.mark.parametrize("gives", ["team", "round_robin"])
def test_a_route_that_is_not_changed_changes_nothing(alice: Person, sales: Team, gives: str) -> None:
    """Whose turn it is stays with a team's people too, who are not named in the form."""
    ann, ben, cem = (seller(name, sales) for name in ("Ann", "Ben", "Cem"))
    route = route_to(ann, ben, cem, gives=gives, team=sales if gives == "team" else None)
    for person, given in ((ann, 5), (ben, 4), (cem, 7)):
        route.members.filter(person=person).update(given=given, last_given_at=NOW)
    leads = [lead() for _ in range(4)]

    page = signed_in(alice).get(f"/leads/routing/{route.pk}/").content.decode()

    assert "The last 4 leads, as if they came now: nobody gets another lead than now." in page
    tried = trying.try_many(leads, trying.drafted(Draft("Ann's", "person", [], members=[(ann.pk, 1)]), route), at=NOW)
    assert [trying.person_of(one.before) for one in tried if one.before] == [ben, ann, ben, ann]
    assert [one.is_other for one in tried] == [True, False, True, False]


def test_a_route_that_is_off_is_tried_with_the_turns_it_had(alice: Person) -> None:
    ann, ben = seller("Ann"), seller("Ben")
    route = route_to(ann, ben, is_active=False)
    route.members.filter(person=ann).update(given=3)
    draft = Draft("On", "round_robin", [], members=[(ann.pk, 1), (ben.pk, 1)])

    tried = trying.try_many([lead() for _ in range(3)], trying.drafted(draft, route), at=NOW)

    assert [trying.person_of(one.after) for one in tried] == [ben, ben, ben]


def test_one_lead_is_tried_as_it_would_be_now(alice: Person, bob: Person) -> None:
    route_to(bob, name="Germany", conditions=[GERMANY])
    one = lead(email="k@alpen.example")

    page = signed_in(alice).get("/leads/routing/trial/", {"lead": "k@alpen.example"}).content.decode()

    assert "Route “Germany”: country is Germany. Bob is next in turn." in page
    assert not HandOver.objects.filter(lead=one).exists()


def test_many_are_handed_over_at_once_and_undone(alice: Person, bob: Person) -> None:
    leads = [qualified().lead for _ in range(3)]
    for one in leads:
        routing.route(one.qualifications.get(), at=NOW)
    browser = signed_in(alice)

    browser.post("/leads/unrouted/hand-overs/", {"lead": [one.pk for one in leads[:2]], "person": bob.pk})

    assert sorted(HandOver.objects.open().values_list("lead", flat=True)) == sorted(one.pk for one in leads[:2])
    assert "2 leads handed over to Bob." in browser.get("/leads/unrouted/").content.decode()
    browser.post("/leads/unrouted/undoing/")
    assert not HandOver.objects.open().exists()
    assert list(Lead.objects.exclude(not_routed="").filter(owner=None).order_by("pk")) == leads
    assert LeadEvent.objects.filter(kind="undone").count() == 2


def test_what_the_owner_has_accepted_is_not_undone(alice: Person, bob: Person) -> None:
    one, browser = lead(not_routed="No route fits."), signed_in(alice)
    browser.post("/leads/unrouted/hand-overs/", {"lead": [one.pk], "person": bob.pk})
    HandOver.objects.update(accepted_at=NOW)

    page = browser.post("/leads/unrouted/undoing/", follow=True).content.decode()

    assert "Bob has accepted it since. Take it back instead." in page
    assert HandOver.objects.open().count() == 1


def test_from_its_page_a_lead_is_handed_over_passed_on_and_taken_back(
    alice: Person, bob: Person, colleague: Person
) -> None:
    one, browser = lead(), signed_in(alice)

    browser.post(f"/leads/{one.pk}/hand-over/", {"person": bob.pk, "note": "Met at the fair."})
    browser.post(f"/leads/{one.pk}/hand-over/", {"person": colleague.pk})
    browser.post(f"/leads/{one.pk}/hand-over/withdrawal/")

    assert list(HandOver.objects.order_by("number").values_list("owner__name", "outcome")) == [
        ("Bob", "reassigned"), ("Susan", "withdrawn"),
    ]  # fmt: skip
    event = LeadEvent.objects.get(kind="withdrawn")
    browser.post(f"/leads/{one.pk}/hand-over/{event.pk}/undoing/")
    assert HandOver.objects.open().get().owner == colleague


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/leads/routing/new/"),
        ("get", "/leads/unrouted/takers/"),
        ("post", "/leads/routing/1/place/"),
        ("post", "/leads/routing/1/removal/"),
        ("post", "/leads/unrouted/hand-overs/"),
        ("post", "/leads/unrouted/trying/"),
        ("get", "/leads/1/hand-over/"),
        ("post", "/leads/1/hand-over/withdrawal/"),
    ],
)
def test_a_seller_is_refused(bob: Person, method: str, path: str) -> None:
    assert getattr(signed_in(bob), method)(path).status_code == 403


def test_a_seller_does_not_see_leads_of_another_team_in_the_queue(bob: Person, colleague: Person) -> None:
    lead(not_routed="No route fits.", owner=colleague, last_name="Hidden")

    assert "Hidden" not in signed_in(bob).get("/leads/unrouted/").content.decode()


def test_queries_do_not_grow_with_routes_people_and_leads(
    alice: Person, bob: Person, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(alice)
    for number in range(6):
        person = seller(f"Seller {number}")
        route_to(bob, person, conditions=[GERMANY])
        hand_over(lead(), person, by=None, at=NOW)
        lead(not_routed="No route fits.")
    with django_assert_max_num_queries(17):
        assert browser.get("/leads/routing/").status_code == 200
    with django_assert_max_num_queries(5):
        assert browser.get("/leads/unrouted/").status_code == 200


def test_who_has_how_much_is_paged_and_found_by_name(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(having, "SIZE", 2)
    people = [bob, *(seller(f"Seller {number}") for number in range(4))]
    route_to(*people)
    browser = signed_in(alice)

    first = browser.get("/leads/routing/").context["having"]
    assert ["Bob" in first.rows, "Seller 0" in first.rows, "Seller 1" in first.rows] == [True, True, False]
    second = browser.get(f"/leads/routing/{first.next.partition('#')[0]}").context["having"]
    assert ["Seller 0" in second.rows, "Seller 1" in second.rows, "Seller 2" in second.rows] == [False, True, True]
    found = browser.get("/leads/routing/?who=seller 3").context["having"]
    assert ["Seller 3" in found.rows, "Bob" in found.rows, found.next] == [True, False, ""]
    assert "Nobody of this name gets leads." in browser.get("/leads/routing/?who=zz").content.decode()


def test_to_whom_they_may_go_is_read_when_somebody_chooses(alice: Person, bob: Person) -> None:
    lead(not_routed="No route fits.")
    browser = signed_in(alice)

    page, asked = browser.get("/leads/unrouted/").content.decode(), browser.get("/leads/unrouted/takers/")

    assert "Bob: 0 open" not in page
    assert 'hx-get="/leads/unrouted/takers/"' in page
    assert f'<option value="{bob.pk}">Bob: 0 open</option>' in asked.content.decode()
    assert "Bob: 0 open" in browser.get("/leads/unrouted/?people=all").content.decode()


def test_what_the_database_cannot_hold_is_left_out(alice: Person, bob: Person) -> None:
    one, browser = lead(not_routed="No route fits."), signed_in(alice)

    browser.post("/leads/routing/new/", _form(bob, **{"name": "DA\x00CH", "do": "save", "0-values": "Ger\x00many"}))
    browser.post("/leads/unrouted/hand-overs/", {"lead": [one.pk, 10**40], "person": bob.pk, "note": "Ca\x00ll."})

    assert Route.objects.get().name == "DACH"
    assert HandOver.objects.get().note == "Call."

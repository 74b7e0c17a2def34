"""Partner companies and their persons: made by administrators, kept apart from the company, shown the library only."""

from datetime import timedelta

import pytest

from sameside.people import membership, partners, tokens
from sameside.people.models import AuditEntry, Partner, Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role
from sameside.ui import layout
from sameside.ui.access import current
from tests.conftest import NOW, PASSWORD, signed_in


@pytest.fixture
def acme(db: None) -> Partner:
    return Partner.objects.create(name="Acme Consulting")


@pytest.fixture
def ines(acme: Partner) -> Person:
    return Person.objects.create_user("ines@acme.example", PASSWORD, name="Ines", role=Role.PARTNER, partner=acme)


def test_an_administrator_adds_a_partner_company_and_invites_somebody_of_it(gus: Person) -> None:
    client = signed_in(gus)
    client.post("/people/partners/new/", {"name": "Acme Consulting"})
    acme = Partner.objects.get()
    page = client.get(f"/people/invitations/?partner={acme.pk}").content.decode()
    assert '<option value="partner" selected>Partner</option>' in page
    sent = {"email": "ines@acme.example", "name": "Ines", "role": "partner", "partner": acme.pk}
    client.post("/people/invitations/", sent)
    ines = Person.objects.get_queryset().get(email="ines@acme.example")
    assert (ines.role, ines.partner, ines.team) == ("partner", acme, None)
    assert AuditEntry.objects.get(action="person invited").details == {
        "role": "partner",
        "team": "",
        "partner": "Acme Consulting",
    }
    assert b"Ines" in client.get(f"/people/partners/{acme.pk}/").content


@pytest.mark.parametrize(
    ("role", "with_company", "sentence"),
    [
        ("partner", False, "Say which partner company this person is from."),
        ("seller", True, "Only somebody with the role Partner belongs to a partner company."),
    ],
)
def test_role_and_company_go_together(role: str, with_company: bool, sentence: str, gus: Person, acme: Partner) -> None:
    sent = {"email": "x@acme.example", "name": "X", "role": role, "partner": acme.pk if with_company else ""}
    page = signed_in(gus).post("/people/invitations/", sent).content.decode()
    assert sentence in page
    with pytest.raises(Refused) as refusal:
        membership.invite(
            email="x@acme.example",
            name="X",
            role=role,
            team=None,
            partner=acme if with_company else None,
            by=gus,
            at=NOW,
        )
    assert str(refusal.value) == sentence
    assert not Person.objects.get_queryset().filter(email="x@acme.example").exists()


def test_a_partner_belongs_to_no_team(gus: Person, bob: Person, sales: Team, acme: Partner) -> None:
    with pytest.raises(Refused, match="A partner is from outside and belongs to no team"):
        membership.change_membership(bob, role=Role.PARTNER, team=sales, partner=acme, by=gus, at=NOW)
    membership.change_membership(bob, role=Role.PARTNER, team=None, partner=acme, by=gus, at=NOW)
    assert AuditEntry.objects.get().details == {
        "role": ["seller", "partner"],
        "team": ["Sales North", ""],
        "partner": ["", "Acme Consulting"],
    }
    membership.change_membership(bob, role=Role.SELLER, team=sales, by=gus, at=NOW)
    assert Person.objects.get_queryset().get(pk=bob.pk).partner is None


def test_a_marketer_may_not_make_partners(alice: Person) -> None:
    with pytest.raises(Refused, match="Your role does not let you invite persons"):
        partners.add(name="Acme", by=alice, at=NOW)
    assert signed_in(alice).get("/people/partners/").status_code == 403


def test_a_partner_signs_in_to_the_library(ines: Person, client) -> None:  # type: ignore[no-untyped-def]
    response = client.post("/accounts/login/", {"login": "ines@acme.example", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/library/")
    assert client.get("/")["Location"] == "/library/"


def test_a_seller_signs_in_to_today(bob: Person, client) -> None:  # type: ignore[no-untyped-def]
    response = client.post("/accounts/login/", {"login": "bob@example.com", "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_the_navigation_of_a_partner_is_the_library(ines: Person) -> None:
    allowed = current().capabilities(ines)
    assert allowed == {"see_library", "use_content"}
    assert layout.home(allowed) == layout.Home("/library/", "Library")
    page = signed_in(ines).get("/library/").content.decode()
    assert page.count('class="nav-entry"') == 2  # in the side bar and in the bar of the phone


@pytest.mark.parametrize(
    "path", ["/this-week/", "/deals/", "/people/", "/library/truth/", "/people/tokens/", "/revenue/"]
)
def test_a_partner_is_refused_with_a_sentence_and_a_way_back(path: str, ines: Person) -> None:
    response = signed_in(ines).get(path)
    page = response.content.decode()
    assert response.status_code == 403
    assert "Your role does not let you" in page
    assert 'href="/library/">To the library</a>' in page


def test_a_token_ends_when_its_person_becomes_a_partner(gus: Person, bob: Person, acme: Partner) -> None:
    soon = NOW + timedelta(days=9)
    _, text = tokens.make(name="Laptop", scopes=["see_library"], expires_at=soon, by=bob, at=NOW)
    assert tokens.holder(text, at=NOW) == bob
    membership.change_membership(bob, role=Role.PARTNER, team=None, partner=acme, by=gus, at=NOW)
    with pytest.raises(tokens.NotAccepted, match="does not let anybody call the API"):
        tokens.holder(text, at=NOW)
    with pytest.raises(Refused):
        tokens.make(
            name="Another", scopes=["see_library"], expires_at=NOW + timedelta(days=9), by=as_stored(bob), at=NOW
        )


def as_stored(person: Person) -> Person:
    return Person.objects.get_queryset().get(pk=person.pk)


def test_a_company_with_persons_stays(gus: Person, acme: Partner, ines: Person) -> None:
    client = signed_in(gus)
    page = client.post(f"/people/partners/{acme.pk}/removal/", follow=True).content.decode()
    assert "1 person belongs to Acme Consulting. Give them another role or company first." in page
    ines.delete()
    client.post(f"/people/partners/{acme.pk}/removal/")
    assert not Partner.objects.exists()
    assert AuditEntry.objects.filter(action="partner removed").count() == 1


def test_two_companies_do_not_share_a_name(gus: Person, acme: Partner) -> None:
    page = signed_in(gus).post("/people/partners/new/", {"name": "ACME consulting"}).content
    assert b"There is a partner company with this name already." in page

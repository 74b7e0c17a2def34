"""Roles, teams and the right to sign in: who may change them, and that an administrator always remains."""

import pytest

from sameside.people import membership
from sameside.people.models import AuditEntry, Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role
from tests.conftest import NOW, signed_in

LAST = "Gus is the only administrator who can sign in. Make somebody else an administrator first."


def test_a_changed_role_is_recorded_with_before_and_after(gus: Person, bob: Person, marketing: Team) -> None:
    membership.change_membership(bob, role=Role.MARKETER, team=marketing, by=gus, at=NOW)
    bob.refresh_from_db()
    assert (bob.role, bob.team) == ("marketer", marketing)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person, entry.subject) == ("role changed", gus, f"Person:{bob.pk}")
    assert entry.details == {"role": ["seller", "marketer"], "team": ["Sales North", "Demand generation"]}


def test_nothing_changed_records_nothing(gus: Person, bob: Person, sales: Team) -> None:
    membership.change_membership(bob, role=Role.SELLER, team=sales, by=gus, at=NOW)
    assert not AuditEntry.objects.exists()


def test_a_seller_may_not_change_roles(bob: Person) -> None:
    with pytest.raises(Refused, match="Your role does not let you invite persons and change roles and teams"):
        membership.change_membership(bob, role=Role.ADMIN, team=None, by=bob, at=NOW)


def test_the_last_administrator_keeps_the_role(gus: Person) -> None:
    with pytest.raises(Refused) as refusal:
        membership.change_membership(gus, role=Role.SELLER, team=None, by=gus, at=NOW)
    assert str(refusal.value) == LAST


def test_the_last_administrator_stays_active(gus: Person) -> None:
    with pytest.raises(Refused) as refusal:
        membership.deactivate(gus, by=gus, at=NOW)
    assert str(refusal.value) == LAST


def test_an_invited_administrator_without_a_password_does_not_count(gus: Person) -> None:
    Person.objects.create_user("new@example.com", None, name="New", role=Role.ADMIN)
    with pytest.raises(Refused):
        membership.deactivate(gus, by=gus, at=NOW)


def test_one_of_two_administrators_may_go(gus: Person) -> None:
    Person.objects.create_user("hana@example.com", "a long enough password", name="Hana", role=Role.ADMIN)
    assert membership.deactivate(gus, by=gus, at=NOW).is_active is False


def test_a_deactivated_person_is_out_with_the_next_request(gus: Person, bob: Person) -> None:
    client = signed_in(bob)
    assert client.get("/people/").status_code == 200
    membership.deactivate(bob, by=gus, at=NOW)
    response = client.get("/people/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fpeople%2F"


def test_a_person_without_a_role_sees_the_reason(gus: Person, bob: Person) -> None:
    client = signed_in(bob)
    membership.change_membership(bob, role="", team=None, by=gus, at=NOW)
    response = client.get("/people/")
    assert response.status_code == 403
    assert b"Your role does not let you see who works here, with role and team" in response.content


def test_invite_gives_somebody_known_from_the_crm_the_role(gus: Person, charlie: Person, sales: Team) -> None:
    invited = membership.invite(email="CHARLIE@example.com", name="C", role=Role.SELLER, team=sales, by=gus, at=NOW)
    assert invited.pk == charlie.pk
    assert (invited.name, invited.role) == ("Charlie", "seller")


def test_invite_refuses_somebody_who_may_sign_in(gus: Person, bob: Person) -> None:
    with pytest.raises(Refused, match=r"Bob has this address already and may sign in as Seller\."):
        membership.invite(email="bob@example.com", name="Bob", role=Role.ADMIN, team=None, by=gus, at=NOW)

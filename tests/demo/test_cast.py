"""After the users came in, the cast has roles, teams and a password, and the company is marked as a demo."""

from datetime import datetime

from django.test import Client

from sameside.demo import cast
from sameside.demo.members import CAST, MEMBERS, OUTSIDER
from sameside.people.models import Organisation, Person
from sameside.people.roles import Role

PASSWORD = "a password for the demo"


def test_one_person_of_each_role_may_sign_in(db: None, now: datetime) -> None:
    people = cast.assign(PASSWORD, at=now)

    assert [person.role for person in people] == list(Role)
    assert all(person.check_password(PASSWORD) for person in people)
    assert Organisation.current().is_demo
    assert Organisation.current().name == "Tarnwick (demo)"


def test_who_was_imported_keeps_their_row(db: None, now: datetime) -> None:
    seller = CAST[Role.SELLER]
    imported = Person.objects.create_user(
        seller.email.title(), None, name="H. Verrall", source="salesforce", external_id="0057Q000008r8rAQAQ"
    )

    cast.assign(PASSWORD, at=now)
    cast.assign(PASSWORD, at=now)

    imported.refresh_from_db()
    assert (imported.name, imported.role, str(imported.team)) == ("Hanna Verrall", "seller", "Sales North")
    assert Person.objects.count() == len([*MEMBERS, OUTSIDER])


def test_colleagues_without_a_password_and_those_who_left_may_not_sign_in(db: None, now: datetime) -> None:
    cast.assign(PASSWORD, at=now)
    others = [member for member in MEMBERS if member not in CAST.values()]

    assert not Person.objects.get(email=others[0].email).has_usable_password()
    assert not Person.objects.get(email=MEMBERS[-1].email).may_sign_in
    assert not Client().login(username=others[0].email, password=PASSWORD)


def test_the_partner_is_outside(db: None, now: datetime) -> None:
    partner = cast.assign(PASSWORD, at=now)[-1]

    assert (partner.name, str(partner.partner), partner.team) == ("Lucia Ferrandal", "Korvane Advisory", None)
    assert not partner.email.endswith("@tarnwick.example")

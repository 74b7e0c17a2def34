"""An invitation link sets one password, once, in time."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client, override_settings
from django.utils import timezone

from sameside.people import invitations
from sameside.people.models import AuditEntry, Invitation, Person
from sameside.people.policies import Refused
from sameside.people.roles import Role
from tests.conftest import NOW, signed_in

GOOD = "correct horse battery"


def test_the_link_sets_the_password_once(gus: Person, bob: Person, client: Client) -> None:
    token = invitations.make(bob, by=gus, at=timezone.now())
    assert b"Welcome, Bob" in client.get(f"/people/welcome/{token}/").content
    response = client.post(f"/people/welcome/{token}/", {"password": GOOD})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    bob.refresh_from_db()
    assert bob.check_password(GOOD)
    assert client.get(f"/people/welcome/{token}/").status_code == 410
    assert client.post(f"/people/welcome/{token}/", {"password": "another long password"}).status_code == 410
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "invitation made",
        "password set",
    ]


def test_the_token_is_not_stored(gus: Person, bob: Person) -> None:
    token = invitations.make(bob, by=gus, at=NOW)
    assert len(token) == 43
    assert token not in str(Invitation.objects.values().get())
    assert token not in str(list(AuditEntry.objects.values()))


def test_it_expires_after_seven_days(gus: Person, bob: Person) -> None:
    token = invitations.make(bob, by=gus, at=NOW)
    assert invitations.find(token, at=NOW + timedelta(days=7, seconds=-1)) is not None
    assert invitations.find(token, at=NOW + timedelta(days=7)) is None
    assert invitations.take_up(token, GOOD, at=NOW + timedelta(days=7)) is None


def test_a_newer_one_replaces_it(gus: Person, bob: Person) -> None:
    first = invitations.make(bob, by=gus, at=NOW)
    second = invitations.make(bob, by=gus, at=NOW)
    assert invitations.find(first, at=NOW) is None
    assert invitations.find(second, at=NOW) is not None


def test_it_dies_with_the_role(gus: Person, bob: Person) -> None:
    token = invitations.make(bob, by=gus, at=NOW)
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    assert invitations.find(token, at=NOW) is None
    assert invitations.take_up(token, GOOD, at=NOW) is None


def test_nobody_without_a_role_is_invited(gus: Person, charlie: Person) -> None:
    with pytest.raises(Refused, match="Charlie has no role yet"):
        invitations.make(charlie, by=gus, at=NOW)


def test_a_weak_password_is_refused(gus: Person, bob: Person, client: Client) -> None:
    token = invitations.make(bob, by=gus, at=timezone.now())
    response = client.post(f"/people/welcome/{token}/", {"password": "short"})
    assert response.status_code == 200
    assert b"at least 12 characters" in response.content


def test_a_wrong_token_opens_nothing(client: Client, db: None) -> None:
    assert client.get("/people/welcome/nonsense/").status_code == 410


def test_an_invitation_goes_out_by_mail(gus: Person) -> None:
    values = {"email": "Nina@Example.com", "name": "Nina", "role": Role.SELLER, "team": ""}
    response = signed_in(gus).post("/people/invitations/", values)
    nina = Person.objects.get(email="nina@example.com")
    assert response["Location"] == f"/people/{nina.pk}/"
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["nina@example.com"]
    (link,) = re.findall(r"http://testserver/people/welcome/\S+", str(mail.outbox[0].body))
    message = mail.outbox[0]
    assert isinstance(message, EmailMultiAlternatives)
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert f'href="{link}"' in str(html)
    assert "Hello Nina," in str(html)


@override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend")
def test_without_mail_the_link_is_shown_once(gus: Person, bob: Person) -> None:
    client = signed_in(gus)
    shown = client.post(f"/people/{bob.pk}/invitation/")
    assert b"http://testserver/people/welcome/" in shown.content
    assert b"/people/welcome/" not in client.get(f"/people/{bob.pk}/").content


def test_a_marketer_may_not_invite(alice: Person, bob: Person) -> None:
    client = signed_in(alice)
    assert client.get("/people/invitations/").status_code == 403
    assert client.post(f"/people/{bob.pk}/invitation/").status_code == 403
    assert not Invitation.objects.exists()

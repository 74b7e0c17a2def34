"""Signing in: who may, what is recorded, and how many attempts are allowed."""

import logging
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from sameside.people.models import AuditEntry, Person
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
WRONG = b"The email address and/or password you specified are not correct."


@pytest.fixture(autouse=True)
def _forget_attempts(db: None) -> None:
    cache.clear()


def _try(client: Client, email: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post(LOGIN, {"login": email, "password": password})


def _log() -> list[tuple[str, str, dict[str, str]]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "subject", "details"))


def test_bob_signs_in_and_out(bob: Person, client: Client) -> None:
    assert _try(client, "Bob@example.com")["Location"] == "/"
    client.post("/accounts/logout/")
    assert _log() == [("sign-in", f"Person:{bob.pk}", {}), ("sign-out", f"Person:{bob.pk}", {})]


def test_a_wrong_password_is_recorded_without_the_address(bob: Person, client: Client) -> None:
    response = _try(client, "bob@example.com", "wrong password here")
    assert WRONG in response.content
    assert _log() == [("sign-in refused", f"Person:{bob.pk}", {"reason": "wrong password or address"})]


def test_an_unknown_address_is_not_written_down(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert WRONG in _try(client, "stranger@example.com").content
    assert _log() == [("sign-in refused", "", {"reason": "wrong password or address"})]
    assert "stranger" not in caplog.text


def test_a_person_without_a_role_does_not_get_in(charlie: Person, client: Client) -> None:
    response = _try(client, "charlie@example.com")
    assert WRONG in response.content
    assert "_auth_user_id" not in client.session
    assert _log() == [("sign-in refused", f"Person:{charlie.pk}", {"reason": "no role"})]


def test_a_deactivated_person_does_not_get_in(bob: Person, client: Client) -> None:
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    response = _try(client, "bob@example.com")
    assert WRONG in response.content
    assert "_auth_user_id" not in client.session
    assert _log() == [("sign-in refused", f"Person:{bob.pk}", {"reason": "deactivated"})]


def test_the_sixth_wrong_password_is_not_even_looked_at(bob: Person, client: Client) -> None:
    for _ in range(5):
        _try(client, "bob@example.com", "wrong password here")
    response = _try(client, "bob@example.com")
    assert b"Too many failed login attempts" in response.content
    assert "_auth_user_id" not in client.session
    assert len(_log()) == 5


def test_nobody_signs_up_alone(client: Client, db: None) -> None:
    assert client.get("/accounts/signup/").status_code == 404


def test_a_new_password_is_asked_for_by_mail(bob: Person, client: Client) -> None:
    assert client.post("/accounts/password/reset/", {"email": "bob@example.com"}).status_code == 302
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    assert (message.subject, message.to) == ("Sameside: Set a new password", ["bob@example.com"])
    (link,) = re.findall(r"http://testserver/\S+", str(message.body))
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    assert f'href="{link}"' in str(html)
    assert "Hello Bob," in str(html)
    assert "Hello Bob," in message.body
    assert "example.com!" not in message.body
    page = client.get(link, follow=True)
    changed = client.post(
        page.redirect_chain[-1][0], {"password1": "correct horse battery", "password2": "correct horse battery"}
    )
    assert changed.status_code == 302
    bob.refresh_from_db()
    assert bob.check_password("correct horse battery")


def test_a_stranger_gets_no_mail(client: Client) -> None:
    assert client.post("/accounts/password/reset/", {"email": "stranger@example.com"}).status_code == 302
    assert mail.outbox == []

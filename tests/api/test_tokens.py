"""Tokens of the API: made within one's own capabilities, shown once, narrowed, counted, ended."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sameside.people import audit, tokens
from sameside.people.models import ApiToken, AuditEntry
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in

pytestmark = pytest.mark.django_db


def made(person, *scopes, days=30):
    now = timezone.now()
    return tokens.make(name="Script", scopes=scopes, expires_at=now + timedelta(days=days), by=person, at=now)


def asked(text, path="/api/me", **given):
    return Client().get(path, headers={"Authorization": f"Bearer {text}"}, **given)


def test_a_token_says_whom_it_belongs_to_and_what_it_may_do(bob):
    _, text = made(bob, "see_crm", "see_leads")
    answer = asked(text)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": bob.pk,
        "name": "Bob",
        "email": "bob@example.com",
        "role": "seller",
        "scopes": ["see_crm", "see_leads"],
    }


def test_the_text_is_random_and_stored_as_a_hash_only(bob):
    token, text = made(bob, "see_crm")
    assert re.fullmatch(r"sameside_[\w-]{43}", text)
    stored = ApiToken.objects.filter(pk=token.pk).values().get()
    assert text not in str(stored)
    assert token.ending == text[-4:]


def test_nobody_makes_a_token_for_more_than_they_may(bob):
    with pytest.raises(Refused, match="of those that your role may do"):
        made(bob, "import_crm")
    with pytest.raises(Refused, match="at least one"):
        made(bob)
    with pytest.raises(Refused, match="within a year"):
        made(bob, "see_crm", days=400)


def test_without_a_role_there_is_no_token(charlie):
    with pytest.raises(Refused):
        made(charlie, "see_crm")
    assert signed_in(charlie).get("/people/tokens/").status_code == 403


def test_a_stranger_is_told_to_send_a_token():
    answer = Client().get("/api/me")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"] == "Send a token in the header Authorization: Bearer TOKEN."


@pytest.mark.parametrize("text", ["", "x", "sameside_" + "x" * 43, "\x00", "ü" * 300])
def test_a_token_that_is_none_is_refused(text):
    assert asked(text.encode().decode("latin-1")).status_code == 401


def test_a_session_is_not_accepted(gus):
    assert signed_in(gus).get("/api/me").status_code == 401


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"revoked_at": NOW}, "This token was revoked."),
        ({"expires_at": NOW}, "This token has expired."),
    ],
)
def test_a_token_that_is_over_is_refused_with_the_reason(bob, change, sentence):
    token, text = made(bob, "see_crm")
    ApiToken.objects.filter(pk=token.pk).update(**change)
    if "expires_at" in change:
        ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = asked(text)
    assert (answer.status_code, answer.json()["detail"]) == (401, sentence)


def test_a_person_who_may_not_sign_in_any_more_has_no_token_either(bob):
    _, text = made(bob, "see_crm")
    bob.is_active = False
    bob.save()
    assert asked(text).json()["detail"] == "The person of this token may not sign in any more."


def test_a_token_loses_what_its_person_loses(gus, bob):
    _, text = made(gus, "import_crm", "see_crm")
    gus.role = "executive"
    gus.save()
    assert asked(text).json()["scopes"] == ["see_crm"]


def test_too_many_calls_within_a_minute_are_refused(bob, settings):
    settings.API_CALLS = 3
    token, text = made(bob, "see_crm")
    assert [asked(text).status_code for _ in range(3)] == [200, 200, 200]
    ApiToken.objects.filter(pk=token.pk).update(calls=3, minute=int(timezone.now().timestamp()) // 60)
    answer = asked(text)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["detail"].startswith("This token may make 3 calls a minute.")


def test_the_minute_slides(bob, settings):
    settings.API_CALLS = 60
    token, _ = made(bob, "see_crm")
    at = NOW.replace(second=30)
    minute = int(at.timestamp()) // 60
    ApiToken.objects.filter(pk=token.pk).update(calls=120, minute=minute - 1)
    with pytest.raises(tokens.TooMany):  # half of the 120 calls are less than a minute ago
        tokens._count(token, at)
    ApiToken.objects.filter(pk=token.pk).update(calls=100, minute=minute - 1)
    tokens._count(token, at)
    ApiToken.objects.filter(pk=token.pk).update(calls=120, minute=minute - 2)
    tokens._count(token, at)


def test_the_day_of_the_last_use_is_kept(bob):
    token, text = made(bob, "see_crm")
    asked(text)
    token.refresh_from_db()
    assert token.last_used_on == timezone.now().date()


def test_the_page_shows_a_new_token_once_and_records_it(bob):
    client = signed_in(bob)
    given = {"name": "Nightly", "scopes": ["see_crm"], "days": "90"}
    page = client.post("/people/tokens/new/", given).content.decode()
    text = re.search(r"sameside_[\w-]{43}", page).group()
    assert asked(text).status_code == 200
    token = ApiToken.objects.get()
    assert text not in client.get(f"/people/tokens/{token.pk}/").content.decode()
    entry = AuditEntry.objects.get(action="token made")
    assert (entry.person, entry.details["scopes"]) == (bob, ["see_crm"])
    assert text not in str(entry.details)
    assert audit.verify().holds


def test_the_form_offers_and_takes_only_what_the_role_may(bob):
    client = signed_in(bob)
    assert b'value="import_crm"' not in client.get("/people/tokens/new/").content
    answer = client.post("/people/tokens/new/", {"name": "x", "scopes": ["import_crm"], "days": "90"})
    assert b"import_crm is not one of the available choices" in answer.content
    assert not ApiToken.objects.exists()


def test_one_revokes_ones_own_token_and_an_administrator_any(bob, gus):
    (first, one), (second, two) = made(bob, "see_crm"), made(bob, "see_crm")
    signed_in(bob).post(f"/people/tokens/{first.pk}/revocation/")
    signed_in(gus).post(f"/people/tokens/{second.pk}/revocation/")
    assert [asked(text).status_code for text in (one, two)] == [401, 401]
    assert AuditEntry.objects.filter(action="token revoked").count() == 2


def test_somebody_elses_token_is_not_there(bob, alice):
    token, text = made(bob, "see_crm")
    client = signed_in(alice)
    assert client.get(f"/people/tokens/{token.pk}/").status_code == 404
    assert client.post(f"/people/tokens/{token.pk}/revocation/").status_code == 404
    assert b"Script" not in client.get("/people/tokens/").content
    assert asked(text).status_code == 200


def test_the_list_costs_the_same_however_many_there_are(gus, bob, django_assert_num_queries):
    client = signed_in(gus)
    for _ in range(2):
        for _ in range(4):
            made(bob, "see_crm")
        client.get("/people/tokens/")
        with django_assert_num_queries(3):
            assert client.get("/people/tokens/").status_code == 200


def test_a_call_costs_two_queries(bob, django_assert_num_queries):
    _, text = made(bob, "see_crm")
    asked(text)
    with django_assert_num_queries(2):
        asked(text)


def test_the_description_lists_every_operation_and_needs_no_script(bob):
    described = Client().get("/api/openapi.json").json()
    assert "/api/me" in described["paths"]
    page = signed_in(bob).get("/api/").content.decode()
    assert "GET /api/me" in page
    assert "cdn" not in page

"""No form of the library and the search is obeyed without its token, and the log never says what was searched."""

import logging
import re

import pytest
from django.test import Client

from sameside.library.usage import recorder
from sameside.people.models import Person
from tests.conftest import signed_in
from tests.library.shelf import shelve
from tests.repo.test_urls import ADDRESSES
from tests.search.test_box_answers import _showing

OURS = sorted(one.pattern for one in ADDRESSES if one.pattern.startswith(("library/", "search/")))
PRIVATE = ("anna.kurz", "muster.example", "1234567", "Sonnenblume", "sonnenblume")


def filled(pattern: str) -> str:
    return "/" + re.sub(r"<(?:(int|slug|str):)?[^>]+>", lambda one: "1" if one[1] == "int" else "banking", pattern)


def test_every_address_is_among_those_attacked() -> None:
    assert len(OURS) > 100
    assert {"search/showings/", "search/index/checks/", "library/requests/addition/"} <= set(OURS)


def test_no_form_is_obeyed_without_its_token(gus: Person, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(gus)
    caplog.set_level(logging.WARNING, logger="django.security.csrf")
    obeyed = []
    for pattern in OURS:
        caplog.clear()
        status = client.post(filled(pattern), {"q": "x"}).status_code
        refused = any(record.name == "django.security.csrf" for record in caplog.records)
        if status != 403 or not refused:
            obeyed.append((pattern, status))
    assert obeyed == []


def test_with_its_token_a_form_is_obeyed(bob: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    page = client.get("/library/").content.decode()
    token = re.search(r'"X-CSRFToken": "([^"]+)"', page)
    assert token
    sent = {"words": "roadmap"}
    assert client.post("/library/requests/addition/", sent).status_code == 403
    assert client.post("/library/requests/addition/", sent, headers={"X-CSRFToken": token[1]}).status_code == 302


def test_the_log_of_a_search_session_does_not_say_what_was_searched(
    bob: Person, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    shelve("Ledger guide", pages=["ledger"])
    caplog.set_level(logging.DEBUG)
    for name in ("django_structlog", "sameside", "django.request", "django.server"):
        caplog.set_level(logging.DEBUG, logger=name)
    client = signed_in(bob)
    words = "ledger Sonnenblume anna.kurz@muster.example +49 89 1234567"
    showing = _showing(client.get("/search/answers/", {"q": words}).content.decode())
    client.post("/search/showings/", {"shown": showing, "ms": "900"})
    client.post("/search/showings/", {"shown": showing + "x"})
    for address in ("/search/", "/library/", "/library/none-such/", "/search/none-such/", "/search/showings/"):
        client.get(address, {"q": words})
    client.post("/library/requests/addition/", {"address": "q=" + words})
    Client().get("/search/", {"q": words})
    recorder.flush()
    said = "\n".join([*(record.getMessage() for record in caplog.records), caplog.text])
    out, err = capsys.readouterr()
    assert "/library/none-such/" in said  # it is listened to
    for secret in (*PRIVATE, bob.email, showing):
        assert secret not in said
        assert secret not in out + err


def test_an_error_in_a_search_does_not_log_its_words(
    bob: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sameside.search import box

    def broken(_: object) -> None:
        raise ValueError("it broke")

    monkeypatch.setattr(box, "answers", broken)
    client = signed_in(bob)
    client.raise_request_exception = False
    assert client.get("/search/", {"q": "Sonnenblume"}).status_code == 500
    said = "\n".join([*(record.getMessage() for record in caplog.records), caplog.text])
    assert "it broke" in said
    assert "Sonnenblume" not in said

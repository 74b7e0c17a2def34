"""The frame of every page: navigation by role, the ribbon, the policy on scripts, the pattern page."""

import pytest
from django.test import Client

from sameside.people.models import Organisation, Person
from sameside.ui import access
from tests.conftest import signed_in


def test_the_pattern_page_shows_every_component(alice: Person) -> None:
    page = signed_in(alice).get("/pattern/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Pattern page</h1>" in text
    assert "<title>Pattern page · Sameside</title>" in text
    assert "41 %" in text
    assert "€1,490" in text
    assert 'class="tag tag-warn">Slow</span>' in text


def test_a_person_without_a_role_is_refused_with_a_sentence(charlie: Person) -> None:
    page = signed_in(charlie).get("/pattern/")
    assert page.status_code == 403
    assert "Your role does not let you see the reports" in page.content.decode()


def test_scripts_and_styles_come_from_our_own_origin_only(alice: Person) -> None:
    page = signed_in(alice).get("/pattern/")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    text = page.content.decode()
    assert "style=" not in text
    assert "onclick=" not in text


def test_the_demo_says_that_it_is_one(alice: Person) -> None:
    assert "Demo data: a fictional company" not in signed_in(alice).get("/pattern/").content.decode()
    Organisation.objects.update(is_demo=True)
    access.current().forget()
    assert "Demo data: a fictional company" in signed_in(alice).get("/pattern/").content.decode()


@pytest.mark.parametrize(("name", "sees"), [("dora", False), ("bob", False), ("gus", True)])
def test_settings_stand_in_the_navigation_of_administrators_only(
    name: str, sees: bool, request: pytest.FixtureRequest
) -> None:
    text = signed_in(request.getfixturevalue(name)).get("/pattern/").content.decode()
    assert (">Settings</span>" in text) is sees


def test_a_browser_that_asks_for_an_icon_is_sent_to_the_mark(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert "/logo.svg" in response.headers["Location"]


def test_no_cache_keeps_a_page(alice: Person) -> None:
    for path in ("/", "/library/", "/people/"):
        assert signed_in(alice).get(path).headers["Cache-Control"] == "private, no-store"

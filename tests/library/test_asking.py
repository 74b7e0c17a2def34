"""The library's page reads filters out of the words, turns them back, and says what helps when nothing is found."""

import re
from typing import Any

import pytest

from sameside.library.models import ContentRequest, Search
from sameside.library.usage import recorder
from sameside.people.models import Person
from tests.conftest import signed_in
from tests.library.shelf import shelve
from tests.library.test_context import titles


@pytest.fixture
def guides(db: None) -> None:
    shelve("Ledger guide", pages=["ledger and roi"], vertical="banking", language="en")
    shelve("Ledger slides", pages=["ledger and roi"], vertical="banking", language="de", format="pptx")
    shelve("Shop slides", pages=["loyalty deck"], vertical="retail", language="en", format="pptx")


def get(person: Person, **query: Any) -> str:
    response = signed_in(person).get("/library/", query)
    assert response.status_code == 200
    return response.content.decode()


def test_typed_filters_become_facets_of_the_address(guides: None, bob: Person) -> None:
    html = get(bob, q="vertical:banking deck de")
    assert titles(html) == ["Ledger slides"]
    assert re.search(r'name="vertical" value="banking" checked', html)
    assert re.search(r'name="format" value="pptx" checked', html)
    assert re.search(r'name="language" value="de" checked', html)
    assert re.search(r'id="search"[^>]* value=""', html)
    assert 'href="?vertical=banking&amp;language=de"' in html or 'href="?vertical=banking&amp;language=de' in html


def test_a_filter_is_turned_back_into_a_word(guides: None, bob: Person) -> None:
    html = get(bob, q="loyalty deck")
    back = re.search(r'class="chip-back" href="([^"]+)">search for “deck” instead', html)
    assert back
    turned = signed_in(bob).get("/library/" + back[1].replace("&amp;", "&")).content.decode()
    assert titles(turned) == ["Shop slides"]
    assert "chip-back" not in turned


def test_bare_words_that_leave_nothing_are_words(guides: None, bob: Person) -> None:
    shelve("A german ledger", pages=["german ledger"], language="en", vertical="retail", format="docx")
    html = get(bob, q="german ledger", format="docx")
    assert titles(html) == ["A german ledger"]


def test_a_value_that_does_not_exist_is_said(guides: None, bob: Person) -> None:
    assert "No vertical is called “fishing”" in get(bob, q="ledger vertical:fishing")


def test_nothing_found_says_what_would_help(guides: None, bob: Person, alice: Person) -> None:
    html = get(bob, q="ledger", vertical="retail", format="pptx")
    assert "Nothing found" in html
    helps = re.findall(r'<a href="[^"]*">(Without [^<]+)<span class="help-count">([^<]+)<', html)
    assert helps == [("Without vertical: Retail", "1 asset")]
    assert "Make a request" in html
    assert "Add a synonym" not in html
    assert "/search/synonyms/?add=ledger" in get(alice, q="ledger", vertical="retail", format="pptx")


def test_one_tap_makes_a_request(guides: None, bob: Person) -> None:
    recorder.clear()
    client = signed_in(bob)
    html = client.get("/library/", {"q": "penguins vertical:banking"}).content.decode()
    origin = re.search(r'name="from" value="([^"]+)"', html)
    address = re.search(r'name="address" value="([^"]+)"', html)
    assert origin
    assert address
    sent = {"address": address[1].replace("&amp;", "&"), "from": origin[1]}
    response = client.post("/library/requests/addition/", sent, follow=True)
    assert "Asked for: “penguins”" in response.content.decode()
    made = ContentRequest.objects.get()
    assert (made.words, made.facets, made.asked_by) == ("penguins", {"vertical": ["banking"]}, bob)
    assert made.search == Search.objects.get()


def test_nobody_without_the_library_asks(charlie: Person) -> None:
    assert signed_in(charlie).post("/library/requests/addition/", {"address": "q=x"}).status_code == 403


def test_search_instead_takes_the_words_as_they_stand(guides: None, bob: Person) -> None:
    html = get(bob, q="ledgre")
    instead = re.search(r'<a href="([^"]+)">Search instead for ledgre', html)
    assert instead
    assert "Showing results for <strong>ledger</strong>" in html
    exact = signed_in(bob).get("/library/" + instead[1].replace("&amp;", "&")).content.decode()
    assert "Nothing found" in exact


def test_the_next_page_belongs_to_the_same_search(db: None, bob: Person) -> None:
    for number in range(30):
        shelve(f"Ledger {number}", pages=["ledger"])
    recorder.clear()
    html = get(bob, q="ledger")
    following = re.search(r'<a[^>]*rel="next"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', html)
    assert following
    address = (following[1] or following[2]).replace("&amp;", "&")
    assert re.search(r"from=[0-9a-z]+-24", address)
    signed_in(bob).get("/library/" + address)
    recorder.flush()
    search = Search.objects.get()
    positions = search.usage.order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, 31))

"""The one box answers while one types, says what it understood, and is recorded once, by what it really showed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sameside.crm.models import Company
from sameside.library.models import Asset, Search, Usage
from sameside.library.usage import recorder
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve

ANSWERS = "/search/answers/"


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    recorder.clear()


@pytest.fixture
def guides(db: None) -> None:
    shelve(
        "Core banking migration guide",
        pages=["Why banks move", "Integration with the ledger takes nine weeks", "Risks"],
        vertical="banking",
    )
    shelve("Ledger deck", pages=["Ledger of points"], vertical="retail", format="pptx", at=NOW - timedelta(days=2))
    shelve("Kontenplan", pages=["Das Hauptbuch: ledger"], vertical="banking", language="de")


def answered(person: Person, **query: Any) -> str:
    response = signed_in(person).get(ANSWERS, query)
    assert response.status_code == 200
    return response.content.decode()


def names(html: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'class="box-name">(.*?)</span>', html)]


def test_the_page_that_matched_is_shown_with_its_words_marked(guides: None, bob: Person) -> None:
    html = answered(bob, q="integration ledger")
    assert "Core banking migration guide" in names(html)
    assert "Page 2" in html
    assert "<mark>ledger</mark>" in html
    assert re.search(r'href="/library/core-banking[^"]*\?page=2&amp;from=[0-9a-z]+-1"', html)


def test_filters_typed_as_words_are_chips(guides: None, bob: Person) -> None:
    html = answered(bob, q="ledger vertical:retail deck")
    assert names(html)[0] == "Ledger deck"
    assert "Vertical: <strong>Retail</strong>" in html
    assert 'data-set="text" data-value="ledger deck"' in html
    assert 'data-set="word" data-value="deck"' in html
    assert names(answered(bob, q="ledger vertical:banking"))[:2] != ["Ledger deck"]


def test_a_word_turned_back_is_searched(guides: None, bob: Person) -> None:
    html = answered(bob, q="ledger deck", word="deck")
    assert 'data-set="word"' not in html


def test_values_of_a_filter_are_completed_with_their_counts(guides: None, bob: Person) -> None:
    html = answered(bob, q="ledger vertical:b")
    assert names(html) == ["Banking"]
    assert 'data-text="ledger vertical:banking "' in html
    assert re.search(r'class="box-count">2<', html)


def test_kinds_stand_apart(guides: None, bob: Person) -> None:
    Company.objects.create(source="test", external_id="c1", name="Ledgerwood Bank")
    html = answered(bob, q="ledgerw")
    assert "Ledgerwood Bank" in names(html)
    assert 'id="box-company"' in html


def test_what_is_not_theirs_is_nowhere(guides: None, bob: Person, dora: Person, charlie: Person) -> None:
    Asset.objects.filter(title="Kontenplan").update(groups=["role:marketer"])
    Company.objects.create(source="test", external_id="c1", name="Ledgerwood Bank")
    assert "Kontenplan" not in answered(bob, q="kontenplan")
    assert "Kontenplan" in names(answered(dora, q="kontenplan"))
    assert "Ledgerwood" not in re.sub(r"<strong>.*?</strong>", "", answered(dora, q="ledgerwoo"))
    assert "German" not in answered(bob, q="lang:ge")
    assert signed_in(charlie).get(ANSWERS, {"q": "ledger"}).status_code == 403


def test_misspelt_words_are_corrected_and_it_is_said(guides: None, bob: Person) -> None:
    html = answered(bob, q="migratoin")
    assert names(html)[0] == "Core banking migration guide"
    assert "Showing results for <strong>migration</strong>" in html
    assert "Search instead for migratoin" in html


def test_a_kind_says_by_which_words_it_was_found(db: None, bob: Person) -> None:
    shelve("Business case", pages=["The business case"])
    Company.objects.create(name="Business Care AG", created_at=NOW)
    html = answered(bob, q="business case ")
    assert names(html) == ["Business case", "Business Care AG"]
    assert "Companies for business care<span>" in html
    page = signed_in(bob).get("/search/", {"q": "business case"}).content.decode()
    assert "Showing results for <strong>business care</strong>." in page


def test_the_box_starts_from_a_deal(guides: None, bob: Person, alice: Person) -> None:
    about = deal("retail", owner=bob)
    html = answered(bob, deal=about.pk)
    assert names(html)[0] == "Ledger deck"
    assert "from this deal" in html
    assert "Made for retail" in html
    other = deal("banking", owner=alice)
    assert "not yours to see" in answered(bob, deal=other.pk, q="ledger")


def test_recent_searches_are_the_persons_own(guides: None, bob: Person, alice: Person) -> None:
    for person, words, found in ((bob, "ledger", 3), (bob, "nothing at all", 0), (alice, "hers", 2)):
        Search.objects.create(person=person, at=NOW, query=words, results=found)
    assert names(answered(bob)) == ["ledger"]


def _showing(html: str) -> str:
    found = re.search(r'data-found="([^"]*)"', html)
    assert found
    return found[1]


def test_the_search_is_told_once_by_what_was_shown(guides: None, bob: Person) -> None:
    client = signed_in(bob)
    html = client.get(ANSWERS, {"q": "ledger"}).content.decode()
    assert Search.objects.count() == 0
    assert client.post("/search/showings/", {"shown": _showing(html), "ms": "2500"}).status_code == 204
    recorder.flush()
    told = Search.objects.get()
    assert (told.query, told.place, told.results, told.person_id) == ("ledger", "box", 3, bob.pk)
    assert told.started_at is not None
    assert [row.position for row in Usage.objects.order_by("position")] == [1, 2, 3]
    assert [row.asset_id for row in Usage.objects.order_by("position")] == told.shown


def test_what_the_box_did_not_show_is_refused(guides: None, bob: Person, alice: Person) -> None:
    html = answered(bob, q="ledger")
    assert signed_in(alice).post("/search/showings/", {"shown": _showing(html)}).status_code == 400
    assert signed_in(bob).post("/search/showings/", {"shown": _showing(html) + "x"}).status_code == 400
    assert signed_in(bob).post("/search/showings/").status_code == 400


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.lstrip(" (").split(None, 1)[0].upper() not in {"INSERT", "UPDATE", "DELETE"}, sql
    return execute(sql, params, many, context)


def test_answering_writes_nothing(guides: None, bob: Person) -> None:
    client = signed_in(bob)
    client.get(ANSWERS, {"q": "ledger"})
    with connection.execute_wrapper(_refuse_writes):
        assert client.get(ANSWERS, {"q": "banking"}).status_code == 200
        assert client.get("/search/", {"q": "banking"}).status_code == 200


def test_the_page_has_all_kinds_without_a_script(guides: None, bob: Person) -> None:
    Company.objects.create(source="test", external_id="c1", name="Ledgerwood Bank")
    html = signed_in(bob).get("/search/", {"q": "ledger"}).content.decode()
    assert "Core banking migration guide" in html
    assert "Ledgerwood Bank" in html
    assert '<form class="box" role="search" action="/search/" method="get"' in html
    recorder.flush()
    assert list(Search.objects.values_list("query", "place")) == [("ledger", "search")]


def test_queries_do_not_grow_with_what_is_found(
    guides: None, bob: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(bob)
    client.get(ANSWERS, {"q": "ledger"})
    for number in range(12):
        shelve(f"Ledger paper {number}", pages=["ledger"])
        Company.objects.create(source="test", external_id=f"c{number}", name=f"Ledger {number} AG")
    client.get(ANSWERS, {"q": "ledger"})
    with django_assert_max_num_queries(14):
        client.get(ANSWERS, {"q": "ledger"})


HOSTILE = ("", " ", "\x00", "'", '"', "a" * 5_000, "vertical:", ":", "-", "日本語", "%", "\\", "or")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words(words: str, guides: None, bob: Person) -> None:
    assert signed_in(bob).get(ANSWERS, {"q": words, "deal": "9" * 40, "without": "x" * 999}).status_code == 200


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(ANSWERS, {"q": "ledger"}).status_code == 302


def test_all_of_a_long_question_counts_and_what_is_cut_is_said(guides: None, bob: Person) -> None:
    shelve("Plain words", pages=["questionnaire about nothing"])
    long = " ".join(["questionnaire"] * 65)
    assert len(long) == 909

    html = answered(bob, q=f"{long} -nothing ledger")
    assert "Plain words" not in names(html)
    assert "letters are searched" not in html

    cut = answered(bob, q=f"{long} {long}")
    assert "This is long: its first 1,000 letters are searched." in cut


def test_a_long_search_is_recorded_whole(guides: None, bob: Person) -> None:
    words = " ".join(["ledger"] * 130)
    signed_in(bob).get("/search/", {"q": words})
    signed_in(bob).get("/library/", {"q": words})
    recorder.flush()

    assert set(Search.objects.values_list("query", flat=True)) == {words}
    assert len(words) == 909


def test_a_rare_word_is_searched_with_its_frequent_neighbour_and_that_is_said(db: None, bob: Person) -> None:
    for number in range(20):
        shelve(f"License {number}", pages=["license terms"])
    shelve("Appunti", pages=["le licens del testo"], language="it")

    answer = signed_in(bob).get("/library/", {"q": "licens terms"})

    assert "Rare words may be misspelt, so “license” is searched too." in answer.content.decode()
    assert answer.context["shelf"].total == "20 assets"
    assert "searched too" not in signed_in(bob).get("/library/", {"q": '"licens"'}).content.decode()


def test_a_slip_in_an_unfinished_word_is_forgiven(guides: None, bob: Person) -> None:
    html = answered(bob, q="integratoi")

    assert "Core banking migration guide" in names(html)
    assert "Showing results for <strong>integration</strong>" in html

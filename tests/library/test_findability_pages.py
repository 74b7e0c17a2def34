"""Findability as a page: counts that add up and open their rows; requests that are asked and answered."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sameside.kit import snapshots
from sameside.library import requests
from sameside.library.findability import changes
from sameside.library.models import ContentRequest, Search
from sameside.people import audit
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve, use


def searched(person: Person, words: str, results: int = 0, **ago: float) -> Search:
    return Search.objects.create(person=person, at=NOW - timedelta(**ago), query=words, results=results)


@pytest.fixture
def week(bob: Person, alice: Person) -> None:
    for hours in (10, 20, 30):
        searched(bob, "Roadmap", hours=hours)
    searched(alice, "roadmap ", hours=40)
    searched(bob, "pricing", results=4, hours=50)
    Search.objects.create(at=NOW - timedelta(hours=60), query="x", results=0)
    shown = shelve("Pricing deck")
    found = Search.objects.create(person=bob, at=NOW - timedelta(days=3), query="deck", results=1, shown=[shown.pk])
    use(shown, "open", bob, days_ago=3 - 30 / 86_400)
    assert found.pk


def test_every_search_counts_once_and_the_counts_add_up(week: None) -> None:
    data = snapshots.compute("findability", {"window": 90}, at=NOW).data
    counts = {row["outcome"]: row["count"] for row in data["outcomes"]}
    assert counts == {"used": 0, "opened": 1, "none": 4, "reformulated": 0, "abandoned": 1}
    assert (data["total"], data["unfollowed"]) == (6, 1)
    assert sum(row["searches"] for row in data["teams"]) == 6
    assert sum(row["searches"] for row in data["weeks"]) == 6


def test_failed_words_are_one_whatever_their_case(week: None) -> None:
    data = snapshots.compute("findability", {"window": 90}, at=NOW).data
    found = [(row["words"].strip().casefold(), row["times"], row["persons"]) for row in data["none"]]
    assert found == [("roadmap", 4, 2)]
    assert [row["words"] for row in data["abandoned"]] == ["pricing"]


def test_the_page_shows_each_outcome_and_opens_its_searches(week: None, alice: Person) -> None:
    snapshots.compute("findability", {"window": 90}, at=NOW)
    client = signed_in(alice)
    page = client.get("/library/findability/").content.decode()
    assert "of 6 searches led to nothing" in page
    assert "/library/findability/searches/?outcome=none" in page
    rows = client.get("/library/findability/searches/?outcome=none").context["listing"].rows
    assert len(rows) == 4


def test_words_are_for_those_who_look_after_the_library(
    week: None, alice: Person, bob: Person, dora: Person, fay: Person, gus: Person
) -> None:
    snapshots.compute("findability", {"window": 90}, at=NOW)
    for person in (alice, dora, gus):
        page = signed_in(person).get("/library/findability/").content.decode()
        assert "roadmap" in page.casefold()
        assert '<span class="failed-whose">Demand generation, Sales North</span>' in page
    for person in (bob, fay):
        page = signed_in(person).get("/library/findability/").content.decode()
        assert "of 6 searches led to nothing" in page
        assert "roadmap" not in page.casefold()
        assert "pricing" not in page.casefold()


def test_others_see_their_own_searches_and_nobody_who_searched(
    week: None, alice: Person, bob: Person, fay: Person
) -> None:
    snapshots.compute("findability", {"window": 90}, at=NOW)
    url = "/library/findability/searches/"
    assert len(signed_in(fay).get(url).context["listing"].rows) == 0
    mine = signed_in(bob).get(url)
    assert len(mine.context["listing"].rows) == 5
    every = signed_in(alice).get(url)
    assert len(every.context["listing"].rows) == 6
    assert "Sales North" in every.content.decode()
    assert ">Bob<" not in every.content.decode()


def test_queries_do_not_grow_with_the_rows(
    week: None, alice: Person, bob: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hours in range(60, 100):
        searched(bob, "more", hours=hours)
    snapshots.compute("findability", {"window": 90}, at=NOW)
    client = signed_in(alice)
    with django_assert_num_queries(4):
        client.get("/library/findability/searches/")


def test_strangers_see_nothing(week: None, charlie: Person) -> None:
    for name in ("findability", "searches", "requests"):
        assert signed_in(charlie).get(reverse(f"library:{name}")).status_code == 403


def test_a_change_is_judged_by_its_interval() -> None:
    assert changes.judge(-0.3, -0.1, 100, 100) == "Fewer searches fail"
    assert changes.judge(0.1, 0.3, 100, 100) == "More searches fail"
    assert changes.judge(-0.1, 0.1, 100, 100) == "No difference that chance could not make"
    assert changes.judge(-0.3, -0.1, 19, 100) == "Too few searches to tell"


def test_a_change_shows_what_failed_before_and_after(bob: Person, alice: Person) -> None:
    for hour in range(30):
        searched(bob, "roadmap", hours=24 * 10 + hour)
        shown = searched(bob, f"pricing {hour}", results=1, hours=24 * 3 + hour)
        if hour % 3:
            deck = shelve(f"Deck {hour}")
            Search.objects.filter(pk=shown.pk).update(shown=[deck.pk])
            use(deck, "open", bob, days_ago=(24 * 3 + hour - 0.01) / 24)
    audit.record("search.synonym.added", by=alice, at=NOW - timedelta(days=7), subject="roadmap")
    data = snapshots.compute("findability", {"window": 90}, at=NOW).data
    [change] = data["changes"]
    assert (change["n_before"], change["before"], change["n_after"]) == (30, 1.0, 30)
    assert change["after"] == pytest.approx(1 / 3)
    assert change["verdict"] == "Fewer searches fail"


def test_the_same_words_are_asked_for_once(bob: Person) -> None:
    first = requests.ask("  Price   list ", by=bob, at=NOW)
    assert requests.ask("price list", by=bob, at=NOW) == first
    assert first.words == "Price list"
    with pytest.raises(Refused, match="Say in a few words"):
        requests.ask("   ", by=bob, at=NOW)


def test_a_request_is_answered_with_an_asset_or_a_sentence_and_reopened(bob: Person, dora: Person) -> None:
    deck = shelve("Price list")
    asked = requests.ask("price list", by=bob, at=NOW)
    client = signed_in(dora)
    url = f"/library/requests/{asked.pk}/answer/"
    client.post(url, {"asset": f"http://testserver/library/{deck.slug}/"})
    asked.refresh_from_db()
    assert (asked.state, asked.asset, asked.answered_by) == ("answered", deck, dora)
    with pytest.raises(Refused, match="already answered"):
        requests.answer(asked, by=dora, at=NOW, asset=None, sentence="No.")
    client.post(url, {"reopen": "1"})
    client.post(url, {"sentence": "Legal says no."})
    asked.refresh_from_db()
    assert (asked.state, asked.asset, asked.answer) == ("declined", None, "Legal says no.")


def test_an_answer_needs_something_and_the_right_role(bob: Person, dora: Person) -> None:
    asked = requests.ask("price list", by=bob, at=NOW)
    url = f"/library/requests/{asked.pk}/answer/"
    assert signed_in(bob).post(url, {"sentence": "x"}).status_code == 403
    assert signed_in(dora).post(url, {}).status_code == 403
    assert signed_in(dora).post(url, {"asset": "no-such"}).status_code == 403
    assert ContentRequest.objects.get().state == "open"


def test_what_is_missing_is_asked_for_from_the_list(week: None, alice: Person) -> None:
    snapshots.compute("findability", {"window": 90}, at=NOW)
    client = signed_in(alice)
    page = client.get("/library/findability/").content.decode()
    assert 'action="/library/requests/addition/"' in page
    answer = client.post("/library/requests/addition/", {"words": "Roadmap", "back": "findability"})
    assert answer["Location"] == "/library/findability/"
    assert ContentRequest.objects.get().words == "Roadmap"

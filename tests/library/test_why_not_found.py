"""Why an asset is not found: the searches it should answer, its place there, what holds it back, and the fix."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sameside.kit import snapshots
from sameside.library.findability import commonest, tried, why
from sameside.library.findability.why import Asked
from sameside.library.models import Asset, AssetFacet, JudgedQuery, Judgement, Search, SearchOutcome, Usage
from sameside.people.models import Person
from sameside.search import readers, synonyms
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

TODAY = date(2026, 6, 1)


def searched(words: str, person: Person, *, times: int = 1, **filters: Sequence[str]) -> Search:
    for number in range(times):
        made = Search.objects.create(
            person=person, at=NOW - timedelta(days=2, minutes=number), query=words, results=1, filters=filters
        )
    return made


def lines(asset: Asset) -> dict[str, tuple[int, list[str]]]:
    found = why.standings(asset, readers.engine("asset"), NOW)
    return {one.asked.words: (one.rank, [reason.sentence for reason in one.reasons]) for one in found}


def test_a_search_that_finds_it_is_found(bob: Person) -> None:
    deck = shelve("Ledger migration", pages=["How to move a ledger"])
    searched("ledger", bob, times=3)
    assert lines(deck) == {"ledger": (1, [])}


def test_a_search_that_has_nothing_to_do_with_it_is_no_concern(bob: Person) -> None:
    deck = shelve("Ledger migration")
    shelve("Loyalty handbook")
    searched("loyalty", bob)
    assert lines(deck) == {}


def test_a_chosen_facet_that_it_does_not_state_holds_it_back(bob: Person) -> None:
    deck = shelve("Ledger migration", vertical="retail")
    searched("ledger", bob, vertical=["banking"])
    assert lines(deck) == {"ledger": (0, ["The search was for vertical Banking; it says Retail."])}


def test_a_fix_is_seen_at_once(bob: Person) -> None:
    deck = shelve("Ledger migration", vertical="retail")
    searched("ledger", bob, vertical=["banking"])
    assert lines(deck)["ledger"][0] == 0
    AssetFacet.objects.create(asset=deck, facet="vertical", value="banking", reason="It says so.")
    assert lines(deck) == {"ledger": (1, [])}


def test_what_a_search_finds_is_asked_once_for_all_assets(bob: Person) -> None:
    decks = [shelve(f"Ledger migration {number}") for number in range(3)]
    first = tried.trial(readers.engine("asset"), NOW).plainly("ledger")
    assert sorted(first.first) == [deck.pk for deck in decks]
    assert tried.trial(readers.engine("asset"), NOW).plainly("ledger") is first
    shelve("Ledger migration 3")
    second = tried.trial(readers.engine("asset"), NOW).plainly("ledger")
    assert second.total == 4


def test_a_synonym_makes_it_found(bob: Person, dora: Person) -> None:
    deck = shelve("Ledger migration")
    query = JudgedQuery.objects.create(words="umzugsplan", created_at=NOW)
    Judgement.objects.create(query=query, asset=deck, grade=3, source="hand", at=NOW, by=dora)
    assert lines(deck)["umzugsplan"][0] == 0
    synonyms.add(["umzugsplan", "migration"], by=dora, at=NOW)
    assert lines(deck) == {"umzugsplan": (1, [])}


def test_the_commonest_searches_are_tried_and_the_others_when_asked_for(bob: Person, dora: Person) -> None:
    deck = shelve("Ledger migration", pages=["How to move a ledger"])
    for place in range(why.FEW):
        Search.objects.create(person=bob, at=timezone.now(), query=f"other {place}", results=1)
        Search.objects.create(person=bob, at=timezone.now(), query=f"other {place}", results=1)
    Search.objects.create(person=bob, at=timezone.now(), query="ledger", results=1)
    client, url = signed_in(dora), f"/library/{deck.slug}/findability/"
    page = client.get(url).content.decode()
    assert "No search of the last 90 days asks for it" in page
    assert "the 40 commonest were tried" in page
    assert "On the first page of the results" in client.get(url, {"all": "1"}).content.decode()


def test_the_commonest_searches_are_those_that_the_report_counted(bob: Person, django_assert_num_queries: Any) -> None:
    searched("ledger", bob, times=2, vertical=["banking"])
    searched("Ledger", bob, vertical=["banking"])
    searched("core", bob)
    assert commonest.known(NOW) == [["Ledger", 3, {"vertical": ["banking"]}], ["core", 1, {}]]
    snapshots.compute("findability", at=NOW)
    searched("newer", bob, times=9)
    assert commonest.known(NOW)[0][:2] == ["Ledger", 3]
    with django_assert_num_queries(1):
        commonest.known(NOW)


def test_a_judged_search_in_other_words_wants_a_synonym(bob: Person, dora: Person) -> None:
    deck = shelve("Ledger migration")
    shelve("Umzugsplan")
    query = JudgedQuery.objects.create(words="umzugsplan", created_at=NOW)
    Judgement.objects.create(query=query, asset=deck, grade=3, source="hand", at=NOW, by=dora)
    rank, reasons = lines(deck)["umzugsplan"]
    assert rank == 0
    assert reasons == ["Nothing in it says what was asked, in words or in meaning."]


def test_words_asked_before_it_was_found_with_others_count(bob: Person) -> None:
    deck = shelve("Ledger migration")
    first, second = searched("umzug", bob), searched("ledger", bob)
    SearchOutcome.objects.create(search=first, outcome="none", at=first.at, attempt=first.pk)
    SearchOutcome.objects.create(search=second, outcome="opened", at=second.at, attempt=first.pk)
    Usage.objects.create(asset=deck, action="open", person=bob, at=second.at, search=second)
    assert lines(deck)["umzug"] == (0, ["Nothing in it says what was asked, in words or in meaning."])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": "retired"}, "It is retired."),
        ({"verified_until": date(2026, 5, 31)}, "It was right until 31 May 2026 only."),
        ({"valid_from": date(2026, 7, 1)}, "It is not valid before 1 July 2026."),
        ({"groups": ["role:seller"]}, "Only some people may open it."),
    ],
)
def test_what_is_not_current_or_not_for_everybody_is_said(db: None, change: dict[str, object], sentence: str) -> None:
    deck = shelve("Ledger migration")
    for name, value in change.items():
        setattr(deck, name, value)
    reasons = why.reasons_of(deck, Asked("ledger", 1, why.MATCHES), TODAY, {})
    assert [reason.sentence for reason in reasons] == [sentence]


def test_the_day_is_that_of_the_installation(bob: Person) -> None:
    deck = shelve("Ledger migration")
    Asset.objects.filter(pk=deck.pk).update(verified_until=date(2026, 5, 31))
    deck.refresh_from_db()
    with timezone.override("Europe/Berlin"):
        at = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)
        Search.objects.create(person=bob, at=at - timedelta(days=2), query="ledger", results=1, filters={})
        [found] = why.standings(deck, readers.engine("asset"), at)
    assert (found.rank, [one.sentence for one in found.reasons]) == (0, ["It was right until 31 May 2026 only."])


def test_the_page_is_for_those_who_can_mend_it(bob: Person, dora: Person, charlie: Person) -> None:
    deck = shelve("Ledger migration", vertical="retail")
    Search.objects.create(person=bob, at=timezone.now(), query="ledger", results=1, filters={"vertical": ["banking"]})
    url = f"/library/{deck.slug}/findability/"
    page = signed_in(dora).get(url).content.decode()
    assert "The search was for vertical Banking; it says Retail." in page
    assert "Edit its facets" in page
    assert signed_in(bob).get(url).status_code == 403
    assert signed_in(charlie).get(url).status_code == 403


def test_a_search_of_which_it_holds_some_words_only_is_no_concern_unless_judged(bob: Person, dora: Person) -> None:
    deck, other = shelve("Security report"), shelve("Retail trend report")
    searched("retail trend report", bob)
    assert lines(other) == {"retail trend report": (1, [])}
    assert lines(deck) == {}
    query = JudgedQuery.objects.create(words="retail trend report", created_at=NOW)
    Judgement.objects.create(query=query, asset=deck, grade=3, source="hand", at=NOW, by=dora)
    assert lines(deck) == {"retail trend report": (0, ["It holds only some of the words."])}

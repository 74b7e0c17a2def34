"""The page with all results: every filter can be taken out there, one by one, and values can be left out."""

import re
from html import unescape
from typing import Any

import pytest

from sameside.library.models import Asset, ContentRequest, Search
from sameside.library.usage import recorder
from sameside.people.models import Partner, Person
from tests.conftest import PASSWORD, signed_in
from tests.library.shelf import deal, shelve


@pytest.fixture(autouse=True)
def guides(db: None) -> None:
    recorder.clear()
    shelve("Ledger guide", pages=["ledger and roi"], vertical="banking", language="en")
    shelve("Ledger slides", pages=["ledger and roi"], vertical="banking", language="de", format="pptx")
    shelve("Ledger paper", pages=["ledger and loyalty"], vertical="retail", language="fr")


def page(person: Person, address: str = "/search/", **query: Any) -> str:
    response = signed_in(person).get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def chips(html: str) -> dict[str, str]:
    """The address of each chip by what it says."""
    found = re.findall(r'<a class="chip" href="([^"]+)" aria-label="([^"]+)"', html)
    return {unescape(label): unescape(url) for url, label in found}


def titles(html: str) -> set[str]:
    return {re.sub("<[^>]+>", "", one) for one in re.findall(r'<a class="row-link"[^>]*>(.*?)</a>', html)}


def test_typed_filters_are_taken_out_one_by_one(bob: Person) -> None:
    html = page(bob, q="ledger vertical:banking language:de,en")
    assert titles(html) == {"Ledger guide", "Ledger slides"}
    found = chips(html)
    assert set(found) == {"Without Vertical: Banking", "Without Language: German", "Without Language: English"}
    assert titles(page(bob, found["Without Language: German"])) == {"Ledger guide"}
    assert titles(page(bob, found["Without Vertical: Banking"])) == {"Ledger guide", "Ledger slides"}


def test_a_word_is_turned_back_there_too(bob: Person) -> None:
    html = page(bob, q="ledger german")
    turned = page(bob, chips(html)["Search for the word “german” instead of Language: German"])
    assert chips(turned) == {}


def test_parts_of_the_deal_are_taken_out_one_by_one(bob: Person) -> None:
    about = deal("banking", "de", owner=bob)
    html = page(bob, q="ledger", deal=about.pk)
    found = chips(html)
    assert {"Without Vertical: Banking", "Without Language: German"} < set(found)
    less = chips(page(bob, found["Without Vertical: Banking"]))
    assert set(found) - set(less) == {"Without Vertical: Banking"}
    least = chips(page(bob, less["Without Language: German"]))
    assert set(found) - set(least) == {"Without Vertical: Banking", "Without Language: German"}


def test_what_is_left_out_is_not_found_and_not_counted(bob: Person) -> None:
    html = page(bob, q="ledger -language:de")
    assert titles(html) == {"Ledger guide", "Ledger paper"}
    assert chips(html) == {"Without Language: not German": "/search/?q=ledger"}
    library = page(bob, "/library/", q="ledger -language:de")
    assert "not German" in library
    assert "2 assets" in library
    assert re.search(r'name="language" value="fr"', library)
    assert not re.search(r'name="language" value="de"', library)
    assert page(bob, "/library/", q="ledger", **{"not": "language:de"}).count("not German") == library.count(
        "not German"
    )


def test_what_is_left_out_is_recorded(bob: Person) -> None:
    page(bob, q="ledger -language:de -vertical:retail")
    recorder.flush()
    assert Search.objects.get().filters == {"not": ["language:de", "vertical:retail"]}


def test_what_cannot_be_left_out_is_words(bob: Person) -> None:
    assert chips(page(bob, q="ledger -colour:red")) == {}
    assert "No language is called “klingon”" in page(bob, q="ledger -language:klingon")
    assert page(bob, "/library/", **{"not": ["colour:red", "language:", ":", "x" * 999, "language:a\x00b"]})


def test_a_search_that_leaves_out_everything_says_what_helps(bob: Person) -> None:
    html = page(bob, "/library/", q="ledger -language:de,en,fr")
    assert "With what was left out" in html


def helps(html: str) -> dict[str, tuple[str, str]]:
    """What would find something: how much and the address, by what it says."""
    listed = re.search(r'<ul class="helps".*?</ul>|$', html)
    assert listed
    rows = re.findall(r'<a href="([^"]+)"><span>(.*?)</span>(?:<span class="help-count">(.*?)</span>)?</a>', listed[0])
    return {unescape(re.sub("<[^>]+>", "", label)): (unescape(url), count) for url, label, count in rows}


def test_where_nothing_is_found_what_would_find_something_is_said(bob: Person) -> None:
    html = page(bob, q="loyalty german")
    assert "Nothing found in the library" in html
    found = helps(html)
    assert {label: count for label, (_, count) in found.items()} == {
        "Without language German": "1 asset",
        "All that is German": "1 asset",
    }
    assert titles(page(bob, found["Without language German"][0])) == {"Ledger paper"}
    assert titles(page(bob, found["All that is German"][0])) == {"Ledger slides"}


def test_results_of_other_words_are_not_claimed_where_there_are_none(bob: Person) -> None:
    html = page(bob, q="loyaltt german")
    assert "Showing results for" not in html
    assert "nor <strong>loyalty</strong>" in html
    assert "Showing results for <strong>loyalty</strong>" in page(bob, q="loyaltt")
    box = page(bob, "/search/answers/", q="loyaltt german ")
    assert "Showing results for" not in box
    assert 'data-text="loyaltt"' in box
    assert "Showing results for" not in page(bob, "/library/", q="loyaltt german")


def test_quotes_and_what_was_left_out_are_taken_away(bob: Person) -> None:
    assert helps(page(bob, q='"ledger loyalty"')) == {"Without the quotes": ("/search/?q=ledger+loyalty", "1 asset")}
    assert helps(page(bob, q="ledger -ledger")) == {"With what was left out": ("/search/?q=ledger", "3 assets")}


def test_what_helps_tells_nothing_of_what_is_not_theirs(bob: Person) -> None:
    Asset.objects.filter(title="Ledger paper").update(groups=["role:marketer"])
    html = page(bob, q="loyalty german")
    assert "Without language German" not in html
    assert "loyalty" not in "".join(helps(page(bob, q="loyalxyz")))


def test_what_is_missing_is_asked_for_from_there(bob: Person) -> None:
    html = page(bob, q="loyalty german")
    form = dict(re.findall(r'name="(words|address|from)" value="([^"]*)"', html.partition("found-nothing")[2]))
    response = signed_in(bob).post("/library/requests/addition/", form)
    assert response.status_code == 302
    made = ContentRequest.objects.get()
    assert (made.words, made.asked_by) == ("loyalty german", bob)


def test_nobody_without_the_library_sees_the_page(charlie: Person) -> None:
    assert signed_in(charlie).get("/search/", {"q": "ledger"}).status_code == 403


def test_the_box_names_only_what_one_may_find(bob: Person, dora: Person) -> None:
    firm = Partner.objects.create(name="Fjordvik")
    pat = Person.objects.create_user("pat@example.com", PASSWORD, name="Pat", role="partner", partner=firm)
    html = page(bob)
    assert 'placeholder="Search content, companies, deals, people"' in html
    assert "Content, companies, contacts, deals and leads in one place." in html
    for person in (dora, pat):
        html = page(person)
        assert 'placeholder="Search content"' in html
        assert '<p class="page-subtitle">The content that you may open.</p>' in html

"""Finding content: words, facets with true counts, pages by key, exports; nobody sees what is not theirs to see."""

import csv
import io
import itertools
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sameside.library import facets, searching
from sameside.library.models import Asset, AssetFacet, Search, Usage
from sameside.library.usage import recorder
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

URL = "/library/"
HOSTILE = (
    "'; DROP TABLE library_asset; --",
    "\x00",
    "a\x00b",
    ":* & | ! ( )",
    "!!!",
    "'",
    '"',
    '"unclosed phrase',
    "-",
    "- - -",
    "\\",
    "a:*",
    "<script>alert(1)</script>",
    "%s %(x)s {} {0}",
    "ü" * 5_000,
    "\u202e\u0000\ufeff",
    "💥",
    "and or not",
    "the",
    "日本語",
    "or",
    "\x02\x03",
)


def narrowing(query: str = "") -> facets.Narrowing:
    return facets.read(QueryDict(query), window=90, k=5)


def titles(query: str, person: Person, address: str = "", **options: Any) -> list[str]:
    found = searching.search(searching.clean(query), narrowing(address), person, **options)
    return [asset.title for asset in found.assets]


@pytest.fixture
def guides(db: None) -> None:
    shelve(
        "Core banking migration guide",
        pages=["Why banks move", "Integration with the ledger takes nine weeks", "Risks"],
        vertical="banking",
        conversation=["tailored_pov", "right_people"],
        at=NOW - timedelta(days=3),
    )
    shelve("Retail loyalty", pages=["Ledger of points"], vertical="retail", at=NOW - timedelta(days=2), format="pptx")
    shelve("Alter Leitfaden", vertical="banking", status="retired", language="de", at=NOW - timedelta(days=1))


def test_search_finds_the_page_that_matched(guides: None, bob: Person) -> None:
    found = searching.search("integrations ledger", narrowing(), bob)
    assert [asset.title for asset in found.assets] == ["Core banking migration guide"]
    hit = found.hits[found.assets[0].pk]
    assert hit.page == 2
    assert "<mark>Integration</mark>" in hit.snippet
    assert "<mark>ledger</mark>" in hit.snippet


def test_the_title_weighs_more_than_the_text(guides: None, bob: Person) -> None:
    shelve("Ledger handbook", pages=["Nothing else"], at=NOW - timedelta(days=400))
    assert titles("ledger", bob)[0] == "Ledger handbook"


def test_the_last_word_may_be_unfinished(guides: None, bob: Person) -> None:
    assert titles("migra", bob) == ["Core banking migration guide"]
    assert titles("banking migra", bob) == ["Core banking migration guide"]


def test_phrases_exclusions_and_alternatives(guides: None, bob: Person) -> None:
    assert titles('"nine weeks"', bob) == ["Core banking migration guide"]
    assert titles('"weeks nine"', bob) == []
    assert titles("ledger -loyalty", bob) == ["Core banking migration guide"]
    assert sorted(titles("migration or loyalty", bob)) == ["Core banking migration guide", "Retail loyalty"]


def test_retired_content_is_for_those_who_edit(guides: None, bob: Person, alice: Person, charlie: Person) -> None:
    assert titles("leitfaden", bob, "status=retired") == []
    assert titles("leitfaden", alice, "status=retired") == ["Alter Leitfaden"]
    assert titles("leitfaden", alice) == []
    assert titles("ledger", charlie) == []
    assert searching.search("", narrowing("status=retired"), bob).total == 0


def test_a_rejected_facet_finds_nothing(guides: None, bob: Person) -> None:
    AssetFacet.objects.filter(value="retail").update(state="rejected")
    assert titles("", bob, "vertical=retail") == []


def test_markup_in_a_document_stays_text(bob: Person) -> None:
    shelve("Sly", pages=["<img src=x onerror=alert(1)> penguin \x02broken\x03 & more"])
    found = searching.search("penguin", narrowing(), bob)
    snippet = found.hits[found.assets[0].pk].snippet
    assert "<img" not in snippet
    assert "&lt;img" in snippet
    assert "<mark>penguin</mark>" in snippet


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_words_are_only_words(query: str, guides: None, bob: Person) -> None:
    assert signed_in(bob).get(URL, {"q": query}).status_code == 200
    assert Asset.objects.count() == 3


@pytest.mark.parametrize(
    "address",
    [
        "vertical=%00",
        "vertical=" + "x" * 300,
        "&".join(f"vertical=v{n}" for n in range(200)),
        "sort=nonsense",
        "sort=relevance",
        "sort=relevance&q=!!!",
        "after=nonsense",
        "after=WyJ4IiwgMV0",
        "before=WzEuNSwgMV0",
        "sort=used&after=WyJ4IiwgMV0",
        "status=secret",
        "verdict=guilty",
        "view=cube",
        "verdict=not_found&q=ledger&sort=used&view=grid",
    ],
)
def test_hostile_addresses_are_survived(address: str, guides: None, bob: Person) -> None:
    assert signed_in(bob).get(f"{URL}?{address}").status_code == 200


def _brute(assets: list[dict[str, set[str]]], chosen: dict[str, set[str]], facet: str) -> dict[str, int]:
    """Counts of `facet` by the definition: the other facets apply, its own does not."""
    left = [one for one in assets if all(one[f] & wanted for f, wanted in chosen.items() if f != facet)]
    counted = Counter(value for one in left for value in one[facet])
    return dict(counted) | {value: counted.get(value, 0) for value in chosen.get(facet, ())}


def test_facet_counts_are_true_under_any_combination(bob: Person) -> None:
    chance = random.Random(7)
    choices = {"vertical": ["banking", "retail", "energy"], "persona": ["cfo", "cio"], "depth": ["deep", "overview"]}
    made = []
    for number in range(40):
        stated = {facet: chance.sample(values, chance.randint(0, 2)) for facet, values in choices.items()}
        form = chance.choice(["pdf", "md"])
        shelve(f"Asset {number}", format=form, **stated)
        made.append({facet: set(values) for facet, values in stated.items()} | {"format": {form}})
    every = choices | {"format": ["pdf", "md"]}
    combinations = [
        {facet: {value} for facet, value in zip(chosen, values, strict=True)}
        for size in (0, 1, 2, 3)
        for chosen in itertools.combinations(every, size)
        for values in itertools.product(*(every[facet] for facet in chosen))
    ]
    combinations.append({"vertical": {"banking", "energy"}, "persona": {"cfo", "cio"}})
    for chosen in combinations:
        asked = narrowing("&".join(f"{facet}={value}" for facet, values in chosen.items() for value in values))
        found = searching.search("", asked, bob)
        assert found.total == sum(all(one[f] & wanted for f, wanted in chosen.items()) for one in made)
        for facet in every:
            assert dict(found.facets.get(facet, ())) == _brute(made, chosen, facet), (chosen, facet)


def test_paging_shows_every_asset_once_in_every_sort(bob: Person) -> None:
    for number in range(60):
        shelve(f"Ledger {number % 7}", pages=["ledger " * (number % 5 + 1)], at=NOW - timedelta(days=number % 9))
    for sort, query in (("relevance", "ledger"), ("updated", ""), ("title", ""), ("used", "ledger")):
        seen: list[int] = []
        after = ""
        while True:
            found = searching.search(query, narrowing(), bob, sort=sort, after=after, size=25)
            seen += [asset.pk for asset in found.assets]
            after = found.page.next
            if not after:
                break
        assert len(seen) == 60
        assert len(set(seen)) == 60


def test_the_page_keeps_its_number_of_queries(
    guides: None, bob: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(bob)
    client.get(URL)
    for number in range(30):
        shelve(f"More ledger {number}", vertical="banking", conversation="tailored_pov", persona="cfo")
    with django_assert_max_num_queries(10):
        client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL, {"q": "ledger"})
    with django_assert_max_num_queries(16):
        client.get(f"{URL}?q=ledger&vertical=banking&persona=cfo&format=pdf")


def test_list_and_grid_show_the_same(guides: None, bob: Person) -> None:
    for view in ("", "grid"):
        page = signed_in(bob).get(URL, {"view": view}).content.decode()
        assert "Core banking migration guide" in page
        assert "Retail loyalty" in page
        assert "Alter Leitfaden" not in page
        assert "2 assets" in page


def test_an_empty_library_says_how_to_fill_it(bob: Person) -> None:
    assert "The library is empty" in signed_in(bob).get(URL).content.decode()


def test_nothing_found_says_so(guides: None, bob: Person) -> None:
    assert "Nothing found" in signed_in(bob).get(URL, {"q": "zebra"}).content.decode()


def test_what_was_searched_and_shown_is_recorded(guides: None, bob: Person) -> None:
    client = signed_in(bob)
    client.get(f"{URL}?q=ledger&vertical=retail")
    client.head(URL)
    client.get(URL, headers={"Sec-Purpose": "prefetch"})
    assert Search.objects.count() == 0
    recorder.flush()
    search = Search.objects.get()
    assert (search.query, search.results, search.filters) == ("ledger", 1, {"vertical": ["retail"]})
    assert list(Usage.objects.values_list("asset__title", "action", "search")) == [
        ("Retail loyalty", "impression", search.pk)
    ]


def test_the_export_holds_what_was_found(guides: None, bob: Person) -> None:
    shelve("=HYPERLINK(1)", vertical="banking")
    response = signed_in(bob).post(f"{URL}?vertical=banking&sort=title", {"export": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))  # type: ignore[attr-defined]
    assert [row["Title"] for row in rows] == ["Core banking migration guide", "'=HYPERLINK(1)"]
    assert rows[0]["Helps with"] == "Right people, Tailored point of view, Banking"
    entry = AuditEntry.objects.get(action="export")
    assert entry.details == {"q": "", "vertical": ["banking"]}


def test_a_stranger_and_a_person_without_role_are_refused(guides: None, client: Any, charlie: Person) -> None:
    answer = client.get(URL)
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]
    assert signed_in(charlie).get(URL).status_code == 403


def test_facets_are_written_as_people_write_them() -> None:
    assert [facets.label("persona", value) for value in ("it", "hr", "finance")] == ["IT", "HR", "Finance"]


def test_other_pages_that_match_nearly_as_well_are_linked(bob: Person) -> None:
    shelve("Handbook", pages=["ledger one", "nothing here at all", "ledger three", "ledger four"])
    shelve("Elsewhere", pages=["quiet"])
    found = searching.search("ledger", narrowing(), bob)
    [hit] = found.hits.values()
    assert sorted([hit.page, *hit.others]) == [1, 3, 4]
    page = signed_in(bob).get(URL, {"q": "ledger"}).content.decode()
    assert "Also on pages" in page

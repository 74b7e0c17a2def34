"""The truth about content on its page: the figures, the settings, and the assets behind every number."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from sameside.kit import snapshots
from sameside.library.models import Asset
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve, use

URL = "/library/truth/"


@pytest.fixture
def judged(bob: Person) -> dict[str, Asset]:
    assets = {
        "hidden": shelve("Hidden guide", vertical="banking"),
        "used": shelve("Used guide", vertical="retail", conversation="tailored_pov", language="de"),
    }
    deal("banking", owner=bob)
    use(assets["used"], "share", bob)
    for k in (5, 3):
        snapshots.compute("content", {"window": 90, "k": k}, at=NOW)
    return assets


def test_before_the_first_computation_the_page_asks_for_it(bob: Person) -> None:
    page = signed_in(bob).get(URL).content.decode()
    assert "/reports/content/computation/" in page


def test_the_headline_and_its_parts(judged: dict[str, Asset], bob: Person) -> None:
    page = signed_in(bob).get(URL).content.decode()
    assert "<strong>50 %</strong> of 2 active assets went unused in 90 days" in page
    assert "= 50 % not found" in page
    assert "65 % unused = 28 % not found + 37 % not relevant" in page
    assert "Never seen, although 1 deal in its facets was open." in page
    assert "Sales North" in page


def test_each_part_opens_its_assets(judged: dict[str, Asset], bob: Person) -> None:
    client = signed_in(bob)
    hidden = client.get(f"{URL}not_found/?window=90&k=5").content.decode()
    assert "Hidden guide" in hidden
    assert "Used guide" not in hidden
    assert "Used guide" in client.get(f"{URL}used/?window=90&k=3").content.decode()
    everything = client.get(f"{URL}all/").content.decode()
    assert "Hidden guide" in everything
    assert "Used guide" in everything
    assert client.get(f"{URL}guilty/").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("vertical=retail", ["Used guide"]),
        ("vertical=-", []),
        ("conversation=-", ["Hidden guide"]),
        ("words=hidden", ["Hidden guide"]),
        ("format=pdf", ["Hidden guide", "Used guide"]),
        ("shown=x", []),
        ("shown=" + "9" * 30, []),
        ("sort=uses", ["Used guide", "Hidden guide"]),
    ],
)
def test_the_lists_narrow(judged: dict[str, Asset], bob: Person, query: str, expected: list[str]) -> None:
    listing = signed_in(bob).get(f"{URL}all/?{query}").context["listing"]
    assert [row["object"].asset.title for row in listing.rows] == expected


def test_by_team(judged: dict[str, Asset], bob: Person) -> None:
    listing = signed_in(bob).get(f"{URL}all/?used={bob.team_id}").context["listing"]
    assert [row["object"].asset.title for row in listing.rows] == ["Used guide"]


@pytest.mark.parametrize("query", ["window=7&k=5", "window=x&k=y", "window=%00", "k=-3", "window=90&k=5&window=30"])
def test_hostile_settings_are_survived(judged: dict[str, Asset], bob: Person, query: str) -> None:
    assert signed_in(bob).get(f"{URL}?{query}").status_code == 200
    assert signed_in(bob).get(f"{URL}all/?{query}").status_code == 200


def test_the_list_exports(judged: dict[str, Asset], bob: Person) -> None:
    answer = signed_in(bob).post(f"{URL}not_found/?window=90&k=5", {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert "Hidden guide" in lines[1]


def test_pages_keep_their_number_of_queries(
    judged: dict[str, Asset], bob: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(bob)
    client.get(URL)
    with django_assert_max_num_queries(6):
        client.get(URL)
    with django_assert_max_num_queries(6):
        client.get(f"{URL}all/")


def test_a_stranger_and_a_person_without_role_are_refused(client: Any, charlie: Person) -> None:
    assert client.get(URL).status_code == 302
    assert signed_in(charlie).get(URL).status_code == 403
    assert signed_in(charlie).get(f"{URL}all/").status_code == 403

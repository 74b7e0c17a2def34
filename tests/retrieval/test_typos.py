"""A word that nothing holds becomes the most frequent one that is a slip away."""

import pytest

from sameside.retrieval.engine import Request
from sameside.retrieval.repair import distance
from tests.retrieval.shelf import found, indexed, page

SHELF = indexed(
    page(1, "Security for banks"),
    page(2, "Security and residency"),
    page(3, "Sicherheit für Versicherungen", "de"),
    page(4, "Контракт и безопасность", "ru"),
    page(5, "Order AB1234 of 2024"),
    page(6, "The securite of one", groups=["secret"]),
)


@pytest.mark.parametrize(
    ("typed", "corrected", "expected"),
    [
        ("secruity", "security", {1, 2}),
        ("securty banks", "security banks", {1}),
        ("seecurity", "security", {1, 2}),
        ("zecurity", "security", {1, 2}),
        ("resdiancy", "residency", {2}),
        ("Sicherhiet", "sicherheit", {3}),
        ("безопасность", "", {4}),
        ("безопасноть", "безопасность", {4}),
        ("AB1235", "", set()),
        ("2025", "", set()),
        ('"secruity"', "", set()),
        ("bnk", "", set()),
    ],
)
def test_a_slip_is_repaired(typed: str, corrected: str, expected: set[int]) -> None:
    result = SHELF.search(Request(typed, typing=False, groups=None))

    assert (result.corrected, {hit.key for hit in result.hits}) == (corrected, expected)


def test_what_exists_is_not_repaired() -> None:
    assert found(SHELF, "securite", typing=False) == {6}


def test_repairs_know_only_what_the_person_may_find() -> None:
    engine = indexed(
        page(1, "Security overview", groups=["all"]),
        page(2, "Project zanzibarx", groups=["board"]),
        page(3, "Project securite", groups=["board"]),
    )

    assert engine.search(Request("zanzibarxx", groups=["all"])).corrected == ""
    assert engine.search(Request("zanzibarxx", groups=["board"])).corrected == "zanzibarx"
    assert engine.search(Request("securite", groups=["all"])).corrected == "security"


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("security", "security", 0), ("secruity", "security", 1), ("scurity", "security", 1), ("abcdef", "badcef", 2)],
)
def test_the_number_of_slips(one: str, other: str, slips: int) -> None:
    assert distance(one, other, most=2) == slips

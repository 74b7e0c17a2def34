"""A word that nothing holds becomes the most frequent one that is a slip away."""

from typing import Any

import pytest

from sameside.retrieval.engine import Document, Engine, Request
from sameside.retrieval.lexical import LexicalEngine
from sameside.retrieval.lexicon import distance
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


def typed(engine: Engine, text: str, **asked: Any) -> tuple[str, tuple[str, ...], set[int]]:
    result = engine.search(Request(text, **asked))
    return result.corrected, tuple(result.widened), {hit.key for hit in result.hits}


@pytest.mark.parametrize(
    ("text", "corrected", "expected"),
    [
        ("secirit", "security", {1, 2}),
        ("banks secirit", "banks security", {1}),
        ("insurabc", "", set()),
        ("sexir", "", set()),
        ("secu", "", {1, 2, 6}),
    ],
)
def test_an_unfinished_last_word_may_have_a_slip(text: str, corrected: str, expected: set[int]) -> None:
    assert typed(SHELF, text) == (corrected, (), expected)


def test_a_finished_word_is_no_beginning_of_a_longer_one() -> None:
    assert typed(SHELF, "secirit", typing=False) == ("", (), set())


def many(*rare: Document) -> LexicalEngine:
    return indexed(*(page(key, "License terms") for key in range(1, 41)), *rare)


def test_a_rare_word_brings_the_much_more_frequent_one_along() -> None:
    engine = many(page(50, "Appunti sulle licens", "it"))

    corrected, widened, keys = typed(engine, "licens terms", typing=False, size=100)

    assert (corrected, widened, keys) == ("", ("license",), set(range(1, 41)))
    assert engine.search(Request("licens", typing=False)).hits[0].key == 50
    assert engine.search(Request("licens", typing=False)).total == 41


def test_in_quotes_a_rare_word_stays_alone() -> None:
    engine = many(page(50, "Appunti sulle licens", "it"))

    assert typed(engine, '"licens"', typing=False) == ("", (), {50})


def test_a_word_is_rare_by_what_the_person_may_find() -> None:
    hidden = [page(key, "Licens of the board", groups=["board"]) for key in range(50, 53)]
    engine = indexed(
        *(page(key, "License terms", groups=["all"]) for key in range(1, 41)),
        page(49, "One licens", groups=["all"]),
    )
    assert typed(engine, "licens", typing=False, groups=["all"], size=1)[1] == ("license",)

    with engine.writing() as batch:
        batch.put(hidden)

    assert typed(engine, "licens", typing=False, groups=["board"], size=1)[:2] == ("", ())


def test_a_neighbour_that_is_as_rare_is_not_searched_too() -> None:
    engine = indexed(page(1, "Tarnwick"), page(2, "Barnwick"), page(3, "Barnwick"))

    assert typed(engine, "tarnwick", typing=False) == ("", (), {1})


def test_a_word_that_is_new_is_known_at_once() -> None:
    engine = indexed(page(1, "Security"))
    assert typed(engine, "zanzibxr", typing=False) == ("", (), set())

    with engine.writing() as batch:
        batch.put([page(2, "Zanzibar")])

    assert typed(engine, "zanzibxr", typing=False) == ("zanzibar", (), {2})


def test_without_relaxing_some_of_the_words_are_not_enough() -> None:
    assert typed(SHELF, "security zanzibar", relaxing=False) == ("", (), set())
    assert typed(SHELF, "security zanzibar") == ("", (), {1, 2})


def test_words_that_only_different_documents_have_stay_beside_a_repaired_one() -> None:
    engine = indexed(page(1, "Zanzibar rules"), page(2, "Tarnwick terms"), page(3, "Security"))

    assert typed(engine, "zanzibar tarnwick", typing=False) == ("", (), {1, 2})
    assert typed(engine, "zanzibar tarnwick securty", typing=False) == ("zanzibar tarnwick security", (), {1, 2, 3})


def test_words_that_one_document_has_are_repaired_only_for_who_may_find_it() -> None:
    engine = indexed(page(1, "Zanzibar tarnwick", groups=["board"]), page(2, "Zanzibor darnwick", groups=["all"]))

    assert typed(engine, "zanzibar tarnwick", typing=False, groups=["board"]) == ("", (), {1})
    assert typed(engine, "zanzibar tarnwick", typing=False, groups=["all"]) == ("zanzibor darnwick", (), {2})

"""What is typed: words, phrases, exclusions, alternatives, and whatever else people and programs put into a box."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.retrieval.engine import Document, Part, Request
from sameside.retrieval.matching import needed_of
from sameside.retrieval.words import MOST_WORDS, read
from tests.retrieval.shelf import found, indexed, keys, page

SHELF = indexed(
    page(1, "Encryption keeps customer data safe"),
    page(2, "Data of every customer"),
    page(3, "Pricing for banks, 40 EUR per seat"),
    page(4, "Pricing for hospitals and clinics"),
    page(5, "Write to jane@acme.com or R&D about the e-mail"),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("customer data", {1, 2}),
        ('"customer data"', {1}),
        ("“customer data”", {1}),
        ("data -encryption", {2}),
        ('data -"customer data"', {2}),
        ("banks or hospitals", {3, 4}),
        ("pricing banks or hospitals", {3, 4}),
        ("pricing -banks", {4}),
        ("-pricing", {1, 2, 5}),
        ("jane@acme.com", {5}),
        ("acme.com", {5}),
        ("jane@", {5}),
        ("R&D", {5}),
        ("e-mail", {5}),
        ("40", {3}),
        ('"pricing hospitals"', set()),
    ],
)
def test_what_is_typed_finds(typed: str, expected: set[int]) -> None:
    assert found(SHELF, typed, typing=False) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "\x00",
        "customer\x00data",
        "\u202ecustomer data\u202c",
        "customer\u200b data\ufeff",
        "(customer AND data",
        "title:customer data:",
        "customer^9 ~data~2",
        "[customer TO data}",
        "/customer/ data\\",
        "customer' OR 1=1 --data",
        '"customer"data"',
        "+customer +data",
    ],
)
def test_nothing_that_is_typed_is_anything_but_words(typed: str) -> None:
    result = SHELF.search(Request(typed))

    assert "customer" not in typed or {hit.key for hit in result.hits} >= {1} or result.total == 0
    assert result.total <= 5


def test_five_thousand_letters_are_read_up_to_the_limit() -> None:
    assert SHELF.search(Request("a" * 5_000)).total == 0
    assert found(SHELF, "encryption " + "x " * 5_000) == {1}
    assert sum(len(unit.alternatives) for unit in read("word " * 1_000).wanted) == MOST_WORDS


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_search(typed: str) -> None:
    result = SHELF.search(Request(typed, counted=("vertical",)))

    assert result.total >= len(result.hits)
    SHELF.suggest(typed, Request())


def test_all_of_three_words_must_match_and_any_when_nothing_has_all() -> None:
    assert found(SHELF, "pricing banks seat") == {3}
    result = SHELF.search(Request("encryption hospitals"))
    assert {hit.key for hit in result.hits} == {1, 4}
    assert result.relaxed


def test_a_question_is_answered_by_a_document_with_some_of_its_words() -> None:
    result = SHELF.search(Request("what is the pricing per seat that banks and insurers usually negotiate"))

    assert result.hits[0].key == 3
    assert not result.relaxed


def test_the_last_word_may_be_unfinished_only_while_typing() -> None:
    assert found(SHELF, "encr") == {1}
    assert found(SHELF, "pricing ba") == {3}
    assert found(SHELF, "encr", typing=False) == set()
    assert found(SHELF, "encr ") == set()


def test_synonyms_are_alternatives() -> None:
    synonyms = {"clinic charges": ["pricing for hospitals"], "cipher": ["encryption"]}

    assert found(SHELF, "cipher", synonyms=synonyms) == {1}
    assert found(SHELF, "clinic charges", synonyms=synonyms) == {4}
    assert found(SHELF, "clinic", synonyms=synonyms) == {4}


def test_titles_weigh_more_than_pages() -> None:
    engine = indexed(
        Document(1, "Something", [Part(1, "Security of many things, among them a whole lot of others")]),
        Document(2, "Security", [Part(1, "A page about many things, among them a whole lot of others")]),
    )

    assert keys(engine, "security") == [2, 1]


def test_how_many_words_must_match_grows_slower_than_the_question() -> None:
    assert {words: needed_of(words) for words in (1, 3, 4, 12, 32, 40, 100)} == {
        1: 1, 3: 3, 4: 2, 12: 3, 32: 8, 40: 8, 100: 8
    }  # fmt: skip

"""The very page that matched, with the words marked, and never as HTML."""

import pytest

from sameside.retrieval.engine import Document, Fragment, Part, Request
from sameside.retrieval.marking import LENGTH
from tests.retrieval.shelf import indexed, marked

LONG = "Lorem ipsum dolor sit amet. " * 60
SHELF = indexed(
    Document(
        1,
        "Data protection for banks",
        [
            Part(1, "Welcome to the deck"),
            Part(4, f"{LONG}Encryption <b>protects</b> customer data & more. {LONG}"),
            Part(5, "Customers"),
        ],
        language="en",
    ),
    Document(2, "Schutz", [Part(7, "Die Krankenversicherungen zahlen")], language="de", summary="Kurz gesagt"),
    Document(3, "料金", [Part(2, "日本語の資料です。料金は月額です。")], language="ja"),
    Document(4, "Zusammenfassung", summary="Only the summary speaks of zebras"),
)


def shown(words: str, key: int = 1) -> tuple[int, str]:
    hit = next(hit for hit in SHELF.search(Request(words, typing=False)).hits if hit.key == key)
    return hit.part, marked(hit.snippet)


def test_the_page_that_matches_best_is_shown_with_its_words_marked() -> None:
    part, snippet = shown("encryption of customer data")

    assert part == 4
    assert "[Encryption] <b>protects</b> [customer] [data] & more." in snippet
    assert len(snippet) < LENGTH + 40
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")


def test_stems_and_compounds_are_marked() -> None:
    assert shown("customer") == (5, "[Customers]")
    assert shown("Versicherung", 2) == (7, "Die [Krankenversicherungen] zahlen")


@pytest.mark.parametrize(
    ("language", "words", "text"),
    [
        ("nl", "bouwen", "Het huis is [gebouwd] in steen"),
        ("de", "Äpfel", "Zwei [Aepfel] und eine Birne"),
        ("en", "tie", "They are [tying] the knot"),
    ],
)
def test_words_whose_stem_begins_otherwise_are_marked(language: str, words: str, text: str) -> None:
    plain = text.replace("[", "").replace("]", "")
    engine = indexed(Document(1, "Ours", [Part(1, plain)], language=language))

    assert [marked(hit.snippet) for hit in engine.search(Request(words, typing=False)).hits] == [text]


def test_scripts_without_spaces_are_marked_by_what_was_asked() -> None:
    assert shown("料金", 3) == (2, "日本語の資料です。[料金]は月額です。")


def test_titles_are_marked_whole() -> None:
    hit = SHELF.search(Request("bank protection")).hits[0]

    assert hit.title == (
        Fragment("Data "),
        Fragment("protection", marked=True),
        Fragment(" for "),
        Fragment("banks", marked=True),
    )


def test_a_hit_that_nobody_wants_explained_has_its_passage_alone() -> None:
    explained = SHELF.search(Request("bank protection")).hits[0]
    hit = SHELF.search(Request("bank protection", explained=False)).hits[0]

    assert (hit.key, hit.part, hit.snippet) == (explained.key, explained.part, explained.snippet)
    assert (hit.title, hit.why) == ((), {})


def test_a_document_without_a_matching_part_shows_its_summary() -> None:
    assert shown("zebras", 4) == (0, "Only the summary speaks of [zebras]")


def test_no_words_or_not_wanted_no_part() -> None:
    assert SHELF.search(Request("", keys=[1])).hits[0].part == 0
    assert SHELF.search(Request("customer", parts=False)).hits[0].snippet == ()

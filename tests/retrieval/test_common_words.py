"""Among very many documents, what the most frequent words and pieces add is asked for with less work, not left out."""

from collections.abc import Iterator
from unittest.mock import PropertyMock, patch

import pytest

from sameside.retrieval.asking import Question
from sameside.retrieval.engine import Document, Part, Request
from sameside.retrieval.lexical import LexicalEngine
from tests.retrieval.shelf import indexed

MANY = 12_000
SOLAR, BRIEF, WITHOUT = 20_001, 20_002, 20_003


def documents() -> Iterator[Document]:
    for key in range(1, MANY + 1):
        watched = " monitoring dashboard" + " monitoring" * (key % 3) if key <= 990 else ""
        yield Document(key, f"Case{watched}", [Part(1, f"case {'dashboards ' * (key % 4)}")], language="en")
    yield Document(SOLAR, "Solar roof: case case case", language="en")
    yield Document(BRIEF, "Solar roof: a case for you", language="en")
    yield Document(WITHOUT, "Solar roof", language="en")


@pytest.fixture(scope="module")
def engine() -> LexicalEngine:
    return indexed(*documents())


def ranking(engine: LexicalEngine, words: str) -> list[tuple[int, float]]:
    found = engine.search(Request(words, size=2_000, typing=False))
    assert found.total == len(found.hits)
    return [(hit.key, round(hit.score, 5)) for hit in found.hits]


def test_pieces_are_worth_the_same_when_they_are_only_looked_for_beside_the_rarest_word(engine: LexicalEngine) -> None:
    limited = ranking(engine, "monitoring dashboard")
    with patch.object(Question, "needed", PropertyMock(return_value=None)):
        assert ranking(engine, "monitoring dashboard") == limited
    assert len(limited) == 990
    assert len({score for _, score in limited}) > 3


def test_a_word_of_most_documents_must_be_there_beside_a_rarer_one(engine: LexicalEngine) -> None:
    assert {key for key, _ in ranking(engine, "solar case")} == {SOLAR, BRIEF}
    assert {key for key, _ in ranking(engine, "solar")} == {SOLAR, BRIEF, WITHOUT}


def test_a_word_of_most_documents_decides_when_it_is_all_that_is_asked(engine: LexicalEngine) -> None:
    asked = Request("case", typing=False)
    assert engine.rank(1_104, asked) < engine.rank(SOLAR, asked) < engine.rank(BRIEF, asked)

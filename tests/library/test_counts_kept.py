"""Facet counts without words are counted once, for those with the same rights, until the index changes."""

from dataclasses import replace

import pytest

from sameside.library import counting
from sameside.retrieval.engine import Document, Found, Request
from sameside.retrieval.lexical import LexicalEngine

ASKED = Request(counted=["vertical"], groups=["all"], typing=False)


class Counting(LexicalEngine):
    """An engine that notes for which requests it counted."""

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[Request] = []

    def search(self, request: Request) -> Found:
        if request.counted:
            self.counted.append(request)
        return super().search(request)


def _document(key: int, vertical: str, group: str = "all") -> Document:
    return Document(key=key, title=f"Guide {key}", terms={"vertical": [vertical]}, groups=[group])


@pytest.fixture
def engine() -> Counting:
    made = Counting()
    with made.writing() as writer:
        writer.put([_document(1, "banking"), _document(2, "retail"), _document(3, "banking", "team:7")])
    return made


def test_the_second_one_asks_for_no_counts(engine: Counting) -> None:
    first = counting.search(engine, ASKED)
    second = counting.search(engine, replace(ASKED, size=1, order="title"))
    assert (first.counts, second.counts) == ({"vertical": {"banking": 1, "retail": 1}},) * 2
    assert (first.total, [hit.key for hit in second.hits], len(engine.counted)) == (2, [1], 1)


def test_other_rights_and_other_filters_are_counted_apart(engine: Counting) -> None:
    counting.search(engine, ASKED)
    theirs = counting.search(engine, replace(ASKED, groups=["all", "team:7"]))
    narrowed = counting.search(engine, replace(ASKED, filters={"vertical": ["retail"]}))
    without = counting.search(engine, replace(ASKED, excluded={"vertical": ["retail"]}))
    assert theirs.counts == {"vertical": {"banking": 2, "retail": 1}}
    assert (narrowed.counts, narrowed.total) == ({"vertical": {"banking": 1, "retail": 1}}, 1)
    assert (without.counts, without.total) == ({"vertical": {"banking": 1}}, 1)


def test_what_is_written_counts_at_once(engine: Counting) -> None:
    counting.search(engine, ASKED)
    with engine.writing() as writer:
        writer.put([_document(4, "banking")])
        writer.remove([2])
    assert counting.search(engine, ASKED).counts == {"vertical": {"banking": 2}}


def test_two_indexes_are_kept_apart(engine: Counting) -> None:
    other = Counting()
    with other.writing() as writer:
        writer.put([_document(1, "energy")])
    counting.search(engine, ASKED)
    assert counting.search(other, ASKED).counts == {"vertical": {"energy": 1}}


def test_a_search_for_words_is_counted_each_time(engine: Counting) -> None:
    for _ in range(2):
        assert counting.search(engine, replace(ASKED, words="guide")).counts == {
            "vertical": {"banking": 1, "retail": 1}
        }
    assert len(engine.counted) == 2

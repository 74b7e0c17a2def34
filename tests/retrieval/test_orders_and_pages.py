"""Results in any order, page by page, without repeats or gaps."""

import random

import pytest

from sameside.retrieval.engine import Document, Part, Request
from sameside.retrieval.lexical import LexicalEngine
from tests.retrieval.shelf import every_page, indexed


def library() -> LexicalEngine:
    chance = random.Random(7)
    engine = LexicalEngine()
    rows = [
        Document(
            key,
            f"Title {chance.randrange(8)}",
            [Part(1, " ".join(["word"] * chance.randrange(1, 4) + ["other"] * chance.randrange(4)))],
            terms={"vertical": [chance.choice(["banking", "retail"])], "depth": [chance.choice(["a", "b", "c"])]},
            numbers={"views": chance.randrange(5)} if chance.random() < 0.7 else {},
        )
        for key in range(1, 71)
    ]
    chance.shuffle(rows)
    for start in range(0, 70, 25):
        with engine.writing() as writer:
            writer.put(rows[start : start + 25])
    return engine


LIBRARY = library()


@pytest.mark.parametrize("words", ["", "word", "word other"])
@pytest.mark.parametrize("order", ["", "views", "-views", "title", "-title", "-unheard"])
@pytest.mark.parametrize("preferred", [{}, {"vertical": ["banking"], "depth": ["a"]}])
def test_pages_neither_repeat_nor_skip(words: str, order: str, preferred: dict[str, list[str]]) -> None:
    request = Request(words, order=order, preferred=preferred, size=7)

    pages = every_page(LIBRARY, request)
    keys = [hit.key for found in pages for hit in found.hits]

    assert len(keys) == len(set(keys)) == pages[0].total
    assert {found.total for found in pages} == {len(keys)}
    assert list(LIBRARY.keys(request)) == keys
    assert LIBRARY.rank(keys[9], request) == 10
    assert LIBRARY.rank(1_000, request) == 0


def test_equal_values_are_ordered_by_key() -> None:
    engine = indexed(*(Document(key, f"T{key}", numbers={"views": value}) for key, value in [(3, 1), (1, 1), (2, 5)]))
    with engine.writing() as writer:
        writer.put([Document(0, "T0", numbers={"views": 1}), Document(9, "T9"), Document(8, "T8")])

    assert list(engine.keys(Request(order="-views"))) == [2, 0, 1, 3, 8, 9]
    assert list(engine.keys(Request(order="views"))) == [0, 1, 3, 2, 8, 9]


def test_titles_are_ordered_as_people_read_them() -> None:
    engine = indexed(*(Document(key, title) for key, title in enumerate(["Zebra", "äpfel", "Apfel", "birne"])))

    assert list(engine.keys(Request(order="title")))[2:] == [3, 0]
    assert list(engine.keys(Request(order="-title")))[:2] == [0, 3]


def test_without_words_the_best_for_the_context_comes_first() -> None:
    engine = indexed(
        Document(1, "a", terms={"vertical": ["retail"]}, numbers={"views": 9}),
        Document(2, "b", terms={"vertical": ["banking"], "language": ["de"]}, numbers={"views": 1}),
        Document(3, "c", terms={"vertical": ["banking"]}, numbers={"views": 5}),
        Document(4, "d", terms={"language": ["de"]}, numbers={"views": 7}),
    )
    preferred = {"vertical": ["banking"], "language": ["de"]}

    assert list(engine.keys(Request(preferred=preferred, order="-views"))) == [2, 4, 3, 1]
    assert list(engine.keys(Request(preferred=preferred))) == [2, 4, 3, 1]
    assert list(engine.keys(Request())) == [4, 3, 2, 1]


def test_a_context_lifts_what_matches_words_alike() -> None:
    engine = indexed(
        Document(1, "Pricing", terms={"vertical": ["retail"]}),
        Document(2, "Pricing", terms={"vertical": ["banking"]}),
    )

    assert list(engine.keys(Request("pricing", preferred={"vertical": ["banking"]}))) == [2, 1]
    assert list(engine.keys(Request("pricing", preferred={"vertical": ["retail"]}))) == [1, 2]
    assert engine.search(Request("pricing", preferred={"vertical": ["banking"]})).total == 2


def ranked(count: int) -> LexicalEngine:
    """Documents of which the one with the lower key ranks higher."""
    return indexed(*(Document(key, "word" + " filler" * key) for key in range(1, count + 1)))


def test_a_page_goes_on_behind_the_last_document_when_the_list_grew_before_it() -> None:
    engine = ranked(30)
    first = engine.search(Request("word", size=10))
    last = first.hits[-1].key
    with engine.writing() as writer:
        writer.put([Document(key, "word") for key in range(101, 106)])
        writer.remove([first.hits[0].key])
    every = list(engine.keys(Request("word")))
    second = engine.search(Request("word", size=10, after=first.next))
    assert [hit.key for hit in second.hits] == every[every.index(last) + 1 :][:10]
    assert not {hit.key for hit in first.hits} & {hit.key for hit in second.hits}
    assert not second.moved


def test_a_page_whose_beginning_is_gone_says_so() -> None:
    engine = ranked(30)
    first = engine.search(Request("word", size=10))
    with engine.writing() as writer:
        writer.remove([first.hits[-1].key])
    second = engine.search(Request("word", size=10, after=first.next))
    assert second.moved
    assert len(second.hits) == 10


def test_every_reader_of_a_generation_has_the_same_pages() -> None:
    engine = ranked(30)
    after = engine.search(Request("word", size=10)).next
    with engine.writing() as writer:
        writer.put([Document(key, "word filler") for key in range(201, 260)])
        writer.remove(range(201, 260))
    assert after.startswith("10.")
    again = engine.search(Request("word", size=10, after=after))
    assert again == engine.search(Request("word", size=10, after=after))
    assert not again.moved


@pytest.mark.parametrize("after", ["-1", "x", "٣", "9" * 30, "1:2", "\x00", "5.x", "3.999", "0.1"])
def test_a_page_that_nobody_gave_out_is_a_page_all_the_same(after: str) -> None:
    assert LIBRARY.search(Request("word", after=after)).total == 70


def test_numbers_may_be_negative_and_new() -> None:
    engine = indexed(Document(1, "a", numbers={"x": -5}), Document(2, "b", numbers={"x": 3}))
    with engine.writing() as writer:
        writer.put([Document(3, "c", numbers={"y": 1, "x": 0})])

    assert list(engine.keys(Request(order="x"))) == [1, 3, 2]
    assert next(iter(engine.keys(Request(order="y")))) == 3

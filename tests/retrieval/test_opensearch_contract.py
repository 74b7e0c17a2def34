"""What every engine promises, put to each: the embedded one always, a cluster when one for tests is named."""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence

import pytest

from sameside.retrieval.engine import Boost, Document, Engine, Part, Request
from sameside.retrieval.lexical import LexicalEngine
from sameside.retrieval.opensearch.connection import Connection
from sameside.retrieval.opensearch.engine import OpenSearchEngine
from tests.retrieval.opensearch_memory import Memory
from tests.retrieval.opensearch_stub import served
from tests.retrieval.shelf import every_page, marked

TODAY = 740_000
URL = os.environ.get("SAMESIDE_TEST_OPENSEARCH_URL", "")

needs_cluster = pytest.mark.skipif(
    not URL, reason="No OpenSearch cluster for tests is named: set SAMESIDE_TEST_OPENSEARCH_URL."
)
Make = Callable[..., Engine]


@pytest.fixture(params=["embedded", "by the documentation", pytest.param("cluster", marks=needs_cluster)])
def indexed(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes an engine that holds these documents. By the documentation: queries of terms and filters are evaluated as
    it says, without any scores, so that only sets, counts and orders by field are compared."""

    def fill(engine: Engine, documents: Sequence[Document]) -> Engine:
        with engine.writing() as writer:
            writer.put(documents)
        engine.refresh()
        return engine

    if request.param == "embedded":
        yield lambda *documents: fill(LexicalEngine(), documents)
    elif request.param == "cluster":
        names: list[str] = []

        def made(*documents: Document) -> Engine:
            names.append(f"sameside-test-{uuid.uuid4().hex}")
            return fill(OpenSearchEngine(URL, names[-1]), documents)

        yield made
        for name in names:
            Connection(URL).ask("DELETE", f"/{name}")
    else:
        with served(Memory()) as memory:
            yield lambda *documents: fill(OpenSearchEngine(memory.url, f"test-{uuid.uuid4().hex}"), documents)


@pytest.fixture
def library(indexed: Make) -> Engine:
    return indexed(
        Document(1, "Overview", [Part(1, "Zebra of everybody")], groups=["all"], terms={"kind": ["deck"]}),
        Document(2, "Zebrawood", [Part(1, "Zebra of the board")], groups=["board"], terms={"kind": ["memo"]}),
        Document(3, "Zebra expired", groups=["all"], valid_until=TODAY - 1, terms={"kind": ["old"]}),
        Document(4, "Zebra to come", groups=["all"], valid_from=TODAY + 1, terms={"kind": ["new"]}),
        Document(5, "Zebra of nobody", terms={"kind": ["lost"]}),
    )


def found(engine: Engine, words: str, **more: object) -> set[int]:
    return {hit.key for hit in engine.search(Request(words, **more)).hits}  # type: ignore[arg-type]


def test_what_is_not_permitted_or_valid_is_nowhere(library: Engine) -> None:
    mine = Request("zebra", groups=["all"], on=TODAY, counted=("kind",))
    result = library.search(mine)

    assert [hit.key for hit in result.hits] == [1]
    assert (result.total, result.counts) == (1, {"kind": {"deck": 1}})
    assert list(library.suggest("zebr", mine)) == ["zebra", "Overview"]
    assert list(library.keys(mine)) == [1]
    assert (library.rank(1, mine), library.rank(2, mine)) == (1, 0)
    assert found(library, "zebrawood", groups=["all"], on=TODAY, typing=False) == set()
    assert found(library, "zebra", groups=[]) == set()
    assert found(library, "zebra", groups=None) == {1, 2, 3, 4, 5}
    assert library.count() == 5


def test_counts_are_of_what_choosing_a_value_leaves(library: Engine) -> None:
    result = library.search(Request("zebra", filters={"kind": ["deck"]}, counted=("kind",)))
    assert (result.total, result.counts["kind"]) == (1, {"deck": 1, "memo": 1, "old": 1, "new": 1, "lost": 1})
    assert found(library, "zebra", excluded={"kind": ["deck", "memo"]}) == {3, 4, 5}
    assert found(library, "zebra", keys=[2, 3, 99]) == {2, 3}


def test_facets_may_be_named_anything(indexed: Make) -> None:
    names = ["a.b", "a b", "ä", "x\x1fy", "UPPER", "true"]
    engine = indexed(Document(1, "x", terms={name: ["1", "", "2026-01-01"] for name in names}))
    result = engine.search(Request(counted=names, filters={names[0]: ["1"]}))
    assert result.counts == {name: {"1": 1, "": 1, "2026-01-01": 1} for name in names}


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("price", {1, 2}),
        ("prices strategy", {1}),
        ('"price strategy"', {1}),
        ('"strategy price"', set()),
        ("preis", {3}),
        ("price -strategy", {2}),
        ("strategy or list", {1, 2}),
        ("strat", {1}),
        ("verhandlung", {4}),
        ("cafe", {5}),
        ("東京", {6}),
    ],
)
def test_words_find_by_stem_phrase_beginning_and_piece(indexed: Make, words: str, keys: set[int]) -> None:
    engine = indexed(
        Document(1, "Pricing", [Part(1, "A price strategy")], language="en"),
        Document(2, "Costs", [Part(1, "The prices in a list")], language="en"),
        Document(3, "Kosten", [Part(1, "Die Preise im Überblick")], language="de"),
        Document(4, "Vertrag", [Part(1, "Die Vertragsverhandlungen")], language="de"),
        Document(5, "Café", [Part(1, "nothing else")], language="fr"),
        Document(6, "東京都の資料", language="ja"),
    )
    assert found(engine, words) == keys


def test_misspelt_words_are_repaired_and_rare_ones_relaxed(indexed: Make) -> None:
    engine = indexed(
        Document(1, "alpha pricing", groups=["all"]), Document(2, "pricier secret", groups=["board"]), Document(3, "x")
    )
    result = engine.search(Request("pricimg", groups=["all"], typing=False))
    assert ([hit.key for hit in result.hits], result.corrected) == ([1], "pricing")
    assert engine.search(Request("sacret", groups=["all"], typing=False)).corrected == ""
    relaxed = engine.search(Request("alpha secret", groups=["all"]))
    assert ([hit.key for hit in relaxed.hits], relaxed.relaxed) == ([1], True)


@pytest.mark.parametrize("order", ["views", "-views", "title", "-title", "-unheard"])
def test_pages_neither_repeat_nor_skip(indexed: Make, order: str) -> None:
    documents = [
        Document(key, f"Title {key % 8}", [Part(1, "word")], numbers={"views": key % 5} if key % 3 else {})
        for key in range(1, 41)
    ]
    engine = indexed(*documents)
    request = Request("word", order=order, size=7)
    pages = every_page(engine, request)  # type: ignore[arg-type]
    keys = [hit.key for found in pages for hit in found.hits]

    assert len(keys) == len(set(keys)) == pages[0].total == 40
    assert list(engine.keys(request)) == keys
    assert engine.rank(keys[9], request) == 10
    if order == "-views":
        assert keys[:4] == [4, 14, 19, 29]


def test_without_words_what_suits_the_context_comes_first(indexed: Make) -> None:
    engine = indexed(
        Document(1, "a", terms={"vertical": ["retail"]}, numbers={"views": 9}),
        Document(2, "b", terms={"vertical": ["banking"], "language": ["de"]}, numbers={"views": 1}),
        Document(3, "c", terms={"vertical": ["banking"]}, numbers={"views": 5}),
        Document(4, "d", terms={"language": ["de"]}, numbers={"views": 7}),
    )
    preferred = {"vertical": ["banking"], "language": ["de"]}
    assert list(engine.keys(Request(preferred=preferred, order="-views"))) == [2, 4, 3, 1]
    assert list(engine.keys(Request())) == [4, 3, 2, 1]


def test_success_and_context_are_told_apart(indexed: Make) -> None:
    engine = indexed(Document(1, "Pricing", terms={"kind": ["deck"]}, numbers={"wins": 3}), Document(2, "Pricing"))
    request = Request("pricing", preferred={"kind": ["deck"]}, boosts=[Boost("wins", 2, 0.1)])
    best = next(hit for hit in engine.search(request).hits if hit.key == 1)
    assert (round(best.why["context"], 3), round(best.why["success"], 3)) == (0.3, 0.1)


def test_snippets_are_text_with_what_was_searched_marked(indexed: Make) -> None:
    engine = indexed(
        Document(1, "On <em>prices</em>", [Part(1, "Nothing"), Part(2, "Our <b>prices</b> & lists")], language="en")
    )
    (hit,) = engine.search(Request("price")).hits
    assert (hit.part, marked(hit.snippet)) == (2, "Our <b>[prices]</b> & lists")
    assert marked(hit.title) == "On <em>[prices]</em>"


def test_what_is_written_again_is_replaced_and_what_is_removed_is_gone(indexed: Make) -> None:
    engine = indexed(Document(1, "lion"), Document(2, "tiger"))
    with engine.writing() as writer:
        assert writer.put([Document(1, "zebra")]) == 1
        writer.remove([2, 3])
    engine.refresh()
    assert (found(engine, "zebra"), found(engine, "lion"), found(engine, "tiger"), engine.count()) == (
        {1},
        set(),
        set(),
        1,
    )

"""Permissions, days and filters hold in hits, totals, counts, suggestions and snippets alike; counts are exact."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.retrieval.engine import Document, Part, Request
from sameside.retrieval.lexical import LexicalEngine
from tests.retrieval.shelf import indexed

TODAY = 740_000
VALUES = {"vertical": ("banking", "retail", "2026-01-01T00:00:00Z", "7"), "product": ("core", "a.b", "ä=\x1f")}
WORDS = ("alpha", "bravo", "charlie", "delta", "echo")

documents = st.lists(
    st.fixed_dictionaries(
        {
            "words": st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
            "vertical": st.lists(st.sampled_from(VALUES["vertical"]), max_size=2, unique=True),
            "product": st.lists(st.sampled_from(VALUES["product"]), max_size=2, unique=True),
            "groups": st.lists(st.sampled_from(("a", "b", "c")), max_size=2, unique=True),
            "valid": st.sampled_from(((0, 4_000_000), (0, TODAY - 1), (TODAY + 1, 4_000_000), (TODAY, TODAY))),
        }
    ),
    min_size=1,
    max_size=14,
)
filters = st.fixed_dictionaries(
    {}, optional={facet: st.lists(st.sampled_from(values), min_size=1, max_size=2) for facet, values in VALUES.items()}
)


def made(rows: Sequence[Mapping[str, object]]) -> list[Document]:
    return [
        Document(
            key,
            f"Title {key}",
            [Part(1, " ".join(row["words"]))],  # type: ignore[arg-type]
            terms={facet: row[facet] for facet in VALUES},  # type: ignore[misc]
            groups=row["groups"],  # type: ignore[arg-type]
            valid_from=row["valid"][0],  # type: ignore[index]
            valid_until=row["valid"][1],  # type: ignore[index]
        )
        for key, row in enumerate(rows, 1)
    ]


def leaves(document: Document, request: Request, *, but: str = "") -> bool:
    """The same rules, written down plainly."""
    text = document.parts[0].text.split()
    return (
        all(word in text for word in request.words.split())
        and (request.groups is None or not set(request.groups).isdisjoint(document.groups))
        and (request.on is None or document.valid_from <= request.on <= document.valid_until)
        and all(
            facet == but or not set(values).isdisjoint(document.terms[facet])
            for facet, values in request.filters.items()
        )
        and all(set(values).isdisjoint(document.terms[facet]) for facet, values in request.excluded.items())
    )


@settings(max_examples=60, deadline=None)
@given(
    documents,
    st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
    st.none() | st.lists(st.sampled_from(("a", "b", "c")), max_size=2, unique=True),
    st.sampled_from((None, TODAY)),
    filters,
    filters,
)
def test_total_and_counts_equal_a_recount(rows, words, groups, on, chosen, unwanted) -> None:  # type: ignore[no-untyped-def]
    library = made(rows)
    request = Request(
        " ".join(words), filters=chosen, excluded=unwanted, groups=groups, on=on, counted=tuple(VALUES), typing=False
    )

    result = indexed(*library).search(request)

    permitted = Request(request.words, groups=groups, on=on)
    if result.relaxed:
        assert not any(leaves(document, permitted) for document in library)
        return
    expected = [document.key for document in library if leaves(document, request)]
    assert sorted(hit.key for hit in result.hits) == expected
    assert result.total == len(expected)
    for facet in VALUES:
        left = [document for document in library if leaves(document, request, but=facet)]
        recount = {value: sum(value in document.terms[facet] for document in left) for value in VALUES[facet]}
        assert result.counts[facet] == {value: count for value, count in recount.items() if count}


@pytest.fixture
def library() -> LexicalEngine:
    return indexed(
        Document(1, "Overview", [Part(1, "Zebra of everybody")], groups=["all"], terms={"kind": ["deck"]}),
        Document(2, "Zebrawood", [Part(1, "Zebra of the board")], groups=["board"], terms={"kind": ["memo"]}),
        Document(3, "Zebra expired", groups=["all"], valid_until=TODAY - 1, terms={"kind": ["old"]}),
        Document(4, "Zebra to come", groups=["all"], valid_from=TODAY + 1, terms={"kind": ["new"]}),
        Document(5, "Zebra of nobody", terms={"kind": ["lost"]}),
    )


def test_what_is_not_permitted_or_valid_is_nowhere(library: LexicalEngine) -> None:
    mine = Request("zebra", groups=["all"], on=TODAY, counted=("kind",))
    result = library.search(mine)

    assert [hit.key for hit in result.hits] == [1]
    assert (result.total, result.counts) == (1, {"kind": {"deck": 1}})
    assert library.suggest("zebr", mine) == ["zebra", "Overview"]
    assert list(library.keys(mine)) == [1]
    assert library.rank(2, mine) == 0
    assert library.search(Request("zebrawood", groups=["all"], on=TODAY, typing=False)).total == 0


def test_no_groups_find_nothing_and_all_groups_everything(library: LexicalEngine) -> None:
    assert library.search(Request("zebra", groups=[])).total == 0
    assert library.search(Request("zebra", groups=None)).total == 5


def test_chosen_facets_do_not_narrow_their_own_counts(library: LexicalEngine) -> None:
    result = library.search(Request("zebra", filters={"kind": ["deck"]}, counted=("kind",)))

    assert result.total == 1
    assert result.counts["kind"] == {"deck": 1, "memo": 1, "old": 1, "new": 1, "lost": 1}


def test_choosing_a_value_leaves_what_its_count_said_even_when_words_were_relaxed() -> None:
    engine = indexed(
        Document(1, "alpha bravo", terms={"kind": ["a"]}),
        Document(2, "alpha", terms={"kind": ["b"]}),
    )
    for chosen in ([], ["a"], ["b"]):
        counts = engine.search(Request("alpha bravo", filters={"kind": chosen}, counted=("kind",))).counts["kind"]
        assert counts == {"a": 1}
    assert engine.search(Request("alpha bravo", filters={"kind": ["b"]})).total == 0


def test_only_given_keys_are_searched(library: LexicalEngine) -> None:
    assert library.search(Request("zebra", keys=[2, 3, 99])).total == 2
    assert library.search(Request("zebra", keys=[])).total == 0


def test_groups_may_be_many(library: LexicalEngine) -> None:
    assert library.search(Request("zebra", groups=[f"g{number}" for number in range(500)] + ["board"])).total == 1


def test_facets_may_be_named_anything() -> None:
    names = ["a.b", "a b", "ä", "x\x1fy", "UPPER", "true"]
    engine = indexed(Document(1, "x", terms={name: ["1", "", "2026-01-01"] for name in names}))
    result = engine.search(Request(counted=names, filters={names[0]: ["1"]}))

    assert result.total == 1
    assert result.counts == {name: {"1": 1, "": 1, "2026-01-01": 1} for name in names}

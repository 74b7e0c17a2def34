"""What is asked of a cluster is literally what its documentation says, and everything is asked within the groups."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.retrieval.engine import Boost, Document, Part, Request
from sameside.retrieval.opensearch.engine import OpenSearchEngine
from sameside.retrieval.opensearch.layout import facet_field, index_body
from sameside.retrieval.opensearch.question import About, Question
from tests.retrieval.opensearch_stub import Stub, nothing, served


@pytest.fixture
def stub() -> Iterator[Stub]:
    with served(Stub()) as made:
        yield made


class TwoWays:
    identity, dimensions = "two-ways", 2

    def passages(self, texts: Any) -> Any:
        return np.array([self.query(text) for text in texts], np.float32)

    def query(self, text: str) -> Any:
        return np.array([1, 0] if "price" in text else [0, 1], np.float32)


def test_the_hybrid_query_and_its_pipeline(stub: Stub) -> None:
    engine = OpenSearchEngine(stub.url, "assets")
    engine.search(Request("zebra", groups=["all"], on=740_000, filters={"kind": ["deck"]}, typing=False))

    path, body = next((path, body) for _, path, body in stub.asked if body and "hybrid" in body.get("query", {}))
    matching = {"bool": {"must": [{"bool": {"should": [word("zebra")], "minimum_should_match": 1}}]}}
    limits = [
        {"terms": {"groups": ["all"]}},
        {"range": {"valid_from": {"lte": 740_000}}},
        {"range": {"valid_until": {"gte": 740_000}}},
        {"terms": {"facets.fkind": ["deck"]}},
    ]
    grams = [{"term": {"words.grams": {"value": gram}}} for gram in ("zebr", "ebra")]
    pieces = {"bool": {"should": grams, "minimum_should_match": 1}}
    assert path == "/assets/_search?preference=sameside"
    assert body == {
        "query": {
            "hybrid": {
                "pagination_depth": 10_000,
                "queries": [
                    {"bool": {"must": [matching], "filter": limits}},
                    {"bool": {"must": [pieces], "filter": [matching, *limits]}},
                ],
            }
        },
        "search_pipeline": {
            "phase_results_processors": [
                {
                    "normalization-processor": {
                        "normalization": {
                            "technique": "min_max",
                            "parameters": {
                                "lower_bounds": [{"mode": "apply", "min_score": 0.0}] * 2,
                                "upper_bounds": [{"mode": "ignore"}] * 2,
                            },
                        },
                        "combination": {"technique": "arithmetic_mean", "parameters": {"weights": [0.8, 0.2]}},
                    }
                }
            ]
        },
        "from": 0,
        "size": 24,
        "_source": ["key", "title", "summary", "facets", "numbers"],
    }


def word(text: str) -> dict[str, Any]:
    return {"term": {"words": {"value": text, "boost": 0.9}}}


def test_counts_leave_out_the_filter_of_their_own_facet(stub: Stub) -> None:
    request = Request(filters={"kind": ["deck"], "vertical": ["retail"]}, counted=("kind", "year"), groups=["all"])
    OpenSearchEngine(stub.url, "assets").search(request)

    counting = next(body for body in stub.searches() if "total" in body.get("aggs", {}))
    kind, vertical = {"terms": {"facets.fkind": ["deck"]}}, {"terms": {"facets.fvertical": ["retail"]}}
    assert counting["query"] == {"bool": {"filter": [{"match_all": {}}, {"terms": {"groups": ["all"]}}]}}
    assert {name: agg["filter"] for name, agg in counting["aggs"].items()} == {
        "total": {"bool": {"filter": [kind, vertical]}},
        "facet0": {"bool": {"filter": [vertical]}},
        "facet1": {"bool": {"filter": [kind, vertical]}},
    }
    assert counting["aggs"]["facet0"]["aggs"]["values"]["terms"]["field"] == "facets.fkind"


def test_nearest_passages_are_looked_for_within_what_one_may_find(stub: Stub) -> None:
    about = About({"en": 3}, np.array([[0, 1], [0.1, 0.99]], np.float32))
    asked: list[Any] = []

    def ask(body: Any) -> Any:
        asked.append(body)
        hits = [{"_source": {"key": 7}, "_score": 1.0}, {"_source": {"key": 8}, "_score": 0.5}]
        return nothing(body) | {"hits": {"hits": hits}}

    question = Question(Request("price", groups=["all"], filters={"kind": ["deck"]}), about, ask, TwoWays())
    near = question.near

    assert asked[-1] == {
        "size": 400,
        "_source": ["key"],
        "query": {
            "nested": {
                "path": "passages",
                "score_mode": "max",
                "query": {
                    "knn": {
                        "passages.vector": {
                            "vector": [1.0, 0.0],
                            "k": 400,
                            "filter": {"bool": {"filter": [{"terms": {"groups": ["all"]}}]}},
                        }
                    }
                },
            }
        },
    }
    assert near is not None
    assert (near.shares, list(near.found)) == ({7: 1.0, 8: 0.0}, [7, 8])
    weights = question.ranking()["search_pipeline"]["phase_results_processors"][0]["normalization-processor"]
    assert weights["combination"]["parameters"]["weights"] == pytest.approx([0.36, 0.09, 0.55])


def test_documents_are_written_in_bulk_and_seen_at_the_end(stub: Stub) -> None:
    engine = OpenSearchEngine(stub.url, "assets")
    with engine.writing() as writer:
        assert (
            writer.put([Document(7, "Café prices", [Part(1, "All prices")], language="en", terms={"a.b": ["X"]})]) == 1
        )
        writer.remove([8])

    _, path, lines = stub.asked[-2]
    assert path == "/_bulk"
    assert (lines[0], lines[2]) == (
        {"index": {"_index": "assets", "_id": "7"}},
        {"delete": {"_index": "assets", "_id": "8"}},
    )
    assert (lines[1]["words"], lines[1]["facets"]) == (
        "cafe prices cafe prices cafe prices all prices",
        {"fa_2e_b": ["X"]},
    )
    assert lines[1]["parts"] == [{"number": 1, "text": "All prices", "words": "all prices", "stem_en": "all price"}]
    assert stub.asked[-1][:2] == ("POST", "/assets/_refresh")


def test_the_index_keeps_terms_as_they_are_and_vectors_to_be_filtered() -> None:
    body = index_body(384)
    fields = body["mappings"]["properties"]

    assert body["settings"]["analysis"]["tokenizer"]["grams"]["token_chars"] == ["letter", "digit"]
    assert fields["stem_de"] == {"type": "text", "analyzer": "ready"}
    assert fields["passages"]["properties"]["vector"] == {
        "type": "knn_vector",
        "dimension": 384,
        "method": {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"},
    }
    assert "knn" not in index_body(None)["settings"]["index"]
    assert len({facet_field(name) for name in ("a.b", "a_b", "a b", "A b", "a_2e_b", "")}) == 6


def test_an_alias_moves_in_one_step(stub: Stub) -> None:
    stub.answer = lambda method, path, body: (200, {"old": {"aliases": {}}}) if path.startswith("/_alias/") else None
    OpenSearchEngine(stub.url, "new").serve("sameside-asset")

    added = {"add": {"index": "new", "alias": "sameside-asset"}}
    assert stub.asked[-1] == ("POST", "/_aliases", {"actions": [added, {"remove_index": {"index": "old"}}]})


facets = st.dictionaries(st.sampled_from(["kind", "a.b"]), st.lists(st.text(max_size=4), max_size=2), max_size=2)
requests = st.builds(
    Request,
    words=st.lists(
        st.sampled_from(["zebra", "or", "-lion", '"two words"', "verhandlungsbasis", "日本語"]), max_size=5
    ).map(" ".join),
    filters=facets,
    excluded=facets,
    preferred=facets,
    counted=st.sampled_from([(), ("kind",), ("kind", "a.b")]),
    order=st.sampled_from(["", "title", "-views"]),
    boosts=st.sampled_from([(), (Boost("wins", 2, 0.1),)]),
    groups=st.just(["only-these"]),
    synonyms=st.sampled_from([{}, {"zebra": ["striped horse"]}]),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests)
def test_every_query_is_within_the_groups(request: Request) -> None:
    asked: list[Any] = []

    def ask(body: Any) -> Any:
        asked.append(body)
        answer = nothing(body)
        for agg in answer["aggregations"].values():
            agg["doc_count"] = 1
        if "nested" in body.get("query", {}):
            answer["hits"] = {"hits": [{"_source": {"key": key}, "_score": key / 9} for key in (9, 8)]}
        return answer

    question = Question(request, About({"en": 1, "de": 1}, np.ones((3, 2), np.float32) / 2), ask, TwoWays())
    bodies = [question.counting(), question.ranking() if question.units else question.ordered(), question.ordered()]

    for body in [*bodies, *(body for body in asked if "suggest" not in body)]:
        query = body["query"]
        for leaf in query["hybrid"]["queries"] if "hybrid" in query else [query]:
            assert is_within_groups(leaf)


def is_within_groups(query: dict[str, Any]) -> bool:
    """Whether nothing outside can match: one of what must hold is the groups, directly or by what must hold in it."""
    ((kind, inner),) = query.items()
    if kind == "terms":
        return inner == {"groups": ["only-these"]}
    if kind == "nested":
        return is_within_groups(inner["query"])
    if kind == "knn":
        return is_within_groups(inner["passages.vector"]["filter"])
    return kind == "bool" and any(is_within_groups(each) for each in [*inner.get("filter", ()), *inner.get("must", ())])


def test_the_check_of_groups_can_fail() -> None:
    assert not is_within_groups({"bool": {"should": [{"terms": {"groups": ["only-these"]}}], "filter": []}})
    assert not is_within_groups({"terms": {"groups": ["others"]}})

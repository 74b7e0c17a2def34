"""Answers of the documented shapes become what an engine answers; trouble becomes a sentence and nothing else."""

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sameside.retrieval.engine import Busy, Document, Fragment, NotReady, Request
from sameside.retrieval.opensearch.connection import Connection
from sameside.retrieval.opensearch.engine import OpenSearchEngine
from tests.retrieval.opensearch_stub import Stub, nothing, served
from tests.retrieval.shelf import marked


@pytest.fixture
def stub() -> Iterator[Stub]:
    with served(Stub()) as made:
        yield made


def hit(key: int, score: float | None, title: str, **more: Any) -> dict[str, Any]:
    return {"_index": "assets", "_id": f"{key}", "_score": score, "_source": {"key": key, "title": title}} | more


def answering(method: str, path: str, body: Any) -> tuple[int, Any] | None:
    if not body or "_search" not in path:
        return None
    answer = nothing(body)
    if "total" in body.get("aggs", {}):
        answer["aggregations"]["total"]["doc_count"] = 3
        if "facet0" in body["aggs"]:
            answer["aggregations"]["facet0"]["values"]["buckets"] = [{"key": "deck", "doc_count": 2}]
    for name in body.get("aggs", {}):
        if name.startswith("q"):
            answer["aggregations"][name]["doc_count"] = 1
    if "hybrid" in body.get("query", {}):
        answer["hits"]["hits"] = [
            hit(7, 1.0, "Zebras <em>here</em>"),
            hit(
                9,
                0.25,
                "Other",
            ),
        ]
    if "nested" in str(body.get("query")) and "inner_hits" in str(body):
        part = {"_source": {"number": 4, "text": "One <b>zebra</b> & more"}}
        answer["hits"]["hits"] = [hit(7, 2.0, "", inner_hits={"parts": {"hits": {"hits": [part]}}})]
    if "sort" in body:
        answer["hits"]["hits"] = [hit(7, None, "Zebras", sort=["zebras", 7]), hit(9, None, "Other", sort=["x", 9])]
    return 200, answer


def test_hits_total_counts_and_fragments(stub: Stub) -> None:
    stub.answer = answering
    found = OpenSearchEngine(stub.url, "assets").search(Request("zebra", counted=("kind",), size=2))

    assert [(one.key, one.score, one.part) for one in found.hits] == [(7, 1.0, 4), (9, 0.25, 0)]
    assert (found.total, found.counts, found.next) == (3, {"kind": {"deck": 2}}, "2")
    assert (found.meaning, found.relaxed, found.corrected) == (False, False, "")
    assert found.hits[0].snippet == (Fragment("One <b>"), Fragment("zebra", marked=True), Fragment("</b> & more"))
    assert marked(found.hits[1].title) == "Other"
    assert found.hits[0].why == {"words": 1.0}


def test_pages_by_an_order_go_on_behind_the_last(stub: Stub) -> None:
    stub.answer = answering
    engine = OpenSearchEngine(stub.url, "assets")
    first = engine.search(Request(order="title", size=1))
    engine.search(Request(order="title", size=1, after=first.next))

    assert [one.key for one in first.hits] == [7]
    assert stub.searches()[-1]["search_after"] == ["zebras", 7]
    assert stub.searches()[-1]["sort"] == [{"title_order": {"order": "asc"}}, {"key": {"order": "asc"}}]


@pytest.mark.parametrize("after", ["-1", "x", "٣", "9" * 30, "1:2", "\x00", "bnVsbA==", "W1tdLCAxXQ=="])
@pytest.mark.parametrize("order", ["", "title"])
def test_a_page_that_nobody_gave_out_is_the_first(stub: Stub, after: str, order: str) -> None:
    stub.answer = answering
    engine = OpenSearchEngine(stub.url, "assets")

    assert engine.search(Request("zebra", order=order, after=after, parts=False)).total == 3
    assert stub.searches()[-1].get("from", 0) == 0
    assert "search_after" not in stub.searches()[-1]


def test_a_word_nobody_holds_becomes_one_that_the_person_may_find(stub: Stub) -> None:
    def answer(method: str, path: str, body: Any) -> tuple[int, Any] | None:
        if body and "suggest" in body:
            options = [{"text": text, "score": 0.8, "freq": 5} for text in ("secret", "zebra")]
            return 200, nothing(body) | {"suggest": {"0": [{"text": "zebrq", "offset": 0, "options": options}]}}
        made = answering(method, path, body)
        for name, agg in (body or {}).get("aggs", {}).items() if isinstance(body, dict) else ():
            if made and name.startswith("q"):
                made[1]["aggregations"][name]["doc_count"] = int("'zebra'" in str(agg))
        return made

    stub.answer = answer
    found = OpenSearchEngine(stub.url, "assets").search(Request("zebrq", groups=["all"], typing=False))

    assert (found.corrected, marked(found.hits[0].snippet)) == ("zebra", "One <b>[zebra]</b> & more")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((401, {"error": "no"}), "Search does not let Sameside in."),
        ((403, {"error": {"type": "security_exception"}}), "Search does not let Sameside in."),
        ((429, {"error": {"type": "rejected"}}), "Search has too much to do just now."),
        ((503, b"<html>"), "Search has too much to do just now."),
        ((200, b"<html>"), "Search gave no answer that can be read."),
        ((404, {"error": {"type": "index_not_found_exception"}}), "OpenSearch refused a request: 404"),
        ((400, {"error": {"type": "parsing_exception", "reason": "secret"}}), "OpenSearch refused a request: 400"),
        ((302, {}), "OpenSearch refused a request: 302"),
        ((200, {"timed_out": True, "_shards": {}}), "Search could not look everywhere just now."),
        ((200, {"timed_out": False, "_shards": {"failed": 1}}), "Search could not look everywhere just now."),
    ],
)
def test_trouble_is_a_sentence(stub: Stub, answer: tuple[int, Any], sentence: str) -> None:
    engine = OpenSearchEngine(stub.url, "assets")
    stub.answer = lambda method, path, body: answer

    with pytest.raises(NotReady) as raised:
        engine.search(Request("zebra"))
    assert str(raised.value).startswith(sentence)
    assert "secret" not in str(raised.value)


def test_what_is_slow_or_away_is_a_sentence(stub: Stub) -> None:
    def slow(method: str, path: str, body: Any) -> None:
        time.sleep(0.3)

    stub.answer = slow
    with pytest.raises(NotReady, match="takes too long"):
        Connection(stub.url, seconds=0.05).ask("GET", "/")
    with pytest.raises(NotReady, match="cannot be reached"):
        Connection("http://127.0.0.1:1").ask("GET", "/")
    with pytest.raises(NotReady, match="must be like"):
        Connection("ftp://x")


def test_older_versions_are_refused(stub: Stub) -> None:
    stub.answer = lambda method, path, body: (200, {"version": {"number": "2.19.1"}})
    with pytest.raises(NotReady, match=r"Search needs OpenSearch 3\.2 or newer"):
        OpenSearchEngine(stub.url, "assets")


def test_an_index_that_is_there_is_taken_up(stub: Stub) -> None:
    exists = (400, {"error": {"type": "resource_already_exists_exception"}})
    stub.answer = lambda method, path, body: exists if method == "PUT" else None
    OpenSearchEngine(stub.url, "assets")

    stub.answer = lambda method, path, body: (400, {"error": {"type": "other"}}) if method == "PUT" else None
    with pytest.raises(NotReady):
        OpenSearchEngine(stub.url, "assets")


def test_a_document_that_is_not_taken_is_not_passed_over(stub: Stub) -> None:
    refused = {"index": {"_id": "7", "status": 400, "error": {"type": "mapper_parsing_exception"}}}
    stub.answer = lambda method, path, body: (200, {"errors": True, "items": [refused]}) if path == "/_bulk" else None
    engine = OpenSearchEngine(stub.url, "assets")

    with pytest.raises(NotReady, match="did not take 7: mapper_parsing_exception"), engine.writing() as writer:
        writer.put([Document(7, "x")])
    with engine.writing(), pytest.raises(Busy), engine.writing():
        pass


def test_credentials_go_to_the_cluster_and_nowhere_else(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = stub.url.replace("//", "//reader:s%40cret-word@")
    engine = OpenSearchEngine(url, "assets")
    stub.answer = lambda method, path, body: (500, {"error": {"type": "x", "reason": "s@cret-word"}})
    with pytest.raises(NotReady) as raised:
        engine.search(Request("zebra"))

    assert stub.headers[0]["Authorization"] == "Basic cmVhZGVyOnNAY3JldC13b3Jk"
    for text in (str(raised.value), repr(raised.value), repr(raised.value.__cause__), caplog.text, repr(engine)):
        assert "cret-word" not in text
        assert "cmVhZGVy" not in text
    assert not any("cret-word" in path for _, path, _ in stub.asked)

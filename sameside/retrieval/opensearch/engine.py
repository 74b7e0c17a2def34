"""The engine over one index of a cluster."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from sameside.retrieval import analysis
from sameside.retrieval.embedder import Embedder
from sameside.retrieval.engine import Busy, Found, NotReady, Request
from sameside.retrieval.opensearch.answers import hits_of
from sameside.retrieval.opensearch.connection import Connection, Json, Refused
from sameside.retrieval.opensearch.layout import index_body
from sameside.retrieval.opensearch.matching import all_of
from sameside.retrieval.opensearch.question import DEPTH, About, Question
from sameside.retrieval.opensearch.writing import Bulk, VectorsOf

OLDEST = (3, 2)
"""The first version whose normalisation takes bounds from above and below."""
_SAMPLE = 500
_PIECE = 5_000
_SHOWN = ["key", "title", "summary", "facets", "numbers"]


class OpenSearchEngine:
    """`index` is made when it is missing. With an embedder and vectors of documents, meaning takes part."""

    def __init__(
        self, url: str, index: str, embedder: Embedder | None = None, vectors_of: VectorsOf | None = None
    ) -> None:
        self._connection = Connection(url)
        self._index = index
        self._embedder = embedder if vectors_of is not None else None
        self._vectors_of = vectors_of
        self._about: About | None = None
        self._writing = threading.Lock()
        number = str(self._guarded("GET", "/").get("version", {}).get("number", ""))
        if tuple(int(part) for part in number.split(".")[:2] if part.isdigit()) < OLDEST:
            raise NotReady(f"Search needs OpenSearch {OLDEST[0]}.{OLDEST[1]} or newer.")
        try:
            self._connection.ask("PUT", f"/{index}", index_body(self._embedder.dimensions if self._embedder else None))
        except Refused as problem:
            if problem.kind != "resource_already_exists_exception":
                raise NotReady(str(problem)) from problem

    def search(self, request: Request) -> Found:
        question = self._question(request)
        counted = self._search(question.counting())["aggregations"]
        total = int(counted["total"]["doc_count"])
        counts = {
            facet: {str(each["key"]): int(each["doc_count"]) for each in counted[f"facet{at}"]["values"]["buckets"]}
            for at, facet in enumerate(request.counted)
        }
        rows, after = self._page(question, total)
        return Found(
            hits=hits_of(question, rows, self._search),
            total=total,
            counts=counts,
            corrected=question.corrected,
            relaxed=question.relaxed,
            meaning=question.near is not None,
            next=after,
        )

    def keys(self, request: Request) -> Iterator[int]:
        """By relevance, those behind the first `DEPTH` come newest first."""
        question = self._question(request)
        seen: list[int] = []
        if _is_ranked(question):
            body = question.ranking() | {"size": DEPTH, "_source": ["key"]}
            seen = [int(hit["_source"]["key"]) for hit in self._search(body)["hits"]["hits"]]
            yield from seen
            if len(seen) < DEPTH:
                return
        body = question.ordered()
        if seen:
            body["query"]["bool"]["must_not"] = [{"terms": {"key": seen}}]
        opened = self._guarded("POST", f"/{self._index}/_search/point_in_time", None, keep_alive="2m")["pit_id"]
        try:
            body |= {"size": _PIECE, "_source": ["key"], "pit": {"id": opened, "keep_alive": "2m"}}
            while rows := self._guarded("POST", "/_search", body)["hits"]["hits"]:
                yield from (int(hit["_source"]["key"]) for hit in rows)
                body["search_after"] = rows[-1]["sort"]
        finally:
            self._guarded("DELETE", "/_search/point_in_time", {"pit_id": [opened]})

    def suggest(self, typed: str, request: Request, limit: int = 6, *, titles: bool = True) -> Sequence[str]:
        before, space, last = typed.rpartition(" ")
        terms = analysis.words(last)
        found: dict[str, str] = {}
        if len(terms) == 1 and len(terms[0]) >= 2 and terms[0].isalpha():
            members = self._question(replace(request, words="")).members
            longer = {"terms": {"field": "vocabulary", "include": f"{terms[0]}.+", "size": 50}}
            answer = self._search({"size": 0, "query": all_of(members), "aggs": {"longer": longer}})
            for bucket in answer["aggregations"]["longer"]["buckets"]:
                if str(bucket["key"]).isalpha() and len(found) < min(3, limit):
                    found[bucket["key"]] = f"{before}{space}{bucket['key']}"
        if titles and typed.strip():
            asked = replace(
                request,
                words=typed,
                typing=True,
                semantic=False,
                size=limit,
                parts=False,
                counted=(),
                order="",
                after="",
            )
            for hit in self.search(asked).hits:
                title = "".join(piece.text for piece in hit.title)
                found.setdefault(title.casefold(), title)
        return [each for each in found.values() if each][:limit]

    def rank(self, key: int, request: Request) -> int:
        return next((place for place, found in enumerate(self.keys(request), 1) if found == key), 0)

    @contextmanager
    def writing(self) -> Iterator[Bulk]:
        if not self._writing.acquire(blocking=False):
            raise Busy("This index is being written.")
        try:
            bulk = Bulk(self._connection, self._index, self._vectors_of)
            try:
                yield bulk
                bulk.send(refresh=True)
            except Refused as problem:
                raise NotReady(str(problem)) from problem
            self._about = None
        finally:
            self._writing.release()

    def refresh(self) -> bool:
        """What was committed is seen at once by all; only what is known of the index is read anew."""
        self._about = None
        return True

    def state(self) -> None:
        """Others write it at any time."""

    def count(self) -> int:
        return int(self._guarded("GET", f"/{self._index}/_count")["count"])

    def serve(self, alias: str) -> None:
        """Let `alias` name this index alone, in one step, and drop those that it named before."""
        try:
            before = [name for name in self._connection.ask("GET", f"/_alias/{alias}") if name != self._index]
        except Refused as problem:
            if problem.status != 404:
                raise NotReady(str(problem)) from problem
            before = []
        actions: list[Json] = [{"add": {"index": self._index, "alias": alias}}]
        actions += [{"remove_index": {"index": name}} for name in before]
        self._guarded("POST", "/_aliases", {"actions": actions})

    def _page(self, question: Question, total: int) -> tuple[Sequence[Json], str]:
        """The hits of a page, and where the next one begins."""
        size, after = question.request.size, question.request.after
        if size < 1:
            return [], ""
        if _is_ranked(question):
            offset = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
            size = min(size, DEPTH - offset)
            if size < 1:
                return [], ""
            rows = self._search(question.ranking() | {"from": offset, "size": size, "_source": _SHOWN})["hits"]["hits"]
            end = offset + len(rows)
            return rows, str(end) if rows and end < min(total, DEPTH) else ""
        body = question.ordered()
        behind = _decoded(after, len(body["sort"]))
        body |= {"size": size + 1, "_source": _SHOWN} | ({"search_after": behind} if behind else {})
        rows = self._search(body)["hits"]["hits"]
        return rows[:size], _encoded(rows[size - 1]["sort"]) if len(rows) > size else ""

    def _question(self, request: Request) -> Question:
        if self._about is None:
            self._about = self._look()
        return Question(request, self._about, self._search, self._embedder)

    def _look(self) -> About:
        by_language = {"languages": {"terms": {"field": "language", "size": 500}}}
        buckets = self._search({"size": 0, "aggs": by_language})["aggregations"]["languages"]["buckets"]
        languages: Mapping[str, int] = {str(each["key"]): int(each["doc_count"]) for each in buckets}
        if self._embedder is None:
            return About(languages)
        drawn = {"query": {"nested": {"path": "passages", "query": {"exists": {"field": "passages.vector"}}}}}
        random = {"function_score": drawn | {"random_score": {"seed": 1, "field": "_seq_no"}}}
        hits = self._search({"size": _SAMPLE, "query": random, "_source": ["passages.vector"]})["hits"]["hits"]
        vectors = [hit["_source"]["passages"][0]["vector"] for hit in hits]
        return About(languages, np.array(vectors, np.float32) if vectors else None)

    def _search(self, body: Json) -> Json:
        """One copy of each shard answers all requests, so that equal scores keep their order from page to page."""
        answer = self._guarded("POST", f"/{self._index}/_search", body, preference="sameside")
        if answer.get("timed_out") or answer.get("_shards", {}).get("failed"):
            raise NotReady("Search could not look everywhere just now. Try again in a moment.")
        return answer

    def _guarded(self, method: str, path: str, body: Json | None = None, **params: str) -> Json:
        try:
            return self._connection.ask(method, path, body, **params)
        except Refused as problem:
            raise NotReady(str(problem)) from problem


def _is_ranked(question: Question) -> bool:
    return bool(question.units) and not question.request.order


def _encoded(sort: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(sort).encode()).decode()


def _decoded(after: str, length: int) -> list[object] | None:
    """None when nobody gave this out: the first page."""
    try:
        found = json.loads(base64.urlsafe_b64decode(after.encode())) if after else None
    except ValueError:
        return None
    plain = (
        isinstance(found, list)
        and len(found) == length
        and all(each is None or isinstance(each, int | float | str) for each in found)
    )
    return found if plain else None

"""Writing to an index: in bulk, seen by searches once the block ends.

A block that raises may have sent some of its documents: they are seen with the next block. Sent again, they are the
same, so that who follows a log and repeats what was not finished loses and doubles nothing.
"""

import json
from collections.abc import Callable, Iterable, Sequence

from sameside.retrieval.engine import Document, NotReady
from sameside.retrieval.opensearch.connection import Connection, Json
from sameside.retrieval.opensearch.layout import PassageVectors, source

MOST_BYTES = 5_000_000
_READ = 50

VectorsOf = Callable[[Sequence[Document]], Sequence[PassageVectors]]


class Bulk:
    def __init__(self, connection: Connection, index: str, vectors_of: VectorsOf | None) -> None:
        self._connection, self._index, self._vectors_of = connection, index, vectors_of
        self._lines: list[Json] = []
        self._size = 0

    def put(self, documents: Iterable[Document]) -> int:
        count = 0
        waiting: list[Document] = []
        for document in documents:
            waiting.append(document)
            count += 1
            if len(waiting) == _READ:
                self._take(waiting)
                waiting = []
        self._take(waiting)
        return count

    def remove(self, keys: Iterable[int]) -> None:
        for key in keys:
            self._add({"delete": {"_index": self._index, "_id": str(key)}})

    def send(self, *, refresh: bool = False) -> None:
        lines, self._lines, self._size = self._lines, [], 0
        found = self._connection.bulk(lines) if lines else {}
        for item in found.get("items", ()) if found.get("errors") else ():
            for did in item.values():
                if "error" in did:
                    kind = did["error"].get("type", "unknown")
                    raise NotReady(f"The index did not take {did.get('_id', 'a document')}: {kind}.")
        if refresh:
            self._connection.ask("POST", f"/{self._index}/_refresh")

    def _take(self, documents: Sequence[Document]) -> None:
        vectors = self._vectors_of(documents) if self._vectors_of and documents else [()] * len(documents)
        for document, own in zip(documents, vectors, strict=True):
            self._add({"index": {"_index": self._index, "_id": str(document.key)}}, source(document, own))

    def _add(self, *lines: Json) -> None:
        self._lines += lines
        self._size += sum(len(json.dumps(line)) for line in lines)
        if self._size > MOST_BYTES:
            self.send()

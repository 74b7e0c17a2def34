"""Search by words, embedded: Tantivy over documents and their parts. See `engine.py` for what it promises."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sameside.retrieval.asking import Question
from sameside.retrieval.engine import Found, Request
from sameside.retrieval.storage import Batch, Snapshot, Storage


class LexicalEngine:
    """One index of one kind of documents in a folder of its own; `folder` None: in memory, for tests."""

    def __init__(self, folder: Path | None = None) -> None:
        self._storage = Storage(folder)
        self._storage.refresh()

    @property
    def snapshot(self) -> Snapshot:
        return self._storage.snapshot()

    def search(self, request: Request) -> Found:
        return self._question(request).found()

    def keys(self, request: Request) -> Iterator[int]:
        yield from self._question(request).keys()

    def suggest(self, typed: str, request: Request, limit: int = 6) -> Sequence[str]:
        return self._question(request).suggestions(typed, limit)

    def rank(self, key: int, request: Request) -> int:
        for place, found in enumerate(self._question(request).keys(), 1):
            if found == key:
                return place
        return 0

    def writing(self) -> AbstractContextManager[Batch]:
        return self._storage.writing()

    def refresh(self) -> bool:
        return self._storage.refresh()

    def count(self) -> int:
        return self.snapshot.documents.num_docs

    def _question(self, request: Request) -> Question:
        return Question(self.snapshot, request)

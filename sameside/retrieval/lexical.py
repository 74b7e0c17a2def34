"""Search embedded in the process: Tantivy over documents and their parts, with vectors when there are some.

See `engine.py` for what it promises, `matching.py` for what matches, `hybrid.py` for meaning.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sameside.retrieval.asking import Question
from sameside.retrieval.columns import Shelf
from sameside.retrieval.embedder import Embedder
from sameside.retrieval.engine import Found, Request
from sameside.retrieval.hybrid import Remembered, Semantics
from sameside.retrieval.lexicon import Lexicons
from sameside.retrieval.pool import Keys
from sameside.retrieval.storage import Batch, Snapshot, Storage
from sameside.retrieval.suggesting import suggestions
from sameside.retrieval.vectors import VectorFile

_REMEMBERED = 32


class LexicalEngine:
    """One index of one kind of documents in a folder of its own; `folder` None: in memory, for tests.

    With an embedder and the vectors it made of these documents, meaning takes part; else words alone answer.
    """

    def __init__(
        self, folder: Path | None = None, embedder: Embedder | None = None, vectors: VectorFile | None = None
    ) -> None:
        self._storage = Storage(folder)
        self._storage.refresh()
        self._semantics = Semantics(embedder, vectors) if embedder is not None and vectors is not None else None
        self._permitted: Remembered[Keys] = Remembered(_REMEMBERED)
        self._lexicons = Lexicons()
        self._shelf = Shelf()

    @property
    def snapshot(self) -> Snapshot:
        return self._storage.snapshot()

    def search(self, request: Request) -> Found:
        return self._question(request).found()

    def keys(self, request: Request) -> Iterator[int]:
        yield from self._question(request).keys()

    def suggest(self, typed: str, request: Request, limit: int = 6, *, titles: bool = True) -> Sequence[str]:
        return suggestions(self._question(request), typed, limit, titles=titles)

    def rank(self, key: int, request: Request) -> int:
        for place, found in enumerate(self._question(request).keys(), 1):
            if found == key:
                return place
        return 0

    def writing(self) -> AbstractContextManager[Batch]:
        return self._storage.writing()

    def refresh(self) -> bool:
        vectors = self._semantics is not None and self._semantics.vectors.refresh()
        return self._storage.refresh() or vectors

    def count(self) -> int:
        return self.snapshot.documents.num_docs

    def state(self) -> Hashable:
        return self.snapshot.generation, self._semantics.vectors.count() if self._semantics else 0

    def _question(self, request: Request) -> Question:
        return Question(self.snapshot, request, self._semantics, self._permitted, self._lexicons, self._shelf)

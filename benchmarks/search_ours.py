"""Sameside's engine, as the product uses it: the same request, the same settings for every collection."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import search_vectors
from benchmarks.search_collections import Collection
from benchmarks.search_peers import DEPTH
from sameside.retrieval.engine import Document, Engine, Part, Request
from sameside.retrieval.lexical import LexicalEngine


class Ours:
    """A passage is a document of one page."""

    def __init__(self, collection: Collection, engine: Engine) -> None:
        self.ids = list(collection.passages)
        self.engine = engine

    def answer(self, words: str, *, typing: bool = False) -> Sequence[str]:
        found = self.engine.search(Request(words=words, size=DEPTH, typing=typing, parts=False))
        return [self.ids[hit.key - 1] for hit in found.hits]


def documents(collection: Collection) -> Iterator[Document]:
    for key, passage in enumerate(collection.passages.values(), 1):
        yield Document(key, passage.title, [Part(1, passage.text)], language=collection.language)


@contextlib.contextmanager
def ours(collection: Collection, folder: Path, *, model: str) -> Iterator[Ours]:
    """The passages indexed, with the model's vectors unless `model` is none."""
    with contextlib.ExitStack() as stack:
        engine = LexicalEngine()
        if model != "none":
            kept = search_vectors.model(folder, model)
            vectors = stack.enter_context(search_vectors.filled(kept, documents(collection)))
            engine = LexicalEngine(None, kept, vectors)
        with engine.writing() as writer:
            writer.put(documents(collection))
        engine.refresh()
        yield Ours(collection, engine)

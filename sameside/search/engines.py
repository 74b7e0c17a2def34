"""Which engine answers for a kind: the embedded one, or a cluster when the operator names one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings

from sameside.retrieval import schema
from sameside.retrieval.embedder import Embedder
from sameside.retrieval.embedding.passages import passages
from sameside.retrieval.engine import Document, Engine
from sameside.retrieval.lexical import LexicalEngine
from sameside.retrieval.opensearch import layout
from sameside.retrieval.opensearch.engine import OpenSearchEngine
from sameside.search import embedding, vector_table
from sameside.search.kinds import Kind

VERSION = f"opensearch-{layout.VERSION}" if settings.OPENSEARCH_URL else f"lexical-{schema.VERSION}"
"""Of how engines lay out what they hold."""


def open_engine(folder: Path | None, kind: Kind) -> Engine:
    """The engine over the index in `folder`, empty when there is none; None: in memory.

    Raises `Damaged` when what is there cannot be read. In a cluster the index is named after the folder.
    """
    if folder is None:
        return LexicalEngine()
    if settings.OPENSEARCH_URL:
        model = embedding.embedder() if kind.has_meaning else None
        return OpenSearchEngine(
            settings.OPENSEARCH_URL, _index(folder, kind), model, _Embedded(model) if model else None
        )
    return LexicalEngine(folder, embedding.embedder(), embedding.vectors(kind))


def serve(engine: Engine, kind: Kind) -> None:
    """Take note that this index answers from now on instead of the one before."""
    if isinstance(engine, OpenSearchEngine):
        engine.serve(f"sameside-{kind.name}")


def _index(folder: Path, kind: Kind) -> str:
    return f"sameside-{kind.name}-{folder.name}"


class _Embedded:
    """The vectors of documents: those known by their text, and the others made now."""

    def __init__(self, model: Embedder) -> None:
        self.model = model

    def __call__(self, documents: Sequence[Document]) -> list[layout.PassageVectors]:
        texts = [passages(document) for document in documents]
        known = vector_table.read(self.model.identity, [text.digest for row in texts for text in row])
        missing = {text.digest: text.text for row in texts for text in row if text.digest not in known}
        if missing:
            made = np.asarray(self.model.passages(list(missing.values())), np.float32)
            known |= vector_table.write(self.model.identity, dict(zip(missing, made, strict=True)))
        return [[(text.part, known[text.digest]) for text in row] for row in texts]

"""Which engine answers for a kind."""

from pathlib import Path

from sameside.retrieval import schema
from sameside.retrieval.engine import Engine
from sameside.retrieval.lexical import LexicalEngine
from sameside.search import embedding
from sameside.search.kinds import Kind

VERSION = f"lexical-{schema.VERSION}"
"""Of how engines lay out what they hold."""


def open_engine(folder: Path | None, kind: Kind) -> Engine:
    """The engine over the index in `folder`, empty when there is none; None: in memory.

    Raises `Damaged` when what is there cannot be read.
    """
    if folder is None:
        return LexicalEngine()
    return LexicalEngine(folder, embedding.embedder(), embedding.vectors(kind))

"""What a block of writing gives a file of vectors, before it is committed."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.vector_rows import Shape


@dataclass(frozen=True)
class Passage:
    """Where a vector belongs. `digest`: the first bytes of the digest of the text it was made from."""

    part: int
    number: int
    digest: int


@dataclass
class VectorWriter:
    """Collects changes of a `VectorFile`."""

    dimensions: int
    added: dict[int, tuple[Sequence[Passage], Vectors]] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    questions: Vectors | None = None
    asked: Sequence[int] = ()

    def put(self, key: int, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Hold these passages of a document and no others; one unit vector for each."""
        if vectors.shape != (len(passages), self.dimensions):
            raise ValueError(f"{len(passages)} passages need vectors of shape ({len(passages)}, {self.dimensions}).")
        self.added[key] = (passages, vectors)

    def remove(self, keys: Iterable[int]) -> None:
        for key in keys:
            self.added.pop(key, None)
            self.removed.add(key)

    def calibrate(self, questions: Vectors, keys: Sequence[int]) -> None:
        """Find the cut-off by how near questions and the passages held before this block are by chance.

        `keys`: the document each question stems from.
        """
        self.questions, self.asked = questions, keys

    def packed(self, shape: Shape) -> tuple[NDArray[Any], NDArray[np.int8]]:
        places = [(key, passage) for key, (passages, _) in self.added.items() for passage in passages]
        if not places:
            return np.zeros(0, shape.head), np.zeros((0, shape.dimensions), np.int8)
        vectors = np.concatenate([vectors for _, vectors in self.added.values()]).astype(np.float32, copy=False)
        heads = np.zeros(len(places), shape.head)
        heads["key"] = [key for key, _ in places]
        for name in ("part", "number", "digest"):
            heads[name] = [getattr(passage, name) for _, passage in places]
        rows, heads["scale"] = shape.rows(vectors)
        return heads, rows


def numbers_of(rows: NDArray[np.int8], scales: NDArray[Any]) -> Vectors:
    """Rows as vectors; `scales` or the heads that hold them."""
    scale = scales["scale"] if scales.dtype.names else scales
    vectors: Vectors = rows.astype(np.float32) * scale[:, None]
    return vectors


def append(path: Path, at: int, data: bytes) -> None:
    """Write after the bytes that count; whatever a killed writer left there is cut off."""
    with path.open("r+b" if path.exists() else "wb") as file:
        file.truncate(at)
        file.seek(at)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""Search by meaning beside words: which documents mean the same, and how near they are.

A request is answered over one set: what matches the words, and what is near the question. Near are the documents among
the `FOUND` nearest above the cut-off: nearer than one of two hundred pairs of a question and a passage drawn at random
is by chance. Where there is one such, the `LEAST` nearest are found in any case: in a small library of one subject all
passages are near and the cut-off is high. A question that nothing is near to finds nothing. They are looked for among
all that the person may find that day; filters then narrow both alike, so that what a filter leaves is what its count
said. Of the score, words are one part and nearness another: its cosine between those of the nearest and the farthest of
the `SCORED` nearest passages, and then what the first answers tell (`first_answers.py`); not so for questions in a
language that no document has, because their first answers are too unsure.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedder import Embedder, Vectors
from sameside.retrieval.near import Near
from sameside.retrieval.vectors import VectorFile

FOUND = 200
LEAST = 10
SCORED = 1_000

Keys = NDArray[np.int64]
Kept = TypeVar("Kept")


class Remembered(Generic[Kept]):
    """The last few values by what they were made of."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[object, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, of: object, make: Callable[[], Kept]) -> Kept:
        with self._lock:
            if of in self._kept:
                self._kept.move_to_end(of)
                return self._kept[of]
        made = make()
        with self._lock:
            self._kept[of] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made


@dataclass(frozen=True)
class Meaning:
    """Of one question: the share of the score of documents, in order of their keys, and which are found by it alone,
    nearest first."""

    vector: Vectors
    near: Near | None = None
    documents: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    """Of each of the nearest passages, which of the documents it is of."""
    keys: Keys = field(default_factory=lambda: np.zeros(0, np.int64))
    nearest: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    """Of each document, which of the passages is nearest."""
    shares: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    found: Sequence[int] = ()

    def places_of(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Which of the documents these are, and whether they are among them at all."""
        if not len(self.keys):
            return np.zeros(len(keys), np.intp), np.zeros(len(keys), np.bool_)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return places, self.keys[places] == keys

    def shares_of(self, keys: Keys) -> NDArray[np.float64]:
        places, are_near = self.places_of(keys)
        return np.where(are_near, self.shares[places], 0.0) if are_near.any() else np.zeros(len(keys))

    def by(self, cosines: NDArray[np.float32]) -> "Meaning":
        """The same by other cosines of the passages."""
        order = np.lexsort((-cosines, self.documents))
        nearest = order[np.searchsorted(self.documents[order], np.arange(len(self.keys)))]
        return replace(self, nearest=nearest, shares=_shares(cosines, nearest))


class Semantics:
    """An embedder and the vectors it made of the documents of one kind."""

    def __init__(self, embedder: Embedder, vectors: VectorFile) -> None:
        self.embedder = embedder
        self.vectors = vectors

    def of(self, text: str, allowed: Keys | None) -> Meaning | None:
        """What is near, among the documents of these sorted keys; None when there is nothing to compare with."""
        if not self.vectors.count():
            return None
        vector = self.embedder.query(text)
        near = self.vectors.nearest(vector, SCORED, allowed)
        if not len(near.keys):
            return Meaning(vector)
        keys, first, documents = np.unique(near.keys, return_index=True, return_inverse=True)
        limit = self.vectors.cut_off(vector)
        above = 0 if limit is None else int((near.cosines[first] > limit).sum())
        found = near.keys[np.sort(first)][: min(FOUND, max(above, LEAST))].tolist() if above else ()
        return Meaning(vector, near, documents, keys, first, _shares(near.cosines, first), found)

    def parts(self, meaning: Meaning, keys: Sequence[int]) -> dict[int, dict[int, float]]:
        """The cosine of each part of these documents."""
        near: Near = self.vectors.cosines(meaning.vector, keys)
        found: dict[int, dict[int, float]] = {}
        for key, part, cosine in zip(near.keys.tolist(), near.parts.tolist(), near.cosines.tolist(), strict=True):
            found.setdefault(key, {}).setdefault(part, cosine)
        return found


def _shares(cosines: NDArray[np.float32], nearest: NDArray[np.intp]) -> NDArray[np.float64]:
    """What the nearest passage of each document is worth."""
    low, high = float(cosines.min()), float(cosines.max())
    shares: NDArray[np.float64] = (cosines[nearest].astype(np.float64) - low) / ((high - low) or 1.0)
    return shares

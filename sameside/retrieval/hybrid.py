"""Search by meaning beside words: which documents mean the same, and how near they are.

A request is answered over one set: what matches the words, and what is near the question. Near are the documents among
the `FOUND` nearest above the cut-off: nearer than one of two hundred pairs of a question and a passage drawn at random
is by chance. Where there is one such, the `LEAST` nearest are found in any case: in a small library of one subject all
passages are near and the cut-off is high. A question that nothing is near to finds nothing. They are looked for among
all that the person may find that day; filters then narrow both alike, so that what a filter leaves is what its count
said. Of the score, words are one part and nearness another: its cosine between those of the nearest and the farthest of
the `SCORED` nearest passages. Then the question is moved halfway towards its first `FIRST` answers, and the same
passages are compared with it again: what several of these say is what was meant. Not so for questions in a language
that no document has: there the first answers are too unsure.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedder import Embedder, Vectors
from sameside.retrieval.vectors import Near, VectorFile

FOUND = 200
LEAST = 10
SCORED = 1_000
FIRST = 5

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
    shares: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    found: Sequence[int] = ()

    def has(self, place: int, key: int) -> bool:
        return place < len(self.keys) and int(self.keys[place]) == key

    def shares_of(self, keys: Keys) -> NDArray[np.float64]:
        shares = np.zeros(len(keys))
        if len(self.keys):
            places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
            shares = np.where(self.keys[places] == keys, self.shares[places], 0.0)
        return shares


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
        nearest = near.keys[np.sort(first)][: min(FOUND, max(above, LEAST))]
        shares = _shares(near.cosines, documents)
        return Meaning(vector, near, documents, keys, shares, nearest.tolist() if above else ())

    def moved(self, meaning: Meaning, first: Sequence[int]) -> Meaning:
        """The same, found as before, by how near it is to the question and to its first answers."""
        places = np.searchsorted(meaning.keys, first)
        known = [place for place, key in zip(places.tolist(), first, strict=True) if meaning.has(place, key)]
        if meaning.near is None or not known:
            return meaning
        nearest = np.array([int(np.argmax(meaning.documents == place)) for place in known])
        cosines = self.vectors.moved(meaning.near, meaning.vector, nearest)
        return replace(meaning, shares=_shares(cosines, meaning.documents))

    def parts(self, meaning: Meaning, keys: Sequence[int]) -> dict[int, dict[int, float]]:
        """The cosine of each part of these documents."""
        near: Near = self.vectors.cosines(meaning.vector, keys)
        found: dict[int, dict[int, float]] = {}
        for key, part, cosine in zip(near.keys.tolist(), near.parts.tolist(), near.cosines.tolist(), strict=True):
            found.setdefault(key, {}).setdefault(part, cosine)
        return found


def _shares(cosines: NDArray[np.float32], documents: NDArray[np.intp]) -> NDArray[np.float64]:
    """What the nearest passage of each document is worth."""
    best = np.full(int(documents.max()) + 1, -1.0)
    np.maximum.at(best, documents, cosines.astype(np.float64))
    low, high = float(cosines.min()), float(cosines.max())
    shares: NDArray[np.float64] = (best - low) / ((high - low) or 1.0)
    return shares

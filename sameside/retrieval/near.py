"""The passages nearest to a question, with their vectors at hand to be compared again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.vector_rows import Keys, Rows


@dataclass(frozen=True)
class Near:
    """Passages, nearest first; a document or part may come more than once. Places are those in this order."""

    keys: Keys
    parts: NDArray[np.int32]
    cosines: NDArray[np.float32]
    vectors: Vectors
    """Not of length one, and in the order of `scales`."""
    scales: NDArray[np.float32]
    order: Rows
    """Where among these each of the passages is."""

    def moved(self, vector: Vectors, places: Rows, weights: NDArray[np.float64]) -> NDArray[np.float32]:
        """How near the passages are to the middle between a vector and the weighted mean of those at `places`."""
        mean = (weights / weights.sum()).astype(np.float32) @ self._at(places)
        middle = vector + mean
        cosines = (self.vectors @ (middle / np.linalg.norm(middle))) * self.scales
        found: NDArray[np.float32] = cosines[self.order]
        return found

    def likeness(self, places: Rows) -> NDArray[np.float32]:
        """The cosines between those at `places`."""
        some = self._at(places)
        found: NDArray[np.float32] = some @ some.T
        return found

    def _at(self, places: Rows) -> Vectors:
        rows = self.order[places]
        return self.vectors[rows] * self.scales[rows, None]

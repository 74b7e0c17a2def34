"""What turns text into vectors. Without one, words alone answer; nothing else changes."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """`identity` names model and version: vectors of different identities are never compared."""

    identity: str
    dimensions: int

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of what is searched, shape (len(texts), dimensions)."""

    def query(self, text: str) -> Vectors:
        """The unit vector of what is asked, shape (dimensions,). The same text asked again should cost nothing."""

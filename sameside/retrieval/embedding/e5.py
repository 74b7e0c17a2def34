"""multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672; MIT, Microsoft) as `building` put it on this machine.

Of a text, its pieces are looked up in a mapped table of words (four bits a number, 54 MB whose pages all processes
share) and given to the transformer, 22 MB, which answers with one unit vector of 384 numbers. Every language of the
model works, a hundred of them.
"""

from pathlib import Path

import numpy as np

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.embedding import session
from sameside.retrieval.embedding.pieces import Pieces
from sameside.retrieval.embedding.sentences import Manner, Sentences
from sameside.retrieval.embedding.weights import BLOCK, BLOCK_BYTES, unpacked

IDENTITY = "multilingual-e5-small-1"
"""Model and version of its conversion; a change that changes vectors changes this."""
DIMENSIONS = 384
MODEL, WORDS, PIECES = "model.onnx", "words.q4", "pieces.table"


class E5(Sentences):
    identity = IDENTITY
    dimensions = DIMENSIONS
    manner = Manner("query: ", "passage: ")

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._session = session.opened(folder / MODEL)
        self._pieces = Pieces(folder / PIECES)
        blocks = DIMENSIONS // BLOCK
        self._words = np.memmap(folder / WORDS, np.uint8, "r").reshape(-1, blocks, BLOCK_BYTES)

    def _run(self, text: str) -> Vectors:
        ids = self._pieces.ids(text, self.manner.tokens)
        given = {"words": unpacked(self._words[ids])[None], "attention_mask": np.ones((1, len(ids)), np.int64)}
        vector: Vectors = self._session.run(None, given)[0][0]
        return vector

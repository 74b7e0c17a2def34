"""What all sentence models share: texts made ready, and questions remembered for a moment.

Texts are run one by one: on one thread a batch is not faster, and quantised numbers depend a little on what is beside
them, so that the same text would not always have the same vector.
"""

import re
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from sameside.retrieval.embedder import Vectors

_REMEMBERED = 256
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 6


@dataclass(frozen=True)
class Manner:
    """How a model was trained to be spoken to: what stands before questions and passages, and how much it reads."""

    query: str = ""
    passage: str = ""
    tokens: int = 256
    lower: bool = False


class Sentences(ABC):
    """An `Embedder` over whatever `_run` computes from texts."""

    identity: str
    dimensions: int
    manner: Manner
    """Of a class or set by its instances before they are asked."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for place, text in enumerate(texts):
            vectors[place] = self._run(self._ready(self.manner.passage, text))
        return vectors

    def query(self, text: str) -> Vectors:
        """Not more than once for the same text in a row of searches: facets, pages and counts ask it again."""
        ready = self._ready(self.manner.query, text)
        with self._lock:
            if ready in self._asked:
                self._asked.move_to_end(ready)
                return self._asked[ready]
        vector = self._run(ready)
        with self._lock:
            self._asked[ready] = vector
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
        return vector

    def _ready(self, prefix: str, text: str) -> str:
        text = text[: self.manner.tokens * 24]
        return prefix + (text.lower() if self.manner.lower else spoken(text))

    @abstractmethod
    def _run(self, text: str) -> Vectors:
        """The unit vector of a text that is ready, shape (dimensions,)."""


def spoken(text: str) -> str:
    """The text with runs of capitals in lower case: models know THE QUARTERLY REVIEW as letters, not as words.

    A run is two or more words in capitals, or a single one of six letters or more: a lone acronym stays.
    """
    words = [(word.start(), word.end(), word.group()) for word in _WORD.finditer(text)]
    pieces = list(text)
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and words[end][2].isupper():
            end += 1
        if end - start > 1 or (end > start and len(words[start][2]) >= _LONG):
            first, last = words[start][0], words[end - 1][1]
            pieces[first:last] = _lower(text[first:last])
        start = max(end, start + 1)
    return "".join(pieces)


def _lower(text: str) -> list[str]:
    """One entry for each letter, also where the lower case of a letter is two."""
    return [letter.lower() for letter in text]

"""The documents of which not every passage has a vector, kept in a file so that a killed process forgets none."""

import os
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sameside.retrieval.engine import Document

_USE = 2**34
"""More than any number of seconds: whatever is used more comes first, then the newest."""


@dataclass
class Wanted:
    """Document to its rank, least first, and how many of its passages have no vector as far as is known."""

    path: Path
    documents: dict[int, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path) -> "Wanted":
        try:
            rows = np.fromfile(path, np.int64)
        except FileNotFoundError:
            return cls(path)
        whole = rows[: len(rows) // 3 * 3].reshape(-1, 3)
        return cls(path, {key: (rank, lacking) for key, rank, lacking in whole.tolist()})

    def add(self, document: Document, lacking: int) -> None:
        rank = -document.numbers.get("uses", 0) * _USE - document.numbers.get("created", 0)
        self.documents[document.key] = rank, lacking

    def first(self, count: int, but: Container[int]) -> list[int]:
        """What comes next, without those in `but`."""
        rest = sorted((value, key) for key, value in self.documents.items() if key not in but)
        return [key for _, key in rest[:count]]

    def lacking(self, but: Container[int]) -> int:
        return sum(lacking for key, (_, lacking) in self.documents.items() if key not in but)

    def save(self) -> None:
        rows = np.array([(key, *value) for key, value in self.documents.items()], np.int64)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(f".{os.getpid()}.new")
        rows.tofile(beside)
        beside.replace(self.path)

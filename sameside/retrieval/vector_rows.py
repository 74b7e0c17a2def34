"""The rows of a flat file of vectors as one process holds them: heads in memory, numbers mapped from the file."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedder import Vectors

Keys = NDArray[np.int64]
Rows = NDArray[np.intp]

BLOCK = 16_384
_SAMPLE = 1_000
_BYTEFUL = 3
"""Words whose differing signs are at most as many as a byte can count."""
_COLUMNS = {"keys": "key", "parts": "part", "numbers": "number", "digests": "digest", "scales": "scale"}


@dataclass(frozen=True)
class State:
    generation: str = ""
    rows: int = 0
    gone: int = 0
    centred: int = 0
    """Of how many passages the centre is the mean."""
    unlikely: float | None = None
    """By how much a passage must be nearer to a question than passages are on average."""
    calibrated: int = 0
    """How many passages there were when that was found."""


class Shape:
    """How heads and rows lie in their files."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self.words = -(-dimensions // 64)
        self.head = np.dtype(
            [
                ("key", "<i8"),
                ("digest", "<u8"),
                ("part", "<i4"),
                ("number", "<i4"),
                ("scale", "<f4"),
                ("unused", "<i4"),
                ("bits", "<u8", (self.words,)),
            ]
        )

    def bits(self, vectors: Vectors, centre: Vectors) -> NDArray[np.uint64]:
        """On which side of the centre each number lies."""
        packed = np.packbits(vectors > centre, axis=1)
        wide = np.zeros((len(vectors), self.words * 8), np.uint8)
        wide[:, : packed.shape[1]] = packed
        return wide.view("<u8")

    def rows(self, vectors: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        largest = np.maximum(np.abs(vectors).max(axis=1), 1e-12)
        scale: NDArray[np.float32] = (largest / 127).astype(np.float32)
        return np.rint(vectors / scale[:, None]).astype(np.int8), scale


@dataclass(frozen=True)
class Snapshot:
    """What one generation held at one state; never changes, so that threads may search while another refreshes."""

    state: State
    centre: Vectors
    keys: Keys
    parts: NDArray[np.int32]
    numbers: NDArray[np.int32]
    digests: NDArray[np.uint64]
    scales: NDArray[np.float32]
    bits: NDArray[np.uint64]
    """By word, then row: one pass over each word is what the processor reads fastest."""
    mapped: NDArray[np.int8]
    alive: NDArray[np.bool_]

    @classmethod
    def empty(cls, shape: Shape, state: State | None = None) -> "Snapshot":
        nothing = np.zeros((0, shape.dimensions), np.int8)
        centre = np.zeros(shape.dimensions, np.float32)
        return cls.after(None, state or State(), centre, np.zeros(0, shape.head), nothing, np.zeros(0, np.uint32))

    @classmethod
    def after(
        cls,
        before: "Snapshot | None",
        state: State,
        centre: Vectors,
        heads: NDArray[Any],
        mapped: NDArray[np.int8],
        gone: NDArray[np.uint32],
    ) -> "Snapshot":
        """The rows of `before` with these heads behind them."""
        columns = {name: np.ascontiguousarray(heads[field]) for name, field in _COLUMNS.items()}
        bits = np.ascontiguousarray(heads["bits"].T)
        if before is not None:
            columns = {name: np.concatenate([getattr(before, name), new]) for name, new in columns.items()}
            bits = np.concatenate([before.bits, bits], axis=1)
        alive = np.ones(state.rows, np.bool_)
        alive[gone] = False
        return cls(state=state, centre=centre, bits=bits, mapped=mapped, alive=alive, **columns)

    @cached_property
    def documents(self) -> tuple[Keys, Rows]:
        """The distinct keys in order, and for each row the place of its key among them."""
        distinct, places = np.unique(self.keys, return_inverse=True)
        return distinct, places

    @cached_property
    def by_document(self) -> tuple[Rows, Rows]:
        """Rows in the order of their documents, and where each document begins."""
        distinct, places = self.documents
        order = np.argsort(places, kind="stable")
        return order, np.searchsorted(places[order], np.arange(len(distinct) + 1))

    @cached_property
    def sample(self) -> tuple[Keys, Vectors]:
        """Passages drawn at random, the same ones for the same rows: their documents and vectors."""
        rows = np.flatnonzero(self.alive)
        if len(rows) > _SAMPLE:
            rows = np.sort(np.random.default_rng(_SAMPLE).choice(rows, _SAMPLE, replace=False))
        return self.keys[rows], self.mapped[rows].astype(np.float32) * self.scales[rows, None]

    @cached_property
    def average(self) -> Vectors:
        """The mean of the sample: how near it is, is how near the passages of the sample are on average."""
        mean: Vectors = self.sample[1].mean(axis=0)
        return mean

    @cached_property
    def living(self) -> int:
        return int(self.alive.sum())

    def rows_of(self, keys: Iterable[int]) -> Rows:
        """The living rows of these documents."""
        distinct, _ = self.documents
        wanted = np.unique(np.fromiter(keys, np.int64))
        places = np.searchsorted(distinct, wanted)
        inside = places < len(distinct)
        places = places[inside][distinct[places[inside]] == wanted[inside]]
        order, starts = self.by_document
        found = [order[starts[place] : starts[place + 1]] for place in places]
        rows = np.concatenate(found) if found else np.zeros(0, np.intp)
        return rows[self.alive[rows]]

    def allowed(self, keys: Keys | None) -> NDArray[np.bool_]:
        if keys is None:
            return self.alive
        distinct, places = self.documents
        hit = np.zeros(len(distinct) + 1, np.bool_)
        at = np.searchsorted(distinct, keys)
        hit[at[np.append(distinct, -1)[at] == keys]] = True
        may: NDArray[np.bool_] = hit.take(places)
        may &= self.alive
        return may

    def differing(self, bits: NDArray[np.uint64], rows: Rows | None) -> NDArray[np.uint16]:
        """How many signs differ, for all rows or for these."""
        count = self.bits.shape[1] if rows is None else len(rows)
        differing = np.zeros(count, np.uint16)
        signs, counted = np.empty(BLOCK, np.uint64), np.empty((2, BLOCK), np.uint8)
        for start in range(0, count, BLOCK):
            some = slice(start, start + BLOCK) if rows is None else rows[start : start + BLOCK]
            total = differing[start : start + BLOCK]
            changed, one, three = signs[: len(total)], counted[0, : len(total)], counted[1, : len(total)]
            for first in range(0, len(bits), _BYTEFUL):
                three.fill(0)
                for at in range(first, min(first + _BYTEFUL, len(bits))):
                    np.bitwise_xor(self.bits[at][some], bits[at], out=changed)
                    three += np.bitwise_count(changed, out=one)
                total += three
        return differing

    def vectors(self, rows: Rows) -> Vectors:
        """These rows as the numbers they were stored as, to be multiplied by their scales."""
        return np.asarray(self.mapped).take(rows, axis=0).astype(np.float32)


def smallest(values: NDArray[np.uint16], count: int) -> Rows:
    """Where the `count` smallest values are; with equal values those that come first."""
    border = np.partition(values, count - 1)[count - 1]
    found = np.flatnonzero(values <= border)
    equal = np.flatnonzero(values[found] == border)
    return np.delete(found, equal[len(equal) - len(found) + count :])

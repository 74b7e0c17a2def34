"""The words of a text as pieces of a vocabulary: the split whose scores sum highest (a unigram model).

The usual implementation holds a quarter of a million pieces in 280 MB and reads them for a second. Here they are a
sorted table of 64-bit hashes (4 MB): all stretches of the text are hashed and looked up at once, and one pass picks the
best path. The answers are the same.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SPACE = "▁"
"""Stands for the space before a word."""

_TABLE = np.dtype([("hash", "<u8"), ("id", "<u4"), ("score", "<f4")])
_HEADER = np.dtype([("longest", "<u4"), ("begin", "<u4"), ("end", "<u4"), ("unknown", "<u4")])
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(int(_FACTOR), -1, 2**64))
_SEEN_BITS = 22
_SEEN_SHIFT = np.uint64(64 - _SEEN_BITS)
_UNKNOWN_PENALTY = 10.0
_LETTERS_A_TOKEN = 24
"""No more letters than this for each token wanted are looked at."""

_DROPPED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\x8f\x9f\xad]")
_SPACES = re.compile("[\\s\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd\ud800-\udfff]+")


def normal(text: str) -> str:
    """Compatibility forms unified, control characters dropped, one space between words."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", _DROPPED.sub("", text))).strip()


class Pieces:
    """A vocabulary, read from a file that `write` made."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            header = np.fromfile(file, _HEADER, 1)[0]
            table = np.fromfile(file, _TABLE)
        self.begin, self.end, self.unknown = int(header["begin"]), int(header["end"]), int(header["unknown"])
        self._longest = int(header["longest"])
        self._hashes = np.ascontiguousarray(table["hash"])
        self._ids = np.ascontiguousarray(table["id"])
        self._scores = np.ascontiguousarray(table["score"])
        self._seen = np.zeros(1 << _SEEN_BITS, np.bool_)
        """Whether any piece's hash begins with these bits: most stretches are no pieces, and this tells sooner."""
        self._seen[self._hashes >> _SEEN_SHIFT] = True
        self._worst = float(self._scores.min()) - _UNKNOWN_PENALTY

    def ids(self, text: str, most: int) -> list[int]:
        """The numbers of a text's pieces between the marks of begin and end, `most` in all."""
        letters = normal(text[: most * _LETTERS_A_TOKEN])
        if not letters:
            return [self.begin, self.end]
        return [self.begin, *self._best(SPACE + letters.replace(" ", SPACE))[: most - 2], self.end]

    def _best(self, text: str) -> list[int]:
        length = len(text)
        starts, sizes, found = self._matches(text)
        best = [0.0] + [-np.inf] * length
        came = [0] * (length + 1)
        piece = [self.unknown] * (length + 1)
        at = 0
        matches = list(zip(starts.tolist(), sizes.tolist(), found.tolist(), self._scores[found].tolist(), strict=True))
        for start in range(length):
            here = best[start]
            single = False
            while at < len(matches) and matches[at][0] == start:
                _, size, row, score = matches[at]
                at += 1
                single = single or size == 1
                if here + score > best[start + size]:
                    best[start + size], came[start + size], piece[start + size] = here + score, start, row
            if not single and here + self._worst > best[start + 1]:
                best[start + 1], came[start + 1], piece[start + 1] = here + self._worst, start, -1
        return self._path(came, piece)

    def _path(self, came: Sequence[int], piece: Sequence[int]) -> list[int]:
        """The pieces from the first on; unknown letters in a row are one."""
        rows: list[int] = []
        end = len(came) - 1
        while end:
            if piece[end] >= 0 or not rows or rows[-1] >= 0:
                rows.append(piece[end])
            end = came[end]
        return [self.unknown if row < 0 else int(self._ids[row]) for row in reversed(rows)]

    def _matches(self, text: str) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Where pieces begin, how long they are and their rows in the table; by start, then length."""
        sums, back = _sums(text)
        length = len(text)
        longest = min(self._longest, length)
        ends = np.arange(length)[:, None] + np.arange(1, longest + 1)
        stretches = (sums[np.minimum(ends, length)] - sums[:length, None]) * back[:, None]
        stretches[ends > length] = 0
        starts, sizes = np.nonzero(self._seen[stretches >> _SEEN_SHIFT])
        wanted = stretches[starts, sizes]
        rows = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        real = (self._hashes[rows] == wanted) & (wanted != 0)
        return starts[real], sizes[real] + 1, rows[real]


def write(path: Path, pieces: Sequence[tuple[str, float]], *, begin: int, end: int, unknown: int) -> None:
    """Make the table of these pieces; those that stand for no text are left out."""
    real = [(number, text, score) for number, (text, score) in enumerate(pieces) if score < 0]
    table = np.zeros(len(real), _TABLE)
    sums, back = _sums("".join(text for _, text, _ in real))
    ends = np.cumsum([len(text) for _, text, _ in real])
    starts = np.concatenate([[0], ends[:-1]])
    table["hash"] = (sums[ends] - sums[starts]) * back[starts]
    table["id"] = [number for number, _, _ in real]
    table["score"] = [score for _, _, score in real]
    table.sort(order="hash")
    if (np.diff(table["hash"]) == 0).any():
        raise ValueError("Two pieces of the vocabulary have the same hash.")
    header = np.array([(max(len(text) for _, text, _ in real), begin, end, unknown)], _HEADER)
    with path.open("wb") as file:
        file.write(header.tobytes())
        file.write(table.tobytes())


def _sums(text: str) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Sums of the letters times rising powers of a factor, and the powers that take a start back to the first place."""
    letters = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    mixed = (letters + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(29)
    powers = np.full(len(letters), _FACTOR)
    powers[0] = 1
    back = np.full(len(letters), _INVERSE)
    back[0] = 1
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(mixed * np.cumprod(powers), out=sums[1:])
    return sums, np.cumprod(back)

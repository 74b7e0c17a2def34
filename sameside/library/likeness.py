"""How alike two texts are, found without comparing every pair.

A text is reduced to its words, without case, punctuation, line ends, page numbers and speaker's notes, because these
differ between a deck and its PDF. Of its overlapping pairs of words (Chinese, Japanese, Korean: of characters) 256
minima under random orders are kept (MinHash, Broder 1997): the share of minima that two texts have in common estimates
how much of all their pairs they share (Jaccard), with a standard error below 0.032. Of the first 128 minima, four
neighbours each make one of 32 keys. Only texts that share a key are compared (of those alike to 0.6, 99 in 100 do), so
a look-up is one query on an index, however large the library.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

MINIMA = 256
ROWS = 4
BANDS = 32
LEAST_WORDS = 50
"""Shorter texts are never matched by content: a title slide or a form letter is like many others."""
MOST_WORDS = 100_000
SHINGLE = 2
_SEED = 20_250_417
_PRIME = np.uint64((1 << 61) - 1)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_DENSE = re.compile(r"([\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff])")
_PAGE_NUMBER = re.compile(r"^\W*\d{1,4}\W*$", re.MULTILINE)
NOTES = "\n\nNotes: "


@dataclass(frozen=True)
class Likeness:
    """`digest` is equal exactly when two texts have the same words in the same order; `minima` is empty when the text
    is too short to be compared."""

    digest: str
    minima: NDArray[np.uint32]
    words: int

    @property
    def is_comparable(self) -> bool:
        return len(self.minima) > 0

    @property
    def keys(self) -> list[int]:
        """The keys under which the text is found, as signed 64-bit numbers; each belongs to its band."""
        if not self.is_comparable:
            return []
        found = []
        for band in range(BANDS):
            piece = self.minima[band * ROWS : (band + 1) * ROWS].tobytes()
            hashed = hashlib.blake2b(piece, digest_size=8, salt=band.to_bytes(2, "big")).digest()
            found.append(int.from_bytes(hashed, "big", signed=True))
        return found

    def share(self, other: "Likeness") -> float:
        """The estimated share of word pairs that both have, 0 to 1; 0 when either is too short."""
        if not self.is_comparable or not other.is_comparable:
            return 0.0
        return float(np.mean(self.minima == other.minima))


def of(pages: Sequence[str]) -> Likeness:
    found = words(pages)
    digest = hashlib.sha256(" ".join(found).encode()).hexdigest()
    if len(found) < LEAST_WORDS:
        return Likeness(digest, np.empty(0, dtype=np.uint32), len(found))
    return Likeness(digest, _minima(found), len(found))


def words(pages: Sequence[str]) -> list[str]:
    """The words that count, at most `MOST_WORDS`."""
    found: list[str] = []
    for page in pages:
        text = _PAGE_NUMBER.sub(" ", page.partition(NOTES)[0])
        text = unicodedata.normalize("NFKC", text).casefold()
        if not text.isascii():
            text = _DENSE.sub(r" \1 ", text)
        found += _WORD.findall(text)
        if len(found) >= MOST_WORDS:
            break
    return found[:MOST_WORDS]


@cache
def _orders() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Coefficients of the random orders, the same for ever: stored minima depend on them."""
    random = np.random.Generator(np.random.PCG64(_SEED))
    return (
        random.integers(1, 1 << 31, MINIMA, dtype=np.uint64) | np.uint64(1),
        random.integers(0, 1 << 31, MINIMA, dtype=np.uint64),
    )


def _minima(found: Sequence[str]) -> NDArray[np.uint32]:
    shingles = {" ".join(found[start : start + SHINGLE]) for start in range(len(found) - SHINGLE + 1)}
    hashed = np.fromiter(
        (int.from_bytes(hashlib.blake2b(one.encode(), digest_size=4).digest(), "big") for one in shingles),
        dtype=np.uint64,
        count=len(shingles),
    )
    factors, offsets = _orders()
    minima = np.empty(MINIMA, dtype=np.uint32)
    for number in range(MINIMA):
        minima[number] = ((hashed * factors[number] + offsets[number]) % _PRIME).astype(np.uint32).min()
    return minima


def stored(likeness: Likeness) -> bytes:
    """The number of words and the minima, for `AssetVersion.minima`."""
    return likeness.words.to_bytes(4, "big") + likeness.minima.astype(">u4").tobytes()


def restored(digest: str, kept: bytes) -> Likeness:
    if not kept:
        return Likeness(digest, np.empty(0, dtype=np.uint32), 0)
    minima = np.frombuffer(kept, dtype=">u4", offset=4).astype(np.uint32)
    return Likeness(digest, minima, int.from_bytes(kept[:4], "big"))

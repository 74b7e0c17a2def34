"""The hash of a company's id: the same in every engine, process and year, because it is computed here.

Its lowest eight bits are the bucket that intervals draw, the bits above choose the partition. Integers and text hash
differently; whoever changes the way of either changes every interval a little.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sameside.analytics.attribution import columns
from sameside.analytics.attribution.journeys import Ints
from sameside.analytics.attribution.sums import BUCKETS

if TYPE_CHECKING:
    import pyarrow as pa

Words = NDArray[np.uint64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_AT_ONCE = 1 << 18


def hashes(ids: "pa.ChunkedArray") -> Words:
    """uint64[n] of n integers or texts without nulls."""
    import pyarrow as pa

    chunks = [ids.chunk(number) for number in range(ids.num_chunks)]
    parts = [chunk[low : low + _AT_ONCE] for chunk in chunks for low in range(0, len(chunk), _AT_ONCE)]
    if not parts:
        return np.empty(0, dtype=np.uint64)
    if pa.types.is_integer(ids.type):
        return np.concatenate([_mixed(columns.values(part).astype(np.int64).view(np.uint64)) for part in parts])
    return np.concatenate(
        [_of_texts(part if pa.types.is_string(part.type) else part.cast(pa.string())) for part in parts]
    )


def buckets(hashed: Words) -> Ints:
    return (hashed % np.uint64(BUCKETS)).astype(np.int64)


def partitions(hashed: Words, number: int) -> NDArray[np.uint16]:
    """0 to `number - 1` for each hash."""
    chosen: NDArray[np.uint16] = (hashed // np.uint64(BUCKETS) % np.uint64(number)).astype(np.uint16)
    return chosen


def _of_texts(texts: Any) -> Words:
    """Sum of (byte + 1) * FACTOR ** place over the bytes of each text's UTF-8, mixed."""
    buffers = texts.buffers()
    ends = np.frombuffer(buffers[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    length = np.diff(ends)
    first, last = int(ends[0]), int(ends[-1])
    hashed = np.zeros(len(texts), dtype=np.uint64)
    if last > first:
        letters = np.frombuffer(buffers[2], dtype=np.uint8)[first:last].astype(np.uint64) + np.uint64(1)
        place = np.arange(last - first) - np.repeat(ends[:-1] - first, length)
        powers = np.cumprod(np.full(int(length.max()), _FACTOR, dtype=np.uint64))
        some = length > 0
        hashed[some] = np.add.reduceat(letters * powers[place], (ends[:-1] - first)[some])
    return _mixed(hashed)


def _mixed(words: Words) -> Words:
    """The finalizer of splitmix64: G. L. Steele, D. Lea, C. H. Flood, OOPSLA (2014)."""
    mixed = words + _FACTOR
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))

"""Vectors in the database, by model and the digest of the text: a scale and one byte a dimension."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from sameside.retrieval.embedder import Vectors

_LOCK = 0x5EA8C4
_LARGEST = 127


def read(model: str, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
    """The vectors that are there of these texts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, vector FROM search_vector WHERE model = %s AND digest = ANY(%s)", [model, list(digests)]
        )
        return {bytes(digest): _unpacked(bytes(vector)) for digest, vector in cursor.fetchall()}


def write(model: str, vectors: Mapping[bytes, Vectors]) -> dict[bytes, Vectors]:
    """Keep these; returns them as they will be read."""
    packed = {digest: _packed(vector) for digest, vector in vectors.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_vector (model, digest, vector) SELECT %s, * FROM unnest(%s::bytea[], %s::bytea[])"
            " ON CONFLICT DO NOTHING",
            [model, list(packed), list(packed.values())],
        )
    return {digest: _unpacked(vector) for digest, vector in packed.items()}


@contextmanager
def computing() -> Iterator[bool]:
    """Be the one machine that computes; False when another is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        is_alone = bool(cursor.fetchone()[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _packed(vector: Vectors) -> bytes:
    scale = np.float32(max(float(np.abs(vector).max()), 1e-12) / _LARGEST)
    steps: NDArray[np.int8] = np.rint(vector / scale).astype(np.int8)
    return bytes(scale.tobytes() + steps.tobytes())


def _unpacked(packed: bytes) -> Vectors:
    scale = np.frombuffer(packed, np.float32, 1)[0]
    vector: Vectors = np.frombuffer(packed, np.int8, offset=4).astype(np.float32) * scale
    return vector

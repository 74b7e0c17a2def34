"""Arrays and lists of names as one string of bytes, compressed."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]
Names = dict[str, list[str]]


def pack(arrays: Mapping[str, np.ndarray], names: Mapping[str, Sequence[str]]) -> bytes:
    told = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    head = json.dumps({"arrays": told, "names": {name: list(values) for name, values in names.items()}}).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return zlib.compress(len(head).to_bytes(4, "little") + head + body, 1)


def unpack(packed: bytes) -> tuple[Arrays, Names]:
    told = zlib.decompress(packed)
    begin = 4 + int.from_bytes(told[:4], "little")
    head: dict[str, Any] = json.loads(told[4:begin])
    arrays = {}
    for name, kind, shape in head["arrays"]:
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
        arrays[name] = np.frombuffer(told, dtype=kind, count=int(np.prod(shape, dtype=np.int64)), offset=begin).reshape(
            shape
        )
        begin += size
    return arrays, head["names"]

"""Between NumPy and Arrow by their buffers: `pyarrow.array` and `to_numpy` import pandas wherever it is installed,
which costs more than a small answer.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa


def numbers(values: NDArray[Any]) -> "pa.Array":
    """Integers and floats of any width; nan is null."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    valid = None
    if values.dtype.kind == "f" and (there := ~np.isnan(values)).sum() < len(values):
        valid = pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [valid, pa.py_buffer(values)])


def texts(values: Sequence[str]) -> "pa.Array":
    import pyarrow as pa

    encoded = [value.encode() for value in values]
    ends = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(value) for value in encoded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def array(column: "pa.ChunkedArray") -> NDArray[Any]:
    """The values of a column of integers, floats or flags without nulls."""
    parts = [values(column.chunk(number)) for number in range(column.num_chunks)]
    return np.concatenate([np.empty(0, dtype=_kind(column.type)), *parts])


def values(chunk: "pa.Array") -> NDArray[Any]:
    """Of one piece, without a copy unless they are flags. Raises ValueError where one is missing."""
    import pyarrow as pa

    if chunk.null_count:
        raise ValueError("A column has empty values that must not have any.")
    low, high = chunk.offset, chunk.offset + len(chunk)
    held = chunk.buffers()[1]
    if pa.types.is_boolean(chunk.type):
        return np.unpackbits(np.frombuffer(held, dtype=np.uint8), count=high, bitorder="little")[low:].view(np.bool_)
    return np.frombuffer(held, dtype=_kind(chunk.type), count=high)[low:]


def _kind(of: "pa.DataType") -> np.dtype[Any]:
    kind: np.dtype[Any] = np.dtype(of.to_pandas_dtype())
    return kind

"""Whole columns from and to PostgreSQL, through Django's own connection and thus inside its transaction.

A binary COPY of columns that are never null and eight bytes wide is an array in all but name: NumPy reads five million
rows of it in the time that PostgreSQL needs to send them, and a report sees what its own transaction wrote.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv
from django.db import connection
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_HEADER = 19  # signature, flags, length of the extension
_EPOCH_2000 = 946_684_800


def read(query: str, params: Sequence[object], columns: Sequence[str]) -> dict[str, Ints]:
    """The `columns` of `query`, each a bigint or timestamptz and never null (else ValueError), as int64 arrays."""
    sent = bytearray()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)", params) as copy:
        for block in copy:
            sent += block
    row = np.dtype([("fields", ">i2"), *((f"{kind}{name}", t) for name in columns for kind, t in _FIELD)])
    body = memoryview(sent)[_HEADER:-2]
    if len(body) % row.itemsize:
        raise ValueError("A column is null or not eight bytes wide.")
    rows = np.frombuffer(body, dtype=row)
    return {name: rows[f"value {name}"].astype(np.int64) for name in columns}


_FIELD = (("length ", ">i4"), ("value ", ">i8"))


def seconds(microseconds: Ints) -> Ints:
    """PostgreSQL's timestamps (microseconds since 2000) as whole seconds since 1970, UTC."""
    return microseconds // 1_000_000 + _EPOCH_2000


def write(table: str, columns: Mapping[str, object]) -> None:
    """Append rows to `table` by COPY; `columns` maps its column names to arrays of one length."""
    rows = pa.table(dict(columns))
    buffer = pa.BufferOutputStream()
    pyarrow.csv.write_csv(rows, buffer, pyarrow.csv.WriteOptions(include_header=False))
    names = ", ".join(columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')") as copy,
    ):
        copy.write(memoryview(buffer.getvalue()))

"""Rows from PostgreSQL as Arrow, by ADBC: a second connection that reads one state of the database.

A transaction that has written something reads through its own connection instead, because no other one sees what it
wrote; that is slower, and seldom.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

import pyarrow as pa
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

_AT_ONCE = 20_000


class Source(Protocol):
    def batches(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows of `query`, whose columns are those of `schema`."""


@contextmanager
def opened() -> Iterator[Source]:
    if _has_written():
        yield OwnConnection()
        return
    from adbc_driver_postgresql import dbapi

    with closing(dbapi.connect(_address())) as reading:
        with reading.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Adbc(reading)
        reading.rollback()


def _has_written() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        (found,) = cursor.fetchone()
    return bool(found)


def _address() -> str:
    """What Django connects to, for libpq."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    given = connection.get_connection_params()
    return make_conninfo("", **{name: value for name, value in given.items() if name in known and value})


class Adbc:
    def __init__(self, reading: Any) -> None:
        self._reading = reading

    def batches(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with self._reading.cursor() as cursor:
            cursor.execute(query)
            for batch in cursor.fetch_record_batch():
                yield batch.cast(schema)


class OwnConnection:
    def batches(self, query: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(_AT_ONCE):
                given = zip(zip(*rows, strict=True), schema.types, strict=True)
                columns = [pa.array(column, kind) for column, kind in given]
                yield pa.record_batch(columns, schema=schema)

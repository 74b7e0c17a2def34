"""Counts that stop: how many rows there are, counted no further than it helps anybody to know.

To count all of a hundred thousand rows takes the longer the more there are; to find out that there are more than a
thousand does not.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import QuerySet

from sameside.kit.prepared import filled

MOST = 1_000


class BoundedCounts:
    """How many rows each of several queries gives, at most `MOST` + 1, by one statement whose SQL is made once."""

    def __init__(self, *asked: "QuerySet[Any]") -> None:
        self._model = asked[0].model
        self._given: list[Any] = []
        self._sql = f"SELECT {', '.join(map(self._count, asked))}"

    def _count(self, rows: "QuerySet[Any]") -> str:
        query = rows.order_by().values("pk")[: MOST + 1].query
        try:
            sql, given = query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            return "0"
        self._given += given
        return f"(SELECT count(*) FROM ({sql}) counted)"

    def __call__(self, **values: Any) -> Sequence[int]:
        """The counts when `values` stand for the places of their names."""
        with connections[router.db_for_read(self._model)].cursor() as cursor:
            cursor.execute(self._sql, filled(self._given, values))
            found: Sequence[int] = cursor.fetchone()
        return found


def said(number: int) -> str:
    """A number counted so: "12", or "1,000+"."""
    return f"{MOST:,}+" if number > MOST else f"{number:,}"

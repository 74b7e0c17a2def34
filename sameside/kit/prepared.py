"""Queries that are asked with every request, whose SQL is made once.

To make the SQL of a small query costs Django several times what it costs to ask the database. A prepared query is an
ordinary one with `VALUE` in one of its filters; what stands there is given each time it is asked.
"""

from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.models import BooleanField, Func, QuerySet, Value

Row = TypeVar("Row", bound=models.Model)

_PLACE = object()
VALUE = Value(_PLACE)


class IsOneOf(Func):
    """`IsOneOf("pk", VALUE)`: whether it is one of a list."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Prepared(Generic[Row]):
    """Whole rows of one table, whose columns need no conversion."""

    def __init__(self, rows: "QuerySet[Row]") -> None:
        compiler = rows.order_by().query.get_compiler(rows.db)
        self._sql, self._given = compiler.as_sql()
        self._model = rows.model
        columns = [column for column, _, _ in compiler.select]
        if compiler.get_converters(columns) or self._given.count(_PLACE) != 1:
            message = f"A query of {rows.model} cannot be prepared: {self._sql}"
            raise TypeError(message)
        self._names = [column.target.attname for column in columns]

    def __call__(self, value: Any) -> list[Row]:
        """The rows when `value` stands for `VALUE`."""
        database = router.db_for_read(self._model)
        with connections[database].cursor() as cursor:
            cursor.execute(self._sql, [value if one is _PLACE else one for one in self._given])
            return [self._model.from_db(database, self._names, row) for row in cursor]

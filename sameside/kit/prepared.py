"""Queries that are asked with every request, whose SQL is made once.

To make the SQL of a small query costs Django several times what it costs to ask the database, and the more, the more
tables are joined. A prepared query is an ordinary one with `VALUE`, or several `place("name")`, in its filters; what
stands there is given each time it is asked. Which rows it joins, in what order and how many at most, stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.models import BooleanField, Func, QuerySet, Value
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class _Place:
    name: str


def place(name: str) -> Value:
    """What is given by this name each time: `rows(name=...)`."""
    return Value(_Place(name))


VALUE = place("")


def filled(given: Iterable[Any], known: Mapping[str, Any]) -> list[Any]:
    """The values of a statement, with what is `known` in their places."""
    return [known[one.name] if isinstance(one, _Place) else one for one in given]


class IsOneOf(Func):
    """`IsOneOf("pk", VALUE)`: whether it is one of a list."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class _Statement:
    """The SQL of a query, and how what it answers is read."""

    def __init__(self, rows: "QuerySet[Any]") -> None:
        self._model: Any = rows.model
        self._compiler: Any = rows.query.get_compiler(rows.db)
        self._sql, self._given = self._compiler.as_sql()
        if not any(isinstance(one, _Place) for one in self._given):
            message = f"A query of {rows.model} cannot be prepared: {self._sql}"
            raise TypeError(message)
        self._converted = self._compiler.get_converters([column for column, _, _ in self._compiler.select])

    def _asked(self, database: str, known: Mapping[str, Any]) -> list[Any]:
        with connections[database].cursor() as cursor:
            cursor.execute(self._sql, filled(self._given, known))
            rows = cursor.fetchall()
        return [self._read(database, row) for row in rows] if self._converted else rows

    def _read(self, database: str, row: Any) -> list[Any]:
        read = list(row)
        for position, (functions, column) in self._converted.items():
            for function in functions:
                read[position] = function(read[position], column, connections[database])
        return read


class PreparedValues(_Statement):
    """What a query of `values_list` gives, each row as a sequence."""

    def __call__(self, *value: Any, **values: Any) -> list[Any]:
        """The rows when `value` stands for `VALUE`, or `values` for the places of their names."""
        return self._asked(router.db_for_read(self._model), {"": value[0]} if value else values)


class Prepared(_Statement, Generic[Row]):
    """Whole rows of a table, with those that `select_related` joins to them and what `annotate` adds.

    A row is given its values at once, which takes a quarter of what Django's own way takes: no signal is sent, and
    what a model does in `__init__` is not done.
    """

    def __init__(self, rows: "QuerySet[Row]") -> None:
        super().__init__(rows)
        compiler, kind = self._compiler, self._compiler.klass_info
        self._model = kind["model"]
        self._own = slice(kind["select_fields"][0], kind["select_fields"][-1] + 1)
        self._names = [column.target.attname for column, _, _ in compiler.select[self._own]]
        self._added = compiler.annotation_col_map
        self._joined = get_related_populators(kind, compiler.select, rows.db)  # type: ignore[call-arg]  # of Django 6

    def __call__(self, *value: Any, **values: Any) -> list[Row]:
        """The rows when `value` stands for `VALUE`, or `values` for the places of their names."""
        database = router.db_for_read(self._model)
        return [self._row(database, row) for row in self._asked(database, {"": value[0]} if value else values)]

    def one(self, *value: Any, **values: Any) -> Row | None:
        """The first of them."""
        return next(iter(self(*value, **values)), None)

    def _row(self, database: str, row: Any) -> Row:
        made = self._model.__new__(self._model)
        made.__dict__.update(zip(self._names, row[self._own], strict=True))
        state = made._state = ModelState()
        state.adding, state.db = False, database
        for joined in self._joined:
            joined.populate(row, made)
        for name, position in self._added.items():
            setattr(made, name, row[position])
        return made  # type: ignore[no-any-return]  # Django's own tables of a query are not typed

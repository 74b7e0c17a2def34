"""A second connection to the same database, for what must be seen while a long transaction goes on.

A dry run and an undo are one transaction each. How far they are is written beside it, so that pages show it at once and
the counters stay when everything else is rolled back. An import run (or file) that was read from `ASIDE` is written
there; everything else is always written to the database's first connection, whatever it is reached from.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.models import Model

ASIDE = "aside"
OF_RUNS = frozenset({"connectors.importrun", "connectors.importfile"})


class Router:
    """Django asks it which connection serves a model; `instance` is the row it is reached from."""

    def db_for_read(self, model: type[Model], instance: Model | None = None, **hints: Any) -> str:
        beside = instance is not None and instance._state.db == ASIDE and model._meta.label_lower in OF_RUNS
        return ASIDE if beside else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True  # both connections lead to one database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ASIDE


@contextmanager
def open_aside() -> Iterator[str]:
    """The name of the second connection, which is closed afterwards."""
    try:
        yield ASIDE
    finally:
        connections[ASIDE].close()

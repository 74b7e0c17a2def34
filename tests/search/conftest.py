"""Tests of what is committed: other connections and processes see it, and everything is emptied afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from sameside.people.models import Organisation
from sameside.search import indexer, readers
from sameside.search.models import Change

Connect = Callable[[], "psycopg.Connection[Any]"]


@pytest.fixture
def committed(transactional_db: Any) -> Iterator[None]:
    Organisation.objects.get_or_create(pk=1)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # ends with the session, which Django closes


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder without indexes, read as any process reads it."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(settings, "SEARCH_MODEL", "none", raising=False)
    readers.use(readers.Readers().engine)
    return tmp_path


@pytest.fixture
def other_connection(committed: None) -> Iterator[Connect]:
    """Makes connections of their own to the test database."""
    opened: list[psycopg.Connection[Any]] = []

    def connect() -> "psycopg.Connection[Any]":
        opened.append(psycopg.connect(indexer.address()))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@contextmanager
def logged(kind: str) -> Iterator[list[int]]:
    """The ids of `kind` that what happens inside leaves in the log."""
    found: list[int] = []
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield found
    for row in Change.objects.filter(kind=kind, pk__gt=last).order_by("pk"):
        found.extend(row.ids)

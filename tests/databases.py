"""One migrated database, copied for every process that runs tests.

Migrating takes as long as hundreds of tests, so it happens once for a state of the migrations and is kept in the tests'
PostgreSQL as a template. A copy of it takes a second; it is thrown away when the next run copies anew.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

from tests.environment import BASE, ROOT

PREFIX = "sameside_test_template_"


def _digest() -> str:
    """Changes with whatever could make a migrated database another one."""
    found = hashlib.sha256()
    for path in (*sorted((ROOT / "sameside").glob("**/migrations/*.py")), ROOT / "requirements" / "dev.lock"):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    Path(BASE).mkdir(parents=True, exist_ok=True)
    with (Path(BASE) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _address(name: str) -> str:
    given = connection.settings_dict
    address = f"postgresql://{quote(given['USER'])}:{quote(given['PASSWORD'])}@/{name}?host={quote(given['HOST'])}"
    return address + (f"&port={given['PORT']}" if given["PORT"] else "")


def _make(server: "psycopg.Connection[tuple[str]]", template: str) -> None:
    pattern = PREFIX.replace("_", "\\_") + "%"
    for (old,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]).fetchall():
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
    making = f"{template}_making"
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(making)))
    made = subprocess.run(
        [sys.executable, "-m", "sameside", "migrate"],
        env=os.environ | {"DATABASE_URL": _address(making), "SAMESIDE_DATA": BASE},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, f"The database of the tests could not be migrated:\n{made.stdout}"
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(template)))


def copy(name: str) -> None:
    """Database `name`, as migrated; a former one of that name is thrown away."""
    template = PREFIX + _digest()
    with _one_at_a_time(), psycopg.connect(_address("postgres"), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            _make(server, template)
        target = sql.Identifier(name)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(target, sql.Identifier(template)))
        # What a test commits need not outlive the machine.
        server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(target))


_LEFT_OUT = ("django_content_type", "auth_permission", "search_change")  # made anew, or the log of making them


def _rows() -> dict[str, bytes]:
    """What migrations put into the tables of models, as COPY writes it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if table not in _LEFT_OUT:
                with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as out:
                    found[table] = b"".join(bytes(part) for part in out)
    return {table: rows for table, rows in found.items() if rows}


def give_back_what_migrations_made(patch: pytest.MonkeyPatch) -> None:
    """A test that commits empties every table afterwards; those that come after it need what migrations put there."""
    migrated, empty = _rows(), TransactionTestCase._fixture_teardown

    def restore(case: TransactionTestCase) -> None:
        empty(case)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # neither order nor triggers matter
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")  # which Django does not know as a model's
            for table, rows in migrated.items():
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
                    into.write(rows)
            cursor.execute("SET session_replication_role = DEFAULT")

    patch.setattr(TransactionTestCase, "_fixture_teardown", restore)

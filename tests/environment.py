"""Loaded by pytest before anything else: the tests' own data folder, and with it their own embedded PostgreSQL.

When several processes share the tests (`./test`, `pytest -n 2`), all use the one PostgreSQL of that folder, each with a
database of its own (tests/databases.py) and a data folder of its own inside it.
"""

import gc
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("SAMESIDE_DATA", str(ROOT / ".cache" / "tests"))
os.environ.setdefault("SAMESIDE_SECRET_KEY", "only-for-tests")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
os.environ.setdefault("SAMESIDE_SEARCH_MODEL", "none")  # tests that want a model say so
os.environ.setdefault("SAMESIDE_LOG_LEVEL", "WARNING")

BASE = os.environ["SAMESIDE_DATA"]
"""The data folder that all processes of a run share."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER")

if WORKER:
    from sameside.project import embedded

    os.environ["DATABASE_URL"] = embedded.database_url()
    os.environ["SAMESIDE_DATA"] = str(Path(BASE) / WORKER)


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end; to look through it for garbage is in vain."""
    gc.collect()
    gc.freeze()

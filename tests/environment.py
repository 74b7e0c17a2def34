"""Loaded by pytest before anything else: the tests' own data folder, and with it their own embedded PostgreSQL."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("SAMESIDE_DATA", str(ROOT / ".cache" / "tests"))
os.environ.setdefault("SAMESIDE_SECRET_KEY", "only-for-tests")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
os.environ.setdefault("SAMESIDE_SEARCH_MODEL", "none")  # tests that want a model say so
os.environ.setdefault("SAMESIDE_LOG_LEVEL", "WARNING")

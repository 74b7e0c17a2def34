"""The copy's files: where they are, what each says of itself, and how one takes another's place.

A file is written aside, made durable, and renamed over the former one; its metadata tell the fingerprint of the rows it
holds. `copy.json` comes last and sums up. Nobody but the owner may read them.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from sameside.attribution.copy.contents import CONTENTS

_FINGERPRINT = b"sameside.fingerprint"
_SUMMARY = "copy.json"
_ASIDE = ".aside"
_ROW_GROUP = 1 << 17


def place() -> Path:
    return Path(settings.DATA) / "copy"


def known() -> dict[str, str]:
    """What each file says it holds, by its path in the folder; one that cannot be read says nothing."""
    found = {}
    for path in files():
        with contextlib.suppress(OSError, pa.ArrowInvalid):
            told = pq.read_metadata(path).metadata or {}
            found[path.relative_to(place()).as_posix()] = told.get(_FINGERPRINT, b"").decode()
    return found


def files() -> list[Path]:
    return sorted(place().glob("*/*.parquet"))


def size() -> int:
    """Bytes on the disk."""
    return sum(path.stat().st_size for path in files())


def summary() -> dict[str, Any] | None:
    """What the last finished refresh wrote down; None before the first."""
    try:
        told: dict[str, Any] = json.loads((place() / _SUMMARY).read_text())
    except FileNotFoundError:
        return None
    return told


@contextlib.contextmanager
def aside() -> Iterator[Path]:
    """A new folder beside the files, on the same disk; what a killed refresh left in it is gone."""
    made = place() / _ASIDE
    for path in (place(), *(place() / Path(name).parent for name in _all_folders())):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _all_folders() -> list[str]:
    return [content.file(part) for content in CONTENTS for part in (content.files or {0: ""})]


def write(table: pa.Table, fingerprint: str, to: Path) -> None:
    """Write one part, durable before this returns."""
    told = table.replace_schema_metadata({_FINGERPRINT: fingerprint.encode()})
    with open(to, "wb", opener=_private) as file:
        pq.write_table(told, file, row_group_size=_ROW_GROUP, compression="zstd", compression_level=1)
        file.flush()
        os.fsync(file.fileno())


def put(made: Path, name: str) -> None:
    """Let `made` take the place of the file `name` in one step."""
    (place() / name).parent.mkdir(mode=0o700, exist_ok=True)
    made.replace(place() / name)


def remove(name: str) -> None:
    (place() / name).unlink(missing_ok=True)


def finish(told: Mapping[str, Any], within: Path) -> None:
    """Make the new names durable and sum up."""
    for path in {path.parent for path in files()}:
        _sync(path)
    made = within / _SUMMARY
    with open(made, "w", opener=_private) as file:
        json.dump(dict(told), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    made.replace(place() / _SUMMARY)
    _sync(place())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

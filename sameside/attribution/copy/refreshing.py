"""Bring the copy up to the database: whole, where there is none yet, else the parts that changed.

One at a time for a database, whoever asks: the next one waits and finds nothing to do. While one transaction refreshes
and then reads, no other changes the files under it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from sameside.attribution.copy import folder, moving
from sameside.attribution.copy.contents import CONTENTS, DEALS, TOUCHES, Content

_LOCK = 7_361_045  # any constant: one refresh after the other
_TOLD = pa.schema({"part": pa.int64(), "n": pa.int64(), "latest": pa.int64(), "hash": pa.string()})
_PART = pa.field("part", pa.int64())

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """What the database says of a part: its rows, its greatest id, and its fingerprint."""

    rows: int
    latest: int
    fingerprint: str


@dataclass(frozen=True)
class Done:
    """What a refresh wrote again, by the names of the files, and how many rows that were."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    rows: int


def refresh(*, at: datetime, tell: Tell = lambda _: None) -> Done:
    """Write again what changed. Inside a transaction the copy stays as it is until that transaction ends."""
    return _bring(at, tell, from_zero=False)


def rebuild(*, at: datetime, tell: Tell = lambda _: None) -> Done:
    """Write every file again, whatever the former ones say."""
    return _bring(at, tell, from_zero=True)


@transaction.atomic
def _bring(at: datetime, tell: Tell, *, from_zero: bool) -> Done:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = {} if from_zero else folder.known()
    present = {path.relative_to(folder.place()).as_posix() for path in folder.files()}
    with folder.aside() as aside, moving.opened() as source:
        parts = {content: told(source, content) for content in CONTENTS}
        made: dict[str, Path] = {}
        rows = 0
        for content in CONTENTS:
            changed = {
                part: of for part, of in parts[content].items() if known.get(content.file(part)) != of.fingerprint
            }
            rows += sum(of.rows for of in changed.values())
            made |= _written(source, content, changed, aside, tell, whole=len(changed) == len(parts[content]))
        names = {content.file(part) for content in CONTENTS for part in parts[content]}
        for name, path in made.items():
            folder.put(path, name)
        for name in present - names:
            folder.remove(name)
        folder.finish(_summed_up(parts, at), aside)
    return Done(tuple(sorted(made)), tuple(sorted(present - names)), rows)


def told(source: moving.Source, content: Content) -> dict[int, Part]:
    """What the database says of every part; a table whose files are named has each of them, be it empty."""
    found = dict.fromkeys(content.files or {}, Part(0, 0, f"{content.edition}:0"))
    for batch in source.batches(content.fingerprints(), _TOLD):
        for row in batch.to_pylist():
            mark = f"{content.edition}:{row['n']}:{row['latest']}:{row['hash']}"
            found[row["part"]] = Part(row["n"], row["latest"], mark)
    return found


def _written(
    source: moving.Source, content: Content, changed: Mapping[int, Part], aside: Path, tell: Tell, *, whole: bool
) -> dict[str, Path]:
    """The files of the changed parts, aside, by the names they will have. Rows pass through files of their parts, so
    that no more than one part is in memory.
    """
    if not changed:
        return {}
    spilt = _spilt(source, content, None if whole else frozenset(changed), aside)
    made = {}
    for part, of in sorted(changed.items()):
        name = content.file(part)
        path = aside / name.replace("/", "-")
        folder.write(_in_order(spilt.pop(part, None), content), of.fingerprint, path)
        made[name] = path
        tell(f"{name}: {of.rows:,} {'row' if of.rows == 1 else 'rows'}")
    return made


def _spilt(source: moving.Source, content: Content, parts: frozenset[int] | None, aside: Path) -> dict[int, Path]:
    writers: dict[int, pa.RecordBatchFileWriter] = {}
    paths: dict[int, Path] = {}
    try:
        for batch in source.batches(content.rows(parts), pa.schema([_PART, *content.schema])):
            code = batch.column(0).to_numpy()
            kept = batch.drop_columns(["part"])
            for part in np.unique(code).tolist():
                if part not in writers:
                    paths[part] = aside / f"{content.id}-{part}.arrow"
                    writers[part] = pa.ipc.new_file(paths[part].as_posix(), content.schema)
                writers[part].write_batch(kept.take(pa.array(np.flatnonzero(code == part))))
    finally:
        for writer in writers.values():
            writer.close()
    return paths


def _in_order(spilt: Path | None, content: Content) -> pa.Table:
    if spilt is None:
        return content.schema.empty_table()
    with pa.memory_map(spilt.as_posix()) as file:
        table = pa.ipc.open_file(file).read_all().sort_by([(name, "ascending") for name in content.order])
    spilt.unlink()
    return table


def _summed_up(parts: Mapping[Content, Mapping[int, Part]], at: datetime) -> dict[str, object]:
    def of(content: Content) -> dict[str, int]:
        found = parts[content].values()
        return {"rows": sum(part.rows for part in found), "latest": max((part.latest for part in found), default=0)}

    return {"as_of": at.isoformat(), "touches": of(TOUCHES), "deals": of(DEALS)}

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
_TOLD = pa.schema({name: pa.int64() for name in ("grain", "n", "latest", "mixed", "added")})
_GRAIN = pa.field("grain", pa.int64())

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """What the database says of a part: its rows, its greatest id, two sums of hashes, and the grains it is made of."""

    edition: str
    rows: int = 0
    latest: int = 0
    mixed: int = 0
    added: int = 0
    grains: tuple[int, ...] = ()

    @property
    def fingerprint(self) -> str:
        return f"{self.edition}:{self.rows}:{self.latest}:{self.mixed}:{self.added}"

    def with_row(self, row: Mapping[str, int]) -> "Part":
        return Part(
            self.edition,
            self.rows + row["n"],
            max(self.latest, row["latest"]),
            self.mixed ^ row["mixed"],
            self.added + row["added"],
            (*self.grains, row["grain"]),
        )


@dataclass(frozen=True)
class Done:
    """What a refresh wrote again, by the names of the files, and how many rows that were."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    rows: int


def refresh(*, tell: Tell = lambda _: None) -> Done:
    """Write again what changed. Inside a transaction the copy stays as it is until that transaction ends."""
    return _bring(tell, from_zero=False)


def rebuild(*, tell: Tell = lambda _: None) -> Done:
    """Write every file again, whatever the former ones say."""
    return _bring(tell, from_zero=True)


@transaction.atomic
def _bring(tell: Tell, *, from_zero: bool) -> Done:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = {} if from_zero else folder.known()
    present = {path.relative_to(folder.place()).as_posix() for path in folder.files()}
    with folder.aside() as aside, moving.opened() as source:
        as_of = _now(source)
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
        folder.finish(_summed_up(parts, as_of), aside)
    return Done(tuple(sorted(made)), tuple(sorted(present - names)), rows)


def _now(source: moving.Source) -> datetime:
    """The moment that the rows are read at, by the database's clock: what lies behind it is not in the copy."""
    [batch] = source.batches("SELECT now() AS at", pa.schema({"at": pa.timestamp("us", "UTC")}))
    found: datetime = batch.column(0)[0].as_py()
    return found


def told(source: moving.Source, content: Content) -> dict[int, Part]:
    """What the database says of every part; a table whose files are named has each of them, be it empty."""
    found = dict.fromkeys(content.files or {}, Part(content.edition))
    for batch in source.batches(content.fingerprints(), _TOLD):
        for row in batch.to_pylist():
            part = content.part_of(row["grain"])
            found[part] = found.get(part, Part(content.edition)).with_row(row)
    return found


def _written(
    source: moving.Source, content: Content, changed: Mapping[int, Part], aside: Path, tell: Tell, *, whole: bool
) -> dict[str, Path]:
    """The files of the changed parts, aside, by the names they will have. Rows pass through files of their parts, so
    that no more than one part is in memory.
    """
    if not changed:
        return {}
    grains = {grain: part for part, of in changed.items() for grain in of.grains}
    spilt = _spilt(source, content, grains, aside, whole=whole)
    made = {}
    for part, of in sorted(changed.items()):
        name = content.file(part)
        path = aside / name.replace("/", "-")
        folder.write(_in_order(spilt.pop(part, None), content), of.fingerprint, path)
        made[name] = path
        tell(f"{name}: {of.rows:,} {'row' if of.rows == 1 else 'rows'}")
    return made


def _spilt(
    source: moving.Source, content: Content, grains: Mapping[int, int], aside: Path, *, whole: bool
) -> dict[int, Path]:
    """A file for each part that has rows; `grains` has the part of each grain."""
    writers: dict[int, pa.RecordBatchFileWriter] = {}
    paths: dict[int, Path] = {}
    try:
        query = content.rows(None if whole else grains.keys())
        for batch in source.batches(query, pa.schema([_GRAIN, *content.schema])):
            present, place = np.unique(batch.column(0).to_numpy(), return_inverse=True)
            code = np.array([grains.get(grain, -1) for grain in present.tolist()], dtype=np.int64)[place]
            kept = batch.drop_columns(["grain"])
            for part in np.unique(code[code >= 0]).tolist():
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


def _summed_up(parts: Mapping[Content, Mapping[int, Part]], as_of: datetime) -> dict[str, object]:
    def of(content: Content) -> dict[str, int]:
        found = parts[content].values()
        return {"rows": sum(part.rows for part in found), "latest": max((part.latest for part in found), default=0)}

    return {"as_of": as_of.isoformat(), "touches": of(TOUCHES), "deals": of(DEALS)}

"""Bring the copy up to the database: whole, where there is none yet, else the parts that changed.

What the log of changes does not name and whose file is as it was left is not looked at, so that a refresh costs what
changed and not what there is.

One at a time for a database, whoever asks: the next one waits and finds nothing to do. While one transaction refreshes
and then reads, no other changes the files under it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from sameside.attribution.copy import changes, folder, moving
from sameside.attribution.copy.changes import Moment
from sameside.attribution.copy.contents import CONTENTS, DEALS, TOUCHES, Content

_LOCK = 7_361_045  # any constant: one refresh after the other
_TOLD = pa.schema({name: pa.int64() for name in ("grain", "n", "latest", "mixed", "added")})
_GRAIN = pa.field("grain", pa.int64())

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """What the database says of a part: its rows, its greatest id, and two sums of hashes."""

    edition: str
    rows: int = 0
    latest: int = 0
    mixed: int = 0
    added: int = 0

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
        )


@dataclass(frozen=True)
class Done:
    """What a refresh wrote again, by the names of the files, how many rows that were, and of which files it asked the
    database for a fingerprint.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    rows: int
    looked_at: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Standing:
    """What the copy holds and what the database says: `asked` are the parts that may differ, with what is there now;
    `kept` the marks of the other files, which are as the last refresh left them. `is_whole`: every part was asked.
    """

    asked: Mapping[Content, Mapping[int, Part]]
    kept: Mapping[str, str]
    is_whole: bool

    @property
    def marks(self) -> dict[str, str]:
        """The fingerprint that each file is to have."""
        now = {content.file(part): of.fingerprint for content in CONTENTS for part, of in self.asked[content].items()}
        return {**self.kept, **now}


def refresh(*, tell: Tell = lambda _: None) -> Done:
    """Write again what changed. Inside a transaction the copy stays as it is until that transaction ends."""
    return _bring(tell)


def check(*, tell: Tell = lambda _: None) -> Done:
    """Refresh, and look at everything, whatever the log of changes says."""
    return _bring(tell, look_at_all=True)


def rebuild(*, tell: Tell = lambda _: None) -> Done:
    """Write every file again, whatever the former ones say."""
    return _bring(tell, from_zero=True)


@transaction.atomic
def _bring(tell: Tell, *, from_zero: bool = False, look_at_all: bool = False) -> Done:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = {} if from_zero else folder.known()
    summary = None if from_zero or look_at_all else folder.summary()
    present = {path.relative_to(folder.place()).as_posix() for path in folder.files()}
    with folder.aside() as aside, moving.opened() as source:
        moment = changes.now(source)
        found = standing(source, summary, known, moment)
        made: dict[str, Path] = {}
        rows = 0
        for content in CONTENTS:
            of = found.asked[content]
            changed = {part: one for part, one in of.items() if known.get(content.file(part)) != one.fingerprint}
            rows += sum(one.rows for one in changed.values())
            whole = found.is_whole and len(changed) == len(of)
            made |= _written(source, content, changed, aside, tell, whole=whole)
        for name, path in made.items():
            folder.put(path, name)
        for name in present - found.marks.keys():
            folder.remove(name)
        folder.finish(_summed_up(found, summary, moment, changes.uncommitted(source)), aside)
    if found.is_whole:
        changes.purge(at=moment.at)
    looked_at = {content.file(part) for content in CONTENTS for part in found.asked[content]}
    gone = present - found.marks.keys()
    return Done(tuple(sorted(made)), tuple(sorted(gone)), rows, tuple(sorted(looked_at)))


def standing(
    source: moving.Source, summary: Mapping[str, Any] | None, known: Mapping[str, str], moment: Moment
) -> Standing:
    """Ask of what changed since `summary` was written, and of files that are not what it says; else of everything."""
    kept: dict[str, str] = summary.get("files", {}) if summary else {}
    editions = {content.edition for content in CONTENTS}
    is_ours = all(_edition(mark) in editions for mark in kept.values())
    parts = changes.since(source, summary, moment) if is_ours else None
    if parts is None:
        return Standing({content: told(source, content) for content in CONTENTS}, {}, is_whole=True)
    others = {name for name in (*kept, *known) if kept.get(name) != known.get(name)}
    others |= set(summary["unsure"]) if summary else set()
    asked = {}
    for content in CONTENTS:
        named = {content.part_named(name) for name in others} - {None}
        asked[content] = told(source, content, parts[content] | {part for part in named if part is not None})
    looked_at = {content.file(part) for content in CONTENTS for part in parts[content]} | others
    return Standing(asked, {name: mark for name, mark in kept.items() if name not in looked_at}, is_whole=False)


def _edition(mark: str) -> str:
    return mark.split(":")[0]


def told(source: moving.Source, content: Content, parts: Collection[int] | None = None) -> dict[int, Part]:
    """What the database says of some parts, of all for None; a table whose files are named has each, be it empty."""
    named = content.files or {}
    found = {part: Part(content.edition) for part in named if parts is None or part in parts}
    if parts is not None and not parts:
        return found
    for batch in source.batches(content.fingerprints(parts), _TOLD):
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
    spilt = _spilt(source, content, None if whole else changed.keys(), aside)
    made = {}
    for part, of in sorted(changed.items()):
        name = content.file(part)
        path = aside / name.replace("/", "-")
        folder.write(_in_order(spilt.pop(part, None), content), of.fingerprint, path)
        made[name] = path
        tell(f"{name}: {of.rows:,} {'row' if of.rows == 1 else 'rows'}")
    return made


def _spilt(source: moving.Source, content: Content, parts: Collection[int] | None, aside: Path) -> dict[int, Path]:
    """A file for each of the parts (for None of all) that has rows."""
    writers: dict[int, pa.RecordBatchFileWriter] = {}
    paths: dict[int, Path] = {}
    try:
        for batch in source.batches(content.rows(parts), pa.schema([_GRAIN, *content.schema])):
            present, place = np.unique(batch.column(0).to_numpy(), return_inverse=True)
            code = np.array([content.part_of(grain) for grain in present.tolist()], dtype=np.int64)[place]
            kept = batch.drop_columns(["grain"])
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


def _summed_up(
    found: Standing,
    summary: Mapping[str, Any] | None,
    moment: Moment,
    unsure: Mapping[Content, Collection[int]] | None,
) -> dict[str, object]:
    """What the copy says of itself. `checked_at`: when every part was looked at; `unsure`: files of what is not
    committed, where any may be so no snapshot is told, and the next refresh looks at everything.
    """
    marks = found.marks

    def of(content: Content) -> dict[str, int]:
        own = [mark.split(":") for name, mark in marks.items() if content.part_named(name) is not None]
        return {"rows": sum(int(n) for _, n, *_ in own), "latest": max((int(one[2]) for one in own), default=0)}

    checked = moment.at.isoformat() if found.is_whole or summary is None else summary["checked_at"]
    return {
        "as_of": moment.at.isoformat(),
        "touches": of(TOUCHES),
        "deals": of(DEALS),
        "database": moment.database,
        "transaction": moment.transaction,
        "snapshot": "" if unsure is None else moment.snapshot,
        "unsure": sorted(content.file(part) for content, parts in (unsure or {}).items() for part in parts),
        "checked_at": checked,
        "files": marks,
    }

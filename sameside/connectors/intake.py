"""One table is read wholly: recognised rows become rows of ours, the others go to an error file with their reason.

Batches are read, merged and counted in one transaction each, so that a run which is cut off continues after its last
batch with exact counts. What a person asked meanwhile (to pause, to cancel) is looked at between batches.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.batch import Batch
from sameside.connectors.lacking import MissingFile
from sameside.connectors.merging import SAMPLES, Merge, Merged
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object
from sameside.connectors.progress import Progress
from sameside.connectors.reading import Reader
from sameside.connectors.tabular import ErrorFile, Rows
from sameside.connectors.vanishing import Witness

MOST_REASONS = 30
OTHER_REASONS = "Other reasons"
LONGEST_NAME = 200  # bytes; file systems take 255, and a number and an ending are added


class Merging(Protocol):
    """What becomes of a batch; `merge` is called inside a transaction, `end` after the last batch."""

    def merge(self, batch: Batch) -> Merged: ...
    def end(self) -> None: ...


def read_table(
    run: ImportRun, file: ImportFile, progress: Progress, target: Object, *, merging: Merging | None = None
) -> None:
    """Read `file` as `target`; without `merging`, its rows are merged into the object's table.

    A file that cannot be opened gets that as its verdict. Nothing is raised but what ends the run: a person's wish, or
    a fault of ours.
    """
    choices = tabular.Choices.from_json(file.choices)
    if file.mends is not None:
        choices = _decided_by(file.mends, target, choices)
    try:
        layout = tabular.layout(file.place, choices)
    except tabular.Unreadable as problem:
        progress.finish(file, ImportFile.State.REFUSED, str(problem))
        return
    progress.begin(file)
    file.table = target.table
    reader = Reader(Rows(file.place, layout), layout, target, choices)
    errors = ErrorFile(error_path(file), layout.header, kept=file.refused)
    lacking = MissingFile(missing_path(file), kept=file.missing_listed)
    superseded = _read_batches(run, file, progress, reader, errors, lacking, merging or _merge(run, reader))
    if target.refers_to_itself and file.rows:
        _read_again(file, reader, _merge(run, reader))
    notes = [layout.note, *reader.notes, *_missing(file, target)]
    if superseded:
        rows = "1 row" if superseded == 1 else f"{superseded:,} rows"
        notes.append(f"{rows} had an id that comes again later; the last one counts")
    refused_all = file.refused and not (file.created or file.updated or file.unchanged)
    progress.finish(file, ImportFile.State.REFUSED if refused_all else ImportFile.State.DONE, sentence(notes))


def _decided_by(original: ImportFile, target: Object, choices: tabular.Choices) -> tabular.Choices:
    """A few mended rows do not say how dates and numbers are written: all rows of the file they are of did."""
    while original.mends is not None:
        original = original.mends
    told = tabular.Choices.from_json(original.choices)
    try:
        layout = tabular.layout(original.place, told)
        forms = Reader(Rows(original.place, layout), layout, target, told).survey.forms
    except (tabular.Unreadable, LookupError):
        return choices
    return replace(choices, columns={**forms.decided.columns, **choices.columns})


def _merge(run: ImportRun, reader: Reader) -> Merge:
    merge = Merge(reader.target, run_id=run.pk, at=run.started_at or run.created_at, untold=reader.untold)
    merge.begin()
    return merge


def _read_batches(
    run: ImportRun,
    file: ImportFile,
    progress: Progress,
    reader: Reader,
    errors: ErrorFile,
    lacking: MissingFile,
    merging: Merging,
) -> int:
    """Read every batch that is left. Returns how many rows were superseded by a later one of the same id."""
    superseded = 0
    witness = Witness(run, file, reader)
    for batch in reader.ahead(skip=file.rows):
        with transaction.atomic():
            witness.see(batch)
            merged = merging.merge(batch)
            _refuse(batch, merged)
            errors.add(sorted(batch.refused, key=lambda refused: refused[0]))
            _count(file, batch, merged, errors)
            _list_missing(file, merged, lacking)
            progress.keep(file)
        superseded += batch.superseded
        progress.advance(file)
    merging.end()
    return superseded


def _refuse(batch: Batch, merged: Merged) -> None:
    cells = dict(zip(batch.numbers, batch.cells, strict=True)) if merged.refused else {}
    batch.refused.extend((number, cells[number], reason) for number, reason in merged.refused.items())


def _count(file: ImportFile, batch: Batch, merged: Merged, errors: ErrorFile) -> None:
    file.rows += batch.rows
    file.bytes_read = batch.position
    file.created += merged.created
    file.updated += merged.updated
    file.unchanged += merged.unchanged
    file.refused += len(batch.refused)
    _count_missing(file, merged)
    for _, _, reason in batch.refused:
        kind = re.sub("“[^”]*”", "“…”", reason)[:200]
        kind = kind if kind in file.reasons or len(file.reasons) < MOST_REASONS else OTHER_REASONS
        file.reasons[kind] = file.reasons.get(kind, 0) + 1
    if batch.refused:
        file.error_file = errors.path.relative_to(settings.DATA / "imports").as_posix()


def _count_missing(file: ImportFile, merged: Merged) -> None:
    file.missing_references += sum(merged.missing.values())
    for name, count in merged.missing.items():
        told = file.missing.setdefault(name, {"count": 0, "ids": []})
        told["count"] += count
        told["ids"] = [*dict.fromkeys([*told["ids"], *merged.absent.get(name, [])])][:SAMPLES]


def _list_missing(file: ImportFile, merged: Merged, lacking: MissingFile) -> None:
    lacking.add({name: merged.absent.get(name, ()) for name in merged.missing})
    file.missing_listed = lacking.lines


def _missing(file: ImportFile, target: Object) -> list[str]:
    labels = {each.name: each.label or each.name for each in target.references}
    return [f"{told['count']:,} × {labels.get(name, name)} missing" for name, told in file.missing.items()]


def _read_again(file: ImportFile, reader: Reader, merging: Merging) -> None:
    """Read once more, now that every row is there that another may name: what is missing now is missing for good."""
    file.missing_references, file.missing = 0, {}
    missing_path(file).unlink(missing_ok=True)
    lacking = MissingFile(missing_path(file), kept=0)
    for batch in reader.ahead():
        with transaction.atomic():
            merged = merging.merge(batch)
            _count_missing(file, merged)
            _list_missing(file, merged, lacking)
    merging.end()


def sentence(notes: Iterable[str]) -> str:
    """The notes as one sentence, empty when there are none."""
    note = "; ".join(note for note in notes if note)
    return (note[:1].upper() + note[1:] + ".") if note else ""


def error_path(file: ImportFile) -> Path:
    """Where the refused rows of the file go."""
    return _beside(file, "errors")


def missing_path(file: ImportFile) -> Path:
    """Where the ids go that its rows refer to and that are not here."""
    return _beside(file, "missing")


def _beside(file: ImportFile, what: str) -> Path:
    name = re.sub(r"[/\\\x00-\x1f]", "__", file.name)
    while len(name.encode()) > LONGEST_NAME:
        name = name[1:]
    if name != file.name:
        name = f"{file.pk} {name}"  # two names may have become one
    folder: Path = settings.DATA / "imports" / str(file.run_id)
    return folder / f"{name}.{what}.csv"

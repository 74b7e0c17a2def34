"""Salesforce: weekly data exports, Data Loader and SOQL exports, as a folder of CSV files."""

from collections import Counter
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.salesforce import history
from sameside.connectors.salesforce.merging import Merge, Merged
from sameside.connectors.salesforce.objects import BY_NAME, USER
from sameside.connectors.salesforce.persons import Users
from sameside.connectors.salesforce.reading import Batch, Reader
from sameside.connectors.salesforce.recognition import recognise
from sameside.connectors.tabular import ErrorFile, Rows
from sameside.crm import touches
from sameside.library import mentions

# How a reference is called in a sentence.
REFERENCES = {
    "owner": "owner",
    "by": "user",
    "company": "account",
    "account": "account",
    "parent": "parent campaign",
    "campaign": "campaign",
    "contact": "contact",
    "lead": "lead",
    "deal": "opportunity",
    "who": "contact or lead",
    "what": "account or opportunity",
    "named": "account named as company",
}


class Merging(Protocol):
    def merge(self, batch: Batch) -> Merged: ...
    def end(self) -> None: ...


def execute(run: ImportRun, progress: Progress) -> None:
    """Read every waiting file, then the stage history as a whole, then the touch log."""
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        _read(run, file, progress)
    at = run.started_at or run.created_at
    progress.phase("Settling the stage history")
    with transaction.atomic():
        history.settle(run_id=run.pk, at=at)
    progress.phase("Writing the touch log")
    touches.log(run_id=run.pk, at=at, assets_named=mentions.Matcher.load().find)


def _read(run: ImportRun, file: ImportFile, progress: Progress) -> None:
    target = BY_NAME[file.recognised_as]
    path = Path(run.folder) / file.name
    try:
        layout = tabular.layout(path)
    except tabular.Unreadable as problem:
        progress.finish(file, ImportFile.State.REFUSED, str(problem))
        return
    if target.refers_to_itself:
        _start_again(file)
    progress.begin(file)
    reader = Reader(Rows(path, layout), layout, target)
    errors = ErrorFile(_error_path(file), layout.header, kept=file.refused)
    totals = _read_batches(run, file, progress, reader, errors)
    if target.refers_to_itself and file.rows:
        again = _read_again(run, reader)
        totals.missing.update({name: again[name] - totals.missing[name] for name in again | totals.missing})
        file.missing_references = sum(again.values())
    notes = [layout.note, *reader.notes, *totals.notes()]
    refused_all = file.refused and not (file.created or file.updated or file.unchanged)
    state = ImportFile.State.REFUSED if refused_all else ImportFile.State.DONE
    note = "; ".join(note for note in notes if note)
    progress.finish(file, state, (note[:1].upper() + note[1:] + ".") if note else "")


class _Totals:
    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()
        self.superseded = 0

    def notes(self) -> list[str]:
        told = [f"{count:,} × {REFERENCES[name]} missing" for name, count in self.missing.items() if count]
        if self.superseded:
            told.append(f"{self.superseded:,} rows had an id that comes again later; the last one counts")
        return told


def _read_batches(run: ImportRun, file: ImportFile, progress: Progress, reader: Reader, errors: ErrorFile) -> _Totals:
    totals = _Totals()
    merging = _merging(run, reader)
    for batch in reader.ahead(skip=file.rows):
        with transaction.atomic():
            merged = merging.merge(batch)
            _refuse(batch, merged)
            errors.add(sorted(batch.refused, key=lambda refused: refused[0]))
            _count(file, batch, merged, errors)
            file.save()
        totals.missing.update(merged.missing)
        totals.superseded += batch.superseded
        progress.advance(file)
    merging.end()
    return totals


def _merging(run: ImportRun, reader: Reader) -> Merging:
    if reader.target is USER:
        return Users()
    merge = Merge(reader.target, run_id=run.pk, at=run.started_at or run.created_at, untold=reader.untold)
    merge.begin()
    return merge


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
    file.missing_references += sum(merged.missing.values())
    if batch.refused:
        file.error_file = errors.path.relative_to(settings.DATA / "imports").as_posix()


def _start_again(file: ImportFile) -> None:
    """A file whose rows name each other is read from its start, so that the second reading sees them all."""
    file.rows = file.created = file.updated = file.unchanged = file.refused = file.missing_references = 0


def _read_again(run: ImportRun, reader: Reader) -> "Counter[str]":
    """Read once more, now that every row is there that another may name. Returns what is missing for good."""
    missing: Counter[str] = Counter()
    merging = _merging(run, reader)
    for batch in reader.ahead():
        with transaction.atomic():
            missing.update(merging.merge(batch).missing)
    merging.end()
    return missing


def _error_path(file: ImportFile) -> Path:
    name = file.name.replace("/", "__").replace("\\", "__")
    folder: Path = settings.DATA / "imports" / str(file.run_id)
    return folder / f"{name[-200:]}.errors.csv"


CONNECTOR = Connector(
    name="salesforce",
    label="Salesforce export",
    sentence="CSV files of a weekly data export, Data Loader or SOQL: accounts, contacts, leads, opportunities"
    " and more.",
    capability="import_crm",
    suffixes=(".csv", ".zip"),
    recognise=recognise,
    execute=execute,
    after="crm",
)

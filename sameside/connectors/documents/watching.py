"""Folders that are watched: what stands still in them comes into the library by itself.

Every minute each folder is looked at. A file whose size and time of change are the same at two looks, and other than
when it was last taken, is due; all due files of a folder make one run, and no due file makes none. A file that is gone
is marked and said on the asset's page, never erased. Only folders below `SAMESIDE_WATCH_ROOTS` can be watched.
"""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from sameside.connectors import registry, runs
from sameside.connectors.documents.recognition import reason_to_skip, walk
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.registry import visible
from sameside.library.extraction.document import format_of
from sameside.library.intake import Intake, transcript_of
from sameside.library.models import WatchedFile, WatchedFolder
from sameside.people import audit
from sameside.people.models import Person

LONGEST_NAME = 500
OPEN_STATES = (ImportRun.State.PREVIEW, ImportRun.State.QUEUED, ImportRun.State.RUNNING, ImportRun.State.PAUSED)
BROKEN_STATES = (ImportRun.State.FAILED, ImportRun.State.CANCELLED)
STOPPED = "The last import from here did not end well; look at it, then scan again."


class NotWatchable(Exception):
    """The folder cannot be watched; the message is a sentence fit for the screen."""


def roots() -> list[Path]:
    return [Path(root).resolve() for root in settings.WATCH_ROOTS]


def _is_below_roots(folder: Path) -> bool:
    """Asked at every look: a folder may have become a link, or the roots others, since it was added."""
    return any(folder.resolve().is_relative_to(root) for root in roots())


def check(given: str) -> Path:
    """The folder that `given` names, when it may be watched."""
    given = given.strip()
    if not given or "\x00" in given or len(given) > LONGEST_NAME:
        raise NotWatchable("Name a folder of this machine.")
    if not Path(given).is_absolute():
        raise NotWatchable("Name the folder from the root on, such as /srv/content.")
    folder = Path(given).resolve()
    if not _is_below_roots(folder):
        allowed = ", ".join(map(str, roots()))
        raise NotWatchable(f"Only folders below {allowed} can be watched; SAMESIDE_WATCH_ROOTS names these places.")
    if not folder.is_dir():
        raise NotWatchable(f"There is no folder {folder}, or this program may not open it.")
    for other in WatchedFolder.objects.all():
        if folder.is_relative_to(other.path) or Path(other.path).is_relative_to(folder):
            raise NotWatchable(f"{other.path} is watched already; of two folders in one another, only one can be.")
    return folder


@transaction.atomic
def add(given: str, *, by: Person, at: datetime) -> WatchedFolder:
    folder = check(given)
    made = WatchedFolder.objects.create(path=str(folder), added_by=by, added_at=at)
    audit.record("watched_folder.added", by=by, at=at, subject=made.path)
    return made


def pause(folder: WatchedFolder, *, by: Person, at: datetime) -> None:
    WatchedFolder.objects.filter(pk=folder.pk, paused_at=None).update(paused_at=at)
    audit.record("watched_folder.paused", by=by, at=at, subject=folder.path)


def resume(folder: WatchedFolder, *, by: Person, at: datetime) -> None:
    WatchedFolder.objects.filter(pk=folder.pk).update(paused_at=None)
    audit.record("watched_folder.resumed", by=by, at=at, subject=folder.path)


@transaction.atomic
def remove(folder: WatchedFolder, *, by: Person, at: datetime) -> None:
    """Watch it no longer; what came in from it stays in the library."""
    audit.record("watched_folder.removed", by=by, at=at, subject=folder.path)
    folder.delete()


def scan_all(*, at: datetime) -> int:
    """Look at every folder that is not paused; returns how many runs were begun."""
    return sum(scan(folder, at=at) is not None for folder in WatchedFolder.objects.filter(paused_at=None))


@transaction.atomic
def scan(folder: WatchedFolder, *, at: datetime, again: bool = False) -> ImportRun | None:
    """Look at one folder and begin the run over what is due; `again` also after one that did not end well."""
    folder = WatchedFolder.objects.select_for_update(of=("self",)).get(pk=folder.pk)
    folder.scanned_at, folder.problem = at, ""
    place = Path(folder.path)
    run = None
    if not _is_below_roots(place):
        folder.problem = "The folder leads out of the places that SAMESIDE_WATCH_ROOTS names, so it is not entered."
    elif not place.is_dir():
        folder.problem = "The folder is not there, or this program may not open it."
    else:
        due = _look(folder, place, at=at)
        last = ImportRun.objects.filter(pk=folder.last_run_id or 0).first()
        if last is not None and last.state in BROKEN_STATES and due and not again:
            folder.problem = STOPPED
        elif due and (last is None or last.state not in OPEN_STATES):
            run = _begin(folder, due, at=at)
            folder.last_run_id = run.pk
    folder.save(update_fields=["scanned_at", "problem", "last_run_id"])
    return run


def _look(folder: WatchedFolder, place: Path, *, at: datetime) -> list[Path]:
    """Bring `WatchedFile` up to date; returns the files that stood still and are not taken as they are."""
    rows = {row.name: row for row in folder.files.all()}
    due, new, changed, there = [], [], [], set()
    for path in walk(place):
        name = visible(path.relative_to(place).as_posix())
        if len(name) > LONGEST_NAME or not name.isprintable() or reason_to_skip(path, place):
            continue
        mark = _mark(path)
        there.add(name)
        row = rows.get(name)
        if row is None:
            new.append(WatchedFile(folder=folder, name=name, seen=mark))
            continue
        if row.seen == mark and row.taken != mark:
            due.append(path)
        if row.seen != mark or row.missing_since:
            row.seen, row.missing_since = mark, None
            changed.append(row)
    gone = [row for name, row in rows.items() if name not in there and not row.missing_since]
    for row in gone:
        row.missing_since = at
    WatchedFile.objects.bulk_create(new, batch_size=1000)
    WatchedFile.objects.bulk_update([*changed, *gone], ["seen", "missing_since"], batch_size=1000)
    WatchedFile.objects.filter(folder=folder, missing_since__isnull=False, taken="").delete()
    return due


def _mark(path: Path) -> str:
    """Size and time of change; of a video also those of its transcript, which is part of it."""
    try:
        found = path.stat()
        mark = f"{found.st_size}:{found.st_mtime_ns}"
        transcript = transcript_of(path) if format_of(path.name) == "video" else None
        return f"{mark}+{transcript.stat().st_mtime_ns}" if transcript else mark
    except FileNotFoundError:
        return "gone"


def _begin(folder: WatchedFolder, due: list[Path], *, at: datetime) -> ImportRun:
    place = Path(folder.path)
    run = ImportRun.objects.create(
        connector=registry.DOCUMENTS,
        origin=f"watched folder {folder.path}"[:500],
        folder=folder.path,
        started_by=folder.added_by,
        created_at=at,
    )
    ImportFile.objects.bulk_create(
        ImportFile(
            run=run,
            connector=registry.DOCUMENTS,
            name=visible(path.relative_to(place).as_posix()),
            path=str(path) if visible(str(path)) != str(path) else "",
            recognised_as=format_of(path.name) or "by content",
            bytes=path.stat().st_size if path.exists() else 0,
        )
        for path in due
    )
    details = {"run": run.pk, "files": len(due), "recognised": len(due)}
    audit.record("import.created", by=folder.added_by, at=at, subject=run.origin, details=details)
    runs.queue(run)
    return run


def take(run: ImportRun, file: ImportFile, result: Intake) -> None:
    """Write down that a file of a watched folder was read as it was last seen."""
    for row in WatchedFile.objects.filter(folder__path=run.folder, name=file.name):
        row.taken, row.asset = row.seen, result.asset
        row.save(update_fields=["taken", "asset"])


def beside(run: ImportRun) -> frozenset[str]:
    """All files that lie in the folder, not only those of this run."""
    rows = WatchedFile.objects.filter(folder__path=run.folder, missing_since=None)
    return frozenset(rows.values_list("name", flat=True))

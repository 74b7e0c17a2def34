"""An import run: created from a folder, executed in the background or at once, resumed when it was cut off.

Executing again is safe because every connector upserts; files that were finished are not read twice. A run whose
heartbeat stopped is queued again, at most `MAX_ATTEMPTS` times. Imports go one after the other, whoever begins them
(worker, command, the demo's loader): each holds a lock of its database session, which ends with the process.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.connectors import aftermath, registry
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.people import audit
from sameside.people.models import Person

STALLED_AFTER = timedelta(minutes=2)
MAX_ATTEMPTS = 3
LOCK = 7_361_003


class NothingToImport(Exception):
    """The folder holds nothing this connector can read; the message is a sentence fit for the screen."""


@transaction.atomic
def create(only: str, folder: Path, *, origin: str, by: Person | None, at: datetime) -> ImportRun:
    """Look at the files of `folder` and write down what will be read and what is not needed.

    `only` is the connector that is asked, or `registry.ANY`.
    """
    workspace = settings.DATA / "imports" / f"tables-{secrets.token_hex(8)}"
    found = registry.recognise(registry.Source(folder, workspace), only)
    if not found:
        raise NothingToImport(f"{origin} holds no file to import.")
    names = {name for name, file in found if file.recognised_as}
    run = ImportRun.objects.create(
        connector=only if only != registry.ANY else names.pop() if len(names) == 1 else registry.ANY,
        origin=_storable(origin),
        folder=str(folder),
        workspace=str(workspace),
        started_by=by,
        created_at=at,
    )
    ImportFile.objects.bulk_create(_file(run, name, file.storable) for name, file in found)
    return run


def _file(run: ImportRun, connector: str, found: registry.Found) -> ImportFile:
    return ImportFile(
        run=run,
        connector=connector,
        name=found.name,
        path=str(found.path or ""),
        recognised_as=found.recognised_as,
        bytes=found.bytes,
        note=found.note[:500],
        state=ImportFile.State.WAITING if found.recognised_as else ImportFile.State.IGNORED,
    )


def _storable(origin: str) -> str:
    return origin.encode("utf-8", "replace").decode().replace("\x00", "")[:500]


def queue(run: ImportRun) -> None:
    app.configure_task("connectors.execute").defer(run_id=run.pk)


def execute(run_id: int, *, tell: Callable[[str], None] | None = None) -> ImportRun:
    """Read the files of the run that are not finished, then settle what depends on them."""
    with _one_at_a_time(tell):
        return _execute(run_id, tell)


@contextmanager
def _one_at_a_time(tell: Callable[[str], None] | None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not _only(cursor):
            if tell:
                tell("Another import is going on; this one waits for it.")
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _only(cursor: Any) -> bool:
    return bool(cursor.fetchone()[0])


def _execute(run_id: int, tell: Callable[[str], None] | None) -> ImportRun:
    run = _start(run_id)
    if run.state != ImportRun.State.RUNNING:
        return run
    progress = Progress(run, tell=tell)
    try:
        used = [each for each in registry.connectors() if run.files.filter(connector=each.name).exists()]
        for connector in used:
            connector.execute(run, progress.of(connector.name))
        aftermath.follow({connector.after for connector in used}, run, progress)
    except BaseException as problem:
        _finish(run, ImportRun.State.FAILED, problem=str(problem) or type(problem).__name__)
        raise
    _finish(run, ImportRun.State.DONE)
    return run


@transaction.atomic
def _start(run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    if run.state in (ImportRun.State.DONE, ImportRun.State.FAILED):
        return run
    now = timezone.now()
    run.state, run.heartbeat_at = ImportRun.State.RUNNING, now
    run.started_at = run.started_at or now
    run.attempts += 1
    run.save()
    if run.attempts == 1:
        audit.record("import.started", by=run.started_by, at=now, subject=run.origin, details={"run": run.pk})
    return run


def _finish(run: ImportRun, state: ImportRun.State, *, problem: str = "") -> None:
    now = timezone.now()
    run.state, run.finished_at, run.heartbeat_at, run.phase, run.problem = state, now, now, "", problem
    run.save()
    audit.record(
        f"import.{state}",
        by=run.started_by,
        at=now,
        subject=run.origin,
        details={
            "run": run.pk,
            "connector": run.connector,
            "files": [[file.name, file.created, file.updated, file.refused] for file in run.files.all()[:100]],
        },
    )


def requeue_stalled(*, at: datetime) -> int:
    """Queue again every run whose worker is gone; give up on a run that stopped too often. Returns how many.

    While any import goes on, none is queued: a long step may be silent for minutes, and the next minute asks again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s) AND pg_advisory_unlock(%s)", [LOCK, LOCK])
        if not _only(cursor):
            return 0
    stalled = ImportRun.objects.filter(state=ImportRun.State.RUNNING, heartbeat_at__lt=at - STALLED_AFTER)
    queued = 0
    for run in stalled:
        if run.attempts >= MAX_ATTEMPTS:
            _finish(run, ImportRun.State.FAILED, problem=f"It stopped {run.attempts} times without finishing.")
            continue
        with transaction.atomic():
            run.heartbeat_at = at
            run.save(update_fields=["heartbeat_at"])
            queue(run)
        queued += 1
    return queued

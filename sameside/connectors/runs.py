"""An import run: created from a folder, looked at, executed in the background or at once, resumed when it was cut off.

It is created as a preview (nothing is written but what was recognised) or queued at once. Executing again is safe
because every connector upserts; files that were finished are not read twice, and one that was cut off is read on after
its last batch. A run whose heartbeat stopped is queued again, at most `MAX_ATTEMPTS` times. Imports go one after the
other, whoever begins them (worker, command, the demo's loader): each holds a lock of its database session, which ends
with the process.

A dry run does all of this in one transaction that is rolled back at its end; only the counters stay.
"""

import re
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

from sameside.connectors import aftermath, intake, registry, vanishing
from sameside.connectors.aside import open_aside
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Cancelled, Paused, Progress
from sameside.people import audit, policies
from sameside.people.models import Person

STALLED_AFTER = timedelta(minutes=2)
MAX_ATTEMPTS = 3
LOCK = 7_361_003
# The name and password before the host, and everything behind the path: signed links carry their token there.
_SECRETS = re.compile(r"(?i)\b(https?://)(?:[^/\s,@]*@)?([^\s,?#]*)(?:[?#][^\s,]*)?")
EXECUTE = "connectors.execute"
UNDO = "connectors.undo"
Tell = Callable[[str], None]
Show = Callable[[ImportRun], None]


class NothingToImport(Exception):
    """The folder holds nothing this connector can read; the message is a sentence fit for the screen."""


class _Rehearsed(Exception):
    """The end of a dry run: everything is rolled back."""


@transaction.atomic
def create(
    only: str, folder: Path, *, origin: str, by: Person | None, at: datetime, preview: bool = False
) -> ImportRun:
    """Look at the files of `folder` and write down what will be read and what is not needed.

    `only` is the connector that is asked, or `registry.ANY`. What `by` may not bring in is not needed either.
    """
    workspace = settings.DATA / "imports" / f"tables-{secrets.token_hex(8)}"
    found = registry.recognise(registry.Source(folder, workspace), only)
    if not found:
        raise NothingToImport(f"{origin} holds no file to import.")
    run = ImportRun(
        origin=_storable(origin),
        folder=str(folder),
        workspace=str(workspace),
        started_by=by,
        created_at=at,
        state=ImportRun.State.PREVIEW if preview else ImportRun.State.QUEUED,
    )
    files = [_file(run, name, _allowed(name, file.storable(folder), by)) for name, file in found]
    _tell_apart(files)
    names = {file.connector for file in files if file.recognised_as}
    run.connector = only if only != registry.ANY else names.pop() if len(names) == 1 else registry.ANY
    run.save()
    ImportFile.objects.bulk_create(files)
    if preview:
        audit.record("import.previewed", by=by, at=at, subject=run.origin, details={"run": run.pk, "files": len(files)})
    return run


def _allowed(name: str, found: registry.Found, by: Person | None) -> registry.Found:
    if by is None or not found.recognised_as:
        return found
    try:
        policies.check(by, registry.connector(name).capability)
    except policies.Refused as refusal:
        return registry.Found(found.name, "", found.bytes, str(refusal), found.path)
    return found


def _file(run: ImportRun, connector: str, found: registry.Found) -> ImportFile:
    return ImportFile(
        run=run,
        connector=connector,
        name=found.name,
        path=str(found.path or ""),
        choices=dict(found.choices),
        recognised_as=found.recognised_as,
        bytes=found.bytes,
        note=found.note[:500],
        state=ImportFile.State.WAITING if found.recognised_as else ImportFile.State.IGNORED,
    )


def _storable(origin: str) -> str:
    """The origin without what a database cannot keep, and addresses without what may be a secret in them."""
    public = _SECRETS.sub(r"\1\2", origin)
    return registry.visible(public.encode("utf-8", "replace").decode())[:500]


def _tell_apart(files: list[ImportFile]) -> None:
    """Names that became equal when they were made storable get a number."""
    taken: set[str] = set()
    for file in files:
        name, number = file.name, 2
        while file.name in taken:
            ending = f" ({number})"
            file.name, number = name[: registry.LONGEST_NAME - len(ending)] + ending, number + 1
        taken.add(file.name)


def queue(run: ImportRun) -> None:
    app.configure_task(EXECUTE).defer(run_id=run.pk)


def execute(run_id: int, *, tell: Tell | None = None, show: Show | None = None) -> ImportRun:
    """Read the files of the run that are not finished, then settle what depends on them.

    `tell` hears what is going on in words, `show` is called about twice a second with the run.
    """
    with one_at_a_time(tell):
        return _execute(run_id, tell, show)


@contextmanager
def one_at_a_time(tell: Tell | None) -> Iterator[None]:
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


def _execute(run_id: int, tell: Tell | None, show: Show | None) -> ImportRun:
    run = _start(run_id)
    if run.state != ImportRun.State.RUNNING:
        return run
    try:
        if run.dry:
            _rehearse(run, tell, show)
        else:
            _work(run, Progress(run, tell=tell, show=show))
    except Paused:
        return _pause(run)
    except Cancelled:
        return _finish(run, ImportRun.State.CANCELLED)
    except KeyboardInterrupt:
        _pause(run)
        raise
    except BaseException as problem:
        _finish(run, ImportRun.State.FAILED, problem=str(problem) or type(problem).__name__)
        raise
    return _finish(run, ImportRun.State.DONE)


def _work(run: ImportRun, progress: Progress) -> None:
    """What came in before a cancellation is settled like everything else: it stays."""
    files = run.files.exclude(state=ImportFile.State.IGNORED).order_by()
    names = set(files.values_list("connector", flat=True).distinct())
    used = [each for each in registry.connectors() if each.name in names]
    kinds = {connector.after for connector in used}
    try:
        for connector in used:
            connector.execute(run, progress.of(connector.name))
        vanishing.settle(run, progress)
        aftermath.follow(kinds, run, progress)
    except Cancelled:
        if run.dry:
            raise
        progress.deaf = True
        aftermath.follow(kinds, run, progress)
        raise


def _rehearse(run: ImportRun, tell: Tell | None, show: Show | None) -> None:
    """The whole run, from its beginning, in one transaction that is rolled back; its progress is written beside it."""
    with open_aside() as aside:
        beside = ImportRun.objects.using(aside).get(pk=run.pk)
        _start_anew(beside)
        try:
            with transaction.atomic():
                _work(beside, Progress(beside, tell=tell, show=show))
                raise _Rehearsed
        except _Rehearsed:
            run.refresh_from_db()


def _start_anew(run: ImportRun) -> None:
    """Forget what an attempt counted before it was cut off: all of it was rolled back."""
    for file in run.files.exclude(state=ImportFile.State.IGNORED):
        if file.error_file:
            (settings.DATA / "imports" / file.error_file).unlink(missing_ok=True)
        intake.missing_path(file).unlink(missing_ok=True)
        blank = ImportFile()
        for column in COUNTED:
            setattr(file, column, getattr(blank, column))
        file.state = ImportFile.State.WAITING
        file.save()


COUNTED = (
    "bytes_read",
    "rows",
    "created",
    "updated",
    "unchanged",
    "refused",
    "missing_references",
    "missing",
    "missing_listed",
    "reasons",
    "error_file",
    "seen",
    "vanished",
)


@transaction.atomic
def _start(run_id: int) -> ImportRun:
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("started_by").get(pk=run_id)
    if run.state not in (ImportRun.State.QUEUED, ImportRun.State.RUNNING):
        return run
    now = timezone.now()
    first = run.started_at is None
    run.state, run.heartbeat_at, run.problem = ImportRun.State.RUNNING, now, ""
    run.started_at = run.started_at or now
    run.attempts += 1
    run.save()
    if first:
        details = {"run": run.pk, "dry": run.dry}
        audit.record("import.started", by=run.started_by, at=now, subject=run.origin, details=details)
    return run


def _pause(run: ImportRun) -> ImportRun:
    run.refresh_from_db(fields=["seconds", "speed"])
    run.state, run.wish, run.phase, run.heartbeat_at = ImportRun.State.PAUSED, ImportRun.Wish.NONE, "", timezone.now()
    run.attempts = 0
    run.save()
    return run


def _finish(run: ImportRun, state: ImportRun.State, *, problem: str = "") -> ImportRun:
    now = timezone.now()
    run.refresh_from_db(fields=["seconds", "speed"])
    run.state, run.finished_at, run.heartbeat_at, run.phase, run.problem = state, now, now, "", problem
    run.wish = ImportRun.Wish.NONE
    run.save()
    audit.record(
        f"import.{state}",
        by=run.started_by,
        at=now,
        subject=run.origin,
        details={
            "run": run.pk,
            "connector": run.connector,
            "dry": run.dry,
            "files": [[file.name, file.created, file.updated, file.refused] for file in run.files.all()[:100]],
        },
    )
    return run


def requeue_stalled(*, at: datetime) -> int:
    """Queue again every run whose worker is gone; give up on a run that stopped too often. Returns how many.

    While any import goes on, none is queued: a long step may be silent for minutes, and the next minute asks again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s) AND pg_advisory_unlock(%s)", [LOCK, LOCK])
        if not _only(cursor):
            return 0
    busy = (ImportRun.State.RUNNING, ImportRun.State.UNDOING)
    stalled = ImportRun.objects.filter(state__in=busy, heartbeat_at__lt=at - STALLED_AFTER)
    queued = 0
    for run in stalled:
        if run.attempts >= MAX_ATTEMPTS:
            _give_up(run)
            continue
        with transaction.atomic():
            run.heartbeat_at = at
            run.save(update_fields=["heartbeat_at"])
            app.configure_task(UNDO if run.state == ImportRun.State.UNDOING else EXECUTE).defer(run_id=run.pk)
        queued += 1
    return queued


def _give_up(run: ImportRun) -> None:
    problem = f"It stopped {run.attempts} times without finishing."
    if run.state == ImportRun.State.UNDOING:
        run.state, run.phase, run.undo = run.undo["from"], "", {**run.undo, "problem": problem}
        run.save()
        return
    _finish(run, ImportRun.State.FAILED, problem=problem)

"""Imports by the API: begin one, watch it, stop and undo it; the same rules and figures as the pages."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File, Form, Router, Schema
from ninja.errors import HttpError
from ninja.files import UploadedFile
from ninja.responses import Status

from sameside.connectors import registry, runs, steering, undoing, uploads
from sameside.connectors.figures import about, figures
from sameside.connectors.file_views import error_file
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.steering import NotNow
from sameside.kit import paging
from sameside.people import audit, policies
from sameside.people.api import Call, needs
from sameside.people.models import Person

MOST = 200
SEE = needs("see_imports")
router = Router(tags=["imports"])


class FileTold(Schema):
    """One file of an import."""

    id: int
    name: str
    connector: str
    read_as: str
    state: str
    bytes: int
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    missing_references: int
    missing: dict[str, Any]
    full: str
    vanished: int | None
    reasons: dict[str, int]
    has_error_file: bool
    note: str


class RunTold(Schema):
    """One import; the figures are those of its page."""

    id: int
    connector: str
    origin: str
    state: str
    wish: str
    dry: bool
    sentence: str
    problem: str
    begun_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    missing_references: int
    percent: int
    rows_per_second: int
    seconds_left: int | None
    time_left: str
    undo: dict[str, Any]
    files: list[FileTold]


class RunLine(Schema):
    id: int
    connector: str
    origin: str
    state: str
    dry: bool
    created_at: datetime
    finished_at: datetime | None


class RunPage(Schema):
    items: list[RunLine]
    next: str


class Obstacles(Schema):
    can_be_undone: bool
    obstacles: list[str]


class NewImport(Schema):
    connector: str = registry.ANY
    mapping: str = ""
    encoding: str = ""
    zone: str = ""
    full: ImportFile.Full = ImportFile.Full.NO
    dry: bool = False
    start: bool = True


def told(run: ImportRun) -> dict[str, Any]:
    """The run as its page shows it, ready for JSON."""
    shown = figures(run, at=timezone.now())
    return {
        "id": run.pk,
        "connector": run.connector,
        "origin": run.origin,
        "state": run.state,
        "wish": run.wish,
        "dry": run.dry,
        "sentence": shown.sentence,
        "problem": run.problem,
        "begun_by": run.started_by.name if run.started_by else "",
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "seconds": round(shown.seconds, 2),
        "rows": shown.rows,
        "created": shown.created,
        "updated": shown.updated,
        "unchanged": shown.unchanged,
        "refused": shown.refused,
        "missing_references": shown.missing,
        "percent": shown.percent,
        "rows_per_second": shown.rows_per_second,
        "seconds_left": shown.seconds_left,
        "time_left": about(shown.seconds_left) if shown.seconds_left is not None else "",
        "undo": run.undo,
        "files": [_file(line.file) for line in [*shown.lines, *shown.ignored]],
    }


def _file(file: ImportFile) -> dict[str, Any]:
    same = ("id", "name", "connector", "state", "bytes", "rows", "created", "updated", "unchanged", "refused")
    more = ("missing_references", "missing", "full", "vanished", "reasons", "note")
    return {name: getattr(file, name) for name in (*same, *more)} | {
        "read_as": file.recognised_as,
        "has_error_file": bool(file.error_file),
    }


def _run(person: Person, run_id: int) -> ImportRun:
    visible = ImportRun.objects.visible_to(person).select_related("started_by")
    return get_object_or_404(visible, pk=run_id)


@router.get("", auth=SEE, response=RunPage, summary="The imports, newest first, page by page")
def list_imports(request: Call, after: str = "", limit: int = 50) -> dict[str, Any]:
    """`next` is the cursor for `after`, empty on the last page; `limit` is at most 200."""
    rows = ImportRun.objects.visible_to(request.auth)
    page = paging.page(rows, paging.Order("id", descending=True), after=after, before="", size=min(max(limit, 1), MOST))
    return {"items": page.rows, "next": page.next}


@router.post("", auth=SEE, response={201: RunTold}, summary="Bring files in")
def create_import(
    request: Call,
    files: File[list[UploadedFile]],
    given: Form[NewImport],
) -> Status[dict[str, Any]]:
    """Files and archives as multipart/form-data in `files`. With `start=false` nothing is read before `/start`.

    `connector=any` recognises everything; `dry=true` does everything and keeps nothing; `mapping` names a saved one.
    `full=yes` says that the exports are complete: rows no longer in them are marked as deleted in the source, unless
    that is more than half (`full=sure`: even then).
    """
    by = request.auth
    if given.connector not in (*registry.NAMES, registry.ANY):
        known = ", ".join((registry.ANY, *registry.NAMES))
        raise HttpError(422, f"There is no connector “{given.connector[:40]}”. There are: {known}.")
    if given.connector == registry.ANY:
        if not any(policies.can(by, each.capability) for each in registry.connectors()):
            policies.check(by, "import_content")
    else:
        policies.check(by, registry.connector(given.connector).capability)
    try:
        folder = uploads.keep(files)
        with transaction.atomic():
            run = _begin(given, folder=folder, origin=", ".join(file.name or "" for file in files), by=by)
    except (uploads.UploadRefused, runs.NothingToImport) as problem:
        raise HttpError(422, str(problem)) from problem
    except NotNow as problem:
        raise HttpError(409, str(problem)) from problem
    return Status(201, told(run))


def _begin(given: NewImport, *, folder: Any, origin: str, by: Person) -> ImportRun:
    now = timezone.now()
    run = runs.create(given.connector, folder, origin=origin, by=by, at=now, preview=True)
    how = {"mapping": given.mapping, "encoding": given.encoding, "zone": given.zone}
    run = steering.decide(run, by=by, at=now, full=given.full, **how)
    return steering.start(run, by=by, at=now, dry=given.dry) if given.start else run


@router.get("/{int:run_id}", auth=SEE, response=RunTold, summary="One import, with every file")
def get_import(request: Call, run_id: int) -> dict[str, Any]:
    return told(_run(request.auth, run_id))


@router.post("/{int:run_id}/start", auth=SEE, response=RunTold, summary="Start an import that was looked at")
def start_import(request: Call, run_id: int, dry: bool = False) -> dict[str, Any]:
    """With `dry=true`, everything is done and nothing stays."""
    return told(_steered(steering.start, request, run_id, dry=dry))


@router.post("/{int:run_id}/pause", auth=SEE, response=RunTold, summary="Pause an import between two batches")
def pause_import(request: Call, run_id: int) -> dict[str, Any]:
    return told(_steered(steering.pause, request, run_id))


@router.post("/{int:run_id}/resume", auth=SEE, response=RunTold, summary="Go on where it was paused or stopped")
def resume_import(request: Call, run_id: int) -> dict[str, Any]:
    return told(_steered(steering.resume, request, run_id))


@router.post("/{int:run_id}/cancel", auth=SEE, response=RunTold, summary="End an import; what came in before stays")
def cancel_import(request: Call, run_id: int) -> dict[str, Any]:
    return told(_steered(steering.cancel, request, run_id))


@router.post("/{int:run_id}/undo", auth=SEE, response=RunTold, summary="Undo a whole import, in the background")
def undo_import(request: Call, run_id: int) -> dict[str, Any]:
    """409 says what stands in the way."""
    return told(_steered(undoing.ask, request, run_id))


def _steered(verb: Any, request: Call, run_id: int, **given: Any) -> ImportRun:
    run = _run(request.auth, run_id)
    try:
        done: ImportRun = verb(run, by=request.auth, at=timezone.now(), **given)
    except NotNow as problem:
        raise HttpError(409, str(problem)) from problem
    return done


@router.get("/{int:run_id}/obstacles", auth=SEE, response=Obstacles, summary="What stands in the way of an undo")
def import_obstacles(request: Call, run_id: int) -> dict[str, Any]:
    found = undoing.obstacles_of(_run(request.auth, run_id))
    return {"can_be_undone": not found, "obstacles": found}


@router.post("/{int:run_id}/files/{int:file_id}/errors", auth=SEE, summary="The refused rows of a file, as CSV")
def import_errors(request: Call, run_id: int, file_id: int) -> FileResponse:
    """A POST, because taking them away is recorded in the audit log."""
    policies.check(request.auth, "export")
    file = get_object_or_404(ImportFile, pk=file_id, run=_run(request.auth, run_id))
    path = error_file(file)
    audit.record("export", by=request.auth, at=timezone.now(), subject=f"Refused rows of {file.name}")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8")

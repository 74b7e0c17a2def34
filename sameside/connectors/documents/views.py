"""Bringing in a page by its address, and the folders that are watched."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.connectors import runs
from sameside.connectors.documents import watching, web
from sameside.connectors.documents.fetching import NotFetched
from sameside.connectors.models import ImportRun
from sameside.library.models import Asset, WatchedFile, WatchedFolder, WebSource
from sameside.people.models import Person
from sameside.people.policies import may

MOST_MISSING = 20


class Request(HttpRequest):
    """A request of somebody who is signed in: `@may` lets no other through."""

    user: Person


@require_POST
@may("import_content")
def web_import(request: Request) -> HttpResponse:
    """POST imports/web/: fetch the `address` and bring in what is there."""
    return _fetched(request, request.POST.get("address", ""), "library:upload")


@require_POST
@may("edit_library")
def web_check(request: Request, asset_id: int) -> HttpResponse:
    """POST imports/web/<asset>/check/: fetch the asset's address again; what changed is a new version."""
    assets = Asset.objects.visible_to(request.user)
    source = get_object_or_404(WebSource.objects.select_related("asset"), asset_id=asset_id, asset__in=assets)
    return _fetched(request, source.url, "library:asset", source.asset.slug)


def _fetched(request: Request, address: str, otherwise: str, *arguments: str) -> HttpResponse:
    try:
        run = web.bring_in(address, by=request.user, at=timezone.now())
    except (NotFetched, runs.NothingToImport) as problem:
        messages.error(request, str(problem))
        return redirect(otherwise, *arguments)
    return redirect("connectors:run", run.pk)


@dataclass(frozen=True)
class Watched:
    """A folder as its card shows it."""

    folder: WatchedFolder
    files: int
    taken: int
    missing: int
    gone: list[WatchedFile]
    run: ImportRun | None


@may("manage_settings")
def watched(request: Request) -> HttpResponse:
    """GET: the watched folders. POST: watch the folder `path` too."""
    problem = ""
    if request.method == "POST":
        try:
            made = watching.add(request.POST.get("path", ""), by=request.user, at=timezone.now())
        except watching.NotWatchable as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"{made.path} is watched from now on.")
            return redirect("connectors:watched")
    context = {
        "folders": _folders(),
        "roots": watching.roots(),
        "problem": problem,
        "given": request.POST.get("path", "")[:500],
    }
    return render(request, "connectors/watched.html", context, status=422 if problem else 200)


def _folders() -> list[Watched]:
    is_there, is_gone = Q(files__missing_since=None), Q(files__missing_since__isnull=False)
    folders = WatchedFolder.objects.select_related("added_by").annotate(
        there=Count("files", filter=is_there),
        taken=Count("files", filter=is_there & ~Q(files__taken="")),
        missing=Count("files", filter=is_gone),
    )
    runs_by_pk = ImportRun.objects.in_bulk([folder.last_run_id for folder in folders if folder.last_run_id])
    missing: dict[int, list[WatchedFile]] = {}
    for file in WatchedFile.objects.filter(missing_since__isnull=False).order_by("-missing_since")[:MOST_MISSING]:
        missing.setdefault(file.folder_id, []).append(file)
    return [
        Watched(
            folder,
            folder.there,
            folder.taken,
            folder.missing,
            missing.get(folder.pk, []),
            runs_by_pk.get(folder.last_run_id or 0),
        )
        for folder in folders
    ]


def _changed(request: Request, folder_id: int, verb: Callable[..., None], said: str) -> HttpResponse:
    folder = get_object_or_404(WatchedFolder, pk=folder_id)
    verb(folder, by=request.user, at=timezone.now())
    messages.success(request, said.format(folder.path))
    return redirect("connectors:watched")


@require_POST
@may("manage_settings")
def pause(request: Request, folder_id: int) -> HttpResponse:
    return _changed(request, folder_id, watching.pause, "{} is left alone until you resume it.")


@require_POST
@may("manage_settings")
def resumption(request: Request, folder_id: int) -> HttpResponse:
    return _changed(request, folder_id, watching.resume, "{} is watched again.")


@require_POST
@may("manage_settings")
def removal(request: Request, folder_id: int) -> HttpResponse:
    return _changed(request, folder_id, watching.remove, "{} is watched no longer; what came from it stays.")


@require_POST
@may("manage_settings")
def scan(request: Request, folder_id: int) -> HttpResponse:
    """POST imports/watched/<id>/scan/: look at it now, twice, so that what stands still comes in at once."""
    folder = get_object_or_404(WatchedFolder, pk=folder_id)
    at: datetime = timezone.now()
    run = watching.scan(folder, at=at, again=True) or watching.scan(folder, at=at, again=True)
    if run is not None:
        return redirect("connectors:run", run.pk)
    messages.success(request, f"Nothing new in {folder.path}.")
    return redirect("connectors:watched")

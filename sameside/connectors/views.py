"""Pages of the import runs: all of them, one of them while it goes on, and a place where anything can be dropped."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.connectors import registry, runs, steering, undoing, uploads
from sameside.connectors.brought import ways
from sameside.connectors.figures import figures
from sameside.connectors.listing import RUNS
from sameside.connectors.models import ImportFile, ImportRun
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import may
from sameside.ui.lists import respond


class Request(HttpRequest):
    """A request of somebody who is signed in: `@may` lets no other through."""

    user: Person


def _allowed(request: Request) -> list[registry.Connector]:
    return [connector for connector in registry.connectors() if policies.can(request.user, connector.capability)]


def run_of(request: Request, run_id: int) -> ImportRun:
    visible = ImportRun.objects.visible_to(request.user).select_related("started_by", "undone_by")
    return get_object_or_404(visible, pk=run_id)


@may("see_imports")
def run_list(request: Request) -> HttpResponseBase:
    context = {"may_import": bool(_allowed(request)), "may_map": policies.can(request.user, "import_crm")}
    rows = ImportRun.objects.visible_to(request.user)
    return respond(request, rows, RUNS, template="connectors/runs.html", context=context)


@may("see_imports")
def new(request: Request) -> HttpResponse:
    """GET: a place for anything. POST takes the files: a preview follows, unless their sender says what they are."""
    allowed = _allowed(request)
    context: dict[str, Any] = {
        "connectors": allowed,
        "most": settings.UPLOAD_MB,
        "most_files": uploads.MOST_FILES,
        "may_fetch": policies.can(request.user, "import_content"),
        "may_watch": policies.can(request.user, "manage_settings"),
    }
    if request.method != "POST":
        return render(request, "connectors/new.html", context)
    chosen = request.POST.get("connector") or registry.ANY
    if chosen not in (*registry.NAMES, registry.ANY):
        raise Http404
    suffixes: tuple[str, ...] = ()
    if chosen != registry.ANY:
        connector = registry.connector(chosen)
        policies.check(request.user, connector.capability)
        suffixes = (*connector.suffixes, ".zip")
    elif not allowed:
        policies.check(request.user, "import_content")
    try:
        made = _take(request, chosen, suffixes)
    except (uploads.UploadRefused, runs.NothingToImport) as problem:
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"problem": str(problem)}, status=422)
        return render(request, "connectors/new.html", {**context, "problem": str(problem)}, status=422)
    address = reverse(
        "connectors:preview" if made.state == ImportRun.State.PREVIEW else "connectors:run", args=[made.pk]
    )
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"address": address})
    return redirect(address)


def _take(request: Request, chosen: str, suffixes: tuple[str, ...]) -> ImportRun:
    files = request.FILES.getlist("files")
    folder = uploads.keep(files, suffixes, request.POST.getlist("paths"))
    preview = chosen == registry.ANY
    with transaction.atomic():
        origin = uploads.told([file.name or "" for file in files], request.POST.getlist("paths"))
        made = runs.create(chosen, folder, origin=origin, by=request.user, at=timezone.now(), preview=preview)
        if not preview:
            runs.queue(made)
    return made


@may("see_imports")
def run(request: Request, run_id: int) -> HttpResponse:
    found = run_of(request, run_id)
    if found.state == ImportRun.State.PREVIEW:
        return redirect("connectors:preview", found.pk)
    return render(request, "connectors/run.html", _context(request, found))


@may("see_imports")
def progress(request: Request, run_id: int) -> HttpResponse:
    """The part of the page that changes; it stops asking for itself when the run has ended."""
    return render(request, "connectors/run.html#progress", _context(request, run_of(request, run_id)))


def _context(request: Request, found: ImportRun) -> dict[str, Any]:
    state, states = found.state, ImportRun.State
    may_steer = steering.may_steer(found, request.user)
    ended = state in (*undoing.ENDED, states.UNDONE)
    return {
        "told": figures(found, at=timezone.now(), way=ways(found, request.user)),
        "progress_url": reverse("connectors:progress", args=[found.pk]),
        "may_steer": may_steer,
        "may_pause": may_steer and not found.dry and not found.wish and state in (states.QUEUED, states.RUNNING),
        "may_resume": may_steer and (state in (states.PAUSED, states.FAILED) or found.wish == ImportRun.Wish.PAUSE),
        "may_cancel": may_steer
        and found.wish != ImportRun.Wish.CANCEL
        and state in (states.QUEUED, states.RUNNING, states.PAUSED),
        "may_undo": may_steer and not found.dry and state in undoing.ENDED and found.started_at is not None,
        "may_repeat": may_steer and ended,
        "may_export": policies.can(request.user, "export"),
    }


def _back(request: Request, found: ImportRun, sentence: str = "") -> HttpResponse:
    if sentence:
        messages.error(request, sentence)
    return redirect("connectors:run", found.pk)


def _steered(request: Request, run_id: int, verb: Callable[..., object]) -> HttpResponse:
    """The run's page after `verb`, with the sentence that says why it cannot be done now."""
    found = run_of(request, run_id)
    try:
        verb(found, by=request.user, at=timezone.now())
    except steering.NotNow as sentence:
        return _back(request, found, str(sentence))
    return _back(request, found)


@require_POST
@may("see_imports")
def pause(request: Request, run_id: int) -> HttpResponse:
    return _steered(request, run_id, steering.pause)


@require_POST
@may("see_imports")
def resumption(request: Request, run_id: int) -> HttpResponse:
    """Go on where it was paused or stopped."""
    return _steered(request, run_id, steering.resume)


@require_POST
@may("see_imports")
def cancellation(request: Request, run_id: int) -> HttpResponse:
    return _steered(request, run_id, steering.cancel)


@require_POST
@may("see_imports")
def attempt(request: Request, run_id: int) -> HttpResponse:
    """Read the files of a run once more: what is known already stays unchanged. After a dry run: for good."""
    found = run_of(request, run_id)
    try:
        with transaction.atomic():
            sure = request.POST.get("sure") == "1"
            made = steering.again(found, by=request.user, at=timezone.now(), preview=False, sure=sure)
            runs.queue(made)
    except steering.NotNow as sentence:
        return _back(request, found, str(sentence))
    return redirect("connectors:run", made.pk)


@may("see_imports")
def undo(request: Request, run_id: int) -> HttpResponse:
    """GET: what an undo would take away, or what stands in its way. POST: undo it, in the background."""
    found = run_of(request, run_id)
    if request.method == "POST":
        try:
            undoing.ask(found, by=request.user, at=timezone.now())
        except undoing.InTheWay:
            return redirect("connectors:undo", found.pk)
        except steering.NotNow as sentence:
            return _back(request, found, str(sentence))
        return _back(request, found)
    read = set(found.files.exclude(state=ImportFile.State.IGNORED).values_list("connector", flat=True))
    context = {
        "told": figures(found, at=timezone.now()),
        "has_documents": registry.DOCUMENTS in read,
        "has_tables": bool(read - {registry.DOCUMENTS}),
        "obstacles": undoing.obstacles_of(found),
        "may_steer": steering.may_steer(found, request.user),
    }
    return render(request, "connectors/undo.html", context)

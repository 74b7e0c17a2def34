"""Pages of the import runs: all of them, one of them while it goes on, and a form to begin another."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.connectors import registry, runs, uploads
from sameside.connectors.figures import figures
from sameside.connectors.listing import RUNS
from sameside.connectors.models import ImportFile, ImportRun
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import may
from sameside.ui.lists import respond


class Request(HttpRequest):
    """A request of somebody who is signed in: `@may` lets no other through."""

    user: Person


def _allowed(request: Request) -> list[registry.Connector]:
    return [connector for connector in registry.connectors() if policies.can(request.user, connector.capability)]


@may("see_imports")
def run_list(request: Request) -> HttpResponseBase:
    context = {"may_import": bool(_allowed(request))}
    rows = ImportRun.objects.visible_to(request.user)
    return respond(request, rows, RUNS, template="connectors/runs.html", context=context)


@may("see_imports")
def new(request: Request) -> HttpResponse:
    """GET shows what may be brought in; POST takes the files and begins a run."""
    allowed = _allowed(request)
    chosen = request.POST.get("connector") or request.GET.get("connector") or (allowed[0].name if allowed else "")
    context: dict[str, Any] = {"connectors": allowed, "chosen": chosen, "most": settings.UPLOAD_MB}
    if request.method != "POST":
        return render(request, "connectors/new.html", context)
    if chosen not in registry.NAMES:
        raise Http404
    connector = registry.connector(chosen)
    policies.check(request.user, connector.capability)
    files = request.FILES.getlist("files")
    try:
        folder = uploads.keep(files, (*connector.suffixes, ".zip"))
        with transaction.atomic():
            origin = ", ".join(file.name or "" for file in files)
            made = runs.create(connector.name, folder, origin=origin, by=request.user, at=timezone.now())
            runs.queue(made)
    except (uploads.UploadRefused, runs.NothingToImport) as problem:
        return render(request, "connectors/new.html", {**context, "problem": str(problem)}, status=422)
    return redirect("connectors:run", made.pk)


@may("see_imports")
def run(request: Request, run_id: int) -> HttpResponse:
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
    return render(request, "connectors/run.html", _context(request, found))


@may("see_imports")
def progress(request: Request, run_id: int) -> HttpResponse:
    """The part of the page that changes; it stops asking for itself when the run has ended."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
    return render(request, "connectors/run.html#progress", _context(request, found))


def _context(request: Request, found: ImportRun) -> dict[str, Any]:
    return {
        "told": figures(found, at=timezone.now()),
        "progress_url": reverse("connectors:progress", args=[found.pk]),
        "may_import": _may_repeat(request, found),
    }


def _connectors(found: ImportRun) -> list[registry.Connector]:
    names = found.files.exclude(connector="").order_by().values_list("connector", flat=True).distinct()
    return [registry.connector(name) for name in names]


def _may_repeat(request: Request, found: ImportRun) -> bool:
    return all(policies.can(request.user, connector.capability) for connector in _connectors(found))


@require_POST
@may("see_imports")
def attempt(request: Request, run_id: int) -> HttpResponse:
    """Read the files of a run once more: what is known already stays unchanged."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
    for connector in _connectors(found):
        policies.check(request.user, connector.capability)
    made = runs.create(found.connector, Path(found.folder), origin=found.origin, by=request.user, at=timezone.now())
    runs.queue(made)
    return redirect("connectors:run", made.pk)


@require_POST
@may("see_imports")
def errors(request: Request, run_id: int, file_id: int) -> FileResponse:
    """The rows of one file that could not be read, as a CSV file; the export is recorded."""
    found = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
    file = get_object_or_404(ImportFile, pk=file_id, run=found)
    path = (settings.DATA / "imports" / file.error_file).resolve()
    if not file.error_file or not path.is_relative_to(settings.DATA / "imports") or not path.is_file():
        raise Http404
    audit.record("export", by=request.user, at=timezone.now(), subject=f"Refused rows of {file.name}")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8")

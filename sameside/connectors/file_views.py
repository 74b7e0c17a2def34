"""What can be taken away of one file of an import, and brought back mended: its refused rows, what it misses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.connectors import runs, steering, uploads
from sameside.connectors.intake import missing_path
from sameside.connectors.models import ImportFile
from sameside.connectors.views import Request, run_of
from sameside.kit.tables import Column, csv_lines
from sameside.people import audit, policies
from sameside.people.policies import may


def error_file(file: ImportFile) -> Path:
    """Where the refused rows of `file` lie; 404 when there are none."""
    folder: Path = settings.DATA / "imports"
    path = (folder / file.error_file).resolve()
    if not file.error_file or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Http404
    return path


def _file(request: Request, run_id: int, file_id: int) -> ImportFile:
    found = run_of(request, run_id)
    return get_object_or_404(ImportFile.objects.visible_to(request.user).select_related("run"), pk=file_id, run=found)


@require_POST
@may("see_imports")
def errors(request: Request, run_id: int, file_id: int) -> FileResponse:
    """The rows of one file that could not be read, as a CSV file; the export is recorded."""
    file = _file(request, run_id, file_id)
    path = error_file(file)
    audit.record("export", by=request.user, at=timezone.now(), subject=f"Refused rows of {file.name}")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8")


@require_POST
@may("see_imports")
def missing(request: Request, run_id: int, file_id: int) -> HttpResponseBase:
    """What the rows of one file refer to and is not here, every id once, as a CSV file; the export is recorded.

    Of imports from before there were such lists, some of the ids.
    """
    policies.check(request.user, "export")
    file = _file(request, run_id, file_id)
    if not file.missing:
        raise Http404
    audit.record("export", by=request.user, at=timezone.now(), subject=f"Missing references of {file.name}")
    if file.missing_listed and (path := missing_path(file)).is_file():
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv; charset=utf-8"
        )
    columns = (Column("reference", "Reference"), Column("id", "Id"), Column("count", "Rows in all", "number"))

    def rows() -> Iterator[dict[str, object]]:
        for name, told in file.missing.items():
            for each in told["ids"]:
                yield {"reference": name, "id": each, "count": told["count"]}

    return StreamingHttpResponse(
        csv_lines(columns, rows()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="missing-{file.pk}.csv"'},
    )


@require_POST
@may("see_imports")
def mending(request: Request, run_id: int, file_id: int) -> HttpResponse:
    """Take the mended error file and bring it in alone, as what the original was."""
    file = _file(request, run_id, file_id)
    steering.check_may_steer(file.run, request.user)
    folder: Path | None = None
    try:
        folder = uploads.keep(request.FILES.getlist("files")[:1])
        [mended] = [path for path in folder.rglob("*") if path.is_file()][:1]
        with transaction.atomic():
            made = steering.mend(file, mended, origin=mended.name, by=request.user, at=timezone.now())
            runs.queue(made)
    except (uploads.UploadRefused, steering.NotNow) as problem:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        messages.error(request, str(problem))
        return redirect("connectors:run", run_id)
    return redirect("connectors:run", made.pk)

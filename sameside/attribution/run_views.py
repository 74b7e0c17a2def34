"""Saved runs: the list, one run, its reproduction and its comparison with another."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sameside.attribution import exporting, labels, pages, report, run_pages, runs
from sameside.attribution.labels import DIMENSION_LABELS
from sameside.attribution.models import SavedRun
from sameside.kit import snapshots
from sameside.people.policies import may, reader
from sameside.ui import lists as ui_lists


@may("see_reports")
def runs_list(request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST" and "name" in request.POST:
        return _save(request)
    context = {"title": "Saved runs", "subtitle": "Revenue reports that were kept. None of them changes any more."}
    return ui_lists.respond(request, SavedRun.objects.all(), run_pages.spec(), "attribution/runs.html", context)


def _save(request: HttpRequest) -> HttpResponseBase:
    params = report.read(request.GET.dict())
    snapshot = report.stored(params["lookback"])
    name, note = (request.POST.get(key, "").replace("\x00", "").strip() for key in ("name", "note"))
    if snapshot is None or not name:
        return redirect("attribution:report")
    shown = pages.shown(pages.chosen(params, request.GET.dict()))
    run = runs.save(snapshot, params["period"], name[:120], note, shown=shown, by=reader(request), at=timezone.now())
    return redirect("attribution:run", run.pk)


@may("see_reports")
def run(request: HttpRequest, run_id: int) -> HttpResponseBase:
    found = get_object_or_404(SavedRun.objects.select_related("saved_by"), pk=run_id)
    data = labels.for_reader(found.data, reader(request))
    view = run_pages.chosen(found, request.GET.dict())
    if request.method == "POST":
        return _export(request, found, data, view)
    name = request.GET.get("by", "")
    dimension = name if name in DIMENSION_LABELS else "channel"
    other = SavedRun.objects.select_related("saved_by").filter(pk=_number(request.GET.get("with", ""))).first()
    context: dict[str, Any] = {
        "run": found,
        "report": data,
        "facts": run_pages.facts(found),
        "selects": run_pages.selects(found, view, dimension, other),
        "view": view,
        "kinds": exporting.CHOICES,
        "table": pages.models_table(data, dimension, view, is_linked=False),
        "other": other,
    }
    if other:
        before = labels.for_reader(other.data, reader(request))
        context |= {
            "changes": run_pages.changes(found, other),
            "differences": run_pages.differences(data, before, dimension, view.model),
        }
    return render(request, "attribution/run.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@may("see_reports")
@require_safe
def reproduction(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Whether the run, computed again as of its moment, gives the same numbers."""
    found = get_object_or_404(SavedRun.objects.defer("data").select_related("saved_by"), pk=run_id)
    snapshot = snapshots.read("revenue-run", {"run": found.pk})
    if snapshot is None or "differing" not in snapshot.data:
        asked = {"report_name": "revenue-run", "title": f"{found.name}, computed again", "asked": f"run={found.pk}"}
        return render(request, "ui/computing.html", asked)
    context = {
        "run": found,
        "snapshot": snapshot,
        "result": snapshot.data,
        "asked": f"run={found.pk}",
        "parts": run_pages.parts(snapshot.data),
    }
    return render(request, "attribution/reproduction.html", context)


def _export(request: HttpRequest, run: SavedRun, data: Any, view: pages.View) -> HttpResponse:
    now = timezone.now()
    made = {
        "csv": lambda: exporting.csv(data),
        "parquet": lambda: exporting.parquet(data),
        "pdf": lambda: exporting.pdf(run.name, run_pages.facts(run), data, view.models, now),
    }
    file = f"revenue-run-{run.pk}"
    return exporting.send(request, made, subject=f"revenue run {run.name}", file=file, details={"run": run.pk})

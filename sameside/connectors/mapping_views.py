"""Pages on which a person looks at an import before it begins, says how its files are read and what columns mean."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.connectors import preview as previews
from sameside.connectors import steering, tabular
from sameside.connectors.mapping_list import MAPPINGS
from sameside.connectors.models import ImportFile, ImportRun, TableMapping
from sameside.connectors.table import editing, saved
from sameside.connectors.table import mapping as mappings
from sameside.connectors.table.mapping import MappingRefused
from sameside.connectors.tabular import Choices
from sameside.people import audit, policies
from sameside.people.policies import may, reader
from sameside.ui.lists import respond

LARGEST_MAPPING = 2_000_000


def _run(request: HttpRequest, run_id: int) -> ImportRun:
    return get_object_or_404(ImportRun.objects.visible_to(reader(request)), pk=run_id)


def _file(request: HttpRequest, run_id: int, file_id: int) -> ImportFile:
    visible = ImportFile.objects.visible_to(reader(request)).select_related("run")
    return get_object_or_404(visible, run=_run(request, run_id), pk=file_id)


@may("see_imports")
def preview(request: HttpRequest, run_id: int) -> HttpResponse:
    """What the import is going to do; a run that has begun has its own page."""
    run = _run(request, run_id)
    if run.state != ImportRun.State.PREVIEW:
        return redirect("connectors:run", run.pk)
    person = reader(request)
    context = {
        "told": previews.of_run(run, person),
        "may_steer": steering.may_steer(run, person),
        "may_map": policies.can(person, "import_crm"),
    }
    return render(request, "connectors/preview.html", context)


@may("see_imports")
def file_preview(request: HttpRequest, run_id: int, file_id: int) -> HttpResponse:
    """One file of the import, with its columns."""
    file = _file(request, run_id, file_id)
    person = reader(request)
    context = {
        "each": previews.of_file(file),
        "run": file.run,
        "may_steer": steering.may_steer(file.run, person) and file.run.state == ImportRun.State.PREVIEW,
        "may_map": policies.can(person, "import_crm") and file.run.state == ImportRun.State.PREVIEW,
    }
    template = (
        "connectors/preview_file.html#file" if request.headers.get("HX-Request") else "connectors/preview_file.html"
    )
    return render(request, template, context)


@require_POST
@may("see_imports")
def beginning(request: HttpRequest, run_id: int) -> HttpResponse:
    """Let the import begin; with `dry`, everything is tried and nothing stays."""
    run = _run(request, run_id)
    try:
        steering.start(run, by=reader(request), at=timezone.now(), dry=request.POST.get("dry") == "1")
    except steering.NotNow as problem:
        messages.error(request, str(problem))
        return redirect("connectors:preview", run.pk)
    return redirect("connectors:run", run.pk)


@require_POST
@may("see_imports")
def discarding(request: HttpRequest, run_id: int) -> HttpResponse:
    """Nothing of it is brought in."""
    run = _run(request, run_id)
    try:
        steering.cancel(run, by=reader(request), at=timezone.now())
    except steering.NotNow as problem:
        messages.error(request, str(problem))
        return redirect("connectors:run", run.pk)
    messages.success(request, "Discarded. Nothing was brought in.")
    return redirect("connectors:runs")


@require_POST
@may("see_imports")
def choices(request: HttpRequest, run_id: int, file_id: int) -> HttpResponse:
    """Overrule how a file is read: encoding, separator, header, zone, and answers about columns."""
    file = _file(request, run_id, file_id)
    steering.check_may_steer(file.run, reader(request))
    if file.run.state == ImportRun.State.PREVIEW and "full" in request.POST:
        full = request.POST["full"]
        if full in ImportFile.Full.values:
            steering.claim(file, ImportFile.Full(full), by=reader(request), at=timezone.now())
    elif file.run.state == ImportRun.State.PREVIEW:
        told = _chosen(file, request.POST)
        file.choices = {**{key: file.choices[key] for key in (saved.KEY,) if key in file.choices}, **told.to_json()}
        file.save(update_fields=["choices"])
        details = {"run": file.run_id, "choices": told.to_json()}
        audit.record("import.choices", by=reader(request), at=timezone.now(), subject=file.name, details=details)
    if request.headers.get("HX-Request"):
        return file_preview(request, run_id, file_id)
    return redirect(f"{reverse('connectors:preview', args=[run_id])}#file-{file_id}")


def _chosen(file: ImportFile, given: Any) -> Choices:
    """The choices of the file with what was answered now; an empty answer takes a choice back."""
    before = Choices.from_json(file.choices).to_json()
    for key in ("encoding", "separator", "zone"):
        if key in given:
            before[key] = {"tab": "\t"}.get(given[key], given[key])
    if "header_row" in given:
        row = given["header_row"].strip()
        before["header_row"] = int(row) if row.isascii() and row.isdecimal() and len(row) < 5 else None
    columns = before.setdefault("columns", {})
    for name, value in given.items():
        key, mark, header = name.partition(":")
        if mark and key in ("format", "decimal") and header:
            columns.setdefault(header, {})[key] = value
    return Choices.from_json(before)


@require_POST
@may("import_crm")
def omission(request: HttpRequest, run_id: int, file_id: int) -> HttpResponse:
    """Leave the file out of this import."""
    file = _file(request, run_id, file_id)
    try:
        saved.leave_out(file, by=reader(request), at=timezone.now())
    except MappingRefused as problem:
        messages.error(request, str(problem))
    return redirect("connectors:preview", run_id)


@may("import_crm")
def mapping(request: HttpRequest, run_id: int, file_id: int) -> HttpResponse:
    """GET shows what each column would become; POST uses it for the file, and keeps it when it has a name."""
    file = _file(request, run_id, file_id)
    if file.run.state != ImportRun.State.PREVIEW:
        return redirect("connectors:run", run_id)
    try:
        if request.method == "POST":
            return _use(request, file)
        kept = (
            TableMapping.objects.visible_to(reader(request)).filter(pk=_number(request.GET.get("mapping", ""))).first()
        )
        made = editing.form(file, target=request.GET.get("target", ""), kept=kept)
    except tabular.Unreadable as problem:
        messages.error(request, f"{file.name}: {problem}")
        return redirect("connectors:preview", run_id)
    except MappingRefused as problem:
        messages.error(request, str(problem))
        return redirect("connectors:mapping", run_id, file_id)
    return render(request, "connectors/mapping.html", _editor(request, made))


def _use(request: HttpRequest, file: ImportFile) -> HttpResponse:
    made = editing.read(file, request.POST)
    try:
        if made.problems:
            raise MappingRefused(" ".join(made.problems))
        now, person, kept = timezone.now(), reader(request), None
        made.spec.check()
        if made.name:
            of_file = Choices.from_json(file.choices).to_json()
            kept = saved.save(made.name, made.spec, choices=of_file, by=person, at=now)
        saved.use(file, made.spec, by=person, at=now, saved=kept, note="Read by a mapping that you confirmed.")
    except MappingRefused as problem:
        return render(request, "connectors/mapping.html", _editor(request, made, str(problem)), status=422)
    return redirect(f"{reverse('connectors:preview', args=[file.run_id])}#file-{file.pk}")


@require_POST
@may("import_crm")
def check(request: HttpRequest, run_id: int, file_id: int) -> HttpResponse:
    """What is still needed, while somebody is choosing; nothing is kept."""
    file = _file(request, run_id, file_id)
    try:
        made = editing.read(file, request.POST)
    except (MappingRefused, tabular.Unreadable) as problem:
        return render(request, "connectors/mapping.html#state", {"problem": str(problem)})
    return render(request, "connectors/mapping.html#state", {"form": made})


def _editor(request: HttpRequest, made: editing.Form, problem: str = "") -> dict[str, Any]:
    kept = TableMapping.objects.visible_to(reader(request)).order_by("name")[:200]
    return {"form": made, "problem": problem, "kept": kept}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else 0


@may("import_crm")
def mapping_list(request: HttpRequest) -> HttpResponseBase:
    rows = TableMapping.objects.visible_to(reader(request))
    removed = TableMapping.objects.filter(removed_at__isnull=False, pk=_number(request.GET.get("removed", ""))).first()
    return respond(request, rows, MAPPINGS, template="connectors/mappings.html", context={"removed": removed})


@may("import_crm")
def kept_mapping(request: HttpRequest, mapping_id: int) -> HttpResponse:
    """GET shows a mapping that was kept; POST gives it another name."""
    kept = get_object_or_404(TableMapping.objects.visible_to(reader(request)), pk=mapping_id)
    if request.method == "POST":
        try:
            saved.rename(kept, request.POST.get("name", ""), by=reader(request), at=timezone.now())
        except MappingRefused as problem:
            messages.error(request, str(problem))
        return redirect("connectors:kept_mapping", kept.pk)
    spec = mappings.read(kept.spec)
    lines = [(each, spec.kind.by_name[each.field].label if each.field else "") for each in spec.columns]
    constants = [(spec.kind.by_name[name].label, value) for name, value in spec.constants.items()]
    context = {"kept": kept, "spec": spec, "lines": lines, "constants": constants}
    return render(request, "connectors/kept_mapping.html", context)


@require_POST
@may("import_crm")
def mapping_removal(request: HttpRequest, mapping_id: int) -> HttpResponse:
    kept = get_object_or_404(TableMapping.objects.visible_to(reader(request)), pk=mapping_id)
    saved.remove(kept, by=reader(request), at=timezone.now())
    return redirect(f"{reverse('connectors:mappings')}?removed={kept.pk}")


@require_POST
@may("import_crm")
def mapping_restoration(request: HttpRequest, mapping_id: int) -> HttpResponse:
    kept = get_object_or_404(TableMapping, pk=mapping_id, removed_at__isnull=False)
    try:
        saved.restore(kept, by=reader(request), at=timezone.now())
    except MappingRefused as problem:
        messages.error(request, str(problem))
    return redirect("connectors:mappings")


@require_POST
@may("import_crm")
def mapping_export(request: HttpRequest, mapping_id: int) -> HttpResponse:
    kept = get_object_or_404(TableMapping.objects.visible_to(reader(request)), pk=mapping_id)
    audit.record("export", by=reader(request), at=timezone.now(), subject=f"Mapping {kept.name}")
    text = json.dumps(saved.exported(kept), ensure_ascii=False, indent=2)
    name = f"{mappings.source_named(kept.name)}.mapping.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@require_POST
@may("import_crm")
def mapping_import(request: HttpRequest) -> HttpResponse:
    """Keep a mapping that was exported, here or elsewhere."""
    file = request.FILES.get("file")
    try:
        if file is None or not file.size or file.size > LARGEST_MAPPING:
            raise MappingRefused("Choose the file of a mapping.")
        kept = saved.bring_in(json.loads(file.read()), by=reader(request), at=timezone.now())
    except (MappingRefused, ValueError, RecursionError) as problem:
        told = str(problem) if isinstance(problem, MappingRefused) else "This is no mapping that was exported here."
        messages.error(request, told)
        return redirect("connectors:mappings")
    return redirect("connectors:kept_mapping", kept.pk)

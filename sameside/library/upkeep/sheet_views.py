"""Owners and dates of many assets by a file: export, bring, look, apply, undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.kit.tables import Column, Table
from sameside.library.models import Review, ReviewSheet
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import sheet, sheets
from sameside.people import audit, policies
from sameside.people.policies import may, reader
from sameside.ui import formats

SHOWN = 100
LATEST = 12


@dataclass(frozen=True)
class Shown:
    """What a sheet does or did, for its page; `more` and `more_refused` are beyond what is listed."""

    changes: Table
    total: int
    more: int
    unchanged: int
    refused: Table
    refusals: int
    more_refused: int


CHANGES = (
    Column("asset", "Asset"),
    Column("owner", "Owner"),
    Column("was_owner", "Before"),
    Column("until", "Verified until"),
    Column("was_until", "Before"),
)
REFUSED = (Column("line", "Line", "number"), Column("written", "As written"), Column("reason", sheet.REASON))


def _file(name: str, lines: Any) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@may("edit_library")
@require_http_methods(["GET", "HEAD", "POST"])
def review_sheets(request: HttpRequest) -> HttpResponse:
    """GET library/reviews/sheets/: what a sheet is, and those of before. POST: bring one (`file`)."""
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if given is None:
                raise NotPossible("Choose a file first.")
            content = given.read(sheet.MOST_BYTES + 1)
            brought = sheets.bring(given.name or "", content, by=reader(request), at=timezone.now())
        except NotPossible as problem:
            messages.error(request, str(problem))
            return redirect("library:review_sheets")
        return redirect("library:review_sheet", brought.pk)
    latest = ReviewSheet.objects.select_related("brought_by").defer("text", "refused").order_by("-pk")[:LATEST]
    return render(request, "library/upkeep/sheets.html", {"sheets": latest, "columns": sheet.COLUMNS})


@may("edit_library")
@require_POST
def review_sheet_export(request: HttpRequest) -> StreamingHttpResponse:
    """POST library/reviews/sheets/export/: owners and dates of everything, to be filled in and brought again."""
    policies.check(reader(request), "export")
    now = timezone.now()
    audit.record("export", by=reader(request), at=now, subject="owners-and-dates")
    return _file(f"owners-and-dates-{now:%Y-%m-%d}.csv", sheet.exported(reader(request)))


@may("edit_library")
def review_sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """GET library/reviews/sheets/<id>/: what the sheet would change, or has changed."""
    brought = get_object_or_404(ReviewSheet.objects.select_related("applied_by", "undone_by"), pk=sheet_id)
    shown = (
        _done(brought)
        if brought.applied_at
        else _planned(sheet.plan(brought.text, by=reader(request), at=timezone.now()))
    )
    return render(request, "library/upkeep/sheet.html", {"sheet": brought, "shown": shown})


@may("edit_library")
@require_POST
def review_sheet_application(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """POST library/reviews/sheets/<id>/application/: do it."""
    brought = get_object_or_404(ReviewSheet, pk=sheet_id)
    try:
        sheets.apply(brought, by=reader(request), at=timezone.now())
    except NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("library:review_sheet", sheet_id)


@may("edit_library")
@require_POST
def review_sheet_undo(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """POST library/reviews/sheets/<id>/undo/: everything as before it."""
    brought = get_object_or_404(ReviewSheet, pk=sheet_id)
    try:
        sheets.undo(brought, by=reader(request), at=timezone.now())
    except NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("library:review_sheet", sheet_id)


@may("edit_library")
@require_POST
def review_sheet_errors(request: HttpRequest, sheet_id: int) -> StreamingHttpResponse:
    """POST library/reviews/sheets/<id>/errors/: the refused lines with their reasons, to be mended."""
    brought = get_object_or_404(ReviewSheet, pk=sheet_id)
    policies.check(reader(request), "export")
    now = timezone.now()
    header, _ = sheet.lines(brought.text)
    refused = brought.refused if brought.applied_at else sheet.plan(brought.text, by=reader(request), at=now).refused
    audit.record("export", by=reader(request), at=now, subject="owners-and-dates-refused", details={"sheet": sheet_id})
    return _file(f"refused-{sheet_id}.csv", sheet.errors(header, refused))


def _planned(plan: sheet.Plan) -> Shown:
    rows = [
        {
            "asset": step.asset.title,
            "link": f"/library/{step.asset.slug}/",
            "owner": step.owner.name if step.owner else "",
            "was_owner": (step.asset.owner.name if step.asset.owner else "Nobody") if step.owner else "",
            "until": formats.date(step.until) if step.until else "",
            "was_until": _day(step.asset.verified_until) if step.until else "",
        }
        for step in plan.steps[:SHOWN]
    ]
    return _shown(rows, len(plan.steps), plan.unchanged, plan.refused)


def _done(brought: ReviewSheet) -> Shown:
    made = brought.reviews.select_related("asset").order_by("asset__title", "pk")
    rows: dict[int, dict[str, Any]] = {}
    for review in made[: SHOWN * 2]:
        row = rows.setdefault(review.asset_id, {"asset": review.asset.title, "link": f"/library/{review.asset.slug}/"})
        if review.outcome == Review.Outcome.OWNED:
            row["owner"] = review.note.removeprefix("To ").rstrip(".")
        else:
            was = review.before.get("verified_until")
            row["until"] = formats.date(review.until)
            row["was_until"] = _day(date.fromisoformat(was) if was else None)
    return _shown(list(rows.values())[:SHOWN], brought.assets, 0, brought.refused)


def _day(value: Any) -> str:
    return formats.date(value) if value else "No date"


def _shown(rows: Sequence[dict[str, Any]], total: int, unchanged: int, refused: Sequence[Sequence[Any]]) -> Shown:
    lines = [
        {"line": number, "written": " · ".join(cell for cell in cells if cell)[:160], "reason": reason}
        for number, cells, reason in refused[:SHOWN]
    ]
    return Shown(
        changes=Table(CHANGES, rows, empty="Every line says what is so already."),
        total=total,
        more=total - len(rows),
        unchanged=unchanged,
        refused=Table(REFUSED, lines),
        refusals=len(refused),
        more_refused=len(refused) - len(lines),
    )

"""The pages of what is measured of hand-overs."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sameside.kit import periods, snapshots
from sameside.kit.tables import to_csv
from sameside.leads import handover_lists
from sameside.leads import pages as lead_pages
from sameside.leads.measured import charts, claims, gains, pages, report
from sameside.people.policies import can, may, reader
from sameside.ui import access
from sameside.ui import lists as ui_lists
from sameside.ui.reports import report_page


@may("see_leads")
def handovers(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Hand-overs", "subtitle": "Every lead that was passed to a person of sales, and how it ended."}
    rows = handover_lists.shown(reader(request))
    return ui_lists.respond(request, rows, handover_lists.spec(at=timezone.now()), "leads/list.html", context)


@require_http_methods(["GET", "POST"])
@may("see_reports")
def figures(request: HttpRequest) -> HttpResponse:
    """GET: the figures. POST with `export=csv`: the counts of the tab that is shown as a file."""
    params = report.read(request.GET.dict())
    by = request.GET.get("by", "") if request.GET.get("by", "") in report.LABELS else "source"
    if request.method == "POST":
        return _export(request, params, by)

    def present(data: Mapping[str, Any]) -> dict[str, Any]:
        agreed = data["agreed"] or {}
        return {
            "sentence": pages.sentence(data),
            "head": pages.head(data),
            "claims": (
                claims.weak(data["total"], data["filters"], data["reasons"], agreed),
                claims.not_worked(data["total"], data["filters"]),
            ),
            "volume": charts.volume(data),
            "kept": charts.kept(data),
            "funnel": charts.funnel(data),
            "cohorts": pages.cohorts(data),
            "quality": pages.quality(data, by),
            "speed": pages.speed(data, by),
            "costs": pages.costs(data, by),
            "reasons": pages.reasons(data),
            "gains": gains.cards(data),
            "gain_sentence": gains.sentence(data),
            "gain_table": gains.table(data),
        }

    context = {
        "title": "Figures of hand-overs",
        "periods": periods.segments(params["months"], everything=True, keep={"by": by, "origin": params["origin"]}),
        "origins": pages.origins(params, by),
        "tabs": pages.tabs(params, by),
        "limits": gains.LIMITS,
        "words": pages.WORDS,
        "may_list": can(request.user, "see_leads"),
        "is_limited": lead_pages.is_limited(reader(request)),
    }
    return report_page(request, report.NAME, "leads/measured/figures.html", context, present, vary=f"figures {by}")


def _export(request: HttpRequest, params: Mapping[str, Any], by: str) -> HttpResponse:
    if request.POST.get("export") != "csv":
        return HttpResponse("Unknown export.", status=400)
    access.current().check(request.user, "export")
    snapshot = snapshots.read(report.NAME, params)
    if snapshot is None:
        raise Http404
    now, details = timezone.now(), {"filters": {**params, "by": by}}
    access.current().record("export", by=request.user, at=now, subject="figures of hand-overs", details=details)
    file = f'attachment; filename="hand-overs-by-{by}-{now:%Y-%m-%d}.csv"'
    text = to_csv(report.counts_by(snapshot.data, by))
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": file})

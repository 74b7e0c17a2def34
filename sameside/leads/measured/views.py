"""The pages of what is measured of hand-overs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from sameside.kit import periods
from sameside.leads import handover_lists
from sameside.leads import pages as lead_pages
from sameside.leads.measured import charts, claims, gains, pages, report
from sameside.people.policies import can, may, reader
from sameside.ui import lists as ui_lists
from sameside.ui.reports import report_page


@may("see_leads")
def handovers(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Hand-overs", "subtitle": "Every lead that was passed to a person of sales, and how it ended."}
    rows = handover_lists.shown(reader(request))
    return ui_lists.respond(request, rows, handover_lists.spec(at=timezone.now()), "leads/list.html", context)


@require_GET
@may("see_reports")
def figures(request: HttpRequest) -> HttpResponse:
    params = report.read(request.GET.dict())
    by = request.GET.get("by", "") if request.GET.get("by", "") in report.LABELS else "source"

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

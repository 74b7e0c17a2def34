from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from sameside.kit import periods
from sameside.leads import lists, pages, way
from sameside.leads import report as figures
from sameside.leads.models import Conversion, Lead
from sameside.people.models import Person
from sameside.people.policies import can, may
from sameside.ui import lists as ui_lists
from sameside.ui.reports import report_page


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # noqa: S101  (narrows the type)
    return request.user


@require_GET
@may("see_reports")
def report(request: HttpRequest) -> HttpResponse:
    def present(data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "head": pages.head(data),
            "parts": pages.parts(data),
            "sentence": pages.sentence(data),
            "by_source": pages.by_source(data),
            "funnel": pages.funnel(data),
            "fates": pages.linked(data, by),
            "speed": pages.speed(data, by),
        }

    chosen = figures.read(request.GET.dict())["months"]
    by = request.GET.get("by", "") if request.GET.get("by", "") in figures.LABELS else "source"
    context = {
        "title": "Leads",
        "periods": periods.segments(chosen, everything=True, keep={"by": by}),
        "tabs": pages.tabs(chosen, by),
        "may_list": can(request.user, "see_leads"),
        "is_limited": pages.is_limited(_person(request)),
    }
    return report_page(request, "leads", "leads/report.html", context, present, vary=by)


@may("see_leads")
def leads(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "All leads", "subtitle": "Every lead with what became of it. Open one to see its whole way."}
    rows = Lead.objects.visible_to(_person(request)).filter(deleted_in_source=False)
    return ui_lists.respond(request, rows, lists.spec(), "leads/list.html", context)


def _conversion(request: HttpRequest, lead: Lead) -> Conversion | None:
    """The conversion that was made here and that the reader may take back."""
    if not lead.is_converted or not can(request.user, "convert_leads"):
        return None
    return lead.conversions.filter(undone_at=None).first()


@require_GET
@may("see_leads")
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    found = Lead.objects.visible_to(_person(request)).select_related(
        "owner__team", "campaign", "company", "contact", "deal"
    )
    one = found.filter(pk=lead_id).first()
    if one is None:
        return redirect("leads:lead", get_object_or_404(found, merged=lead_id).pk)
    context = {
        "lead": one,
        "badge": lists.badge(one),
        "way": way.of(one, _person(request)),
        "hours_to_touch": lists.hours_to_touch(one),
        "may_see_deal": one.deal is not None and can(request.user, "see_crm"),
        "may_convert": not one.is_converted and can(request.user, "convert_leads"),
        "conversion": _conversion(request, one),
    }
    return render(request, "leads/lead.html", context)

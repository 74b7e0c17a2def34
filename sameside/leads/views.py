"""The report of leads, the list of all, and the whole way of one."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sameside.kit import periods
from sameside.kit.prepared import VALUE, Prepared
from sameside.leads import lead_page, lists, pages
from sameside.leads import report as figures
from sameside.leads.handover import carrying
from sameside.leads.models import Lead
from sameside.leads.models.lead import seen_by
from sameside.people.models import Person
from sameside.people.policies import can, may, reader
from sameside.ui import lists as ui_lists
from sameside.ui.reports import report_page


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
        "is_limited": pages.is_limited(reader(request)),
    }
    return report_page(request, "leads", "leads/report.html", context, present, vary=by)


@may("see_leads")
def leads(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "All leads", "subtitle": "Every lead with what became of it. Open one to see its whole way."}
    rows = Lead.objects.visible_to(reader(request)).filter(deleted_in_source=False)
    return ui_lists.respond(request, rows, lists.spec(), "leads/list.html", context)


@lru_cache(maxsize=1)
def _lead() -> Prepared[Lead]:
    """With all that its page names."""
    return Prepared(
        Lead.objects.filter(pk=VALUE).select_related("owner__team", "campaign", "company", "contact", "deal")
    )


def _sees(person: Person, one: Lead) -> bool:
    """Whoever sees all leads is not looked for among those who see this one."""
    if one.merged_into_id is not None:
        return False
    return seen_by(person) == Q() or Lead.objects.visible_to(person).filter(pk=one.pk).exists()


@require_GET
@may("see_leads")
def lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    person, at = reader(request), timezone.now()
    one = next(iter(_lead()(lead_id)), None)
    if one is None or not _sees(person, one):
        return redirect("leads:lead", get_object_or_404(Lead.objects.visible_to(person), merged=lead_id).pk)
    return render(request, "leads/lead.html", lead_page.context(request, one, person, at=at))


@require_GET
@may("see_leads")
def carried(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET leads/7/carried/: what marketing knows and what to begin with, for the lead's page or alone.

    It asks the index, so it comes after the page.
    """
    person = reader(request)
    one = next(iter(_lead()(lead_id)), None)
    if one is None or not _sees(person, one):
        raise Http404
    known = carrying.of(one, person, at=timezone.now(), judged=False)
    carrying.record_shown(known, one, person)
    template = "leads/handover/carried.html" if request.headers.get("HX-Request") else "leads/handover/known.html"
    return render(request, template, {"lead": one, "carried": known})

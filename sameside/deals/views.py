"""The list of deals, the page of a deal, and its activities."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sameside.crm.models import Deal
from sameside.deals import lists, page
from sameside.people.policies import may, reader
from sameside.ui.lists import respond


@may("see_crm")
def deals(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Deals", "subtitle": "Every opportunity of the CRM that you may see."}
    rows = Deal.objects.visible_to(reader(request)).filter(deleted_in_source=False)
    return respond(request, rows, lists.deals(), context=context)


@may("see_crm")
@require_safe
def deal(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    by = reader(request)
    rows = Deal.objects.visible_to(by).select_related("company", "owner", "campaign")
    return render(request, "deals/deal.html", page.content(get_object_or_404(rows, pk=deal_id), by))


@may("see_crm")
def activities(request: HttpRequest, deal_id: int) -> HttpResponseBase:
    found = get_object_or_404(Deal.objects.visible_to(reader(request)), pk=deal_id)
    context = {"title": f"Activities of {found}", "subtitle": "Calls, e-mails, meetings and tasks, newest first."}
    return respond(request, found.activities.all(), lists.activities(), context=context)

"""Companies, contacts and campaigns: a list each, and a page for each of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from sameside.crm import lists, pages
from sameside.crm.models import Campaign, Company, Contact, Touch
from sameside.people.policies import may, reader
from sameside.ui.lists import respond


def to_survivor(rows: "QuerySet[Any]", merged_id: int, name: str) -> HttpResponseBase:
    """To the page `name` of the row that `merged_id` was merged into; 404 when there is none among `rows`."""
    return redirect(name, get_object_or_404(rows, merged=merged_id).pk)


@may("see_crm")
def companies(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Companies", "subtitle": "Everybody we sell to or want to, as the CRM knows them."}
    rows = Company.objects.visible_to(reader(request)).filter(deleted_in_source=False)
    return respond(request, rows, lists.companies(), context=context)


@may("see_crm")
@require_safe
def company(request: HttpRequest, company_id: int) -> HttpResponseBase:
    rows = Company.objects.visible_to(reader(request)).select_related("owner")
    found = rows.filter(pk=company_id).first()
    if found is None:
        return to_survivor(rows, company_id, "crm:company")
    return render(request, "crm/company.html", pages.company(found, reader(request)))


@may("see_crm")
def touches(request: HttpRequest, company_id: int) -> HttpResponseBase:
    found = get_object_or_404(Company.objects.visible_to(reader(request)), pk=company_id)
    rows = Touch.objects.filter(company=found, current=True)
    context = {"title": f"Touches of {found}", "subtitle": "Everything we did that reached this company, newest first."}
    return respond(request, rows, lists.touches(reader(request)), context=context)


@may("see_crm")
def contacts(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Contacts", "subtitle": "The people at the companies, with their seniority and department."}
    rows = Contact.objects.visible_to(reader(request)).filter(deleted_in_source=False)
    return respond(request, rows, lists.contacts(), context=context)


@may("see_crm")
@require_safe
def contact(request: HttpRequest, contact_id: int) -> HttpResponseBase:
    rows = Contact.objects.visible_to(reader(request)).select_related("company", "owner")
    found = rows.filter(pk=contact_id).first()
    if found is None:
        return to_survivor(rows, contact_id, "crm:contact")
    return render(request, "crm/contact.html", pages.contact(found, reader(request)))


@may("see_crm")
def campaigns(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Campaigns", "subtitle": "What marketing ran, through which channel, and what it cost."}
    rows = Campaign.objects.visible_to(reader(request)).filter(deleted_in_source=False)
    return respond(request, rows, lists.campaigns(), context=context)


@may("see_crm")
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    rows = Campaign.objects.visible_to(reader(request)).select_related("owner", "parent")
    found = get_object_or_404(rows, pk=campaign_id)
    context: dict[str, Any] = pages.campaign(found)
    return respond(request, pages.members(found, reader(request)), lists.members(), "crm/campaign.html", context)

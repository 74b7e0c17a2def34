"""Partner companies as pages: who they are, how many of their persons sign in, and what was granted to each."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.kit.tables import Column, Table
from sameside.people import partners
from sameside.people.forms import PartnerForm
from sameside.people.models import Partner
from sameside.people.policies import Refused, may, reader


def table() -> Table:
    who = Q(members__is_active=True) & ~Q(members__role="")
    counted = Partner.objects.annotate(persons=Count("members"), signing_in=Count("members", filter=who))
    rows = [
        {
            "name": partner.name,
            "persons": partner.persons,
            "signing_in": partner.signing_in,
            "link": f"/people/partners/{partner.pk}/",
        }
        for partner in counted.order_by("name")
    ]
    columns = [
        Column("name", "Partner company"),
        Column("persons", "Persons", "number"),
        Column("signing_in", "May sign in", "number"),
    ]
    empty = "There is no partner company yet. Add one, then invite its persons with the role Partner."
    return Table(columns, rows, empty=empty)


@may("manage_people")
def companies(request: HttpRequest) -> HttpResponse:
    return render(request, "people/partners.html", {"table": table()})


@may("manage_people")
def new(request: HttpRequest) -> HttpResponse:
    """POST people/partners/new/: one more partner company."""
    form = PartnerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        partner = partners.add(**form.cleaned_data, by=reader(request), at=timezone.now())
        messages.success(request, f"{partner.name} is added. Now invite its persons.")
        return redirect("people:partner", partner.pk)
    return render(request, "people/partner.html", {"form": form, "partner": None})


@may("manage_people")
def company(request: HttpRequest, partner_id: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=partner_id)
    form = PartnerForm(request.POST if request.method == "POST" else None, initial={"name": found.name}, partner=found)
    if request.method == "POST" and form.is_valid():
        partners.rename(found, **form.cleaned_data, by=reader(request), at=timezone.now())
        messages.success(request, "The partner company is changed.")
        return redirect("people:partner", found.pk)
    members = found.members.order_by("name", "pk")
    return render(request, "people/partner.html", {"form": form, "partner": found, "members": members})


@require_POST
@may("manage_people")
def removal(request: HttpRequest, partner_id: int) -> HttpResponse:
    """POST people/partners/<id>/removal/: nobody belongs to it any more."""
    found = get_object_or_404(Partner, pk=partner_id)
    try:
        partners.remove(found, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:partner", found.pk)
    messages.success(request, f"{found.name} is removed.")
    return redirect("people:partners")

"""The page on which a lead is converted, and taking a conversion back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.leads import conversion
from sameside.leads.conversion_form import ConversionForm
from sameside.leads.handover import ending
from sameside.leads.handover import undoing as taking_back
from sameside.leads.models import Conversion, Lead
from sameside.people.policies import Refused, may, reader


@may("convert_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def converting(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET: the form, with who is here already. POST: convert."""
    person = reader(request)
    lead = get_object_or_404(Lead.objects.visible_to(person).select_related("owner", "campaign", "company"), pk=lead_id)
    try:
        conversion.check_can_convert(person, lead)
        form = ConversionForm(lead, person, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            ending.convert_lead(lead, **form.chosen(), by=person, at=timezone.now())
            messages.success(request, f"{lead} was converted.")
            return redirect("leads:lead", lead_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("leads:lead", lead_id)
    new_deal = [form[name] for name in ("name", "stage", "amount", "close_on", "role")]
    return render(request, "leads/conversion.html", {"lead": lead, "form": form, "new_deal": new_deal})


@may("convert_leads")
@require_POST
def undoing(request: HttpRequest, lead_id: int, conversion_id: int) -> HttpResponse:
    """POST: take the conversion back."""
    person = reader(request)
    found = get_object_or_404(Conversion.objects.visible_to(person), pk=conversion_id, lead=lead_id)
    try:
        taking_back.undo_conversion(found, by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The conversion was taken back; the lead is a lead again.")
    return redirect("leads:lead", lead_id)

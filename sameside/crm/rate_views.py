"""Exchange rates: everybody who sees the CRM sees them, administrators set and remove them and bring in files."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.crm import money, rates, rates_page
from sameside.crm.models import ExchangeRate
from sameside.people.models import Organisation
from sameside.people.policies import can, may, reader
from sameside.ui.lists import respond


@may("see_crm")
def listing(request: HttpRequest) -> HttpResponseBase:
    may_change = can(request.user, "manage_settings")
    context = {
        "missing": money.missing(),
        "sources": rates_page.summary(),
        "may_change": may_change,
        "currency": Organisation.current().currency,
    }
    rows = ExchangeRate.objects.filter(deleted_in_source=False)
    return respond(request, rows, rates_page.spec(may_change=may_change), "crm/rates.html", context)


@may("manage_settings")
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@may("manage_settings")
def rate(request: HttpRequest, rate_id: int) -> HttpResponse:
    return _form(request, get_object_or_404(ExchangeRate, pk=rate_id))


def _form(request: HttpRequest, found: ExchangeRate | None) -> HttpResponse:
    base = (found.base if found else "") or Organisation.current().currency
    initial = rates_page.initial(found) if found else {"currency": request.GET.get("currency", "")[:3]}
    form = rates_page.RateForm(request.POST if request.method == "POST" else None, base=base, initial=initial)
    if request.method == "POST" and form.is_valid():
        rates.set_rate(form.value, by=reader(request), at=timezone.now(), instead_of=found)
        messages.success(request, "The rate is set. Amounts are converted anew in the background.")
        return redirect("crm:rates")
    context = {"form": form, "rate": found, "source": rates_page.source_label(found.source) if found else ""}
    return render(request, "crm/rate.html", context)


@may("manage_settings")
@require_POST
def removal(request: HttpRequest, rate_id: int) -> HttpResponse:
    rates.remove(get_object_or_404(ExchangeRate, pk=rate_id), by=reader(request), at=timezone.now())
    messages.success(request, "The rate is removed. Amounts are converted anew in the background.")
    return redirect("crm:rates")


@may("manage_settings")
@require_POST
def source_removal(request: HttpRequest) -> HttpResponse:
    """POST crm/rates/source-removals/: away with every rate of one source."""
    source = request.POST.get("source", "").replace("\x00", "")
    count = rates.remove_source(source, by=reader(request), at=timezone.now())
    what = "1 rate is" if count == 1 else f"{count:,} rates are"
    messages.success(request, f"{what} removed. Amounts are converted anew in the background.")
    return redirect("crm:rates")


@may("manage_settings")
def file(request: HttpRequest) -> HttpResponse:
    """GET: which files can be brought in. POST: one of them."""
    given = request.FILES.get("file")
    if request.method != "POST" or given is None:
        problem = "Choose a file." if request.method == "POST" else ""
        return render(request, "crm/rates_file.html", {"problem": problem, "read": None})
    if (given.size or 0) > rates.LARGEST_FILE:
        return render(request, "crm/rates_file.html", {"problem": "The file is larger than 50 MB.", "read": None})
    try:
        read = rates.bring_in(given.read(), by=reader(request), at=timezone.now())
    except rates.NotRates as problem:
        return render(request, "crm/rates_file.html", {"problem": str(problem), "read": None})
    if read.refused:
        more = max(0, len(read.refused) - rates.TOLD)
        told = {"read": read, "refused": read.refused[: rates.TOLD], "more": more}
        return render(request, "crm/rates_file.html", told)
    messages.success(request, f"{len(read.rates):,} rates read, {read.written:,} of them new or different.")
    return redirect("crm:rates")

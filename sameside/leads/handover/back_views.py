"""Marketing's queue of what came back, and what is done with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.leads.handover import back, back_rows, nurture, taking_up
from sameside.leads.handover.work_rows import Way
from sameside.leads.handover.work_views import back_of, with_done
from sameside.leads.models import Recycling
from sameside.people.models import Person
from sameside.people.policies import Refused, may, reader
from sameside.ui.lists import build, respond


@require_http_methods(["GET", "HEAD", "POST"])
@may("hand_over_leads")
def came_back(request: HttpRequest) -> HttpResponseBase:
    """GET: the queue. POST with `export=csv`: all of it as a file."""
    person = reader(request)
    if request.method == "POST":
        return respond(request, back.waiting(person), back.spec(person))
    groupings, is_cut = back.groupings(person, request.GET)
    listing, here = build(request, back.waiting(person), back.spec(person)), request.get_full_path()
    context = {
        "listing": listing,
        "rows_html": back_rows.rows(listing.rows, Way.of(request, here)),
        "groupings": groupings,
        "is_cut": is_cut,
        "counted": back.COUNTED,
        "no_nurture": "" if nurture.there_is_one() else nurture.NOBODY,
        "done": done(request),
        "here": here,
    }
    return render(request, "leads/handover/back.html", context)


def done(request: HttpRequest) -> dict[str, Any] | None:
    """What was just decided, for the note that offers to take it back."""
    ids = _ids(request.GET.get("done", "").split("-"))
    if not ids:
        return None
    rows = list(Recycling.objects.filter(pk__in=ids, taken_up_by=reader(request)).select_related("lead"))
    if not rows:
        return None
    what = str(rows[0].lead) if len(rows) == 1 else f"{len(rows)} leads"
    return {"said": f"{rows[0].get_taken_display()}: {what}.", "events": "-".join(str(one.pk) for one in rows)}


def _ids(texts: list[str]) -> list[int]:
    return [int(one) for one in texts[:200] if one.isascii() and one.isdecimal() and len(one) < 19]


@may("hand_over_leads")
@require_POST
def takings_up(request: HttpRequest) -> HttpResponse:
    """POST leads/back/takings-up/: into nurture, put right or closed, one row (`only`) or those chosen."""
    asked = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("recycling")
    address = back_of(request)
    try:
        taken = Recycling.Taken(request.POST.get("taken") or "again")
        rows = taking_up.take_up(_ids(asked), taken, by=reader(request), at=timezone.now())
    except ValueError:
        messages.error(request, "Choose what to do with them.")
        return redirect(with_done(address, []))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(with_done(address, []))
    return redirect(with_done(address, [one.pk for one in rows]))


@may("hand_over_leads")
@require_POST
def undoing(request: HttpRequest) -> HttpResponse:
    """POST leads/back/undoing/: what was decided is taken back, and the leads wait again."""
    try:
        rows = taking_up.take_back(
            _ids(request.POST.get("events", "").split("-")), by=reader(request), at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        what = f"{rows[0].lead} waits" if len(rows) == 1 else f"{len(rows)} leads wait"
        messages.success(request, f"{what} here again.")
    return redirect(with_done(back_of(request), []))


@may("hand_over_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, recycling_id: int) -> HttpResponse:
    """GET: to whom, and what changed. POST: it is handed over again."""
    person = reader(request)
    one = back.by_pk(person, recycling_id)
    if one is None:
        raise Http404
    changed = request.POST.get("changed", "")
    if request.method == "POST":
        to = Person.objects.filter(pk__in=_ids([request.POST.get("to", "")])).first()
        try:
            if to is None:
                raise Refused("Choose to whom it goes.")
            handover = taking_up.again(one, to, changed=changed, by=person, at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{one.lead} was handed over to {handover.owner.name} again.")
            return redirect("leads:back")
    context = {"one": one, "lead": one.lead, "takers": back.takers(), "changed": changed}
    return render(request, "leads/handover/again.html", context)

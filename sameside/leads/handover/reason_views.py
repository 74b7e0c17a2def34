"""The list of reasons, for everybody to read and for administrators to change; every change can be undone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.leads import setup
from sameside.leads.handover import reasons as verbs
from sameside.leads.models import HandOver, Reason
from sameside.people.models import Person
from sameside.people.policies import Refused, can, may, reader

UNDO = "leads.reasons.undo"


@may("see_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: HttpRequest) -> HttpResponse:
    """GET: the list. POST: a new one."""
    person = reader(request)
    if request.method == "POST":
        wanted = (request.POST, request.POST.getlist("ending"))
        return _changed(request, lambda by, at: verbs.add(verbs.read(*wanted), by=by, at=at), "Added.")
    used = dict(HandOver.objects.filter(reason__isnull=False).values_list("reason").annotate(count=Count("pk")))
    rows = list(Reason.objects.all())
    context = {
        "setup_tabs": setup.tabs("leads:reasons", person),
        "offered": [_row(one, used) for one in rows if one.put_away_at is None],
        "away": [_row(one, used) for one in rows if one.put_away_at is not None],
        "endings": Reason.Ending.choices,
        "may_change": can(person, "manage_settings"),
        "undo": request.session.get(UNDO) if request.GET.get("changed") else None,
    }
    return render(request, "leads/handover/reasons.html", context)


def _row(one: Reason, used: dict[int, int]) -> dict[str, Any]:
    labels = [str(Reason.Ending(ending).label) for ending in one.endings]
    return {"reason": one, "used": used.get(one.pk, 0), "endings": labels}


def _changed(request: HttpRequest, verb: Callable[[Person, datetime], Any], said: str) -> HttpResponse:
    """Call the verb, keep what undoes it, and go back to the list."""
    try:
        made = verb(reader(request), timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("leads:reasons")
    request.session[UNDO] = {"made": made, "said": said}
    return redirect(f"{request.path.split('reasons/')[0]}reasons/?changed=1")


@may("manage_settings")
@require_POST
def reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """POST leads/reasons/<id>/: another name, help or endings."""
    one = get_object_or_404(Reason, pk=reason_id)
    wanted = (request.POST, request.POST.getlist("ending"))
    return _changed(request, lambda by, at: verbs.change(one, verbs.read(*wanted), by=by, at=at), "Changed.")


@may("manage_settings")
@require_POST
def place(request: HttpRequest, reason_id: int) -> HttpResponse:
    """POST leads/reasons/<id>/place/: up or down by one."""
    one = get_object_or_404(Reason, pk=reason_id)
    steps = -1 if request.POST.get("to") == "up" else 1
    return _changed(request, lambda by, at: verbs.move(one, steps, by=by, at=at), "Moved.")


@may("manage_settings")
@require_POST
def putting_away(request: HttpRequest, reason_id: int) -> HttpResponse:
    """POST leads/reasons/<id>/putting-away/: no longer offered, or with `remove` offered again."""
    one = get_object_or_404(Reason, pk=reason_id)
    if request.POST.get("remove"):
        return _changed(request, lambda by, at: verbs.bring_back(one, by=by, at=at), f"“{one.label}” is offered again.")
    return _changed(request, lambda by, at: verbs.put_away(one, by=by, at=at), f"“{one.label}” was put away.")


@may("manage_settings")
@require_POST
def undoing(request: HttpRequest) -> HttpResponse:
    """POST leads/reasons/undoing/: take the last change back."""
    last = request.session.pop(UNDO, None)
    if last is None:
        messages.warning(request, "There is nothing to take back.")
        return redirect("leads:reasons")
    try:
        verbs.undo(last["made"], by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The reasons are as they were before.")
    return redirect("leads:reasons")

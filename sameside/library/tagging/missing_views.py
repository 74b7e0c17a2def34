"""The queue of missing facets as a page: one key or one tap decides, one takes it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from procrastinate.exceptions import AlreadyEnqueued

from sameside.library import tasks
from sameside.library.models import Asset, MissingFacet
from sameside.library.tagging import gain, missing
from sameside.people.policies import Refused, may, reader
from sameside.ui.lists import respond

UNDO = "library.missing.undo"


@may("edit_library")
def queue(request: HttpRequest) -> HttpResponseBase:
    """What is missing, the greatest gain first. POST with `export=csv`: all of it as a file."""
    visible = Asset.objects.visible_to(reader(request)).order_by()
    rows = MissingFacet.objects.filter(asset__in=visible.values("pk"))
    undo = request.session.get(UNDO) if "decided" in request.GET else None
    context = {"undo": undo, "read_at_once": gain.READ_AT_ONCE if gain.is_unread() else 0}
    return respond(request, rows, missing.SPEC, "library/tagging/missing.html", context)


@may("edit_library")
@require_POST
def decision(request: HttpRequest, missing_id: int) -> HttpResponse:
    """POST library/facets/missing/<id>/decision/: `value`, or `none` of those proposed."""
    found = get_object_or_404(MissingFacet, pk=missing_id)
    value = "" if request.POST.get("none") else request.POST.get("value", "-")
    try:
        edit = missing.decide(found, value, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("library:missing_facets")
    request.session[UNDO] = missing.remembered(found, edit)
    return redirect("/library/facets/missing/?decided=1")


@may("edit_library")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """POST library/facets/missing/undo/: take the last decision back."""
    kept = request.session.pop(UNDO, None)
    if kept is None:
        messages.warning(request, "There is nothing to take back.")
    else:
        try:
            missing.take_back(kept, by=reader(request), at=timezone.now())
            messages.success(request, "Taken back: it waits in the queue again.")
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect("library:missing_facets")


@may("edit_library")
@require_POST
def computation(request: HttpRequest) -> HttpResponse:
    """POST library/facets/missing/computation/: look again, in the background."""
    try:
        tasks.compute_missing_facets.defer()
    except AlreadyEnqueued:
        messages.info(request, "This waits to be done already.")
    else:
        messages.success(request, "Looking again in the background. Come back in a minute.")
    return redirect("library:missing_facets")

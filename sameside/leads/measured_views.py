"""The pages of what is measured of hand-overs."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from sameside.leads import handover_lists
from sameside.people.policies import may, reader
from sameside.ui import lists as ui_lists


@may("see_leads")
def handovers(request: HttpRequest) -> HttpResponseBase:
    context = {"title": "Hand-overs", "subtitle": "Every lead that was passed to a person of sales, and how it ended."}
    rows = handover_lists.shown(reader(request))
    return ui_lists.respond(request, rows, handover_lists.spec(at=timezone.now()), "leads/list.html", context)

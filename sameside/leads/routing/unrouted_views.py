"""Leads that no route takes, and handing leads over by hand: many from the queue, or one from its page."""

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sameside.kit import paging
from sameside.kit.paging import Order
from sameside.leads import lists
from sameside.leads.handover import carrying, handing, taking_back
from sameside.leads.models import HandOver, Lead, LeadEvent
from sameside.leads.routing import pages, unrouted_rows
from sameside.leads.routing import routing as verbs
from sameside.people.models import Person
from sameside.people.policies import Refused, can, may, reader
from sameside.ui import lists as ui_lists

SIZE = 50
READ = (
    "first_name", "last_name", "email", "title", "company_name", "country", "not_routed", "score", "qualified_at",
)  # fmt: skip
"""What is read of a lead for its row."""
LONGEST_NOTE = 500
UNDO = "leads_handed_over"


@require_http_methods(["GET", "POST"])
@may("see_leads")
def unrouted(request: HttpRequest) -> HttpResponseBase:
    """GET leads/unrouted/: the queue, the longest waiting first. POST with `export=csv`: all of it as a file."""
    person, now = reader(request), timezone.now()
    rows = verbs.unrouted().visible_to(person)
    if request.method == "POST":
        return ui_lists.respond(request, rows, replace(lists.spec(), name="unrouted-leads"))
    page = paging.page(
        rows.only(*READ), Order("qualified_at", nullable=True), after=request.GET.get("after", ""),
        before=request.GET.get("before", ""), size=SIZE,
    )  # fmt: skip
    may_hand_over = can(person, "hand_over_leads")
    context = {
        "page": page,
        "rows_html": unrouted_rows.rows(page.rows, may_hand_over=may_hand_over),
        "count": rows.count(),
        "people": pages.options(pages.people(), at=now) if request.GET.get("people") and may_hand_over else (),
        "may_hand_over": may_hand_over,
        "undo": _undoable(request),
    }
    return render(request, "leads/routing/unrouted.html", context)


@require_GET
@may("hand_over_leads")
def takers(request: HttpRequest) -> HttpResponse:
    """GET leads/unrouted/takers/: to whom the chosen may go, read when somebody begins to choose."""
    people = pages.options(pages.people(), at=timezone.now())
    return render(request, "leads/routing/takers.html", {"people": people})


def _undoable(request: HttpRequest) -> str:
    """What the reader did last here, as a sentence, while it can be taken back."""
    kept = request.session.get(UNDO)
    if not kept or not can(request.user, "hand_over_leads"):
        return ""
    number = len(kept["events"])
    return f"{number} lead{'' if number == 1 else 's'} handed over to {kept['to']}."


@require_POST
@may("hand_over_leads")
def handing_over(request: HttpRequest) -> HttpResponse:
    """POST leads/unrouted/hand-overs/ with `lead` (many), `person` and `note`."""
    by, now = reader(request), timezone.now()
    to = _person(request.POST.get("person", ""))
    numbers = (one for one in request.POST.getlist("lead") if one.isascii() and one.isdecimal() and len(one) < 18)
    chosen = [int(one) for one in numbers][:SIZE]
    if to is None or not chosen:
        messages.error(request, "Choose leads, and who gets them.")
        return redirect("leads:unrouted")
    made, refused = [], []
    for lead in Lead.objects.visible_to(by).filter(pk__in=chosen).order_by("qualified_at", "pk"):
        try:
            made.append(handing.hand_over(lead, to, by=by, at=now, note=_note(request)))
        except Refused as refusal:
            refused.append(str(refusal))
    _tell(request, made, list(dict.fromkeys(refused)))
    return redirect("leads:unrouted")


def _tell(request: HttpRequest, made: Sequence[HandOver], refused: Sequence[str]) -> None:
    if made:
        events = LeadEvent.objects.filter(handover__in=made, kind=LeadEvent.Kind.ROUTED).order_by("pk")
        request.session[UNDO] = {"events": list(events.values_list("pk", flat=True)), "to": made[0].owner.name}
    for sentence in refused[:3]:
        messages.error(request, sentence)
    if len(refused) > 3:
        messages.error(request, f"{len(refused) - 3} more could not be handed over.")


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE]


def _person(text: str) -> Person | None:
    known = text.isascii() and text.isdecimal() and len(text) < 18
    return Person.objects.filter(pk=int(text)).first() if known else None


@require_POST
@may("hand_over_leads")
def undoing(request: HttpRequest) -> HttpResponse:
    """POST leads/unrouted/undoing/: take back what was handed over last here."""
    kept, by, now, done = request.session.pop(UNDO, None) or {"events": []}, reader(request), timezone.now(), 0
    refused: list[str] = []
    for event in LeadEvent.objects.filter(pk__in=kept["events"], by=by).order_by("pk"):
        try:
            taking_back.undo(event, by=by, at=now)
            done += 1
        except Refused as refusal:
            refused.append(str(refusal))
    if done:
        messages.success(request, f"{done} lead{' is' if done == 1 else 's are'} back in the queue.")
    for sentence in dict.fromkeys(refused):
        messages.error(request, sentence)
    return redirect("leads:unrouted")


@require_POST
@may("hand_over_leads")
def trying_again(request: HttpRequest) -> HttpResponse:
    """POST leads/unrouted/trying/: ask the routes again now."""
    count = verbs.try_again(at=timezone.now())
    said = (
        "No route takes one of them now."
        if not count
        else f"{count} lead{' was' if count == 1 else 's were'} handed over."
    )
    messages.success(request, said)
    return redirect("leads:unrouted")


@require_http_methods(["GET", "POST"])
@may("hand_over_leads")
def by_hand(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET leads/7/hand-over/: who could get it, and what goes with it. POST: hand it over, or pass it on."""
    by, now = reader(request), timezone.now()
    lead = get_object_or_404(Lead.objects.visible_to(by).select_related("owner", "campaign", "company"), pk=lead_id)
    there = HandOver.objects.filter(lead=lead).open().select_related("owner").first()
    if request.method == "POST":
        return _handed(request, lead, there)
    carried = carrying.of(lead, by, at=now)
    carrying.record_shown(carried, lead, by)
    context = {
        "lead": lead,
        "about": pages.about(lead),
        "there": there,
        "people": pages.options(pages.people(), at=now, leave_out=there.owner_id if there else None),
        "carried": carried,
    }
    return render(request, "leads/handover/by_hand.html", context)


def _handed(request: HttpRequest, lead: Lead, there: HandOver | None) -> HttpResponse:
    by, now, to = reader(request), timezone.now(), _person(request.POST.get("person", ""))
    if to is None:
        messages.error(request, "Choose who gets it.")
        return redirect("leads:by_hand", lead.pk)
    note = _note(request)
    try:
        if there is None:
            made = handing.hand_over(lead, to, by=by, at=now, note=note)
        else:
            made = handing.reassign(there, to, by=by, at=now, why=[note] if note else [])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("leads:by_hand", lead.pk)
    messages.success(request, f"{lead} is with {made.owner.name} now.")
    return redirect("leads:lead", lead.pk)


@require_POST
@may("hand_over_leads")
def withdrawal(request: HttpRequest, lead_id: int) -> HttpResponse:
    """POST leads/7/hand-over/withdrawal/: take the lead back from its owner."""
    by = reader(request)
    open_ones = HandOver.objects.visible_to(by).open()
    try:
        handing.withdraw(get_object_or_404(open_ones, lead=lead_id), by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("leads:lead", lead_id)


@require_POST
@may("see_leads")
def undoing_one(request: HttpRequest, lead_id: int, event_id: int) -> HttpResponse:
    """POST leads/7/hand-over/9/undoing/: undo a hand-over, a passing on or a taking back."""
    by = reader(request)
    event = get_object_or_404(LeadEvent, pk=event_id, lead__in=Lead.objects.visible_to(by), lead_id=lead_id)
    try:
        taking_back.undo(event, by=by, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Undone: the lead is as it was.")
    return redirect("leads:lead", lead_id)

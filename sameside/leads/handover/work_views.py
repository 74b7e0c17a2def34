"""The seller's queue, and every verb of sales: a noun that one makes, from the queue or from the page of the lead.

Each answers the same way: back to where it came from, which offers to take it back. The queue swaps itself in place
where there is a script, and is loaded anew where there is none; the page is the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from sameside.leads import handover_lists
from sameside.leads.agreement.force import begun
from sameside.leads.handover import answering, attempting, ending, pausing, queue, reasons, sheets, undoing, work_rows
from sameside.leads.models import HandOver, LeadEvent, Reason
from sameside.people.models import Person
from sameside.people.policies import Refused, may, reader
from sameside.ui import lists

MOST_AT_ONCE = 100


@require_http_methods(["GET", "POST"])
@may("work_leads")
def mine(request: HttpRequest) -> HttpResponseBase:
    """GET: the queue. POST with `export=csv`: all of it as a file."""
    person, at = reader(request), timezone.now()
    whose = request.GET.get("whose", "") if request.GET.get("whose") in queue.WHOSE else ""
    state = request.GET.get("state", "") if request.GET.get("state") in queue.STATES else ""
    theirs = queue.theirs(person, whose, at=at)
    if request.method == "POST":
        rows = queue.rows(theirs, state, person, at=at)
        return lists.respond(request, rows, replace(handover_lists.spec(at=at), name="my-leads"))
    page, here = queue.page(theirs, state, request.GET.dict(), person, at=at), queue.address(whose=whose, state=state)
    hours = queue.hours_of(page.rows, person)
    shown = queue.shown(page.rows, person, hours, at=at)
    context = {
        "rows": shown,
        "rows_html": work_rows.rows(shown, work_rows.Way.of(request, here)),
        "page": page,
        "segments": queue.segments(theirs, hours[person.pk], whose, state, at=at),
        "whose_tabs": queue.whose_tabs(person, whose),
        "whose": whose,
        "state": state,
        "here": here,
        "older": f"?{urlencode({'whose': whose, 'state': state, 'after': page.next})}" if page.next else "",
        "newer": f"?{urlencode({'whose': whose, 'state': state, 'before': page.previous})}" if page.previous else "",
        "agreement": any(one.agreement_id for one, _ in page.rows) or begun(at).exists(),
        "done": done(request, person, at=at),
    }
    return render(request, "leads/handover/mine.html", context)


def workable(person: Person) -> "QuerySet[HandOver]":
    """The hand-overs that one sees, those of whom one covers for among them."""
    return HandOver.objects.visible_to(person).select_related("lead", "owner")


def _handover(request: HttpRequest, lead_id: int) -> HandOver:
    """The hand-over that the form was about, else the open one; the last where none is open."""
    found = workable(reader(request)).filter(lead=lead_id)
    asked = _number(request.POST.get("handover", ""))
    if asked:
        handover: HandOver = get_object_or_404(found, pk=asked)
        return handover
    last: HandOver | None = found.order_by("-number").first()
    if last is None:
        raise Http404
    return last


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def back_of(request: HttpRequest, lead_id: int | None = None) -> str:
    """Where somebody came from, on our own pages of leads; the queue otherwise."""
    asked = request.POST.get("back") or request.GET.get("back") or ""
    plain = all(sign.isalnum() or sign in "/?=&%_-." for sign in asked)
    if plain and asked.startswith("/leads/") and "//" not in asked:
        return asked
    return reverse("leads:lead", args=[lead_id]) if lead_id else reverse("leads:mine")


def with_done(back: str, events: Sequence[int]) -> str:
    address, _, query = back.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("done=")]
    kept += [f"done={'-'.join(str(pk) for pk in events)}"] if events else []
    return f"{address}{'?' if kept else ''}{'&'.join(kept)}"


def done(request: HttpRequest, person: Person, *, at: datetime) -> dict[str, Any] | None:
    """What was just done, for the note that offers to take it back."""
    ids = [_number(part) for part in request.GET.get("done", "").split("-")[:MOST_AT_ONCE]]
    if not any(ids):
        return None
    events = list(
        LeadEvent.objects.filter(pk__in=ids, by=person).select_related("lead", "handover__owner").order_by("pk")
    )
    if not events or not undoing.can_undo(events[-1], by=person, at=at):
        return None
    kind = events[0].get_kind_display()
    what = str(events[0].lead) if len(events) == 1 else f"{len(events)} leads"
    return {"said": f"{kind}: {what}.", "events": "-".join(str(event.pk) for event in events)}


def _did(request: HttpRequest, handover: HandOver, verb: Callable[[Person, datetime], object]) -> HttpResponse:
    """Call the verb and go back, where it can be taken back; a refusal is said there."""
    back = back_of(request, handover.lead_id)
    try:
        verb(reader(request), timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(with_done(back, []))
    event = undoing.last_of(handover)
    return redirect(with_done(back, [event.pk] if event else []))


@may("work_leads")
@require_POST
def acceptance(request: HttpRequest, lead_id: int) -> HttpResponse:
    """POST leads/<id>/acceptance/: one tap."""
    handover = _handover(request, lead_id)
    return _did(request, handover, lambda by, at: answering.accept(handover, by=by, at=at))


@may("work_leads")
@require_POST
def acceptances(request: HttpRequest) -> HttpResponse:
    """POST leads/mine/acceptances/: all that are chosen; those that somebody took meanwhile are counted."""
    person, at = reader(request), timezone.now()
    ids = [_number(one) for one in request.POST.getlist("handover")[:MOST_AT_ONCE]]
    events, refused = [], []
    for handover in workable(person).filter(pk__in=ids).order_by("lead", "pk"):
        try:
            answering.accept(handover, by=person, at=at)
        except Refused as refusal:
            refused.append(str(refusal))
        else:
            events.append(LeadEvent.objects.filter(handover=handover, kind=LeadEvent.Kind.ACCEPTED).latest("pk").pk)
    if refused:
        others = "" if len(refused) == 1 else f" {len(refused)} were not accepted."
        messages.warning(request, f"{refused[0]}{others}")
    elif not events:
        messages.warning(request, "Choose the leads that you accept.")
    return redirect(with_done(back_of(request), events))


@may("work_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def attempts(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET: the channels with what came of it. POST: one tap logs it."""
    handover = _handover(request, lead_id)
    if request.method != "POST":
        return _sheet(request, handover, sheets.attempt(handover))
    tap = attempting.BY_KEY.get(request.POST.get("tap", ""))
    note, once = request.POST.get("note", ""), request.POST.get("once", "")
    channel, result = (tap.channel, tap.result) if tap else ("", "")
    return _did(
        request, handover,
        lambda by, at: attempting.log(handover, channel, result=result, note=note, once=once, by=by, at=at),
    )  # fmt: skip


def _sheet(request: HttpRequest, handover: HandOver, sheet: sheets.Sheet) -> HttpResponse:
    context = {"handover": handover, "lead": handover.lead, "sheet": sheet, "back": back_of(request, handover.lead_id)}
    return render(request, "leads/handover/sheet.html", context)


def _reason(request: HttpRequest) -> Reason | None:
    return Reason.objects.filter(pk=_number(request.POST.get("reason", ""))).first()


@may("work_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def returning(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET: the reasons. POST: back to marketing with one of them and perhaps a sentence."""
    handover = _handover(request, lead_id)
    if request.method != "POST":
        return _sheet(request, handover, sheets.returning(reasons.offered(Reason.Ending.RETURN)))
    said = request.POST.get("said", "")
    return _did(
        request, handover,
        lambda by, at: answering.return_(handover, _reason(request), said=said, by=by, at=at),
    )  # fmt: skip


@may("work_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def disqualification(request: HttpRequest, lead_id: int) -> HttpResponse:
    handover = _handover(request, lead_id)
    if request.method != "POST":
        return _sheet(request, handover, sheets.disqualifying(reasons.offered(Reason.Ending.DISQUALIFY)))
    said = request.POST.get("said", "")
    return _did(
        request, handover,
        lambda by, at: ending.disqualify(handover, _reason(request), said=said, by=by, at=at),
    )  # fmt: skip


@may("work_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def recycling(request: HttpRequest, lead_id: int) -> HttpResponse:
    """GET: the reasons and a date. POST: until that date it is marketing's."""
    handover, at = _handover(request, lead_id), timezone.now()
    if request.method != "POST":
        return _sheet(request, handover, sheets.recycling(reasons.offered(Reason.Ending.RECYCLE), at=at))
    said, day = request.POST.get("said", ""), _day(request)

    def verb(by: Person, at: datetime) -> object:
        if day is None:
            raise Refused("Choose a day on which you want to see it again.")
        return ending.recycle(handover, _reason(request), return_on=day, said=said, by=by, at=at)

    return _did(request, handover, verb)


@may("work_leads")
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest, lead_id: int) -> HttpResponse:
    handover, at = _handover(request, lead_id), timezone.now()
    if request.method != "POST":
        return _sheet(request, handover, sheets.pausing(at=at))
    day, because = _day(request), request.POST.get("said", "")

    def verb(by: Person, at: datetime) -> object:
        if day is None:
            raise Refused("Choose until when it waits for the buyer.")
        return pausing.pause(handover, resume_on=day, because=because, by=by, at=at)

    return _did(request, handover, verb)


@may("work_leads")
@require_POST
def resumption(request: HttpRequest, lead_id: int) -> HttpResponse:
    handover = _handover(request, lead_id)
    return _did(request, handover, lambda by, at: pausing.resume(handover, by=by, at=at))


def _day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.POST.get("day", "")[:10])
    except ValueError:
        return None


@may("work_leads")
@require_POST
def event_undoing(request: HttpRequest) -> HttpResponse:
    """POST leads/events/undoing/: take back what was just done, the last first."""
    person, at = reader(request), timezone.now()
    ids = [_number(part) for part in request.POST.get("events", "").split("-")[:MOST_AT_ONCE]]
    handovers = workable(person).values("pk")
    said, refused = [], ""
    for event in LeadEvent.objects.filter(pk__in=ids, handover__in=handovers).order_by("-pk"):
        try:
            said.append(undoing.undo(event, by=person, at=at).said)
        except Refused as refusal:
            refused = str(refusal)
    if refused:
        messages.error(request, refused)
    elif said:
        messages.success(request, said[0] if len(said) == 1 else f"{len(said)} leads are as they were before.")
    else:
        messages.warning(request, "There is nothing to take back.")
    return redirect(with_done(back_of(request), []))

"""Business hours: the overview, and a calendar with its week, its holidays and what it means for due times."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.leads import setup
from sameside.leads.clock import calendars, changing, holidays, pages, tasks, week, zones
from sameside.leads.clock.hours import Hours
from sameside.leads.models import Calendar, Holiday, HoursChange
from sameside.people.models import Person
from sameside.people.policies import Refused, can, may, reader


def about(person: Person) -> dict[str, Any]:
    """What every page of business hours shows: the tabs, and what the reader did last and may undo."""
    return {
        "setup_tabs": setup.tabs("leads:hours", person),
        "may_manage": can(person, "manage_hours"),
        "undo": pages.latest(person, at=timezone.now()),
    }


@may("see_leads")
def hours(request: HttpRequest) -> HttpResponse:
    now, person = timezone.now(), reader(request)
    context = {
        **about(person),
        "cards": pages.cards(at=now),
        "away": pages.coming_absences(today=timezone.localdate(now)),
        **pages.count_workers(),
        "changes": pages.changes(person, pages.latest_history(at=now)),
    }
    return render(request, "leads/clock/hours.html", context)


def _editor(request: HttpRequest, calendar: Calendar | None, **more: Any) -> HttpResponse:
    now, person = timezone.now(), reader(request)
    found = calendars.hours_of_calendar(calendar) if calendar else calendars.standard()
    context = {
        **about(person),
        "calendar": calendar,
        "name": calendar.name if calendar else "" if Calendar.objects.exists() else "Office hours",
        "zone": found.zone.key,
        "zones": sorted({*zones.names(), settings.TIME_ZONE}),
        "rows": pages.rows(found.week),
        "holidays": pages.holiday_rows(calendar, today=found.local(now).date()) if calendar else None,
        "changes": pages.changes(person, pages.history(calendar=calendar)) if calendar else [],
        **_meaning(found),
    }
    return render(request, "leads/clock/calendar.html", {**context, **more})


def _meaning(found: Hours) -> dict[str, Any]:
    now = timezone.now()
    within = pages.accept_hours(now)
    return {
        "words": week.week_in_words(found.week),
        "columns": pages.columns(found.week),
        "within": pages.hours_in_words(within),
        "examples": pages.examples(found, within, at=now),
        "zone_now": pages.now_in_words(found, now),
    }


@may("manage_hours")
def calendar_making(request: HttpRequest) -> HttpResponse:
    """GET: an empty editor with the standard week. POST: makes the calendar."""
    return _saved(request, None) if request.method == "POST" else _editor(request, None)


@may("see_leads")
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    return _editor(request, get_object_or_404(Calendar, pk=calendar_id))


@require_POST
@may("manage_hours")
def calendar_saving(request: HttpRequest, calendar_id: int) -> HttpResponse:
    return _saved(request, get_object_or_404(Calendar, pk=calendar_id))


def _saved(request: HttpRequest, calendar: Calendar | None) -> HttpResponse:
    posted = request.POST.dict()
    name, zone = posted.get("name", ""), posted.get("zone", "")
    try:
        made = changing.save_calendar(
            calendar, name=name, zone=zone, hours=pages.week_of(posted), by=reader(request), at=timezone.now()
        )
    except Refused as refusal:
        tried = {"name": name, "zone": zone, "rows": pages.rows(None, posted), "refused": str(refusal)}
        return _editor(request, get_object_or_404(Calendar, pk=calendar.pk) if calendar else None, **tried)
    tasks.settle_soon()
    return redirect("leads:hours_calendar", made.calendar_id)


@require_POST
@may("manage_hours")
def preview(request: HttpRequest) -> HttpResponse:
    """What the week in the editor would mean; nothing is saved."""
    posted = request.POST.dict()
    asked = posted.get("calendar", "")
    calendar = Calendar.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    days = calendars.hours_of_calendar(calendar).holidays if calendar else {}
    try:
        found = Hours.read(changing.check_zone(posted.get("zone", "")), pages.week_of(posted))
    except (week.Unreadable, Refused) as problem:
        return render(request, "leads/clock/calendar.html#meaning", {"problem": str(problem)})
    found = Hours(found.zone, found.week, days)
    return render(request, "leads/clock/calendar.html#meaning", _meaning(found))


def _done(request: HttpRequest, calendar: Calendar, verb: Any, *args: Any) -> HttpResponse:
    """Call a verb of `changing` on a calendar, say why it is refused, and come back to the calendar."""
    try:
        verb(*args, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        tasks.settle_soon()
    return redirect("leads:hours_calendar", calendar.pk)


@require_POST
@may("manage_hours")
def defaulting(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """POST hours/calendars/<id>/default/: everybody's who has no other."""
    found = get_object_or_404(Calendar, pk=calendar_id)
    return _done(request, found, changing.make_default, found)


@require_POST
@may("manage_hours")
def putting_away(request: HttpRequest, calendar_id: int) -> HttpResponse:
    found = get_object_or_404(Calendar, pk=calendar_id)
    return _done(request, found, changing.put_away, found)


@require_POST
@may("manage_hours")
def holiday_entry(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """POST hours/calendars/<id>/holidays/: dates from a field, or a calendar file."""
    found, at = get_object_or_404(Calendar, pk=calendar_id), timezone.now()
    file = request.FILES.get("file")
    try:
        if file is not None and file.size and file.size > holidays.LARGEST:
            raise Refused("The file is larger than 1 MB.")
        given = (
            holidays.read_ics(file.read(), today=timezone.localdate(at))
            if file
            else holidays.read_lines(request.POST.get("lines", ""))
        )
        changing.add_holidays(found, given.days, by=reader(request), at=at)
    except Refused as refusal:
        return _editor(request, found, holidays_refused=str(refusal), lines=request.POST.get("lines", ""))
    if given.left_out:
        messages.warning(request, f"Left out: {', '.join(given.left_out)}.")
    tasks.settle_soon()
    return redirect("leads:hours_calendar", found.pk)


@require_POST
@may("manage_hours")
def holiday_removal(request: HttpRequest, calendar_id: int, holiday_id: int) -> HttpResponse:
    found = get_object_or_404(Holiday.objects.select_related("calendar"), pk=holiday_id, calendar=calendar_id)
    return _done(request, found.calendar, changing.remove_holiday, found)


@require_POST
@may("see_leads")
def undoing(request: HttpRequest, change_id: int) -> HttpResponse:
    """POST hours/changes/<id>/undoing/: puts back what it found."""
    change = get_object_or_404(HoursChange, pk=change_id)
    try:
        changing.undo(change, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Undone: {change.text}.")
        tasks.settle_soon()
    return redirect(_back(change))


def _back(change: HoursChange) -> str:
    if change.what == HoursChange.What.CALENDAR:
        return reverse("leads:hours_calendar", args=[change.calendar_id])
    return reverse("leads:hours_absences" if change.what == HoursChange.What.ABSENCE else "leads:hours_people")


@may("see_leads")
def changed(request: HttpRequest, change_id: int) -> HttpResponse:
    """One line of the changes, asked for until its due times are set anew."""
    found = get_object_or_404(HoursChange.objects.select_related("by", "undone_by"), pk=change_id)
    (line,) = pages.changes(reader(request), [found])
    return render(request, "leads/clock/changes.html#line", {"one": line})

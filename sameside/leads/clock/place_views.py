"""Working places: by which calendar each person works, how many leads they take, and whether any now."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.leads.clock import absences, calendars, changing, pages, tasks, week
from sameside.leads.clock.views import about
from sameside.leads.models import Absence, Calendar, HandOver, WorkingPlace
from sameside.people.models import Person, Team
from sameside.people.policies import Refused, may, reader
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond


def _place(person: Person) -> WorkingPlace:
    """The stored one, or an untouched one: everybody's calendar, no limits."""
    found: WorkingPlace | None = getattr(person, "working_place", None)
    return found or WorkingPlace(person=person)


def _row(person: Person) -> dict[str, Any]:
    place = _place(person)
    open_now = person.open_handovers  # type: ignore[attr-defined]
    until = person.away_until  # type: ignore[attr-defined]
    state = Badge("Takes leads", "good") if place.is_taking else Badge("Takes none", "neutral")
    return {
        "name": Two(person.name, person.team.name if person.team else ""),
        "calendar": Two(place.calendar.name, place.calendar.time_zone) if place.calendar else "Everybody's",
        "open": f"{open_now:,} of {place.capacity:,}" if place.capacity else f"{open_now:,}",
        "per_day": place.per_day,
        "state": Badge(f"Away until {until:%-d %B}", "warn") if until else state,
        "link": f"/leads/hours/people/{person.pk}/",
    }


def _with_counts(rows: "QuerySet[Person]") -> "QuerySet[Person]":
    today = timezone.localdate()
    away = Absence.objects.filter(
        person=OuterRef("pk"), cancelled_at=None, starts_on__lte=today, ends_on__gte=today
    ).order_by("-ends_on")
    return rows.select_related("team", "working_place__calendar").annotate(
        open_handovers=Count("handovers", filter=Q(handovers__ended_at=None)),
        away_until=Subquery(away.values("ends_on")[:1]),
    )


def _by_state(rows: "QuerySet[Person]", value: str) -> "QuerySet[Person]":
    none = Q(working_place__is_taking=False)
    return rows.filter(none if value == "none" else ~none)


PEOPLE = ListSpec(
    name="working-places",
    columns=(
        Column("name", "Name"),
        Column("calendar", "Calendar"),
        Column("open", "Open leads", "number", help="Hand-overs that have not ended, of as many as the person takes."),
        Column("per_day", "Most a day", "number"),
        Column("state", "Now"),
    ),
    row=_row,
    filters=(
        Filter("q", "Name", lambda rows, value: rows.filter(name__icontains=value), kind="text"),
        Filter(
            "team",
            "Team",
            lambda rows, value: rows.filter(team_id=value),
            lambda _: [Choice(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")],
        ),
        Filter("state", "Now", _by_state, lambda _: [Choice("taking", "Takes leads"), Choice("none", "Takes none")]),
    ),
    sorts=(Sort("name", "Name", Order("name")),),
    prefetch=_with_counts,
    empty=Empty(
        "users",
        "Nobody works leads yet",
        "Persons whose role is seller, customer success or administrator get leads.",
        "/people/",
        "See people",
    ),
)


@may("see_leads")
def people(request: HttpRequest) -> HttpResponse:
    rows = Person.objects.visible_to(reader(request)).filter(pages.workers())
    return respond(request, rows, PEOPLE, "leads/clock/people.html", about(reader(request)))  # type: ignore[return-value]


class PlaceForm(forms.Form):
    calendar = forms.ModelChoiceField(
        Calendar.objects.filter(put_away_at=None), required=False, empty_label="Everybody's calendar"
    )
    capacity = forms.IntegerField(required=False, min_value=1, max_value=changing.MOST_OPEN, label="Open leads at once")
    per_day = forms.IntegerField(required=False, min_value=1, max_value=changing.MOST_OPEN, label="New leads a day")
    is_taking = forms.BooleanField(required=False, label="Takes leads now")


def _person(request: HttpRequest, person_id: int) -> Person:
    visible = Person.objects.visible_to(reader(request)).filter(pages.workers())
    return get_object_or_404(visible.select_related("team", "working_place__calendar"), pk=person_id)


def _page(request: HttpRequest, person: Person, **more: Any) -> HttpResponse:
    now, by = timezone.now(), reader(request)
    found = calendars.hours_of(person)
    within = pages.accept_hours(now)
    away = person.absences.filter(cancelled_at=None, ends_on__gte=found.local(now).date()).select_related("cover")
    base = about(by)
    context = {
        **base,
        "person": person,
        "form": PlaceForm(initial=changing.place_state(getattr(person, "working_place", None))),
        "place": _place(person),
        "is_self": by == person,
        "may_enter": base["may_manage"] or by == person,
        "zone": found.zone.key,
        "words": week.week_in_words(found.week),
        "columns": pages.columns(found.week),
        "zone_now": pages.now_in_words(found, now),
        "within": pages.hours_in_words(within),
        "examples": pages.examples(found, within, at=now),
        "open": HandOver.objects.open().filter(owner=person).count(),
        "away": [(one, absences.in_words(one.starts_on, one.ends_on)) for one in away.order_by("starts_on")],
        "changes": pages.changes(by, pages.history(person=person)),
    }
    return render(request, "leads/clock/person.html", {**context, **more})


@may("see_leads")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    return _page(request, _person(request, person_id))


@require_POST
@may("manage_hours")
def place(request: HttpRequest, person_id: int) -> HttpResponse:
    """POST hours/people/<id>/place/: calendar, capacity, a day's most, taking or not."""
    found = _person(request, person_id)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    chosen = form.cleaned_data
    state = {**chosen, "calendar": chosen["calendar"].pk if chosen["calendar"] else None}
    return _set(request, found, state)


@require_POST
@may("see_leads")
def taking(request: HttpRequest, person_id: int) -> HttpResponse:
    """POST hours/people/<id>/taking/: whether leads are taken now, which is also one's own to say."""
    return _set(request, _person(request, person_id), {"is_taking": request.POST.get("taking") == "yes"})


def _set(request: HttpRequest, person: Person, state: dict[str, Any]) -> HttpResponse:
    try:
        changed = changing.set_place(person, state, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if changed is not None:
            tasks.settle_soon()
    return redirect("leads:hours_person", person.pk)

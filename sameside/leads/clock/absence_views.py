"""Who is away, and who covers: everybody enters their own, administrators everybody's."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.leads.clock import absences, pages
from sameside.leads.clock.views import about
from sameside.leads.models import Absence
from sameside.people.models import Person
from sameside.people.policies import Refused, can, may, reader
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, build, respond


def _row(absence: Absence) -> dict[str, Any]:
    today = timezone.localdate()
    if absence.ends_on < today:
        state = Badge("Passed")
    else:
        state = Badge("Away now", "warn") if absence.starts_on <= today else Badge("To come", "info")
    return {
        "person": Two(absence.person.name, absence.note),
        "starts": absence.starts_on,
        "ends": absence.ends_on,
        "cover": absence.cover.name if absence.cover else Badge("Nobody", "warn"),
        "state": state,
        "link": f"/leads/hours/people/{absence.person_id}/",
    }


def _by_time(rows: "QuerySet[Absence]", value: str) -> "QuerySet[Absence]":
    today = timezone.localdate()
    if value == "past":
        return rows.filter(ends_on__lt=today)
    if value == "now":
        return rows.filter(starts_on__lte=today, ends_on__gte=today)
    return rows.filter(starts_on__gt=today)


ABSENCES = ListSpec(
    name="absences",
    columns=(
        Column("person", "Who"),
        Column("starts", "From", "date"),
        Column("ends", "To", "date"),
        Column("cover", "Cover"),
        Column("state", "When"),
    ),
    row=_row,
    filters=(
        Filter("q", "Name", lambda rows, value: rows.filter(person__name__icontains=value), kind="text"),
        Filter(
            "when",
            "When",
            _by_time,
            lambda _: [Choice("now", "Away now"), Choice("coming", "To come"), Choice("past", "Passed")],
        ),
    ),
    sorts=(Sort("starts", "From", Order("starts_on", descending=True)), Sort("ends", "To", Order("ends_on"))),
    prefetch=lambda rows: rows.select_related("person", "cover"),
    empty=Empty(
        "calendar-event",
        "Nobody is away",
        "Enter a holiday before it begins: new leads then go to whoever covers, and reminders do too.",
    ),
)


class AbsenceForm(forms.Form):
    person = forms.ModelChoiceField(Person.objects.none(), label="Who", required=False)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ends_on = forms.DateField(label="Last day", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    cover = forms.ModelChoiceField(Person.objects.none(), label="Who covers", required=False, empty_label="Nobody")
    note = forms.CharField(max_length=200, required=False, label="Note")

    def __init__(self, by: Person, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        workers = Person.objects.filter(pages.workers())
        self.fields["cover"].queryset = workers  # type: ignore[attr-defined]
        self.fields["person"].queryset = workers if can(by, "manage_hours") else Person.objects.filter(pk=by.pk)  # type: ignore[attr-defined]
        self.fields["person"].empty_label = by.name  # type: ignore[attr-defined]


@may("see_leads")
def away(request: HttpRequest) -> HttpResponse:
    by = reader(request)
    asked = request.GET.get("person", "")
    initial = {"person": asked if asked.isdecimal() else "", "starts_on": request.GET.get("from", "")}
    return _page(request, AbsenceForm(by, initial=initial))


def _seen(by: Person) -> "QuerySet[Absence]":
    return Absence.objects.filter(cancelled_at=None, person__in=Person.objects.visible_to(by))


def _page(request: HttpRequest, form: AbsenceForm) -> HttpResponse:
    by = reader(request)
    context = {**about(by), "form": form}
    return respond(request, _seen(by), ABSENCES, "leads/clock/absences.html", context)  # type: ignore[return-value]


@require_POST
@may("see_leads")
def entering(request: HttpRequest) -> HttpResponse:
    """POST hours/absences/entry/: away from one day to another, both included."""
    by = reader(request)
    form = AbsenceForm(by, request.POST)
    if not form.is_valid():
        return _refused(request, form)
    given = form.cleaned_data
    starts, ends = _plausible(given["starts_on"]), _plausible(given["ends_on"])
    try:
        made = absences.enter(
            given["person"] or by,
            starts_on=starts,
            ends_on=ends,
            cover=given["cover"],
            note=given["note"],
            by=by,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, form)
    _warn(request, made.absence)
    return redirect("leads:hours_absences")


def _refused(request: HttpRequest, form: AbsenceForm) -> HttpResponse:
    """The page once more, with what was filled in."""
    context = {**about(reader(request)), "form": form, "listing": build(request, _seen(reader(request)), ABSENCES)}
    return render(request, "leads/clock/absences.html", context)


def _plausible(day: date) -> date:
    return min(max(day, date(2000, 1, 1)), date(2100, 1, 1))


def _warn(request: HttpRequest, absence: Absence | None) -> None:
    """The clock runs on: what falls due meanwhile is said, so that it can be passed on."""
    left = absences.left_behind(absence) if absence else 0
    if left:
        what = "1 open lead falls" if left == 1 else f"{left:,} open leads fall"
        messages.warning(request, f"{what} due in that time. The clock runs on: pass on what cannot wait.")


@require_POST
@may("see_leads")
def cancellation(request: HttpRequest, absence_id: int) -> HttpResponse:
    """POST hours/absences/<id>/cancellation/: not away after all."""
    found = get_object_or_404(Absence.objects.select_related("person"), pk=absence_id)
    try:
        absences.cancel(found, by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("leads:hours_person", found.person_id)

"""The settings of the organisation, its teams, and the table of roles."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from sameside.kit.tables import Column, Table
from sameside.people import organisation, roles_page
from sameside.people.forms import SettingsForm, TeamForm
from sameside.people.models import Organisation, Team
from sameside.people.policies import can, may


@may("manage_settings")
def settings(request: HttpRequest) -> HttpResponse:
    """GET: what is set. POST: the changes, recorded with what was before."""
    current = Organisation.current()
    initial = {key: getattr(current, key) for key in organisation.SETTINGS}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changed = organisation.change_settings(form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "The settings are changed." if changed else "Nothing was different.")
        return redirect("people:settings")
    return render(request, "people/settings.html", {"form": form})


def teams_table() -> Table:
    who = Q(members__is_active=True) & ~Q(members__role="")
    counted = Team.objects.annotate(persons=Count("members"), signing_in=Count("members", filter=who)).order_by("name")
    rows = [
        {
            "name": team.name,
            "side": Team.Side(team.side).label,
            "persons": team.persons,
            "signing_in": team.signing_in,
            "link": f"/people/teams/{team.pk}/",
        }
        for team in counted
    ]
    columns = [
        Column("name", "Team"),
        Column("side", "Side"),
        Column("persons", "Persons", "number"),
        Column("signing_in", "May sign in", "number"),
    ]
    return Table(columns, rows, empty="There is no team yet. Teams come with the CRM import, or are added here.")


@may("see_people")
def teams(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "people/teams.html",
        {"table": teams_table(), "form": TeamForm(), "may_manage": can(request.user, "manage_people")},
    )


@may("manage_people")
def new_team(request: HttpRequest) -> HttpResponse:
    """POST people/teams/new/: one more team."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        team = organisation.add_team(**form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, f"{team.name} is added.")
        return redirect("people:teams")
    return render(request, "people/team.html", {"form": form, "team": None})


@may("manage_people")
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=team_id)
    initial = {"name": found.name, "side": found.side}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial, team=found)
    if request.method == "POST" and form.is_valid():
        organisation.change_team(found, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "The team is changed.")
        return redirect("people:teams")
    return render(request, "people/team.html", {"form": form, "team": found})


@may("see_people")
def roles(request: HttpRequest) -> HttpResponse:
    return render(request, "people/roles.html", {"table": roles_page.table()})

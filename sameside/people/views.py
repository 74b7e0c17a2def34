"""The list of persons, one person's page, and the changes an administrator makes there."""

from smtplib import SMTPException
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people import invitations, membership
from sameside.people.audit_views import history_of
from sameside.people.forms import InvitationForm, MembershipForm, PasswordForm
from sameside.people.models import Person, Team
from sameside.people.policies import Refused, can, may, public
from sameside.people.roles import Role
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond

_NONE = "none"


def _by_role(rows: "QuerySet[Person]", value: str) -> "QuerySet[Person]":
    return rows.filter(role="" if value == _NONE else value)


def _by_sign_in(rows: "QuerySet[Person]", value: str) -> "QuerySet[Person]":
    who = Q(is_active=True) & ~Q(role="")
    return rows.filter(who if value == "yes" else ~who)


def _by_text(rows: "QuerySet[Person]", value: str) -> "QuerySet[Person]":
    return rows.filter(Q(name__icontains=value) | Q(email__icontains=value) | Q(title__icontains=value))


def sign_in_state(person: Person) -> Badge:
    if not person.is_active:
        return Badge("Deactivated", "bad")
    if not person.role:
        return Badge("No sign-in", "neutral")
    if not person.password or not person.has_usable_password():
        return Badge("Invited" if person.last_login is None else "No password", "warn")
    return Badge("May sign in", "good")


def _row(person: Person) -> dict[str, Any]:
    return {
        "name": Two(person.name, person.title),
        "email": person.email,
        "role": Role(person.role).label if person.role else "",
        "team": person.team.name if person.team else person.partner.name if person.partner else "",
        "state": sign_in_state(person),
        "last_login": person.last_login,
        "link": f"/people/{person.pk}/",
    }


PERSONS = ListSpec(
    name="people",
    columns=(
        Column("name", "Name"),
        Column("email", "E-mail"),
        Column("role", "Role"),
        Column("team", "Team"),
        Column("state", "Sign-in"),
        Column("last_login", "Last sign-in", "datetime"),
    ),
    row=_row,
    filters=(
        Filter("q", "Name, e-mail or title", _by_text, kind="text"),
        Filter(
            "role", "Role", _by_role, lambda _: [Choice(_NONE, "No role"), *(Choice(*role) for role in Role.choices)]
        ),
        Filter(
            "team",
            "Team",
            lambda rows, value: rows.filter(team_id=value),
            lambda _: [Choice(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")],
        ),
        Filter("sign_in", "Sign-in", _by_sign_in, lambda _: [Choice("yes", "May sign in"), Choice("no", "May not")]),
    ),
    sorts=(
        Sort("name", "Name", Order("name")),
        Sort("last_login", "Last sign-in", Order("last_login", descending=True, nullable=True)),
        Sort("added", "Added", Order("created_at", descending=True)),
    ),
    prefetch=lambda rows: rows.select_related("team", "partner"),
    empty=Empty(
        "users",
        "Nobody is here yet",
        "Persons come with the CRM import, as owners of leads and deals, or by invitation.",
        "/people/invitations/",
        "Invite somebody",
    ),
)


@may("see_people")
def people(request: HttpRequest) -> HttpResponse:
    context = {"may_manage": can(request.user, "manage_people"), "may_audit": can(request.user, "see_audit")}
    return respond(request, Person.objects.visible_to(request.user), PERSONS, "people/list.html", context)  # type: ignore[arg-type, return-value]


def _person(request: HttpRequest, person_id: int) -> Person:
    visible = Person.objects.visible_to(request.user)  # type: ignore[arg-type]
    return get_object_or_404(visible.select_related("team", "partner"), pk=person_id)


def _page(request: HttpRequest, person: Person, **more: Any) -> HttpResponse:
    form = MembershipForm(initial={"role": person.role, "team": person.team_id, "partner": person.partner_id})
    context = {
        "person": person,
        "role": Role(person.role).label if person.role else "",
        "state": sign_in_state(person),
        "may_manage": can(request.user, "manage_people"),
        "form": form,
        "history": history_of(person) if can(request.user, "see_audit") else None,
    }
    return render(request, "people/person.html", {**context, **more})


@may("see_people")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    return _page(request, _person(request, person_id))


@require_POST
@may("manage_people")
def change_membership(request: HttpRequest, person_id: int) -> HttpResponse:
    """POST people/<id>/membership/: the role and the team."""
    found = _person(request, person_id)
    form = MembershipForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        membership.change_membership(found, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The role of {found.name} is changed.")
    return redirect("people:person", found.pk)


@require_POST
@may("manage_people")
def deactivation(request: HttpRequest, person_id: int) -> HttpResponse:
    found = _person(request, person_id)
    try:
        membership.deactivate(found, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.name} may not sign in any more.")
    return redirect("people:person", found.pk)


@require_POST
@may("manage_people")
def activation(request: HttpRequest, person_id: int) -> HttpResponse:
    found = membership.activate(_person(request, person_id), by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"{found.name} is active again.")
    return redirect("people:person", found.pk)


def _deliver(request: HttpRequest, person: Person) -> HttpResponse:
    """Make an invitation and mail it; where no mail goes out, show the link this once."""
    token = invitations.make(person, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    address = request.build_absolute_uri(reverse("people:welcome", args=[token]))
    if invitations.mail_goes_out():
        try:
            invitations.send(person, address, by=request.user)  # type: ignore[arg-type]
        except (SMTPException, OSError):
            return _page(request, person, link=address, mail_failed=True)
        messages.success(request, f"The invitation went to {person.email}.")
        return redirect("people:person", person.pk)
    return _page(request, person, link=address)


@require_POST
@may("manage_people")
def invitation(request: HttpRequest, person_id: int) -> HttpResponse:
    """POST people/<id>/invitation/: a new link for somebody who is here already."""
    found = _person(request, person_id)
    try:
        return _deliver(request, found)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:person", found.pk)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """From the page of a partner company: somebody of it is invited."""
    asked = request.GET.get("partner", "")
    return {"role": Role.PARTNER, "partner": asked} if asked.isascii() and asked.isdecimal() else {}


@may("manage_people")
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        try:
            invited = membership.invite(**form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            return _deliver(request, invited)
        except Refused as refusal:
            form.add_error("email", str(refusal))
    return render(request, "people/invite.html", {"form": form, "mail_goes_out": invitations.mail_goes_out()})


@never_cache
@public
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation: set the password, then sign in."""
    found = invitations.find(token, at=timezone.now())
    if found is None:
        return render(request, "people/welcome.html", {"form": None}, status=410)
    form = PasswordForm(request.POST if request.method == "POST" else None, person=found.person)
    if request.method == "POST" and form.is_valid():
        if invitations.take_up(token, form.cleaned_data["password"], at=timezone.now()) is None:
            return render(request, "people/welcome.html", {"form": None}, status=410)
        messages.success(request, "Your password is set. Sign in with it now.")
        return redirect("account_login")
    return render(request, "people/welcome.html", {"form": form, "person": found.person})

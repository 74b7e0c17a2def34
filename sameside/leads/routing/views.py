"""Routes: their order, the editor with a trial, and undo."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sameside.leads import setup
from sameside.leads.models import Lead, Route, RouteChange
from sameside.leads.routing import asking, editing, forms, having, pages, trying
from sameside.leads.routing import routing as verbs
from sameside.leads.routing.forms import Form
from sameside.people.models import Person, Team
from sameside.people.policies import Refused, can, may, reader

MOST_FOUND = 5


@require_GET
@may("see_leads")
def routing(request: HttpRequest) -> HttpResponse:
    """GET leads/routing/: the routes in their order, who has how much, what was changed."""
    now, person, routes = timezone.now(), reader(request), editing.live()
    changes, members = pages.changes(person, at=now), editing.members(routes)
    context = {
        "setup_tabs": setup.tabs("leads:routing", person),
        "rows": pages.route_rows(routes, members, at=now),
        "having": having.of(routes, members, request.GET.dict(), at=now),
        "unrouted": pages.counted(verbs.unrouted()[: pages.COUNTED + 1].count()),
        "changes": changes,
        "undo": pages.latest(changes, person, at=now),
        "may_change": can(person, "route_leads"),
    }
    return render(request, "leads/routing/routing.html", context)


@require_GET
@may("see_leads")
def trial(request: HttpRequest) -> HttpResponse:
    """GET leads/routing/trial/?lead=7: who would get this lead now, and what each route says of it."""
    asked, person, now = request.GET.get("lead", "").strip(), reader(request), timezone.now()
    leads = _leads(asked, person)
    context: dict[str, Any] = {"asked": asked, "leads": leads, "setup_tabs": setup.tabs("leads:routing", person)}
    if len(leads) == 1:
        found = trying.try_one(leads[0], at=now)
        context |= {"lead": leads[0], "about": pages.about(leads[0]), "tried": found, "verdict": pages.verdict(found)}
        context |= {"why": pages.why(found)}
    return render(request, "leads/routing/trial.html", context)


def _leads(asked: str, person: Person) -> list[Lead]:
    """By number or by e-mail address."""
    if not asked or "\x00" in asked:
        return []
    by = Q(email__in=[asked, asked.lower()])
    if asked.isascii() and asked.isdecimal() and len(asked) < 18:
        by |= Q(pk=int(asked))
    return list(Lead.objects.visible_to(person).filter(by).order_by("-pk")[:MOST_FOUND])


@require_http_methods(["GET", "POST"])
@may("route_leads")
def making(request: HttpRequest) -> HttpResponse:
    """GET leads/routing/new/: an empty editor. POST: what its button says."""
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
@may("route_leads")
def route(request: HttpRequest, route_id: int) -> HttpResponse:
    """GET leads/routing/3/: the editor. POST: what its button says; only "save" keeps anything."""
    found = Route.objects.filter(deleted_at=None).select_related("team").prefetch_related("members__person")
    return _edited(request, get_object_or_404(found, pk=route_id))


def _edited(request: HttpRequest, route: Route | None) -> HttpResponse:
    people = pages.people()
    now = timezone.now()
    form = forms.posted(request.POST, people, at=now) if request.method == "POST" else forms.of(route, people, at=now)
    refused = ""
    if request.POST.get("do") == "save":
        try:
            made = editing.save(route, form.draft, by=reader(request), at=now)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"{made.text}. Leads that wait are tried again now.")
            return redirect("leads:routing")
    context = _editor(request, route, form) | {"refused": refused}
    if request.headers.get("HX-Request") and request.POST.get("do") is None:
        return render(request, "leads/routing/route.html#live", context)
    return render(request, "leads/routing/route.html", context)


def _editor(request: HttpRequest, route: Route | None, form: Form) -> dict[str, Any]:
    now, person = timezone.now(), reader(request)
    wrong = editing.problems(form.draft)
    readable = not any(line.problem for line in form.lines)
    tried = trying.try_many(trying.recent(person), trying.drafted(form.draft, route), at=now) if readable else []
    return {
        "setup_tabs": setup.tabs("leads:routing", person),
        "route": route,
        "form": form,
        "gives": Route.Gives.choices,
        "teams": Team.objects.order_by("name"),
        "problems": wrong,
        "summary": pages.summary(tried) if readable else "A condition is not finished yet.",
        "shares": trying.shares(tried),
        "tried": pages.tried_rows(tried),
        "most_conditions": asking.MOST_CONDITIONS,
    }


@require_POST
@may("route_leads")
def place(request: HttpRequest, route_id: int) -> HttpResponse:
    """POST leads/routing/3/place/ with `to`: "up", "down", or a place from 0."""
    found, to = get_object_or_404(Route, pk=route_id, deleted_at=None), request.POST.get("to", "")
    order = [one.pk for one in editing.live()]
    here = order.index(found.pk)
    if not (to in ("up", "down") or (to.isascii() and to.isdecimal() and len(to) < 6)):
        return HttpResponse("A place is a number from 0.", status=400)
    wanted = max(0, here - 1) if to == "up" else here + 1 if to == "down" else int(to)
    editing.move(found, wanted, by=reader(request), at=timezone.now())
    return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("leads:routing")


@require_POST
@may("route_leads")
def activity(request: HttpRequest, route_id: int) -> HttpResponse:
    """POST leads/routing/3/activity/: on; with `remove`: off."""
    found = get_object_or_404(Route, pk=route_id, deleted_at=None)
    editing.switch(found, on="remove" not in request.POST, by=reader(request), at=timezone.now())
    return redirect("leads:routing")


@require_POST
@may("route_leads")
def removal(request: HttpRequest, route_id: int) -> HttpResponse:
    """POST leads/routing/3/removal/: take the route away."""
    editing.remove(get_object_or_404(Route, pk=route_id, deleted_at=None), by=reader(request), at=timezone.now())
    return redirect("leads:routing")


@require_POST
@may("route_leads")
def undoing(request: HttpRequest, change_id: int) -> HttpResponse:
    """POST leads/routing/changes/3/undoing/: put back what the change found."""
    try:
        change = editing.undo(get_object_or_404(RouteChange, pk=change_id), by=reader(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Undone: {change.text}.")
    return redirect("leads:routing")

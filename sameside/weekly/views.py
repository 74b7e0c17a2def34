"""Today, and the agenda of this week."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sameside.kit import snapshots
from sameside.leads.agreement import reviewing
from sameside.leads.batches import today as feedback
from sameside.leads.handover import today as handed
from sameside.library.upkeep import duties
from sameside.people.models import Person
from sameside.people.policies import can, may
from sameside.people.roles import Role
from sameside.weekly import agenda as agendas
from sameside.weekly import overview, points, readiness
from sameside.weekly import today as todays
from sameside.weekly.report import campaigns_table, demand_table


def _for_role(person: Person, data: Any, at: datetime) -> dict[str, Any]:
    """What the page of this person's role shows, by the name under which its template reads it."""
    if person.role == Role.SELLER:
        return {"seller": todays.seller(person, at, data), "handed": handed.for_seller(person, at=at)}
    if person.role in (Role.MARKETER, Role.EDITOR):
        mine = todays.marketer(person, data)
        lacks = {**data, "demand": mine.demand}
        unfound = points.unfound_table(mine.content, person) if mine.content else None
        campaigns = campaigns_table(mine.campaigns)
        return {
            "marketer": mine,
            "campaigns": campaigns,
            "demand": replace(demand_table(lacks), caption=""),
            "unfound": unfound,
            "came_back": handed.for_marketing(person, at=at) if can(person, "hand_over_leads") else None,
        }
    if person.role == Role.SUCCESS:
        return {"success": todays.success(person, at)}
    return {"overview": overview.build(data)}


@may("see_today")
def today(request: HttpRequest) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    at = timezone.now()
    there = readiness.look(steps=can(person, "manage_people"))
    if there.is_empty:
        return render(request, "weekly/begin.html", {"steps": there.steps})
    found = snapshots.read_all({"today": None, "week": None})
    if "today" not in found:
        return render(request, "ui/computing.html", {"report_name": "today", "title": "Today"})
    context = {
        "snapshot": found["today"],
        "now": at,
        "headlines": agendas.headlines(found["week"].data) if "week" in found else None,
        "steps": [step for step in there.steps if not step.done],
        "may_see_leads": can(person, "see_leads"),
        "duties": duties.of(person, at) if can(person, "edit_library") else None,
        "agreement_waits": reviewing.waiting(person, at),
        "feedback_waiting": feedback.waiting(person, at),
        "feedback_answered": feedback.answered(person, at),
        **_for_role(person, found["today"].data, at),
    }
    return render(request, "weekly/today.html", context)


@may("see_today")
def this_week(request: HttpRequest) -> HttpResponse:
    report = snapshots.REGISTRY["week"]
    params = report.read(request.GET.dict())
    found = snapshots.read_all({"week": params, "today": None})
    snapshot = found.get("week")
    if snapshot is None:
        return render(request, "ui/computing.html", {"report_name": "week", "title": "This week"})
    content = found["today"].data["content"] if "today" in found else None
    person: Person = request.user  # type: ignore[assignment]
    agenda = agendas.build(snapshot.data, content, person)
    if not agenda.week and can(person, "edit_library"):
        agenda = replace(agenda, points=[*agenda.points, points.library(duties.of(person, timezone.now()))])
    waits = [] if agenda.week else reviewing.waiting(person, timezone.now())
    context = {"agenda": agenda, "snapshot": snapshot, "agreement_waits": waits}
    return render(request, "weekly/this_week.html", context)

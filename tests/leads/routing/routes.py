"""Routes and leads to be routed, for tests."""

from datetime import timedelta
from typing import Any

from sameside.leads.models import Lead, Qualification, Route, RouteMember
from sameside.people.models import Person, Team
from sameside.people.roles import Role
from tests.conftest import NOW

GERMANY = {"field": "country", "how": "is", "values": ["Germany"]}
BANKS = {"field": "vertical", "how": "is", "values": ["banking"]}


def seller(name: str, team: Team | None = None) -> Person:
    return Person.objects.create_user(f"{name.lower()}@example.com", None, name=name, role=Role.SELLER, team=team)


def route_to(*persons: Person, weights: tuple[int, ...] = (), gives: str = "round_robin", **more: Any) -> Route:
    made = Route.objects.create(
        **{
            "position": Route.objects.count() + 1, "name": f"Route {Route.objects.count() + 1}", "gives": gives,
            "changed_at": NOW, **more,
        }
    )  # fmt: skip
    for place, person in enumerate(persons):
        RouteMember.objects.create(route=made, person=person, weight=weights[place] if weights else 1)
    return made


def lead(**more: Any) -> Lead:
    number = Lead.objects.count() + 1
    return Lead.objects.create(
        **{
            "source": "t", "external_id": f"L{number}", "last_name": f"Lead {number}", "country": "Germany",
            "vertical": "banking", "created_at": NOW - timedelta(days=3), "qualified_at": NOW, "segment": "everybody",
            **more,
        }
    )  # fmt: skip


def qualified(**more: Any) -> Qualification:
    made = lead(**more)
    return Qualification.objects.create(lead=made, segment=made.segment, score=made.score, at=NOW)

"""Who makes, changes, moves, switches and takes away routes, and undoes it.

Each change keeps what it found and what it left as data (`RouteChange`), so it can be undone as long as nobody changed
the same since. Leads that wait are tried again by the next sweep. What a person got in turn stays counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import transaction

from sameside.kit.prepared import VALUE, IsOneOf, PreparedValues
from sameside.leads.criteria import Unreadable
from sameside.leads.models import Route, RouteChange, RouteMember
from sameside.leads.routing import asking, covering, soon
from sameside.leads.routing.locking import lock
from sameside.leads.routing.table import turn_of
from sameside.leads.routing.turns import begin
from sameside.people import audit, policies
from sameside.people.models import Person, Team
from sameside.people.policies import Refused

Gives = Route.Gives
MOST_ROUTES = 200
MOST_MEMBERS = 200
MOST_WEIGHT = 100


@dataclass(frozen=True)
class Draft:
    """A route as somebody wants it. `members`: person and weight, of routes to one person or in turn among people."""

    name: str
    gives: str
    conditions: Sequence[Mapping[str, Any]] = ()
    team_id: int | None = None
    members: Sequence[tuple[int, int]] = ()
    is_active: bool = True


class Member(NamedTuple):
    """Somebody whose turn comes in a route."""

    route_id: int
    person_id: int
    weight: int
    name: str


def live() -> list[Route]:
    """The routes there are, in their order."""
    return list(Route.objects.filter(deleted_at=None).select_related("team"))


@lru_cache(maxsize=1)
def _members() -> PreparedValues:
    rows = RouteMember.objects.filter(IsOneOf("route", VALUE)).order_by("pk")
    return PreparedValues(rows.values_list("route_id", "person_id", "weight", "person__name"))


def members(routes: Iterable[Route]) -> Mapping[int, Sequence[Member]]:
    """Who has turns, by route."""
    found: dict[int, list[Member]] = defaultdict(list)
    for row in _members()([one.pk for one in routes]):
        one = Member(*row)
        found[one.route_id].append(one)
    return found


NAMED = (Gives.PERSON, Gives.ROUND_ROBIN)
"""Routes that name their people; whoever is in a team gets a place by routing."""


def state_of(route: Route) -> dict[str, Any]:
    named = RouteMember.objects.filter(route=route) if route.gives in NAMED else RouteMember.objects.none()
    members = named.order_by("person").values_list("person", "weight")
    return {
        "name": route.name, "gives": route.gives, "conditions": route.conditions, "team": route.team_id,
        "is_active": route.is_active, "gone": route.deleted_at is not None, "members": [list(one) for one in members],
    }  # fmt: skip


def problems(draft: Draft) -> list[str]:
    """Why it cannot be saved as it is, as sentences."""
    found = []
    if not draft.name.strip():
        found.append("Give the route a name.")
    if draft.gives not in Gives.values:
        found.append("Choose whom it gives leads to.")
    try:
        asking.read_all(list(draft.conditions))
    except Unreadable as problem:
        found.append(str(problem))
    if draft.gives == Gives.TEAM and not Team.objects.filter(pk__in=[draft.team_id]).exists():
        found.append("Choose a team.")
    if draft.gives in NAMED:
        found += _problems_of_members(draft)
    return found


def _problems_of_members(draft: Draft) -> list[str]:
    persons = Person.objects.in_bulk([person for person, _ in draft.members])
    if not draft.members or len(persons) != len(draft.members):
        return ["Choose who gets its leads."]
    if draft.gives == Gives.PERSON and len(draft.members) > 1:
        return ["A route to one person names one person only."]
    if len(draft.members) > MOST_MEMBERS:
        return [f"A route has at most {MOST_MEMBERS} people."]
    if not all(1 <= weight <= MOST_WEIGHT for _, weight in draft.members):
        return [f"How often somebody's turn comes is a whole number from 1 to {MOST_WEIGHT}."]
    return list(filter(None, (covering.cannot_take(person) for person in persons.values())))


@transaction.atomic
def save(route: Route | None, draft: Draft, *, by: Person, at: datetime) -> RouteChange:
    """Make a route, last in the order, or change one."""
    policies.check(by, "route_leads")
    wrong = problems(draft)
    if wrong:
        raise Refused(" ".join(wrong))
    routes = _locked()
    if route is None and len(routes) >= MOST_ROUTES:
        raise Refused(f"There are {MOST_ROUTES} routes already, which is the most.")
    current = next((one for one in routes if route is not None and one.pk == route.pk), None)
    if route is not None and current is None:
        raise Refused("This route was taken away meanwhile.")
    before = state_of(current) if current is not None else None
    made = current or Route(position=1 + max((one.position for one in routes), default=0))
    made.name, made.gives, made.is_active = draft.name.strip()[:120], draft.gives, draft.is_active
    made.conditions = asking.write(asking.read_all(list(draft.conditions)))
    made.team_id = draft.team_id if draft.gives == Gives.TEAM else None
    made.changed_by, made.changed_at = by, at
    made.save()
    _set_members(made, draft.members if draft.gives in NAMED else None)
    return _record(made, f"{'Changed' if before else 'Made'} “{made.name}”", before, state_of(made), by, at)


def _locked() -> list[Route]:
    lock()
    return list(Route.objects.select_for_update(of=("self",)).filter(deleted_at=None).order_by("position", "pk"))


def members_after(
    route: Route, current: Iterable[RouteMember], wanted: Sequence[Sequence[int]] | None
) -> list[RouteMember]:  # fmt: skip
    """The places of a route once these people and weights are wanted, nothing saved: who joins begins at the pace of
    the others. None: as they are, because the places of a team make themselves."""
    if wanted is None:
        return list(current)
    there = {one.person_id: one for one in current}
    weights = {one[0]: one[1] for one in wanted}
    turns = [turn_of(one) for person, one in there.items() if person in weights]
    made = []
    for person, weight in weights.items():
        member = there.get(person)
        if member is None:
            member = RouteMember(route=route, person_id=person, weight=weight, given=begin(weight, turns))
        elif member.weight != weight:
            others = [one for one in turns if one.person != person]
            member.weight, member.given = weight, begin(weight, others) if others else 0
        made.append(member)
    return made


def _set_members(route: Route, wanted: Sequence[Sequence[int]] | None) -> None:
    if wanted is None:
        return
    members = members_after(route, RouteMember.objects.select_for_update().filter(route=route), wanted)
    RouteMember.objects.filter(route=route).exclude(person__in=[one.person_id for one in members]).delete()
    for one in members:
        one.save()


@transaction.atomic
def switch(route: Route, *, on: bool, by: Person, at: datetime) -> RouteChange:
    policies.check(by, "route_leads")
    route = _one(route)
    before = state_of(route)
    route.is_active, route.changed_by, route.changed_at = on, by, at
    route.save(update_fields=["is_active", "changed_by", "changed_at"])
    return _record(route, f"Switched “{route.name}” {'on' if on else 'off'}", before, state_of(route), by, at)


@transaction.atomic
def remove(route: Route, *, by: Person, at: datetime) -> RouteChange:
    policies.check(by, "route_leads")
    route = _one(route)
    before = state_of(route)
    route.deleted_at, route.changed_by, route.changed_at = at, by, at
    route.save(update_fields=["deleted_at", "changed_by", "changed_at"])
    return _record(route, f"Took “{route.name}” away", before, state_of(route), by, at)


def _one(route: Route) -> Route:
    found = next((one for one in _locked() if one.pk == route.pk), None)
    if found is None:
        raise Refused("This route was taken away meanwhile.")
    return found


@transaction.atomic
def move(route: Route, to: int, *, by: Person, at: datetime) -> RouteChange | None:
    """Put it at place `to` (0 is first) of the order in which routes are asked."""
    policies.check(by, "route_leads")
    routes = _locked()
    order = [one.pk for one in routes]
    if route.pk not in order:
        raise Refused("This route was taken away meanwhile.")
    wanted = [one for one in order if one != route.pk]
    wanted.insert(max(0, min(to, len(wanted))), route.pk)
    if wanted == order:
        return None
    _set_order(wanted)
    place = wanted.index(route.pk) + 1
    return _record(route, f"Moved “{route.name}” to place {place}", {"order": order}, {"order": wanted}, by, at)


def _set_order(order: Sequence[int]) -> None:
    routes = Route.objects.in_bulk(order)
    found = [routes[pk] for pk in order if pk in routes]
    for place, one in enumerate(found, 1):
        one.position = place
    Route.objects.bulk_update(found, ["position"])


def _record(route: Route, text: str, before: Any, after: Any, by: Person, at: datetime) -> RouteChange:
    made = RouteChange.objects.create(route=route, text=text[:300], before=before, after=after, by=by, at=at)
    soon.if_any_waits()
    audit.record("route.changed", by=by, at=at, subject=f"Route:{route.pk}", details={"change": made.pk})
    return made


@transaction.atomic
def undo(change: RouteChange, *, by: Person, at: datetime) -> RouteChange:
    """Put back what a change found, unless the same was changed since."""
    policies.check(by, "route_leads")
    routes = _locked()
    change = RouteChange.objects.select_for_update(of=("self",)).select_related("route").get(pk=change.pk)
    if change.undone_at is not None:
        raise Refused("This was undone already.")
    is_order = isinstance(change.after, dict) and "order" in change.after
    now = {"order": [one.pk for one in routes]} if is_order else state_of(change.route)
    if now != change.after:
        raise Refused(f"“{change.route.name}” was changed since, so this stays. Undo the later change first.")
    if is_order and change.before:
        _set_order((change.before or {})["order"])
    else:
        _restore(change.route, change.before, by=by, at=at)
    change.undone_at, change.undone_by = at, by
    change.save(update_fields=["undone_at", "undone_by"])
    soon.if_any_waits()
    audit.record("route.change_undone", by=by, at=at, subject=f"Route:{change.route_id}", details={"change": change.pk})
    return change


def _restore(route: Route, state: Mapping[str, Any] | None, *, by: Person, at: datetime) -> None:
    route.changed_by, route.changed_at = by, at
    if state is None:
        route.deleted_at = at
        route.save()
        return
    route.name, route.gives, route.conditions = state["name"], state["gives"], state["conditions"]
    route.team_id, route.is_active = state["team"], state["is_active"]
    route.deleted_at = at if state["gone"] else None
    route.save()
    _set_members(route, state["members"] if route.gives in NAMED else None)

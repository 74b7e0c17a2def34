"""What the pages of routing show: the routes in words, who has how much, what was changed, and whom a trial gives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection
from django.urls import reverse

from sameside.kit.prepared import VALUE, Prepared
from sameside.leads import conditions
from sameside.leads.clock.pages import workers
from sameside.leads.criteria import Condition, Unreadable
from sameside.leads.models import Lead, Route, RouteChange
from sameside.leads.routing import asking, covering, trying
from sameside.leads.routing.choosing import Asking, Chosen, NotRouted
from sameside.leads.routing.editing import Member
from sameside.leads.routing.loads import loads_of
from sameside.leads.routing.trying import Tried
from sameside.leads.scoring.naming import names_of
from sameside.leads.scoring.rule import Names
from sameside.people.models import Person
from sameside.people.policies import can
from sameside.ui.formats import number

Gives = Route.Gives
Members = Mapping[int, Sequence[Member]]
UNDO_FOR = timedelta(minutes=10)
SHOWN_CHANGES = 12
NAMED_PEOPLE = 6
GIVEN_WITHIN = timedelta(days=30)
COUNTED = 1_000


@dataclass(frozen=True)
class RouteRow:
    route: Route
    url: str
    conditions: str
    gives: str
    given: str
    problem: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Change:
    change: RouteChange
    may_undo: bool


@dataclass(frozen=True)
class TriedRow:
    """One lead of a trial: who gets it by the routes as they are (`before`) and as they would be."""

    name: str
    about: str
    url: str
    before: str
    after: str
    why: str
    is_other: bool


def names_for(routes: Iterable[Route], at: datetime) -> Names:
    """Names for what the conditions of these routes ask."""
    asked = [one for route in routes for one in _readable(route) if one.field not in asking.OWN]
    plain = names_of(asked)
    segments = conditions.segments(at) if any(_asks_segment(route) for route in routes) else {}
    return lambda field, value: segments.get(value, value) if field == asking.SEGMENT.key else plain(field, value)


def _asks_segment(route: Route) -> bool:
    return any(one.field == asking.SEGMENT.key for one in _readable(route))


def _readable(route: Route) -> Sequence[Condition]:
    try:
        return asking.read_all(route.conditions)
    except Unreadable:
        return ()


def route_rows(routes: Sequence[Route], members: Members, *, at: datetime) -> list[RouteRow]:
    names = names_for(routes, at)
    first = reverse("leads:routing")
    given = _given([one.pk for one in routes], at=at)
    return [
        _route_row(
            one, first, names, gives(one, members.get(one.pk, ())), given.get(one.pk, 0),
            is_first=place == 0, is_last=place == len(routes) - 1,
        )
        for place, one in enumerate(routes)
    ]  # fmt: skip


_GIVEN = """
SELECT r.id, (SELECT count(*) FROM (SELECT 1 FROM leads_handover h
    WHERE h.route_id = r.id AND h.at >= %s AND h.at <= %s LIMIT %s) recent)
FROM unnest(%s::bigint[]) AS r (id)
"""


def _given(routes: Sequence[int], *, at: datetime) -> dict[int, int]:
    """How many leads each route gave lately, counted no further than one beyond `COUNTED`."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [at - GIVEN_WITHIN, at, COUNTED + 1, list(routes)])
        return dict(cursor.fetchall())


def counted(count: int) -> str:
    return number(count) if count <= COUNTED else f"more than {number(COUNTED)}"


def _route_row(
    route: Route, first: str, names: Names, to: str, given: int, *, is_first: bool, is_last: bool
) -> RouteRow:  # fmt: skip
    problem = ""
    try:
        said = [asking.in_words(one, names) for one in asking.read_all(route.conditions)]
    except Unreadable as why:
        said, problem = [], f"It takes no lead: {why}"
    lately = f"{counted(given)} lead{'' if given == 1 else 's'} in 30 days"
    return RouteRow(
        route, f"{first}{route.pk}/", "; ".join(said) or "Every lead", to, lately, problem, is_first, is_last
    )


def gives(route: Route, members: Iterable[Member]) -> str:
    """ "In turn to Bob (2), Ann"."""
    if route.gives == Gives.ACCOUNT_OWNER:
        return "To who owns the company"
    if route.gives == Gives.TEAM:
        return f"In turn to the people of {route.team}"
    members = sorted(members, key=lambda one: (-one.weight, one.name))
    if route.gives == Gives.PERSON:
        return f"To {members[0].name}" if members else "To nobody yet"
    names = [_weighed(one) for one in members[:NAMED_PEOPLE]]
    rest = len(members) - len(names)
    return f"In turn to {', '.join([*names, *([f'{rest} more'] if rest else [])])}" if names else "To nobody yet"


def _weighed(member: Member) -> str:
    return member.name if member.weight == 1 else f"{member.name} (×{member.weight})"


NAMED = ("name", "email", "role", "is_active", "team__name")
"""What is read of somebody who may get leads."""


def people() -> list[Person]:
    """Who may get leads."""
    found = Person.objects.filter(workers()).select_related("team").order_by("name", "pk")
    return list(found.only(*NAMED))


@dataclass(frozen=True)
class Option:
    """A person to hand a lead to, with what they have; `cannot` when nobody would get it there."""

    pk: int
    label: str
    cannot: bool


def options(persons: Sequence[Person], *, at: datetime, leave_out: int | None = None) -> list[Option]:
    loads, takers = loads_of(persons, at=at), covering.takers(persons, at=at)
    found = []
    for one in persons:
        if one.pk == leave_out:
            continue
        load, taker = loads[one.pk], takers[one.pk]
        of = f" of {number(load.capacity)}" if load.capacity is not None else ""
        has = taker.why.removeprefix(f"{one.name} is ").rstrip(".") or f"{number(load.open)}{of} open"
        found.append(Option(one.pk, f"{one.name}: {has}", taker.person is None))
    return found


CHANGED = ("text", "at", "undone_at", "by__name", "undone_by__name")
"""What is read of a change for its line."""


@lru_cache(maxsize=1)
def _changes() -> Prepared[RouteChange]:
    rows = RouteChange.objects.filter(at__lte=VALUE).select_related("by", "undone_by").only(*CHANGED)
    return Prepared(rows[:SHOWN_CHANGES])


def changes(person: Person, *, at: datetime) -> list[Change]:
    """What was changed lately; only the newest that stands can be undone at once, and older ones in their turn."""
    found = _changes()(at)
    may = can(person, "route_leads")
    return [Change(one, may and one.undone_at is None and at - one.at < timedelta(days=7)) for one in found]


def latest(found: Sequence[Change], person: Person, *, at: datetime) -> RouteChange | None:
    """What the reader did last of these and may take back by one key."""
    mine = (one.change for one in found if one.may_undo and one.change.by_id == person.pk)
    return next((one for one in mine if one.at > at - UNDO_FOR), None)


def verdict(asked: Asking) -> str:
    return asked.result.person.name if isinstance(asked.result, Chosen) else "Nobody"


def why(asked: Asking) -> str:
    result = asked.result
    return result.because if isinstance(result, NotRouted) else " ".join(result.why)


def about(lead: Lead) -> str:
    return " · ".join(filter(None, (lead.title, lead.company_name, lead.country)))


def tried_rows(tried: Sequence[Tried]) -> list[TriedRow]:
    """The newest first; those that another person would get stand before the others."""
    address = reverse("leads:lead", args=[0]).replace("0", "{}")
    rows = [
        TriedRow(
            str(one.lead), about(one.lead), address.format(one.lead.pk), verdict(one.before) if one.before else "",
            verdict(one.after), why(one.after), one.is_other,
        )
        for one in reversed(tried)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row.is_other)


def summary(tried: Sequence[Tried]) -> str:
    """ "Of the last 100 leads, 12 would go to somebody else; 3 would wait, now 15."""
    if not tried:
        return "There is no lead yet to try it with."
    other = sum(one.is_other for one in tried)
    waits = sum(trying.person_of(one.after) is None for one in tried)
    waited = sum(one.before is not None and trying.person_of(one.before) is None for one in tried)
    count = len(tried)
    last = "The last lead" if count == 1 else f"The last {number(count)} leads"
    moved = "nobody gets another lead than now" if not other else f"{number(other)} would go elsewhere"
    waiting = f"{number(waits)} would wait unrouted; by the routes as they are, {number(waited)}."
    return f"{last}, as if they came now: {moved}. {waiting}"

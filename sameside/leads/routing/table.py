"""All that routing depends on, read at once: routes with whose turn it is, who is there, and how much everybody has.

It is a copy: leads are given out in it first, so that a page can try routes that were not saved on a hundred leads, and
`routing.py` writes down what was given while it holds the lock under which it read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from sameside.crm import likeness
from sameside.crm.models import Company
from sameside.leads.criteria import Condition, Unreadable
from sameside.leads.models import Lead, Route, RouteMember
from sameside.leads.routing import asking, covering
from sameside.leads.routing.asking import Asked
from sameside.leads.routing.covering import Taker
from sameside.leads.routing.loads import Load, loads_of
from sameside.leads.routing.turns import Turn, begin
from sameside.leads.scoring.facts import facts_of
from sameside.leads.scoring.rule import Names, plain_names
from sameside.people.models import Person

Gives = Route.Gives


@dataclass(frozen=True)
class Account:
    """The company that a lead belongs to, and who owns it."""

    name: str
    owner: Person | None


@dataclass(frozen=True)
class Case:
    """One lead to be routed."""

    lead: Lead
    asked: Asked
    account: Account | None = None


@dataclass(frozen=True)
class Entry:
    """A route with its members, as they are stored or as somebody drafts them."""

    route: Route
    members: Sequence[RouteMember]


@dataclass
class Line:
    """One route. `turns` of a team begin anew for whoever joined it since."""

    route: Route
    members: Sequence[RouteMember] = ()
    conditions: Sequence[Condition] = ()
    turns: list[Turn] = field(default_factory=list)
    problem: str = ""
    """Why its conditions cannot be read; then it takes nothing."""


@dataclass
class Table:
    lines: list[Line]
    takers: Mapping[int, Taker]
    loads: dict[int, Load]
    at: datetime
    names: Names = plain_names


def accounts_of(leads: Sequence[Lead]) -> dict[int, Account]:
    """The company of each lead: the one it has, else the one of its e-mail domain, one that somebody owns first."""
    domains = {one.pk: likeness.own_domain(one.email) for one in leads}
    rows = Company.objects.unmerged().filter(deleted_in_source=False).select_related("owner")
    own = rows.in_bulk({one.company_id for one in leads if one.company_id})
    by_domain: dict[str, Company] = {}
    for company in rows.filter(domain__in={one for one in domains.values() if one}).order_by("pk"):
        there = by_domain.get(company.domain)
        if there is None or (there.owner is None and company.owner is not None):
            by_domain[company.domain] = company
    found = {one.pk: own.get(one.company_id or 0) or by_domain.get(domains[one.pk]) for one in leads}
    return {pk: Account(company.name, company.owner) for pk, company in found.items() if company is not None}


def cases_of(leads: Sequence[Lead], *, at: datetime) -> list[Case]:
    """What routes ask about these leads, in their order, by a fixed number of statements."""
    facts, accounts = facts_of([one.pk for one in leads], at=at), accounts_of(leads)
    return [
        Case(one, Asked(facts[one.pk], one.segment, one.score), accounts.get(one.pk))
        for one in leads
        if one.pk in facts
    ]


def entries(routes: "QuerySet[Route]") -> list[Entry]:
    found = routes.select_related("team").prefetch_related("members__person")
    return [Entry(one, list(one.members.all())) for one in found]


def active() -> list[Entry]:
    """The routes that are on, in their order."""
    return entries(Route.objects.filter(is_active=True, deleted_at=None))


def these(route_ids: Iterable[int]) -> list[Entry]:
    """These of the routes that are on."""
    return entries(Route.objects.filter(pk__in=route_ids, is_active=True, deleted_at=None))


def read(entries: Sequence[Entry], cases: Iterable[Case], *, at: datetime, names: Names = plain_names) -> Table:
    """The table of these routes for these leads."""
    teams = _teams([one.route for one in entries])
    lines = [_line(one, teams.get(one.route.team_id or 0, [])) for one in entries]
    persons = {one.pk: one for team in teams.values() for one in team}
    persons |= {one.person_id: one.person for entry in entries for one in entry.members}
    persons |= {one.account.owner.pk: one.account.owner for one in cases if one.account and one.account.owner}
    takers = covering.takers(persons.values(), at=at)
    persons |= {one.person.pk: one.person for one in takers.values() if one.person is not None}
    return Table(lines, takers, loads_of(persons.values(), at=at), at, names)


def _teams(routes: Sequence[Route]) -> dict[int, list[Person]]:
    """Who of each team works leads."""
    wanted = {one.team_id for one in routes if one.gives == Gives.TEAM and one.team_id}
    found: dict[int, list[Person]] = defaultdict(list)
    if wanted:
        for person in Person.objects.who_may_sign_in().filter(team__in=wanted).order_by("pk"):
            if person.team_id is not None and not covering.cannot_take(person):
                found[person.team_id].append(person)
    return found


def _line(entry: Entry, team: Sequence[Person]) -> Line:
    line = Line(entry.route, entry.members)
    try:
        line.conditions = asking.read_all(entry.route.conditions)
    except Unreadable as problem:
        line.problem = str(problem)
    line.turns = [turn_of(one) for one in entry.members]
    if entry.route.gives == Gives.TEAM:
        there = {one.pk for one in team}
        line.turns = [one for one in line.turns if one.person in there]
        known = {one.person for one in line.turns}
        line.turns += [Turn(one, 1, begin(1, line.turns)) for one in sorted(there - known)]
    return line


def turn_of(member: RouteMember) -> Turn:
    last = member.last_given_at.timestamp() if member.last_given_at else 0.0
    return Turn(member.person_id, member.weight, member.given, last)

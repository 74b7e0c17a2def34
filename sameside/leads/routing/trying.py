"""Who would get which lead, by the routes as they are and as somebody drafts them, before anything is saved.

As if the leads came now, one after the other, each counting for the turn of the next. For a hundred leads nobody is
taken for full: they came over weeks, not at once. For one lead it is exactly what routing would do now.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sameside.leads.models import Lead, Route, RouteMember
from sameside.leads.routing import choosing, editing, table
from sameside.leads.routing.choosing import Asking, Chosen
from sameside.leads.routing.editing import NAMED, Draft
from sameside.leads.routing.table import Case, Entry
from sameside.people.models import Person, Team

TRIED = 100


@dataclass(frozen=True)
class Tried:
    """What became of one lead. `before` is None where there is nothing to compare with."""

    lead: Lead
    before: Asking | None
    after: Asking

    @property
    def is_other(self) -> bool:
        return self.before is not None and person_of(self.before) != person_of(self.after)


@dataclass(frozen=True)
class Share:
    """How many leads one person gets; the empty name is nobody."""

    name: str
    before: int | None
    after: int


def person_of(asked: Asking) -> Person | None:
    return asked.result.person if isinstance(asked.result, Chosen) else None


def recent(person: Person) -> list[Lead]:
    """The leads that qualified last, else those that came last."""
    rows = Lead.objects.visible_to(person).filter(deleted_in_source=False)
    qualified = list(rows.filter(qualified_at__isnull=False).order_by("-qualified_at", "-pk")[:TRIED])
    return qualified or list(rows.order_by("-created_at", "-pk")[:TRIED])


def drafted(draft: Draft, route: Route | None) -> list[Entry]:
    """The routes that would be on if the draft were saved; a route keeps the turns that its people have."""
    stored = table.active()
    made = Route(
        pk=route.pk if route else None, name=draft.name or "This route", gives=draft.gives,
        conditions=list(draft.conditions), position=route.position if route else 0, is_active=draft.is_active,
        team=Team.objects.filter(pk=draft.team_id).first() if draft.team_id else None,
    )  # fmt: skip
    entry = Entry(made, _members(made, draft))
    if not draft.is_active:
        return [one for one in stored if one.route.pk != made.pk]
    if any(one.route.pk == made.pk for one in stored):
        return [entry if one.route.pk == made.pk else one for one in stored]
    return sorted([*stored, entry], key=lambda one: one.route.position) if route else [*stored, entry]


def _members(made: Route, draft: Draft) -> list[RouteMember]:
    persons = Person.objects.in_bulk([person for person, _ in draft.members])
    wanted = [(one, weight) for one, weight in draft.members if one in persons]
    known = RouteMember.objects.filter(route=made.pk).select_related("person") if made.pk else []
    return editing.members_after(made, known, wanted if draft.gives in NAMED else None)


def try_one(lead: Lead, *, at: datetime, entries: Sequence[Entry] | None = None) -> Asking:
    """What routing would do with this lead now."""
    cases = table.cases_of([lead], at=at)
    return choosing.ask(choosing.read(cases, at=at, routes=entries), cases[0])


def try_many(leads: Sequence[Lead], entries: Sequence[Entry], *, at: datetime) -> list[Tried]:
    """What the routes in force and those given would do with these leads, the oldest first."""
    cases = table.cases_of(sorted(leads, key=lambda one: (one.qualified_at or one.created_at, one.pk)), at=at)
    now, then = _shared_out(cases, table.active(), at), _shared_out(cases, entries, at)
    return [Tried(case.lead, *both) for case, both in zip(cases, zip(now, then, strict=True), strict=True)]


def _shared_out(cases: Sequence[Case], entries: Sequence[Entry], at: datetime) -> list[Asking]:
    found, asked = choosing.read(cases, at=at, routes=entries), []
    for load in found.loads.values():
        load.capacity = load.per_day = None
    for case in cases:
        one = choosing.ask(found, case)
        if isinstance(one.result, Chosen):
            choosing.give(found, one.result)
        asked.append(one)
    return asked


def shares(tried: Sequence[Tried]) -> list[Share]:
    """How many each person gets, the most first, nobody last."""
    after = Counter(_name(one.after) for one in tried)
    before = Counter(_name(one.before) for one in tried if one.before is not None)
    names = sorted({*after, *before}, key=lambda name: (name == "", -after[name], name))
    return [Share(name, before[name], after[name]) for name in names]


def _name(asked: Asking) -> str:
    person = person_of(asked)
    return person.name if person else ""

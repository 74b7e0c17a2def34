"""Who has how much: those who may get leads, a page of them by name, or those whose name is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from sameside.kit import paging
from sameside.kit.paging import Order, Page
from sameside.kit.prepared import IsOneOf, Prepared, place
from sameside.leads.clock import calendars
from sameside.leads.clock.pages import workers
from sameside.leads.models import HandOver, Route, WorkingPlace
from sameside.leads.routing import editing, load_rows
from sameside.leads.routing.load_rows import LoadRow
from sameside.leads.routing.loads import Load, loads_of
from sameside.leads.routing.pages import NAMED, Members
from sameside.people.models import Person
from sameside.ui.formats import number

SIZE = 25
ORDER = Order("name")


@dataclass(frozen=True)
class Having:
    """`rows` as HTML; `asked`: the name that was asked for; `newer` and `older` are addresses, empty at the ends."""

    rows: SafeString
    asked: str
    previous: str
    next: str


def of(routes: Sequence[Route], members: Members, query: Mapping[str, str], *, at: datetime) -> Having:
    asked = query.get("who", "").replace("\x00", "").strip()[:120]
    page = _page(routes, members, asked, query)
    kept = {"who": asked} if asked else {}
    return Having(
        load_rows.rows(_rows(page.rows, at=at)),
        asked,
        f"?{urlencode(kept | {'before': page.previous})}#loads" if page.previous else "",
        f"?{urlencode(kept | {'after': page.next})}#loads" if page.next else "",
    )


@lru_cache(maxsize=8)
def _concerned(*, asked: bool, beyond: bool, forwards: bool) -> Prepared[Person]:
    """Who a route may choose, who said how many they take, and who has leads; those of this name when it is `asked`."""
    has = HandOver.objects.open().filter(derived=False, owner=OuterRef("pk"))
    about = Q(IsOneOf("pk", place("named"))) | Q(IsOneOf("team", place("teams")))
    about |= Q(Exists(WorkingPlace.objects.filter(person=OuterRef("pk")))) | Q(Exists(has))
    rows = Person.objects.filter(workers()).filter(about).select_related("team").only(*NAMED)
    if asked:
        rows = rows.filter(name__icontains=place("who"))
    if beyond:
        rows = rows.filter(paging.beyond(ORDER, place("value"), place("pk"), forwards=forwards))
    return Prepared(paging.ordered(rows, ORDER, forwards=forwards)[: SIZE + 1])


def _page(routes: Sequence[Route], members: Members, asked: str, query: Mapping[str, str]) -> "Page[Person]":
    after, before = query.get("after", ""), query.get("before", "")
    cursor = paging.decode(after or before)
    if cursor is not None and not isinstance(cursor[0], str):
        cursor = None
    forwards = not (before and cursor)
    value, pk = cursor or ("", 0)
    named = {one.person_id for route in routes if route.gives in editing.NAMED for one in members.get(route.pk, ())}
    teams = {route.team_id for route in routes if route.gives == Route.Gives.TEAM}
    found = _concerned(asked=bool(asked), beyond=cursor is not None, forwards=forwards)(
        named=list(named), teams=list(teams), who=asked, value=value, pk=pk
    )
    return paging.cut(found, SIZE, forwards=forwards, from_start=cursor is None, key=lambda one: (one.name, one.pk))


def _rows(persons: Sequence[Person], *, at: datetime) -> list[LoadRow]:
    hours = calendars.hours_of_many([one.pk for one in persons])
    loads = loads_of(persons, at=at, hours=hours)
    absences = calendars.away(loads, hours, at=at)
    address = reverse("leads:handovers") + "?owner={}&outcome=open"
    rows = []
    for one in persons:
        load, absence = loads[one.pk], absences.get(one.pk)
        away = ""
        if absence is not None:
            cover = f", {absence.cover.name} covers" if absence.cover else ", nobody covers"
            away = f"Away until {absence.ends_on:%-d %B}{cover}"
        rows.append(_load_row(one, load, away, address.format(one.pk)))
    return rows


def _load_row(person: Person, load: Load, away: str, url: str) -> LoadRow:
    full = load.full().removeprefix(f"{load.name} ")
    state = away or (full[:1].upper() + full[1:] if full else "Takes leads")
    share = None
    if load.capacity is not None:
        share = min(100, round(100 * load.open / load.capacity)) if load.capacity else 100
    return LoadRow(
        person.name, url, load.open, f"of {number(load.capacity)}" if load.capacity is not None else "no limit",
        f"{number(load.today)}{f' of {number(load.per_day)}' if load.per_day is not None else ''}", share, state,
        "warn" if away or full else "good",
    )  # fmt: skip

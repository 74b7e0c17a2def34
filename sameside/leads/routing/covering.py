"""Who takes a person's leads at a time: the person, or, while away, whoever covers; with the reason as a sentence.

Cover is followed from one to the next. Where nobody is named, or whoever is named cannot take leads or is away as
well, nobody takes them, and the sentence says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sameside.leads.clock import calendars
from sameside.leads.models import Absence
from sameside.people.models import Person
from sameside.people.policies import can


@dataclass(frozen=True)
class Taker:
    """`person` takes it, or nobody does; `why` is empty when nothing is out of the ordinary."""

    person: Person | None
    why: str = ""


def cannot_take(person: Person) -> str:
    """Why no lead can be handed to this person at all, whatever the day; empty when it can."""
    if not person.is_active:
        return f"{person.name} does not work here any more."
    if not person.role:
        return f"{person.name} has no role here yet, and so cannot work leads."
    return "" if can(person, "work_leads") else f"{person.name} does not work leads: the role does not allow it."


def takers(persons: Iterable[Person], *, at: datetime) -> dict[int, Taker]:
    """Who takes the leads of each of these at this time; the number of statements grows with the length of the
    longest chain of cover, not with the persons."""
    asked = list(persons)
    absences = _absences(asked, at)
    return {person.pk: _taker(person, absences) for person in asked}


def taker(person: Person, *, at: datetime) -> Taker:
    return takers([person], at=at)[person.pk]


def _absences(persons: Iterable[Person], at: datetime) -> dict[int, Absence]:
    """The absences of these persons, and of everybody who covers for one of them."""
    found: dict[int, Absence] = {}
    looked: set[int] = set()
    new = {person.pk for person in persons}
    while new:
        more = calendars.away(new, calendars.hours_of_many(new), at=at)
        found |= more
        looked |= new
        new = {one.cover_id for one in more.values() if one.cover_id} - looked
    return found


def _taker(person: Person, absences: dict[int, Absence]) -> Taker:
    unable = cannot_take(person)
    if unable:
        return Taker(None, unable)
    said: list[str] = []
    current, seen = person, {person.pk}
    while current.pk in absences:
        absence = absences[current.pk]
        until = f"{current.name} is away until {absence.ends_on:%-d %B %Y}"
        cover = absence.cover
        if cover is None:
            return Taker(None, " ".join([*said, f"{until}, and nobody covers."]))
        unable = cannot_take(cover)
        if unable:
            return Taker(None, " ".join([*said, f"{until}, and {cover.name} covers.", unable]))
        said.append(f"{until}; {cover.name} covers.")
        if cover.pk in seen:
            return Taker(None, " ".join([*said, "So nobody is there."]))
        seen.add(cover.pk)
        current = cover
    return Taker(current, " ".join(said))

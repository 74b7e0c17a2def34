"""How much a person has: open hand-overs, new ones of today by their own calendar, and how many they take at most.

Hand-overs that were rebuilt from an import count nowhere: the CRM gave them, whatever was agreed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.leads.clock import calendars
from sameside.leads.clock.hours import Hours
from sameside.leads.models import WorkingPlace
from sameside.people.models import Person
from sameside.ui.formats import number

_COUNTS = """
    SELECT p.id,
        (SELECT count(*) FROM leads_handover h WHERE h.owner_id = p.id AND h.ended_at IS NULL AND NOT h.derived),
        (SELECT count(*) FROM leads_handover h WHERE h.owner_id = p.id AND h.at >= p.midnight AND h.at <= %(at)s
            AND NOT h.derived)
    FROM unnest(%(ids)s::bigint[], %(midnights)s::timestamptz[]) AS p (id, midnight)
"""


@dataclass
class Load:
    """What one person has; `open` and `today` grow while leads are given out."""

    name: str
    open: int = 0
    today: int = 0
    capacity: int | None = None
    per_day: int | None = None
    is_taking: bool = True

    def full(self) -> str:
        """Why no lead can come here now, as the end of a sentence; empty when one can."""
        if not self.is_taking:
            return f"{self.name} takes no leads now"
        if self.capacity is not None and self.open >= self.capacity:
            return f"{self.name} has {number(self.open)} open of {number(self.capacity)} at most"
        if self.per_day is not None and self.today >= self.per_day:
            return f"{self.name} got {number(self.today)} today of {number(self.per_day)} at most"
        return ""

    def give(self) -> None:
        self.open += 1
        self.today += 1


@lru_cache(maxsize=1)
def _places() -> Prepared[WorkingPlace]:
    return Prepared(WorkingPlace.objects.filter(IsOneOf("person", VALUE)))


def loads_of(persons: Iterable[Person], *, at: datetime, hours: Mapping[int, Hours] | None = None) -> dict[int, Load]:
    """The load of each of these persons, by a fixed number of statements; `hours` where somebody has read them."""
    names = {one.pk: one.name for one in persons}
    hours = calendars.hours_of_many(names) if hours is None else hours
    midnights = [hours[one].local(at).replace(hour=0, minute=0, second=0, microsecond=0) for one in names]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"ids": list(names), "midnights": midnights, "at": at})
        counts = {pk: (opened, today) for pk, opened, today in cursor.fetchall()}
    places = {one.person_id: one for one in _places()(list(names))}
    return {pk: _load(name, *counts[pk], places.get(pk)) for pk, name in names.items()}


def _load(name: str, opened: int, today: int, place: WorkingPlace | None) -> Load:
    if place is None:
        return Load(name, opened, today)
    return Load(name, opened, today, place.capacity, place.per_day, place.is_taking)

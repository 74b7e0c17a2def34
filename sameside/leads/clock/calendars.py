"""Whose hours are which: a person's working place names a calendar, else the default one is theirs.

Where no calendar was made yet, everybody works Monday to Friday from 9 to 17 in the installation's time zone.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection

from sameside.kit.prepared import VALUE, IsOneOf, Prepared, PreparedValues, place
from sameside.leads.clock import week
from sameside.leads.clock.hours import Hours
from sameside.leads.models import Absence, Calendar, Holiday
from sameside.people.models import Person


def standard() -> Hours:
    """The hours of everybody while there is no calendar."""
    return Hours.read(settings.TIME_ZONE, week.OFFICE_WEEK)


def default() -> Calendar | None:
    return Calendar.objects.filter(is_default=True).first()


def holidays_of(calendars: Iterable[Calendar]) -> dict[int, dict[date, tuple[str, Any]]]:
    """By calendar the holidays with their names and hours, in order."""
    found: dict[int, dict[date, tuple[str, Any]]] = {calendar.pk: {} for calendar in calendars}
    for calendar_id, on, name, hours in _holidays()(list(found)):
        found[calendar_id][on] = name, hours
    return found


@lru_cache(maxsize=1)
def _holidays() -> PreparedValues:
    rows = Holiday.objects.filter(IsOneOf("calendar", VALUE)).order_by("on", "pk")
    return PreparedValues(rows.values_list("calendar", "on", "name", "hours"))


def hours_with(calendar: Calendar, holidays: Mapping[date, tuple[str, Any]]) -> Hours:
    return Hours.read(calendar.time_zone, calendar.week, {on: hours for on, (_, hours) in holidays.items()})


def hours_of_calendar(calendar: Calendar) -> Hours:
    return hours_with(calendar, holidays_of([calendar])[calendar.pk])


_THEIRS = """
SELECT c.is_default, c.time_zone, c.week::text,
    coalesce((SELECT jsonb_object_agg(h."on", h.hours)::text FROM leads_holiday h WHERE h.calendar_id = c.id), '{}'),
    ARRAY(SELECT p.person_id FROM leads_workingplace p WHERE p.calendar_id = c.id AND p.person_id = ANY(%(asked)s))
FROM leads_calendar c
WHERE c.is_default OR c.id IN (SELECT p.calendar_id FROM leads_workingplace p WHERE p.person_id = ANY(%(asked)s))
"""


@lru_cache(maxsize=256)
def _read(zone: str, week: str, holidays: str) -> Hours:
    """What a calendar says, read once for all that say the same."""
    days = {date.fromisoformat(on): hours for on, hours in json.loads(holidays).items()}
    return Hours.read(zone, json.loads(week), days)


def hours_of_many(person_ids: Iterable[int]) -> Mapping[int, Hours]:
    """The hours of each of these persons, with one statement however many they are."""
    asked = set(person_ids)
    found: dict[int, Hours] = {}
    everybodys: Hours | None = None
    with connection.cursor() as cursor:
        cursor.execute(_THEIRS, {"asked": list(asked)})
        for is_default, zone, its_week, holidays, persons in cursor:
            hours = _read(zone, its_week, holidays)
            everybodys = hours if is_default else everybodys
            found |= dict.fromkeys(persons, hours)
    rest = asked - found.keys()
    return found | dict.fromkeys(rest, everybodys or standard()) if rest else found


def hours_of(person: Person) -> Hours:
    return hours_of_many([person.pk])[person.pk]


@lru_cache(maxsize=1)
def _absences() -> Prepared[Absence]:
    rows = Absence.objects.filter(IsOneOf("person", place("persons")), cancelled_at=None).select_related("cover")
    return Prepared(rows.filter(starts_on__lte=place("latest"), ends_on__gte=place("earliest")))


def away(person_ids: Iterable[int], hours: Mapping[int, Hours], *, at: datetime) -> dict[int, Absence]:
    """Who of these persons is away at this time, by the date of their own zone; the absence that ends last."""
    asked = set(person_ids)
    today = {person: hours[person].local(at).date() for person in asked}
    if not asked:
        return {}
    absences = _absences()(persons=list(asked), latest=max(today.values()), earliest=min(today.values()))
    found = [one for one in absences if one.starts_on <= today[one.person_id] <= one.ends_on]
    return {one.person_id: one for one in sorted(found, key=lambda one: (one.ends_on, one.pk))}

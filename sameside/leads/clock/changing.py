"""Who changes when people work, and takes it back: calendars with their holidays, working places, absences.

Each change keeps what it found and what it left as data (`HoursChange`), so it can be undone as long as nobody changed
the same thing since. The due times of open hand-overs follow in the background (`resettling`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from sameside.leads.clock import week, zones
from sameside.leads.models import Absence, Calendar, Holiday, HoursChange, WorkingPlace
from sameside.leads.routing import soon
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

What = HoursChange.What
MOST_HOLIDAYS = 2_000
MOST_OPEN = 10_000


@dataclass(frozen=True)
class Day:
    """A holiday to be entered: closed, or open in `hours` as the week has them."""

    on: date
    name: str
    hours: tuple[tuple[str, str], ...] = ()


def state_of(calendar: Calendar) -> dict[str, Any]:
    """A calendar with its holidays as data."""
    return {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "week": calendar.week,
        "is_default": calendar.is_default,
        "put_away": calendar.put_away_at is not None,
        "holidays": [[str(one.on), one.name, one.hours] for one in calendar.holidays.order_by("on")],
    }


def record(
    what: str, text: str, *, before: Any, after: Any, by: Person, at: datetime, **subject: Any
) -> HoursChange:  # fmt: skip
    """Write a change down; the sweep settles the due times that it moves."""
    made = HoursChange.objects.create(
        what=what, text=text[:300], before=before, after=after, by=by, at=at, **subject,
    )  # fmt: skip
    of = made.calendar_id or made.person_id
    soon.if_any_waits()
    audit.record("hours changed", by=by, at=at, subject=f"{what}:{of}", details={"change": made.pk})
    return made


def check_zone(zone: str) -> str:
    if zone != settings.TIME_ZONE and zone not in zones.names():
        raise Refused(f"“{zone[:60]}” is not a time zone. Choose one of the list, such as Europe/Berlin.")
    return zone


@transaction.atomic
def save_calendar(
    calendar: Calendar | None, *, name: str, zone: str, hours: Any, by: Person, at: datetime
) -> HoursChange:  # fmt: skip
    """Make a calendar, or change its name, zone and week. The first one becomes everybody's."""
    policies.check(by, "manage_hours")
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused("Give the calendar a name.")
    others = Calendar.objects.filter(name__iexact=name)
    if (others.exclude(pk=calendar.pk) if calendar else others).exists():
        raise Refused(f"There is a calendar “{name}” already.")
    try:
        read = week.read_week(hours)
    except week.Unreadable as problem:
        raise Refused(str(problem)) from None
    if not any(read):
        raise Refused("Give at least one day working time: a calendar that is never open has no due times.")
    before = state_of(_locked(calendar)) if calendar else None
    made = calendar or Calendar(is_default=not Calendar.objects.filter(is_default=True).exists())
    made.name, made.time_zone, made.week, made.changed_at = name, check_zone(zone), week.write_week(read), at
    made.save()
    text = f"{'Changed' if calendar else 'Made'} the calendar {name}"
    return record(What.CALENDAR, text, before=before, after=state_of(made), by=by, at=at, calendar=made)


def _locked(calendar: Calendar) -> Calendar:
    return Calendar.objects.select_for_update().get(pk=calendar.pk)


@transaction.atomic
def make_default(calendar: Calendar, *, by: Person, at: datetime) -> HoursChange:
    """From now on it is the calendar of everybody who has no other."""
    policies.check(by, "manage_hours")
    before = state_of(_locked(calendar))
    before["default_was"] = Calendar.objects.filter(is_default=True).values_list("pk", flat=True).first()
    Calendar.objects.filter(is_default=True).update(is_default=False)
    calendar.is_default, calendar.put_away_at, calendar.changed_at = True, None, at
    calendar.save(update_fields=["is_default", "put_away_at", "changed_at"])
    text = f"Made {calendar.name} everybody's calendar"
    return record(What.CALENDAR, text, before=before, after=state_of(calendar), by=by, at=at, calendar=calendar)


@transaction.atomic
def put_away(calendar: Calendar, *, by: Person, at: datetime) -> HoursChange:
    """Offer a calendar no longer. Everybody's cannot be put away, nor one by which somebody works."""
    policies.check(by, "manage_hours")
    calendar = _locked(calendar)
    if calendar.is_default:
        raise Refused("This is everybody's calendar. Make another one everybody's first.")
    users = calendar.places.count()
    if users:
        raise Refused(f"{users} {'person works' if users == 1 else 'persons work'} by it. Give them another first.")
    before = state_of(calendar)
    calendar.put_away_at = at
    calendar.save(update_fields=["put_away_at"])
    text = f"Put the calendar {calendar.name} away"
    return record(What.CALENDAR, text, before=before, after=state_of(calendar), by=by, at=at, calendar=calendar)


@transaction.atomic
def add_holidays(calendar: Calendar, days: Iterable[Day], *, by: Person, at: datetime) -> HoursChange:
    """Enter holidays; one that is there already gets the new name and hours."""
    policies.check(by, "manage_hours")
    calendar = _locked(calendar)
    before, given = state_of(calendar), {day.on: day for day in days}
    if not given:
        raise Refused("There is no date in it. Write one a line, such as 2026-12-25 Christmas Day.")
    if calendar.holidays.exclude(on__in=given).count() + len(given) > MOST_HOLIDAYS:
        raise Refused(f"A calendar holds at most {MOST_HOLIDAYS:,} holidays.")
    Holiday.objects.bulk_create(
        [Holiday(calendar=calendar, on=on, name=day.name[:120], hours=day.hours) for on, day in given.items()],
        update_conflicts=True,
        unique_fields=["calendar", "on"],
        update_fields=["name", "hours"],
    )
    first = given[min(given)]
    said = f"{first.name} ({first.on})" if len(given) == 1 else f"{len(given)} holidays"
    return _after_holidays(calendar, before, f"Entered {said} in {calendar.name}", by, at)


@transaction.atomic
def remove_holiday(holiday: Holiday, *, by: Person, at: datetime) -> HoursChange:
    policies.check(by, "manage_hours")
    calendar = _locked(holiday.calendar)
    before = state_of(calendar)
    text = f"Took {holiday.name} ({holiday.on}) out of {calendar.name}"
    holiday.delete()
    return _after_holidays(calendar, before, text, by, at)


def _after_holidays(calendar: Calendar, before: Any, text: str, by: Person, at: datetime) -> HoursChange:
    calendar.changed_at = at
    calendar.save(update_fields=["changed_at"])
    return record(What.CALENDAR, text, before=before, after=state_of(calendar), by=by, at=at, calendar=calendar)


def place_state(place: WorkingPlace | None) -> dict[str, Any]:
    """A working place as data; nobody's is the same as an untouched one."""
    place = place or WorkingPlace()
    return {
        "calendar": place.calendar_id,
        "capacity": place.capacity,
        "per_day": place.per_day,
        "is_taking": place.is_taking,
    }


@transaction.atomic
def set_place(person: Person, state: Mapping[str, Any], *, by: Person, at: datetime) -> HoursChange | None:
    """Set how leads reach a person: calendar, capacity, a day's most, whether any. None when nothing changed.

    Whether one takes leads now is also one's own to say; the rest is the administrators'.
    """
    found = WorkingPlace.objects.select_for_update().filter(person=person).first()
    before = place_state(found)
    after = {**before, **state}
    if before == after:
        return None
    policies.check(by, "see_leads")
    if by != person or {key for key in after if after[key] != before[key]} != {"is_taking"}:
        policies.check(by, "manage_hours")
    for key in ("capacity", "per_day"):
        if after[key] is not None and not 0 < after[key] <= MOST_OPEN:
            raise Refused(f"Give a number from 1 to {MOST_OPEN:,}, or leave it empty for no limit.")
    _restore_place(person, after)
    text = f"Changed how leads reach {person.name}"
    if {**before, "is_taking": after["is_taking"]} == after:
        text = f"{person.name} takes {'leads again' if after['is_taking'] else 'no leads for now'}"
    return record(What.PLACE, text, before=before, after=after, by=by, at=at, person=person)


def _restore_place(person: Person, state: Mapping[str, Any]) -> None:
    calendar = Calendar.objects.filter(pk=state["calendar"], put_away_at=None).first() if state["calendar"] else None
    if state["calendar"] and calendar is None:
        raise Refused("This calendar is not there any more.")
    WorkingPlace.objects.update_or_create(
        person=person,
        defaults={
            "calendar": calendar,
            "capacity": state["capacity"],
            "per_day": state["per_day"],
            "is_taking": state["is_taking"],
        },
    )


@transaction.atomic
def undo(change: HoursChange, *, by: Person, at: datetime) -> HoursChange:
    """Put back what a change found, unless the same thing was changed again since."""
    change = HoursChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    check_can_undo(change, by=by)
    if change.what == What.CALENDAR:
        _undo_calendar(change, at=at)
    elif change.what == What.PLACE and change.person is not None:
        _restore_place(change.person, change.before or place_state(None))
    elif change.absence is not None:
        _undo_absence(change.absence, was_there=change.before is not None, at=at)
    change.undone_at, change.undone_by, change.settled_at = at, by, None
    change.save(update_fields=["undone_at", "undone_by", "settled_at"])
    soon.if_any_waits()
    audit.record("hours change undone", by=by, at=at, subject=f"HoursChange:{change.pk}")
    return change


def _undo_absence(absence: Absence, *, was_there: bool, at: datetime) -> None:
    if was_there and absence.overlapping().exists():
        raise Refused(f"{absence.person.name} is away in that time by another absence now.")
    absence.cancelled_at = None if was_there else at
    absence.save(update_fields=["cancelled_at"])


def check_can_undo(change: HoursChange, *, by: Person) -> None:
    """Raise `Refused` with the reason for the screen."""
    if change.by_id != by.pk or change.what == What.CALENDAR:
        policies.check(by, "manage_hours")
    if change.undone_at is not None:
        raise Refused("This was undone already.")
    later = HoursChange.objects.filter(what=change.what, undone_at=None, pk__gt=change.pk)
    later = later.filter(calendar=change.calendar_id, person=change.person_id, absence=change.absence_id)
    if later.exists():
        raise Refused("It was changed again since. Undo the later change first.")


def _undo_calendar(change: HoursChange, *, at: datetime) -> None:
    calendar = change.calendar
    assert calendar is not None  # noqa: S101  a change of a calendar names it
    before = change.before
    if before is None:
        if calendar.places.exists():
            raise Refused("Somebody works by it now. Give them another calendar first.")
        before = {**state_of(calendar), "put_away": True}
    if "default_was" in before:
        Calendar.objects.filter(is_default=True).update(is_default=False)
        Calendar.objects.filter(pk=before["default_was"]).update(is_default=True, put_away_at=None)
        calendar.refresh_from_db()
    calendar.name, calendar.time_zone, calendar.week = before["name"], before["time_zone"], before["week"]
    calendar.changed_at, calendar.put_away_at = at, at if before["put_away"] else None
    calendar.is_default = calendar.is_default and not before["put_away"]
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        raise Refused(f"There is another calendar “{calendar.name}” now.") from None
    calendar.holidays.all().delete()
    Holiday.objects.bulk_create(
        Holiday(calendar=calendar, on=date.fromisoformat(on), name=name, hours=hours)
        for on, name, hours in before["holidays"]
    )

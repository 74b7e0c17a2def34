"""Absences: somebody is away from one day to another, both included, and somebody else may cover.

Everybody enters their own, administrators everybody's. An absence does not stop the clock: leads that wait when it
begins keep their due times, new ones go to whoever covers, and reminders do too.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from sameside.leads.clock.changing import What, record
from sameside.leads.models import Absence, HandOver, HoursChange
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import Refused

LONGEST = timedelta(days=732)


def check_can_enter(by: Person, person: Person) -> None:
    policies.check(by, "see_leads")
    if by != person:
        policies.check(by, "manage_hours")


@transaction.atomic
def enter(
    person: Person, *, starts_on: date, ends_on: date, cover: Person | None, note: str, by: Person, at: datetime
) -> HoursChange:
    check_can_enter(by, person)
    made = Absence(
        person=person, starts_on=starts_on, ends_on=ends_on, cover=cover, note=" ".join(note.split())[:200],
        made_by=by, made_at=at,
    )  # fmt: skip
    _check(made)
    made.save()
    text = f"{person.name} is away {in_words(starts_on, ends_on)}"
    return record(What.ABSENCE, text, before=None, after=_state(made), by=by, at=at, person=person, absence=made)


@transaction.atomic
def cancel(absence: Absence, *, by: Person, at: datetime) -> HoursChange:
    check_can_enter(by, absence.person)
    absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if absence.cancelled_at is not None:
        raise Refused("This absence was taken out already.")
    absence.cancelled_at = at
    absence.save(update_fields=["cancelled_at"])
    text = f"{absence.person.name} is not away {in_words(absence.starts_on, absence.ends_on)} after all"
    state = _state(absence)
    return record(
        What.ABSENCE, text, before=state, after=None, by=by, at=at, person=absence.person, absence=absence
    )  # fmt: skip


def _check(absence: Absence) -> None:
    if absence.ends_on < absence.starts_on:
        raise Refused("The last day is before the first.")
    if absence.ends_on - absence.starts_on > LONGEST:
        raise Refused("An absence lasts two years at most.")
    found = absence.overlapping().first()
    if found is not None:
        raise Refused(f"{absence.person.name} is away {in_words(found.starts_on, found.ends_on)} already.")
    cover = absence.cover
    if cover is None:
        return
    if cover == absence.person or not cover.may_sign_in:
        raise Refused("Cover is somebody else who may sign in.")
    if Absence(person=cover, starts_on=absence.starts_on, ends_on=absence.ends_on).overlapping().exists():
        raise Refused(f"{cover.name} is away too in that time. Choose somebody else.")


def _state(absence: Absence) -> Mapping[str, Any]:
    return {"starts_on": str(absence.starts_on), "ends_on": str(absence.ends_on), "cover": absence.cover_id}


def in_words(starts_on: date, ends_on: date) -> str:
    """ "on 4 June 2026", "from 4 to 9 June 2026"."""
    if starts_on == ends_on:
        return f"on {starts_on:%-d %B %Y}"
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        return f"from {starts_on.day} to {ends_on:%-d %B %Y}"
    first = f"{starts_on:%-d %B}" if starts_on.year == ends_on.year else f"{starts_on:%-d %B %Y}"
    return f"from {first} to {ends_on:%-d %B %Y}"


def left_behind(absence: Absence) -> int:
    """Open hand-overs of who is away that fall due in that time."""
    first, after_last = absence.starts_on, absence.ends_on + timedelta(days=1)
    open_ones = HandOver.objects.open().filter(owner=absence.person)
    return open_ones.filter(next_due_at__date__gte=first, next_due_at__date__lt=after_last).count()

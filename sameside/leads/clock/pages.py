"""What the pages of business hours show, made without a request: weeks as drawings, examples in words, who is away."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from sameside.kit.prepared import VALUE, Prepared, place
from sameside.leads.agreement.force import in_force, terms_of
from sameside.leads.agreement.terms import EVERY
from sameside.leads.clock import absences, calendars, week
from sameside.leads.clock.hours import Hours, NeverOpen
from sameside.leads.clock.week import DAY_SECONDS, DAYS, Day
from sameside.leads.models import Absence, Calendar, Holiday, HoursChange
from sameside.people.models import Person
from sameside.people.policies import can
from sameside.people.roles import BY_KEY

ACCEPT_HOURS = 2.0
SHOWN_CHANGES = 12
SHOWN_ABSENCES = 8
UNDO_FOR = timedelta(minutes=10)
SHORT = tuple(name[:2] for name in DAYS)


@dataclass(frozen=True)
class Bar:
    """One stretch of a day's drawing, in quarters of an hour from midnight."""

    start: int
    length: int


@dataclass(frozen=True)
class Column:
    """One day of a week's drawing."""

    name: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Example:
    """A lead handed over at one time, and when it is due by these hours."""

    why: str
    handed: str
    due: str


@dataclass(frozen=True)
class Card:
    """One calendar on the overview."""

    calendar: Calendar | None
    name: str
    zone: str
    words: str
    columns: Sequence[Column]
    now: str
    is_open: bool
    next_holidays: Sequence[str]
    persons: str
    is_default: bool


@dataclass(frozen=True)
class Change:
    """One line of what was changed, and how many due times moved by it."""

    change: HoursChange
    moved: str
    may_undo: bool


@dataclass(frozen=True)
class Row:
    """One day of the week's editor: pairs of values for as many stretches as the day needs, and one more."""

    number: int
    name: str
    pairs: Sequence[tuple[str, str]]


def columns(days: Iterable[Day]) -> list[Column]:
    quarter = DAY_SECONDS // 96
    return [
        Column(short, [Bar(start // quarter, max(1, (end - start) // quarter)) for start, end in day])
        for short, day in zip(SHORT, days, strict=True)
    ]


def moment(at: datetime, hours: Hours) -> str:
    return f"{hours.local(at):%A %-d %B, %H:%M}"


def accept_hours(at: datetime) -> float:
    """What the agreement in force says for every lead; two hours while there is none."""
    agreement = in_force(at)
    return terms_of(agreement).service_for(EVERY).accept_hours if agreement else ACCEPT_HOURS


def examples(hours: Hours, within: float, *, at: datetime) -> list[Example]:
    """A Friday afternoon, an evening, and the day before the next holiday."""
    today = hours.local(at).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    asked = [("Before the weekend", friday, time(16, 40)), ("In the evening", friday - timedelta(days=2), time(20, 15))]
    coming = [on for on, day in sorted(hours.holidays.items()) if on > today and not day]
    if coming:
        asked.append(("Before a holiday", coming[0] - timedelta(days=1), time(16)))
    return [_example(why, _clock(hours, on, when), hours, within) for why, on, when in asked]


def _clock(hours: Hours, on: date, when: time) -> datetime:
    return datetime.combine(on, when, hours.zone)


def _example(why: str, handed: datetime, hours: Hours, within: float) -> Example:
    try:
        due = moment(hours.after(handed, within * 3600), hours)
    except NeverOpen:
        due = ""
    return Example(why, moment(handed, hours), due)


def hours_in_words(count: float) -> str:
    shown = f"{count:g}"
    return f"{shown} business hour" if shown == "1" else f"{shown} business hours"


def cards(*, at: datetime) -> list[Card]:
    """Every calendar that is offered; the standard one while there is none."""
    offered = Calendar.objects.filter(put_away_at=None).annotate(users=Count("places"))
    found = list(offered.order_by("-is_default", "name"))
    holidays = calendars.holidays_of(found)
    made = [_card(one, holidays[one.pk], one.users, at) for one in found]
    if not any(one.is_default for one in found):
        made.insert(0, _card(None, {}, 0, at))
    return made


def _card(calendar: Calendar | None, holidays: Mapping[date, tuple[str, Any]], users: int, at: datetime) -> Card:
    hours = calendars.hours_with(calendar, holidays) if calendar else calendars.standard()
    today = hours.local(at).date()
    coming = [f"{name}, {on:%-d %B %Y}" for on, (name, _) in holidays.items() if on >= today][:2]
    is_default = calendar is None or calendar.is_default
    persons = f"{users} {'person' if users == 1 else 'persons'}" if users else ""
    return Card(
        calendar=calendar,
        name=calendar.name if calendar else "Office hours",
        zone=hours.zone.key,
        words=week.week_in_words(hours.week),
        columns=columns(hours.week),
        now=now_in_words(hours, at),
        is_open=hours.is_open(at),
        next_holidays=coming,
        persons="Everybody who has no other" + (f", and {persons}" if persons else "") if is_default else persons,
        is_default=is_default,
    )


def now_in_words(hours: Hours, at: datetime) -> str:
    """ "Open now, 14:05 there", "Closed until Monday 9:00"."""
    if hours.is_open(at):
        return f"Open now: it is {hours.local(at):%H:%M} there"
    try:
        opens = hours.local(hours.opens(at))
    except NeverOpen:
        return "Never open"
    days = (opens.date() - hours.local(at).date()).days
    if days == 0:
        return f"Closed until {opens:%H:%M}"
    return f"Closed until {opens:%A %H:%M}" if days < 7 else f"Closed until {opens:%-d %B, %H:%M}"


def rows(stored: Sequence[Day] | None, posted: Mapping[str, str] | None = None) -> list[Row]:
    """The editor's rows: from a stored week, or as somebody filled them in."""
    made = []
    for number, name in enumerate(DAYS):
        if posted is not None:
            pairs = pairs_of(posted, number)
        else:
            pairs = [(start, end) for start, end in week.write_day((stored or ())[number])]
        made.append(Row(number, name, [*pairs, *[("", "")] * max(2, 3 - len(pairs))][: week.MOST_INTERVALS]))
    return made


def pairs_of(posted: Mapping[str, str], day: int) -> list[tuple[str, str]]:
    """What was filled in for one day; a stretch with neither time is none."""
    found = []
    for number in range(week.MOST_INTERVALS):
        pair = (posted.get(f"from-{day}-{number}", "").strip(), posted.get(f"to-{day}-{number}", "").strip())
        if any(pair):
            found.append(pair)
    return found


def week_of(posted: Mapping[str, str]) -> list[list[list[str]]]:
    """The week as somebody filled it in; a stretch that ends at 0:00 ends at midnight."""
    return [[_stretch(start, end) for start, end in pairs_of(posted, day)] for day in range(7)]


def _stretch(start: str, end: str) -> list[str]:
    ends = full_time(end)
    return [full_time(start), "24:00" if ends == "00:00" else ends]


def full_time(text: str) -> str:
    """ "9", "930", "9.30" as "09:00", "09:30"; what is no time stays as it is."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h]?([0-5]\d))?", text)
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else text


def changes(person: Person, found: Iterable[HoursChange]) -> list[Change]:
    """`found` are the newest, in their order: what was changed again since cannot be undone."""
    made, seen = [], set()
    for one in found:
        subject = (one.what, one.calendar_id, one.person_id, one.absence_id)
        may = can(person, "manage_hours") or (one.by_id == person.pk and one.what != HoursChange.What.CALENDAR)
        made.append(Change(one, moved_in_words(one), may and one.undone_at is None and subject not in seen))
        if one.undone_at is None:
            seen.add(subject)
    return made


def moved_in_words(change: HoursChange) -> str:
    """How many open hand-overs got other due times by a change."""
    if change.what == HoursChange.What.ABSENCE:
        return "The clock runs on"
    if change.settled_at is None:
        return "Due times are being set anew"
    if not change.due_of:
        return "No open hand-over is touched"
    verb = "hand-over has" if change.due_of == 1 else "hand-overs have"
    return f"{change.due_moved:,} of {change.due_of:,} open {verb} other due times"


def latest(person: Person, *, at: datetime) -> HoursChange | None:
    """What the person did last and may want to undo."""
    return _latest().one(by=person.pk, since=at - UNDO_FOR)


@lru_cache(maxsize=1)
def _latest() -> Prepared[HoursChange]:
    rows = HoursChange.objects.filter(by=place("by"), undone_at=None, at__gt=place("since"))
    return Prepared(rows.order_by("-pk")[:1])


READ = (
    "what", "calendar_id", "person_id", "absence_id", "text", "at", "due_of", "due_moved", "settled_at", "undone_at",
    "by__name", "undone_by__name",
)  # fmt: skip
"""What is read of a change for its line."""


def history(**about: object) -> list[HoursChange]:
    return list(_told(HoursChange.objects.filter(**about)))


def latest_history(*, at: datetime) -> list[HoursChange]:
    """Whatever was changed, of any calendar or person."""
    return _until()(at)


@lru_cache(maxsize=1)
def _until() -> Prepared[HoursChange]:
    return Prepared(_told(HoursChange.objects.filter(at__lte=VALUE)))


def _told(found: "QuerySet[HoursChange]") -> "QuerySet[HoursChange]":
    return found.select_related("by", "undone_by").only(*READ)[:SHOWN_CHANGES]


@lru_cache(maxsize=1)
def _coming() -> Prepared[Absence]:
    rows = Absence.objects.filter(cancelled_at=None, ends_on__gte=VALUE).select_related("person", "cover")
    named = rows.only("starts_on", "ends_on", "person__name", "cover__name")
    return Prepared(named.order_by("starts_on", "pk")[:SHOWN_ABSENCES])


def coming_absences(*, today: date) -> list[tuple[Absence, str, bool]]:
    """Who is away now or soon: the absence, its days in words, and whether it is now."""
    found = _coming()(today)
    return [(one, absences.in_words(one.starts_on, one.ends_on), one.starts_on <= today) for one in found]


def workers() -> Q:
    """Who may get leads: those whose role works them."""
    return Q(is_active=True, role__in=BY_KEY["work_leads"].roles)


def count_workers() -> dict[str, int]:
    return Person.objects.filter(workers()).aggregate(
        workers=Count("pk"), not_taking=Count("pk", filter=Q(working_place__is_taking=False))
    )


@dataclass(frozen=True)
class HolidayRow:
    """One holiday of the list in the editor."""

    holiday: Holiday
    day: str
    words: str


def holiday_rows(calendar: Calendar, *, today: date) -> tuple[list[HolidayRow], list[HolidayRow]]:
    """Those to come, nearest first, and those that have passed, latest first."""
    made = [
        HolidayRow(one, f"{one.on:%a %-d %b %Y}", week.in_words(week.read_day(one.hours)))
        for one in calendar.holidays.order_by("on")
    ]
    coming = [row for row in made if row.holiday.on >= today]
    return coming, [row for row in made if row.holiday.on < today][::-1]

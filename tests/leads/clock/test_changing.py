"""Calendars, holidays, working places and absences are changed by those who may, and every change can be undone."""

from datetime import date
from typing import Any

import pytest

from sameside.leads.clock import absences, calendars, changing, holidays
from sameside.leads.clock.changing import Day
from sameside.leads.clock.sweeping import sweep
from sameside.leads.models import Absence, Calendar, Holiday, HoursChange, WorkingPlace
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.leads.agreed import OFFICE_HOURS, agree, office_hours
from tests.leads.clock.handing import berlin, passed

WEEK = [[["08:00", "16:00"]]] * 5 + [[], []]


def made(by: Person, name: str = "Vienna", zone: str = "Europe/Vienna", hours: Any = WEEK) -> Calendar:
    change = changing.save_calendar(None, name=name, zone=zone, hours=hours, by=by, at=NOW)
    assert change.calendar is not None
    return change.calendar


def test_the_first_calendar_is_everybodys_and_the_second_is_not(gus: Person, bob: Person) -> None:
    assert str(calendars.hours_of(bob).zone) == "UTC", "the installation's zone while there is none"
    assert made(gus).is_default
    assert not made(gus, "Sydney", "Australia/Sydney").is_default
    assert str(calendars.hours_of(bob).zone) == "Europe/Vienna"
    assert AuditEntry.objects.filter(action="hours changed").count() == 2


def test_who_may_not_is_refused(bob: Person, alice: Person, gus: Person) -> None:
    calendar = made(gus)
    with pytest.raises(Refused, match="change business hours, holidays and absences"):
        made(bob, "Mine")
    with pytest.raises(Refused):
        changing.add_holidays(calendar, [Day(date(2026, 12, 25), "Christmas")], by=alice, at=NOW)
    with pytest.raises(Refused):
        changing.set_place(bob, {"capacity": 500}, by=bob, at=NOW)
    with pytest.raises(Refused):
        absences.enter(alice, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), cover=None, note="", by=bob, at=NOW)


@pytest.mark.parametrize(
    ("name", "zone", "hours", "sentence"),
    [
        (" ", "UTC", WEEK, "Give the calendar a name."),
        ("vienna", "UTC", WEEK, "There is a calendar “vienna” already."),
        ("B", "Mars/Base", WEEK, "“Mars/Base” is not a time zone. Choose one of the list, such as Europe/Berlin."),
        ("B", "Etc/GMT+5", WEEK, "“Etc/GMT+5” is not a time zone. Choose one of the list, such as Europe/Berlin."),
        ("B", "UTC", [[]] * 7, "Give at least one day working time: a calendar that is never open has no due times."),
        ("B", "UTC", [[["9:00", "8:00"]], *[[]] * 6], "Monday: 09:00 to 08:00 ends before it begins."),
    ],
)
def test_what_cannot_be_is_refused_in_words(gus: Person, name: str, zone: str, hours: Any, sentence: str) -> None:
    made(gus)
    with pytest.raises(Refused) as caught:
        made(gus, name, zone, hours)
    assert str(caught.value) == sentence


def test_holidays_are_entered_once_and_taken_out(gus: Person) -> None:
    calendar = made(gus)
    changing.add_holidays(calendar, [Day(date(2026, 12, 24), "Christmas Eve")], by=gus, at=NOW)
    changing.add_holidays(calendar, [Day(date(2026, 12, 24), "Eve", (("08:00", "12:00"),))], by=gus, at=NOW)
    (found,) = Holiday.objects.all()
    assert (found.name, found.hours) == ("Eve", [["08:00", "12:00"]])
    changing.remove_holiday(found, by=gus, at=NOW)
    assert not Holiday.objects.exists()


def test_a_calendar_is_undone_with_its_holidays(gus: Person) -> None:
    calendar = made(gus)
    changing.add_holidays(calendar, [Day(date(2026, 12, 24), "Eve", (("08:00", "12:00"),))], by=gus, at=NOW)
    changed = changing.save_calendar(calendar, name="Wien", zone="Europe/Vienna", hours=OFFICE_HOURS, by=gus, at=NOW)
    (holiday,) = Holiday.objects.all()
    removed = changing.remove_holiday(holiday, by=gus, at=NOW)
    with pytest.raises(Refused, match="changed again since"):
        changing.undo(changed, by=gus, at=NOW)
    changing.undo(removed, by=gus, at=NOW)
    assert Holiday.objects.get().hours == [["08:00", "12:00"]]
    changing.undo(changed, by=gus, at=NOW)
    calendar.refresh_from_db()
    assert (calendar.name, calendar.week[0]) == ("Vienna", [["08:00", "16:00"]])
    assert Holiday.objects.count() == 1
    with pytest.raises(Refused, match="undone already"):
        changing.undo(changed, by=gus, at=NOW)


def test_everybodys_calendar_changes_and_changes_back(gus: Person, bob: Person) -> None:
    first, second = made(gus), made(gus, "Sydney", "Australia/Sydney")
    with pytest.raises(Refused, match="everybody's calendar"):
        changing.put_away(first, by=gus, at=NOW)
    changed = changing.make_default(second, by=gus, at=NOW)
    assert str(calendars.hours_of(bob).zone) == "Australia/Sydney"
    changing.undo(changed, by=gus, at=NOW)
    assert str(calendars.hours_of(bob).zone) == "Europe/Vienna"
    changing.set_place(bob, {"calendar": second.pk}, by=gus, at=NOW)
    with pytest.raises(Refused, match="1 person works by it"):
        changing.put_away(second, by=gus, at=NOW)


def test_a_working_place_is_set_and_undone(gus: Person, bob: Person) -> None:
    calendar = made(gus)
    state = {"calendar": calendar.pk, "capacity": 20, "per_day": 5, "is_taking": True}
    changed = changing.set_place(bob, state, by=gus, at=NOW)
    assert changed is not None
    assert changing.set_place(bob, state, by=gus, at=NOW) is None, "nothing changed"
    assert WorkingPlace.objects.get(person=bob).capacity == 20
    changing.undo(changed, by=gus, at=NOW)
    assert WorkingPlace.objects.get(person=bob).capacity is None


def test_one_says_oneself_whether_one_takes_leads(bob: Person, alice: Person) -> None:
    change = changing.set_place(bob, {"is_taking": False}, by=bob, at=NOW)
    assert change is not None
    assert change.text == "Bob takes no leads for now"
    with pytest.raises(Refused):
        changing.set_place(bob, {"is_taking": True}, by=alice, at=NOW)


def test_absences_are_entered_cancelled_and_undone(bob: Person, colleague: Person) -> None:
    days = {"starts_on": date(2026, 6, 29), "ends_on": date(2026, 7, 3)}
    entered = absences.enter(bob, **days, cover=colleague, note=" Alps ", by=bob, at=NOW)
    assert entered.text == "Bob is away from 29 June to 3 July 2026"
    with pytest.raises(Refused, match="Bob is away from 29 June to 3 July 2026 already"):
        absences.enter(bob, **days, cover=None, note="", by=bob, at=NOW)
    with pytest.raises(Refused, match="Bob is away too in that time"):
        absences.enter(colleague, **days, cover=bob, note="", by=colleague, at=NOW)
    absence = Absence.objects.get()
    cancelled = absences.cancel(absence, by=bob, at=NOW)
    again = absences.enter(bob, **days, cover=None, note="", by=bob, at=NOW)
    with pytest.raises(Refused, match="by another absence now"):
        changing.undo(cancelled, by=bob, at=NOW)
    changing.undo(again, by=bob, at=NOW)
    changing.undo(cancelled, by=bob, at=NOW)
    assert [one.cover for one in Absence.objects.filter(cancelled_at=None)] == [colleague]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((date(2026, 6, 3), date(2026, 6, 2)), "The last day is before the first."),
        ((date(2026, 6, 3), date(2029, 6, 2)), "An absence lasts two years at most."),
    ],
)
def test_absences_that_cannot_be(bob: Person, days: tuple[date, date], sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        absences.enter(bob, starts_on=days[0], ends_on=days[1], cover=None, note="", by=bob, at=NOW)
    assert str(caught.value) == sentence
    with pytest.raises(Refused, match="somebody else"):
        absences.enter(bob, starts_on=days[0], ends_on=days[0], cover=bob, note="", by=bob, at=NOW)


def test_who_is_away_is_by_the_date_of_their_zone(bob: Person) -> None:
    office_hours("Australia/Sydney")
    Absence.objects.create(person=bob, starts_on=date(2026, 6, 2), ends_on=date(2026, 6, 2), made_by=bob, made_at=NOW)
    hours = calendars.hours_of_many([bob.pk])
    assert bob.pk in calendars.away([bob.pk], hours, at=berlin(2026, 6, 1, 18)), "in Sydney it is the 2nd"
    assert bob.pk not in calendars.away([bob.pk], hours, at=berlin(2026, 6, 2, 18))


def test_a_new_calendar_moves_the_due_times_of_who_works_by_it(alice: Person, bob: Person, colleague: Person) -> None:
    gus = Person.objects.create_user("g@example.com", None, name="Gus", role="admin")
    office_hours()
    agreement = agree(alice, bob)
    mine, others = (passed(one, agreement, at=berlin(2026, 6, 1, 10)) for one in (bob, colleague))
    late = changing.save_calendar(
        None, name="Late", zone="Europe/Berlin", hours=[[["14:00", "22:00"]]] * 7, by=gus, at=NOW
    )
    sweep(at=berlin(2026, 6, 1, 11))
    change = changing.set_place(bob, {"calendar": late.calendar_id}, by=gus, at=NOW)
    assert change is not None
    sweep(at=berlin(2026, 6, 1, 12))
    for one in (mine, others, change, late):
        one.refresh_from_db()
    assert mine.accept_due_at == berlin(2026, 6, 1, 18)
    assert others.accept_due_at == berlin(2026, 6, 1, 14)
    assert (change.due_of, change.due_moved) == (1, 1)
    assert late.settled_at is not None
    changing.undo(change, by=gus, at=NOW)
    assert HoursChange.objects.filter(settled_at=None).count() == 1


def test_dates_are_read_from_a_paste() -> None:
    lines = "2026-12-25 Christmas Day\n24.12.2026; Christmas Eve 9:00-12:00\n\n1 January 2027 New Year\nMay 1, 2027: X"
    assert holidays.read_lines(lines).days == (
        Day(date(2026, 12, 25), "Christmas Day"),
        Day(date(2026, 12, 24), "Christmas Eve", (("9:00", "12:00"),)),
        Day(date(2027, 1, 1), "New Year"),
        Day(date(2027, 5, 1), "X"),
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "12/25/2026 Christmas",
            "“12/25/2026 Christmas” does not begin with a date. Write it as 2026-12-25 Christmas Day.",
        ),
        ("2026-02-30 Never", "“2026-02-30 Never” does not begin with a date. Write it as 2026-12-25 Christmas Day."),
        ("2026-12-24 Eve 12:00-9:00", "2026-12-24: 12:00 to 09:00 ends before it begins."),
        ("1026-12-24 Eve", "1026-12-24 is not a year to plan for. Give one from 1990 to 2100."),
    ],
)
def test_lines_that_are_no_dates_are_refused(line: str, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        holidays.read_lines(line)
    assert str(caught.value) == sentence


ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261225\r
DTEND;VALUE=DATE:20261227\r
SUMMARY:Christmas\\, both\r
  days\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20200501\r
RRULE:FREQ=YEARLY\r
SUMMARY:Labour Day\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20260610T140000Z\r
SUMMARY:A meeting\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART;VALUE=DATE:20261126\r
RRULE:FREQ=YEARLY;BYDAY=4TH;BYMONTH=11\r
SUMMARY:Thanksgiving\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_a_calendar_file_gives_its_days() -> None:
    found = holidays.read_ics(ICS, today=date(2026, 6, 1))
    assert [(str(day.on), day.name) for day in found.days] == [
        ("2026-05-01", "Labour Day"),
        ("2026-11-26", "Thanksgiving"),
        ("2026-12-25", "Christmas, both days"),
        ("2026-12-26", "Christmas, both days"),
        ("2027-05-01", "Labour Day"),
        ("2028-05-01", "Labour Day"),
        ("2029-05-01", "Labour Day"),
        ("2030-05-01", "Labour Day"),
    ]
    assert found.left_out == ("1 entry with a time of day", "repetitions of 1 entry")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04", "This is not a calendar file (.ics): it does not say BEGIN:VCALENDAR."),
        (b"BEGIN:VCALENDAR" + b" " * 1_000_000, "The file is larger than 1 MB."),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as caught:
        holidays.read_ics(data, today=date(2026, 6, 1))
    assert str(caught.value) == sentence

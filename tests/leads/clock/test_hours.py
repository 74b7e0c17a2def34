"""Working time: literal cases that people would agree with, and laws that must hold for any hours in any zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sameside.leads.clock import week, zones
from sameside.leads.clock.hours import Hours, NeverOpen
from sameside.leads.clock.week import DAY_SECONDS, Day

OFFICE = week.OFFICE_WEEK
ALL_DAY = [[["00:00", "24:00"]]] * 7
HOUR = 3600
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "UTC",
)


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[arg-type, misc]


def berlin(*parts: int) -> datetime:
    return local("Europe/Berlin", *parts)


def office(zone: str = "Europe/Berlin", holidays: Mapping[date, list[list[str]]] | None = None) -> Hours:
    return Hours.read(zone, OFFICE, holidays)


# Cases ----------------------------------------------------------------------------------------------------------------


def test_a_lead_of_friday_afternoon_is_due_on_monday_morning() -> None:
    assert office().after(berlin(2026, 6, 5, 16, 40), 2 * HOUR) == berlin(2026, 6, 8, 10, 40)


def test_before_opening_and_on_the_weekend_the_clock_stands() -> None:
    assert office().after(berlin(2026, 6, 1, 6), HOUR) == berlin(2026, 6, 1, 10)
    assert office().after(berlin(2026, 6, 6, 12), HOUR) == berlin(2026, 6, 8, 10)
    assert office().between(berlin(2026, 6, 5, 17), berlin(2026, 6, 8, 9)) == 0


def test_exactly_at_closing_time_is_then_and_not_the_next_morning() -> None:
    assert office().after(berlin(2026, 6, 5, 16), HOUR) == berlin(2026, 6, 5, 17)


def test_a_lunch_break_does_not_count() -> None:
    split = Hours.read("Europe/Berlin", [[["09:00", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []])
    assert split.after(berlin(2026, 6, 1, 11, 30), HOUR) == berlin(2026, 6, 1, 13, 30)
    assert split.between(berlin(2026, 6, 1, 9), berlin(2026, 6, 2, 9)) == 7 * HOUR


def test_a_holiday_is_closed_or_has_hours_of_its_own() -> None:
    hours = office(holidays={date(2026, 12, 24): [["09:00", "12:00"]], date(2026, 12, 25): [], date(2027, 1, 1): []})
    assert hours.after(berlin(2026, 12, 24, 11), 2 * HOUR) == berlin(2026, 12, 28, 10)
    assert hours.between(berlin(2026, 12, 24, 0), berlin(2027, 1, 5, 0)) == (3 + 4 * 8 + 8) * HOUR


def test_a_holiday_on_a_sunday_can_be_worked() -> None:
    hours = office(holidays={date(2026, 6, 7): [["10:00", "14:00"]]})
    assert hours.after(berlin(2026, 6, 5, 16), 2 * HOUR) == berlin(2026, 6, 7, 11)


def test_the_day_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    assert Hours.read("Europe/Berlin", ALL_DAY).between(berlin(2026, 3, 29), berlin(2026, 3, 30)) == 23 * HOUR
    assert Hours.read("Australia/Lord_Howe", ALL_DAY).between(
        local("Australia/Lord_Howe", 2026, 10, 4), local("Australia/Lord_Howe", 2026, 10, 5)
    ) == round(23.5 * HOUR)


def test_a_zone_of_quarter_hours_changes_its_clocks_at_a_quarter_to_three() -> None:
    chatham, sunday = Hours.read("Pacific/Chatham", ALL_DAY), (2026, 9, 27)
    assert chatham.between(local("Pacific/Chatham", *sunday), local("Pacific/Chatham", 2026, 9, 28)) == 23 * HOUR
    assert chatham.after(local("Pacific/Chatham", *sunday, 2, 45) - timedelta(seconds=1), 2) == (
        local("Pacific/Chatham", *sunday, 3, 45) + timedelta(seconds=1)
    )


def test_holidays_on_both_sides_of_the_year_end() -> None:
    """Thursday 24 December 2026 at 16:00; closed on 25 and 31 December and on 1 January: 2 hours are Monday at 10."""
    closed: dict[date, list[list[str]]] = {date(2026, 12, 25): [], date(2026, 12, 31): [], date(2027, 1, 1): []}
    hours = office(holidays=closed)
    assert hours.after(berlin(2026, 12, 24, 16), 2 * HOUR) == berlin(2026, 12, 28, 10)
    assert hours.after(berlin(2026, 12, 30, 16), 2 * HOUR) == berlin(2027, 1, 4, 10)
    assert hours.days_after(berlin(2026, 12, 30, 16), 1) == berlin(2027, 1, 4, 17)


def test_the_day_on_which_clocks_go_back_is_an_hour_longer() -> None:
    assert Hours.read("America/New_York", ALL_DAY).between(
        local("America/New_York", 2026, 11, 1), local("America/New_York", 2026, 11, 2)
    ) == 25 * HOUR  # fmt: skip


def test_office_hours_of_the_day_after_a_change_are_by_the_new_clock() -> None:
    assert office().after(berlin(2026, 3, 27, 16), 2 * HOUR) == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert office().after(berlin(2026, 10, 23, 16), 2 * HOUR) == datetime(2026, 10, 26, 9, tzinfo=UTC)


def test_hours_that_lie_in_the_missing_hour_are_not_worked() -> None:
    night = Hours.read("Europe/Berlin", [[["02:00", "03:00"]]] * 7)
    assert night.between(berlin(2026, 3, 29), berlin(2026, 3, 30)) == 0
    assert night.after(berlin(2026, 3, 28, 12), 1) == berlin(2026, 3, 30, 2) + timedelta(seconds=1)


def test_hours_that_come_twice_are_worked_twice() -> None:
    night = Hours.read("Europe/Berlin", [[["02:00", "02:30"]]] * 7)
    assert night.between(berlin(2026, 10, 25), berlin(2026, 10, 26)) == HOUR
    second = local("Europe/Berlin", 2026, 10, 25, 2, 15, fold=1)
    assert night.after(berlin(2026, 10, 25, 1), 45 * 60) == second.astimezone(UTC)


def test_a_zone_whose_midnight_is_missing() -> None:
    """In 2018 São Paulo went from 23:59:59 of 3 November to 1:00 of the 4th."""
    zone = "America/Sao_Paulo"
    hours = Hours.read(zone, ALL_DAY)
    assert hours.begins(date(2018, 11, 4)) == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert hours.between(hours.begins(date(2018, 11, 4)), hours.begins(date(2018, 11, 5))) == 23 * HOUR
    assert hours.begins(date(2018, 2, 18)) == datetime(2018, 2, 18, 3, tzinfo=UTC)


def test_a_day_that_a_zone_left_out() -> None:
    """Samoa had no 30 December 2011."""
    samoa = Hours.read("Pacific/Apia", OFFICE)
    assert samoa.between(datetime(2011, 12, 29, 10, tzinfo=UTC), datetime(2011, 12, 31, 10, tzinfo=UTC)) == 8 * HOUR


def test_year_ends_and_leap_days() -> None:
    assert office().after(berlin(2026, 12, 31, 16), 2 * HOUR) == berlin(2027, 1, 1, 10)
    assert Hours.read("UTC", ALL_DAY).between(local("UTC", 2028, 2, 28), local("UTC", 2028, 3, 1)) == 48 * HOUR
    assert office().after(berlin(2028, 2, 29, 16), 2 * HOUR) == berlin(2028, 3, 1, 10)


def test_days_count_from_the_day_after_and_end_with_the_last_hours() -> None:
    hours = office(holidays={date(2026, 6, 4): []})
    assert hours.days_after(berlin(2026, 6, 1, 10), 1) == berlin(2026, 6, 2, 17)
    assert hours.days_after(berlin(2026, 6, 1, 23), 5) == berlin(2026, 6, 9, 17)
    assert hours.days_after(berlin(2026, 6, 6, 10), 1) == berlin(2026, 6, 8, 17)
    assert hours.days_after(berlin(2026, 6, 1, 10), 0) == berlin(2026, 6, 1, 17)
    assert hours.days_between(berlin(2026, 6, 1, 10), berlin(2026, 6, 9, 17)) == 5


def test_a_day_until_midnight_ends_with_it_where_clocks_go_back_over_it() -> None:
    """São Paulo, 17 February 2018: after 23:59:59 came 23:00 once more."""
    hours = Hours.read("America/Sao_Paulo", ALL_DAY)
    assert hours.days_after(local("America/Sao_Paulo", 2018, 2, 16, 9), 1) == datetime(2018, 2, 18, 3, tzinfo=UTC)


def test_a_fraction_of_a_second_is_cut_off() -> None:
    start = berlin(2026, 6, 1, 10) + timedelta(microseconds=900_000)
    assert office().after(start, 60) == berlin(2026, 6, 1, 10, 1)
    assert office().between(start, start + timedelta(microseconds=200_000)) == 1


def test_hours_that_are_never_open_say_so() -> None:
    never = Hours.read("Europe/Berlin", [[]] * 7, {date(2026, 6, 2): [["09:00", "10:00"]]})
    assert never.after(berlin(2026, 6, 1), HOUR) == berlin(2026, 6, 2, 10)
    with pytest.raises(NeverOpen, match="never open that long"):
        never.after(berlin(2026, 6, 1), HOUR + 1)
    with pytest.raises(NeverOpen, match="not open on so many days"):
        never.days_after(berlin(2026, 6, 1), 2)
    with pytest.raises(NeverOpen):
        never.opens(berlin(2026, 6, 3))
    assert never.between(berlin(2026, 1, 1), berlin(2027, 1, 1)) == HOUR


def test_when_it_opens() -> None:
    assert office().opens(berlin(2026, 6, 5, 18)) == berlin(2026, 6, 8, 9)
    assert office().opens(berlin(2026, 6, 5, 11)) == berlin(2026, 6, 5, 11)
    assert office().is_open(berlin(2026, 6, 5, 9))
    assert not office().is_open(berlin(2026, 6, 5, 17))


def test_a_thousand_years_are_answered_at_once() -> None:
    """52,178 weeks: the sum is taken, not walked."""
    hours = office("UTC")
    start = datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert hours.between(start, start + timedelta(weeks=52_178)) == 52_178 * 40 * HOUR
    assert hours.after(start, 52_178 * 40 * HOUR) == datetime(3026, 6, 2, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ([[["17:00", "09:00"]]], "Monday: 17:00 to 09:00 ends before it begins."),
        ([[["09:00", "12:00"], ["11:00", "17:00"]]], "Monday: 11:00 to 17:00 overlaps with the hours before it."),
        ([[["09:00", "25:00"]]], "Monday: “25:00” is not a time of day. Write it as 09:00, up to 24:00."),
        ([[["9", "17:00"]]], "Monday: “9” is not a time of day. Write it as 09:00, up to 24:00."),
        ([[["09:00"]]], "Monday: Hours are a time from and a time to."),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(hours: list[object], sentence: str) -> None:
    with pytest.raises(week.Unreadable) as caught:
        week.read_week([*hours, [], [], [], [], [], []])
    assert str(caught.value) == sentence


def test_hours_are_said_in_words() -> None:
    split = week.read_week([[["09:00", "12:00"], ["13:00", "17:30"]]] * 4 + [[["09:00", "12:00"]], [], []])
    assert week.week_in_words(split) == "Monday to Thursday 9:00 to 12:00 and 13:00 to 17:30, Friday 9:00 to 12:00"
    assert week.week_in_words(week.read_week([[]] * 7)) == "never open"
    assert week.read_day([["13:00", "24:00"], ["09:00", "13:00"]]) == ((9 * HOUR, 24 * HOUR),)


# Laws -----------------------------------------------------------------------------------------------------------------

MINUTE = 60
CHANGES = (  # around these dates clocks go forward or back in one of the zones, or a year or February ends
    *(date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4)),
    *(date(2018, 2, 18), date(2018, 11, 4), date(2011, 12, 30), date(2026, 2, 15), date(2026, 3, 22)),
    *(date(2027, 1, 1), date(2028, 2, 29), date(2026, 6, 5)),
)


@st.composite
def days(draw: st.DrawFn) -> Day:
    edges = sorted(draw(st.lists(st.integers(0, 24 * 12), min_size=0, max_size=6, unique=True)))
    return tuple((a * 300, b * 300) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    usual = draw(st.sampled_from([week.read_week(OFFICE), week.read_week(ALL_DAY), None]))
    open_week = usual or tuple(draw(days()) for _ in range(7))
    near = draw(st.sampled_from(CHANGES))
    holidays = draw(st.dictionaries(st.integers(-4, 6).map(lambda n: near + timedelta(days=n)), days(), max_size=4))
    return Hours(zone, open_week, holidays)


@st.composite
def moments(draw: st.DrawFn, step: int = 1, spread: int = 6) -> datetime:
    near = datetime.combine(draw(st.sampled_from(CHANGES)), time(), UTC)
    return near + timedelta(
        seconds=step * draw(st.integers(-spread * DAY_SECONDS // step, spread * DAY_SECONDS // step))
    )


def open_by_the_wall(hours: Hours, at: datetime) -> bool:
    """The rule itself, without any of the arithmetic."""
    shown = at.astimezone(hours.zone)
    today = hours.holidays.get(shown.date(), hours.week[shown.weekday()])
    second = shown.hour * 3600 + shown.minute * 60 + shown.second
    return any(start <= second < end for start, end in today)


def minutes_between(hours: Hours, start: datetime, end: datetime) -> int:
    count = (end - start) // timedelta(minutes=1)
    return MINUTE * sum(open_by_the_wall(hours, start + timedelta(minutes=n)) for n in range(count))


@settings(deadline=None, max_examples=150)
@given(hours=some_hours(), start=moments(step=60), minutes=st.integers(0, 5 * 24 * 60))
def test_it_is_what_counting_minutes_gives(hours: Hours, start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    counted = minutes_between(hours, start, end)
    assert hours.between(start, end) == counted
    assert hours.is_open(start) == open_by_the_wall(hours, start)
    if counted:
        found = hours.after(start, counted)
        assert found <= end
        assert open_by_the_wall(hours, found - timedelta(seconds=1))


@settings(deadline=None, max_examples=60)
@given(hours=some_hours(), start=moments(), seconds=st.integers(1, 1_200))
def test_it_is_what_counting_seconds_gives(hours: Hours, start: datetime, seconds: int) -> None:
    counted = sum(open_by_the_wall(hours, start + timedelta(seconds=n)) for n in range(seconds))
    assert hours.between(start, start + timedelta(seconds=seconds)) == counted


@settings(deadline=None, max_examples=400)
@given(hours=some_hours(), start=moments(spread=400), seconds=st.integers(0, 3_000_000))
def test_between_is_the_inverse_of_after(hours: Hours, start: datetime, seconds: int) -> None:
    try:
        end = hours.after(start, seconds)
    except NeverOpen:
        assert sum(map(week.seconds, hours.week)) == 0
        return
    assert hours.between(start, end) == seconds
    assert hours.between(end, start) == -seconds
    if seconds:
        assert hours.between(start, end - timedelta(seconds=1)) == seconds - 1


@settings(deadline=None, max_examples=300)
@given(hours=some_hours(), three=st.tuples(moments(), moments(), moments()))
def test_it_adds_up_and_never_goes_back(hours: Hours, three: tuple[datetime, datetime, datetime]) -> None:
    a, b, c = sorted(three)
    assert hours.between(a, b) + hours.between(b, c) == hours.between(a, c)
    assert 0 <= hours.between(a, b) <= (b - a).total_seconds()


@settings(deadline=None, max_examples=200)
@given(hours=some_hours(), start=moments(), later=moments(), one=st.integers(0, 400_000), two=st.integers(0, 400_000))
def test_after_is_monotone_and_additive(hours: Hours, start: datetime, later: datetime, one: int, two: int) -> None:
    assume(any(hours.week))
    start, later = sorted((start, later))
    assert hours.after(start, one) <= hours.after(start, one + two)
    assert hours.after(start, one) <= hours.after(later, one)
    if one and two:
        assert hours.after(hours.after(start, one), two) == hours.after(start, one + two)


@settings(deadline=None, max_examples=150)
@given(hours=some_hours(), start=moments(), count=st.integers(1, 12))
def test_working_days_are_what_counting_dates_gives(hours: Hours, start: datetime, count: int) -> None:
    assume(any(hours.week))
    found = hours.days_after(start, count)
    today, passed = start.astimezone(hours.zone).date(), 0
    while passed < count:
        today += timedelta(days=1)
        passed += bool(hours.holidays.get(today, hours.week[today.weekday()]))
    begins, ends = hours.begins(today), hours.begins(today + timedelta(days=1))
    assert begins <= found <= ends
    assert hours.between(found, ends) == 0
    assert hours.days_after(start, count + 1) >= found
    closing = hours.holidays.get(today, hours.week[today.weekday()])[-1][1]
    shown = (found - timedelta(seconds=1)).astimezone(hours.zone)
    if hours.between(begins, ends):
        assert shown.date() == today
        assert (shown.hour * 3600 + shown.minute * 60 + shown.second) < closing


def test_the_zones_to_choose_from_are_places() -> None:
    assert "Europe/Berlin" in zones.names()
    assert "UTC" in zones.names()
    assert not {"EST", "Etc/GMT+5", "US/Eastern"} & set(zones.names())

"""Opening hours as people write them: lists of ["09:00", "17:30"] for each day of a week, read into whole seconds.

An interval begins before it ends, the last may end at "24:00", and those of one day neither overlap nor touch (two that
touch are one). Whoever works past midnight has an interval until "24:00" and another from "00:00" on the next day.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

Interval = tuple[int, int]
Day = tuple[Interval, ...]

DAY_SECONDS = 86_400
MOST_INTERVALS = 8
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OFFICE_WEEK = [[["09:00", "17:00"]]] * 5 + [[], []]


class Unreadable(ValueError):
    """Hours that cannot be; the message is a sentence fit for the screen."""


def _second(text: Any) -> int:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip()) if isinstance(text, str) else None
    if found is None or int(found[2]) > 59 or int(found[1]) * 60 + int(found[2]) > 24 * 60:
        raise Unreadable(f"“{text}” is not a time of day. Write it as 09:00, up to 24:00.")
    return (int(found[1]) * 60 + int(found[2])) * 60


def read_day(data: Any) -> Day:
    """The hours of one day, in their order; those that touch become one. Raises `Unreadable`."""
    if not isinstance(data, list | tuple) or len(data) > MOST_INTERVALS:
        raise Unreadable(f"A day has at most {MOST_INTERVALS} stretches of working time.")
    joined: list[Interval] = []
    for start, end in sorted(_interval(one) for one in data):
        if joined and start < joined[-1][1]:
            raise Unreadable(f"{write_time(start)} to {write_time(end)} overlaps with the hours before it.")
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _interval(data: Any) -> Interval:
    if not isinstance(data, list | tuple) or len(data) != 2:
        raise Unreadable("Hours are a time from and a time to.")
    start, end = _second(data[0]), _second(data[1])
    if start >= end:
        raise Unreadable(f"{write_time(start)} to {write_time(end)} ends before it begins.")
    return start, end


def read_week(data: Any) -> tuple[Day, ...]:
    """Seven days, Monday first. Raises `Unreadable`, with the day's name."""
    if not isinstance(data, list | tuple) or len(data) != 7:
        raise Unreadable("A week has seven days.")
    week = []
    for name, one in zip(DAYS, data, strict=True):
        try:
            week.append(read_day(one))
        except Unreadable as problem:
            raise Unreadable(f"{name}: {problem}") from None
    return tuple(week)


def write_time(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def write_day(day: Day) -> list[list[str]]:
    return [[write_time(start), write_time(end)] for start, end in day]


def write_week(week: Sequence[Day]) -> list[list[list[str]]]:
    return [write_day(day) for day in week]


def in_words(day: Day) -> str:
    """ "9:00 to 12:00 and 13:00 to 17:00", "all day", or "closed"."""
    if day == ((0, DAY_SECONDS),):
        return "all day"
    parts = [f"{write_time(start).removeprefix('0')} to {write_time(end).removeprefix('0')}" for start, end in day]
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:]))) or "closed"


def week_in_words(week: Sequence[Day]) -> str:
    """ "Monday to Friday 9:00 to 17:00": days that follow each other with the same hours are said together."""
    said, first = [], 0
    for number in range(1, 8):
        if number < 7 and week[number] == week[first]:
            continue
        if week[first]:
            last = f" to {DAYS[number - 1]}" if number - first > 1 else ""
            said.append(f"{DAYS[first]}{last} {in_words(week[first])}")
        first = number
    return ", ".join(said) or "never open"


def seconds(day: Iterable[Interval]) -> int:
    return sum(end - start for start, end in day)


def sorted_holidays(holidays: Mapping[date, Day]) -> list[tuple[int, Day]]:
    """By number of the day since Monday 1 January of the year 1."""
    return sorted((on.toordinal() - 1, day) for on, day in holidays.items())

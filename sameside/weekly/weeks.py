"""Which days an agenda is about: the last seven up to now, or one ISO week that is over.

The joint meeting may be on any day, so "this week" is the seven days before the moment of computation. An earlier week
is named as in ISO 8601: `2026-W21` runs from its Monday to the Monday after it, midnight UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_NAME = re.compile(r"(20\d\d)-W(\d\d)", re.ASCII)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """From `start` until just before `end`; `name` is empty for the last seven days."""

    name: str
    start: datetime
    end: datetime

    @property
    def before(self) -> "Week":
        return Week("", self.start - WEEK, self.start)


def monday_of(name: str) -> date | None:
    """The Monday of an ISO week, None when there is no such week."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def name_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def chosen(name: str, at: datetime) -> Week:
    """The week called `name` if it is over at `at`, else the seven days that end `at`."""
    monday = monday_of(name)
    if monday is not None:
        start = datetime.combine(monday, time(), UTC)
        if start + WEEK <= at:
            return Week(name, start, start + WEEK)
    return Week("", at - WEEK, at)


def earlier(week: Week) -> str:
    """The ISO week before: for the last seven days the last one that is over."""
    last_day = (week.start if week.name else week.end - WEEK).date()
    return name_of(last_day - WEEK if week.name else last_day)


def later(week: Week, at: datetime) -> str:
    """The ISO week after, empty (the last seven days) when that one is not over yet."""
    following = week.end
    return name_of(following.date()) if week.name and following + WEEK <= at else ""

"""A time zone as stretches of one offset from UTC, so that a wall clock is plain arithmetic inside a stretch.

Times are whole seconds since Monday 1 January of the year 1, once in UTC and once as a clock on the wall shows them:
`wall = utc + offset`. Where the clocks go forward a stretch of wall time is missing, where they go back it comes twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
DAY_SECONDS = 86_400
LAST_YEAR = 9998


class BeyondTime(ValueError):
    """A time after the last year that can be told; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Stretch:
    """From `start` (included) to `end` (not included) in UTC seconds, clocks are `offset` seconds ahead of UTC."""

    start: int
    end: int
    offset: int


def second_of(at: datetime) -> int:
    """The whole second of an aware time; a fraction is cut off."""
    since = at - BEGINNING
    return since.days * DAY_SECONDS + since.seconds


def time_of(second: int) -> datetime:
    return BEGINNING + timedelta(seconds=second)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The time zones to choose from: places, and UTC; not the old names and abbreviations."""
    skipped = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    places = (one for one in available_timezones() if "/" in one and not one.startswith(skipped))
    return (*sorted(places), "UTC")


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = time_of(second).astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101  a ZoneInfo always has one
    return offset.days * DAY_SECONDS + offset.seconds


@lru_cache(maxsize=2_048)
def _stretches(zone: ZoneInfo, year: int) -> tuple[Stretch, ...]:
    """The stretches of one year in UTC, found by looking once a day; two changes within a day are one."""
    begin = second_of(datetime(year, 1, 1, tzinfo=UTC))
    end = second_of(datetime(year + 1, 1, 1, tzinfo=UTC))
    found, start, offset = [], begin, _offset(zone, begin)
    for day in range(begin, end, DAY_SECONDS):
        low, high = day, min(day + DAY_SECONDS, end - 1)
        if _offset(zone, high) == offset:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
        found.append(Stretch(start, high, offset))
        start, offset = high, _offset(zone, high)
    return (*found, Stretch(start, end, offset))


def stretches(zone: ZoneInfo, since: int) -> Iterator[Stretch]:
    """The stretch in which `since` lies, and those after it, of one year at a time. Ends in `BeyondTime`."""
    for year in range(time_of(since).year, LAST_YEAR + 1):
        for stretch in _stretches(zone, year):
            if stretch.end > since:
                yield stretch
    raise BeyondTime(f"There is no time after the year {LAST_YEAR}.")

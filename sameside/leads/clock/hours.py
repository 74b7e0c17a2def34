"""Business hours: how much working time lies between two moments, and when so much of it will have passed.

It is open whenever a clock on the wall of that time zone shows a time within the hours of that day: of the week, or of
the holiday if the day is one. So where clocks are put back, an hour inside the hours is worked twice, and where they
are put forward the missing one is not worked. Moments count in whole seconds; a fraction is cut off.

Nothing is walked through: the working time up to a wall clock's time is a sum over whole weeks, corrected by the
holidays before it (a bisection), and a zone is a few stretches of constant offset a year (`zones`).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, Self
from zoneinfo import ZoneInfo

from sameside.leads.clock import week as weeks
from sameside.leads.clock import zones
from sameside.leads.clock.week import DAY_SECONDS, Day
from sameside.leads.clock.zones import BeyondTime, second_of, stretches, time_of

WEEK_SECONDS = 7 * DAY_SECONDS


class NeverOpen(ValueError):
    """So much working time never comes; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Hours:
    """`week` is seven days, Monday first; a date in `holidays` has those hours instead, none: closed."""

    zone: ZoneInfo
    week: tuple[Day, ...]
    holidays: Mapping[date, Day] = field(default_factory=dict)

    @classmethod
    def read(cls, zone: str, week: Any, holidays: Mapping[date, Any] | None = None) -> Self:
        """From the form in which a calendar is stored. Raises `week.Unreadable`."""
        days = {on: weeks.read_day(hours) for on, hours in (holidays or {}).items()}
        return cls(ZoneInfo(zone), weeks.read_week(week), days)

    # How much there is -----------------------------------------------------------------------------------------------

    @cached_property
    def _day_sums(self) -> tuple[int, ...]:
        """Seconds open from Monday until each day of the week begins, and the whole week."""
        return tuple(accumulate((weeks.seconds(day) for day in self.week), initial=0))

    @cached_property
    def _open_days(self) -> tuple[int, ...]:
        return tuple(accumulate((int(bool(day)) for day in self.week), initial=0))

    @cached_property
    def _holidays(self) -> list[tuple[int, Day]]:
        return weeks.sorted_holidays(self.holidays)

    @cached_property
    def _holiday_days(self) -> list[int]:
        return [number for number, _ in self._holidays]

    @cached_property
    def _corrections(self) -> Sequence[int]:
        """By how many seconds the holidays up to each one change the sum over the weeks."""
        change = (weeks.seconds(day) - weeks.seconds(self.week[number % 7]) for number, day in self._holidays)
        return tuple(accumulate(change, initial=0))

    @cached_property
    def _day_corrections(self) -> Sequence[int]:
        change = (int(bool(day)) - int(bool(self.week[number % 7])) for number, day in self._holidays)
        return tuple(accumulate(change, initial=0))

    @cached_property
    def _last_holiday(self) -> int:
        return self._holiday_days[-1] if self._holidays else -1

    def _hours_of(self, number: int) -> Day:
        """The hours of the day with this number since Monday 1 January of the year 1."""
        place = bisect_right(self._holiday_days, number) - 1
        if place >= 0 and self._holiday_days[place] == number:
            return self._holidays[place][1]
        return self.week[number % 7]

    def _before_day(self, number: int) -> int:
        """Seconds of wall time open before the day begins."""
        corrected = self._corrections[bisect_right(self._holiday_days, number - 1)]
        return number // 7 * self._day_sums[7] + self._day_sums[number % 7] + corrected

    def _days_before(self, number: int) -> int:
        corrected = self._day_corrections[bisect_right(self._holiday_days, number - 1)]
        return number // 7 * self._open_days[7] + self._open_days[number % 7] + corrected

    def _before(self, wall: int) -> int:
        """Seconds of wall time open before this second of it."""
        number, second = divmod(wall, DAY_SECONDS)
        within = sum(min(end, second) - start for start, end in self._hours_of(number) if start < second)
        return self._before_day(number) + within

    # When there is so much of it -------------------------------------------------------------------------------------

    def _day_with(self, wanted: int, before: Any, a_week: int) -> int | None:
        """The first day by whose end `before` (a sum over days) reaches `wanted`; None: it never does."""
        low, high = 0, max(self._last_holiday, 0) + 8
        missing = wanted - before(high)
        if missing > 0:
            if not a_week:
                return None
            low, high = high, high + (missing // a_week + 2) * 7
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if before(middle) >= wanted else (middle, high)
        return high - 1

    def _wall_with(self, wanted: int) -> int | None:
        """The first second of wall time before which `wanted` seconds were open."""
        number = self._day_with(wanted, self._before_day, self._day_sums[7])
        if number is None:
            return None
        missing = wanted - self._before_day(number)
        for start, end in self._hours_of(number):
            if missing <= end - start:
                return number * DAY_SECONDS + start + missing
            missing -= end - start
        raise AssertionError("the day was chosen because it holds what is missing")

    # What is asked ---------------------------------------------------------------------------------------------------

    def is_open(self, at: datetime) -> bool:
        number, second = divmod(self._wall(at), DAY_SECONDS)
        return any(start <= second < end for start, end in self._hours_of(number))

    def between(self, start: datetime, end: datetime) -> int:
        """Seconds of working time from `start` to `end`; negative when `end` is earlier."""
        first, last = second_of(start), second_of(end)
        if last < first:
            return -self.between(end, start)
        total = 0
        for stretch in stretches(self.zone, first):
            a, b = max(first, stretch.start), min(last, stretch.end)
            total += self._before(b + stretch.offset) - self._before(a + stretch.offset)
            if stretch.end >= last:
                break
        return total

    def after(self, start: datetime, seconds: float) -> datetime:
        """The first moment by which `seconds` of working time have passed since `start`, in UTC.

        What falls exactly on closing time is then, not at the next opening. Raises `NeverOpen`.
        """
        since, left = second_of(start), round(seconds)
        if left < 0:
            raise ValueError(f"working time goes forward, not by {seconds} seconds")
        if left == 0:
            return time_of(since)
        try:
            for stretch in stretches(self.zone, since):
                begin = max(since, stretch.start) + stretch.offset
                here = self._before(stretch.end + stretch.offset) - self._before(begin)
                if here >= left:
                    found = self._wall_with(self._before(begin) + left)
                    assert found is not None  # noqa: S101  this stretch has enough
                    return time_of(found - stretch.offset)
                left -= here
                if not self._day_sums[7] and (stretch.end + stretch.offset) // DAY_SECONDS > self._last_holiday:
                    break
        except BeyondTime:
            pass
        raise NeverOpen("These hours are never open that long. Give at least one day of the week working time.")

    def days_after(self, start: datetime, days: int) -> datetime:
        """When the last hours of the `days`-th working day after the day of `start` end. Raises `NeverOpen`.

        The day of `start` itself does not count; with 0 it is its own closing time, or `start` if that has passed.
        """
        today = self._wall(start) // DAY_SECONDS
        if days <= 0:
            return max(time_of(second_of(start)), self._closing(today))
        number = self._day_with(self._days_before(today + 1) + days, self._days_before, self._open_days[7])
        if number is None or number >= zones.LAST_YEAR * 365:
            raise NeverOpen("These hours are not open on so many days. Give at least one day of the week working time.")
        return max(time_of(second_of(start)), self._closing(number))

    def days_between(self, start: datetime, end: datetime) -> int:
        """Working days after the day of `start` until the day of `end`, that one included."""
        first, last = self._wall(start) // DAY_SECONDS, self._wall(end) // DAY_SECONDS
        return self._days_before(last + 1) - self._days_before(first + 1)

    def opens(self, at: datetime) -> datetime:
        """`at` itself when it is open, else when it opens next. Raises `NeverOpen`."""
        if self.is_open(at):
            return time_of(second_of(at))
        return self.after(at, 1) - timedelta(seconds=1)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def begins(self, on: date) -> datetime:
        """The first moment of a date in this zone; where clocks jump over it, the jump."""
        wall = (on.toordinal() - 1) * DAY_SECONDS
        for stretch in stretches(self.zone, wall - 2 * DAY_SECONDS):
            if wall < stretch.end + stretch.offset:
                return time_of(max(stretch.start, wall - stretch.offset))
        raise AssertionError("stretches end in an error")

    def _wall(self, at: datetime) -> int:
        second = second_of(at)
        return second + next(stretches(self.zone, second)).offset

    def _closing(self, number: int) -> datetime:
        """When the last hours of a day end: the last time, where clocks go back over it, or when they jump over it."""
        day = self._hours_of(number)
        wall = number * DAY_SECONDS + (day[-1][1] if day else DAY_SECONDS)
        found = 0
        for stretch in stretches(self.zone, wall - 2 * DAY_SECONDS):
            if stretch.start + stretch.offset < wall <= stretch.end + stretch.offset:
                found = wall - stretch.offset
            elif not found and wall <= stretch.start + stretch.offset:
                found = stretch.start
            if found and stretch.end > wall + 2 * DAY_SECONDS:
                break
        return time_of(found)

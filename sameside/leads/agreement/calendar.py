"""The periods that promises are kept in: calendar months and quarters, in UTC as the cohorts of every figure are.

How much of a period has passed is counted in weekdays, so that a month is not half over on a Sunday for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sameside.kit.periods import month_name

SHOWN = {"month": 7, "quarter": 5}
LENGTH = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def months(self) -> list[str]:
        found, day = [], self.first.replace(day=1)
        while day <= self.last:
            found.append(f"{day:%Y-%m}")
            day = next_month(day)
        return found

    @property
    def name(self) -> str:
        names = [month_name(month) for month in self.months]
        if len(names) == 1:
            return names[0]
        return f"Q{(self.first.month + 2) // 3} {self.first.year}"


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def back(day: date, months: int) -> date:
    """The first of the month so many months before that of `day`."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def periods(per: str, at: datetime) -> Sequence[Period]:
    """The running one and those before it, the newest first."""
    today, length = at.astimezone(UTC).date(), LENGTH[per]
    begin = back(today, (today.month - 1) % length)
    firsts = [back(begin, length * number) for number in range(SHOWN[per])]
    return [Period(first, back(first, -length) - timedelta(days=1)) for first in firsts]


def weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from the first day to the last, both included."""
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum((first.weekday() + day) % 7 < 5 for day in range(rest))


def share(part: Period, whole: Period) -> float:
    """How much of `whole` is in `part`, by weekdays."""
    all_of_it = weekdays(whole.first, whole.last)
    return weekdays(max(part.first, whole.first), min(part.last, whole.last)) / all_of_it

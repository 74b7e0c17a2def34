"""The story's clock: seconds since 1970 in NumPy arrays, office hours, seasons, and how Salesforce writes times."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
DAY = 86_400
HISTORY_DAYS = 730
HERE_DAYS = 28
"""So long the agreement has been in force: leads of these days come to a queue, and are handed over here."""
# How busy each month is: quiet in August and at the turn of the year, a rush before the quarters end.
MONTHS = np.array([0.85, 1.0, 1.12, 0.98, 1.0, 1.1, 0.85, 0.62, 1.15, 1.12, 1.15, 0.72])
WEEKDAYS = np.array([1.0, 1.15, 1.15, 1.08, 0.85, 0.12, 0.1])


def midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def weekday(times: Seconds) -> NDArray[np.int64]:
    """Monday is 0."""
    return np.asarray((times // DAY + 3) % 7, dtype=np.int64)


def seasonal(rng: np.random.Generator, count: int, *, start: int, end: int, growth: float = 0.35) -> Seconds:
    """`count` moments between `start` and `end`, more in busy months and on working days, and growing over time."""
    days = np.arange(start // DAY, max(end // DAY, start // DAY + 1))
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weights = MONTHS[months] * WEEKDAYS[(days + 3) % 7] * np.linspace(1, 1 + growth, len(days))
    chosen = rng.choice(days, size=count, p=weights / weights.sum())
    return np.asarray(chosen * DAY + day_seconds(rng, count), dtype=np.int64)


def day_seconds(rng: np.random.Generator, count: int) -> Seconds:
    """A time of day, mostly in office hours of Europe or of America."""
    hours = np.clip(rng.normal(12.5, 3.1, count), 6.0, 21.5)
    return np.asarray(hours * 3600, dtype=np.int64)


def to_office(rng: np.random.Generator, times: Seconds, *, latest: int) -> Seconds:
    """The same moments, those of weekends and nights moved to the next office hours; none later than `latest`."""
    days = times // DAY
    days = days + np.where(weekday(times) >= 5, 7 - weekday(times), 0)
    hour = times % DAY
    away = (hour < 7 * 3600) | (hour > 19 * 3600) | (days != times // DAY)
    moved = np.where(away, days * DAY + 7 * 3600 + rng.integers(0, 10 * 3600, len(times)), times)
    return np.minimum(moved, latest - rng.integers(60, 6 * 3600, len(times)))


def stamps(times: Seconds) -> list[str]:
    """`YYYY-MM-DD HH:MM:SS`, as the weekly export writes a time of GMT."""
    return [text.replace("T", " ") for text in np.datetime_as_string(times.astype("datetime64[s]")).tolist()]


def dates(times: Seconds) -> list[str]:
    """`YYYY-MM-DD 00:00:00`, as the weekly export writes a date."""
    return [f"{text} 00:00:00" for text in np.datetime_as_string(times.astype("datetime64[s]"), unit="D").tolist()]

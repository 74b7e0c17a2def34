"""The last so many months as whole calendar months, the running one included; `0` months is all time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CHOICES = (3, 6, 12, 24)
DEFAULT = 12


def read(query: Mapping[str, str], *, everything: bool = False) -> int:
    """The months that `months=` in an address asks for; the default for anything else. `all` is 0 where allowed."""
    asked = query.get("months", "")
    if everything and asked == "all":
        return 0
    return int(asked) if asked in {str(choice) for choice in CHOICES} else DEFAULT


def start(months: int, at: datetime) -> datetime | None:
    """When the period of `months` months up to `at` begins: on a first of a month, in UTC; None for all time."""
    if not months:
        return None
    count = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1 - (months - 1)
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def months_between(first: datetime, last: datetime) -> list[str]:
    """Every calendar month from `first` to `last`, `2026-05` each."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{count // 12}-{count % 12 + 1:02}" for count in range(begin, end + 1)]


def month_name(month: str) -> str:
    """`2026-05` as May 2026."""
    year, number = month.split("-")
    return f"{_NAMES[int(number) - 1]} {year}"


@dataclass(frozen=True)
class Segment:
    """One choice of a period on a page; `url` is relative."""

    label: str
    url: str
    is_current: bool


def segments(chosen: int, *, everything: bool = False, keep: Mapping[str, str] | None = None) -> list[Segment]:
    """The choices of a period for a page that shows `chosen` months; `keep` is what else stays in the address."""
    beside = f"&{urlencode(keep)}" if keep else ""
    shown = (*CHOICES, 0) if everything else CHOICES
    return [
        Segment(f"{months} months" if months else "All time", f"?months={months or 'all'}{beside}", months == chosen)
        for months in shown
    ]

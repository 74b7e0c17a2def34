"""The months a revenue report is of: a quick choice, or any first and last month, `2025-01..2025-06`.

Months are whole, in UTC; the running one counts as far as it has come.
"""

from collections.abc import Mapping
from datetime import MAXYEAR, UTC, datetime

from sameside.attribution.copy.contents import month_name
from sameside.kit import periods

EVER = 1 << 20
"""A month after all others."""
DEFAULT = "12"
QUICK = {
    "quarter": "This quarter",
    "12": "Last 12 months",
    "24": "Last 24 months",
    "year": "Last year",
    "all": "All time",
}
_BETWEEN = ".."


def read(query: Mapping[str, str]) -> str:
    """What an address asks for, by `from` and `until` or by `period`; the default for anything else. A form that says
    with `shown` which months its `period` meant, and leaves them so, means the same period again.
    """
    first, last = _month(query.get("from", "")), _month(query.get("until", ""))
    asked = query.get("period", "")
    if _BETWEEN in asked:
        first, last = (_month(text) for text in asked.split(_BETWEEN, 1))
    kept = asked in QUICK and query.get("shown") == f"{query.get('from')}{_BETWEEN}{query.get('until')}"
    if first is not None and last is not None and not kept:
        return f"{month_name(min(first, last))}{_BETWEEN}{month_name(max(first, last))}"
    return asked if asked in QUICK else DEFAULT


def months(period: str, at: datetime) -> tuple[int, int]:
    """The first and the last month, counted from January 1970, as of `at`."""
    moment = at.astimezone(UTC)
    now = (moment.year - 1970) * 12 + moment.month - 1
    if _BETWEEN in period:
        first, last = (_month(text) for text in period.split(_BETWEEN))
        return first or 0, last or 0
    ranges = {
        "quarter": (now - now % 3, now),
        "year": (now - now % 12 - 12, now - now % 12 - 1),
        "all": (0, EVER),
    }
    return ranges[period] if period in ranges else (now - int(period) + 1, now)


def label(period: str) -> str:
    if _BETWEEN not in period:
        return QUICK[period]
    first, last = (periods.month_name(text) for text in period.split(_BETWEEN))
    return first if first == last else f"{first} to {last}"


def within(period: str) -> str:
    """The label inside a sentence."""
    return label(period) if _BETWEEN in period else label(period).lower()


def query(period: str) -> dict[str, str]:
    """What stands for it in an address."""
    if _BETWEEN not in period:
        return {"period": period}
    first, last = period.split(_BETWEEN)
    return {"from": first, "until": last}


def start(month: int) -> datetime:
    """The first moment of a month; of EVER the last one there is."""
    year = min(1970 + month // 12, MAXYEAR)
    return datetime(year, month % 12 + 1, 1, tzinfo=UTC)


def _month(text: str) -> int | None:
    """`2025-03` as months since January 1970."""
    year, _, number = text.partition("-")
    if not (len(text) == 7 and year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        return None
    found = (int(year) - 1970) * 12 + int(number) - 1
    return found if 1 <= int(number) <= 12 and found >= 0 else None

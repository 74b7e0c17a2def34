"""How figures, dates and money read on a page: short, exact enough, never a bare None."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from sameside.kit.tables import Column, Format
from sameside.ui import access

NOTHING = "–"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "SEK": "SEK ", "PLN": "PLN ", "INR": "₹"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))
RIGHT = frozenset({"number", "money", "percent", "days", "hours", "seconds"})


def _short(value: float, digits: int = 1) -> str:
    """`value` with at most `digits` decimals and no trailing zeros."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(number: int) -> str:
    """Bytes: 1234 → 1 kB, 5600000 → 5.6 MB."""
    return f"{max(1, number // 1000):,} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def compact(value: Any) -> str:
    """1234 → 1.2k, 5600000 → 5.6M."""
    if value is None or value == "":
        return NOTHING
    figure = float(value)
    for size, unit in _UNITS:
        if abs(figure) >= size * 0.99995:
            return f"{_short(figure / size)}{unit}"
    return _short(figure)


def money(value: Any, currency: str = "") -> str:
    """In the organisation's currency: compact from a million on, cents only below 100."""
    if value is None or value == "":
        return NOTHING
    code = currency or access.current().company().currency
    symbol = _SYMBOLS.get(code, f"{code} ")
    figure = Decimal(str(value))
    sign, size = ("−" if figure < 0 else ""), abs(figure)
    if size >= 1_000_000:
        return f"{sign}{symbol}{_short(float(size) / 1_000_000, 2)}M"
    if size >= 100 or size == size.to_integral_value():
        return f"{sign}{symbol}{size:,.0f}"
    return f"{sign}{symbol}{size:,.2f}"


def number(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else _short(float(value))


def percent(value: Any) -> str:
    """A share of 1: 0.413 → 41 %; below a tenth with one decimal."""
    if value is None or value == "":
        return NOTHING
    share = float(value) * 100
    return f"{_short(share, 0 if abs(share) >= 10 else 1)} %"


def days(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    text = _short(float(value), 1 if abs(float(value)) < 10 else 0)
    return f"{text} day" if text == "1" else f"{text} days"


def hours(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    figure = float(value)
    if abs(figure) < 1:
        return f"{figure * 60:.0f} min"
    return f"{_short(figure, 1 if abs(figure) < 10 else 0)} h"


def seconds(value: Any) -> str:
    """12.4 → 12 s, 75 → 1 min 15 s, 5400 → 1.5 h."""
    if value is None or value == "":
        return NOTHING
    figure = float(value)
    if figure < 10:
        return f"{_short(figure)} s"
    if figure < 60:
        return f"{figure:.0f} s"
    if figure >= 3600:
        return hours(figure / 3600)
    minutes, rest = divmod(round(figure), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def date(value: Any) -> str:
    if not value:
        return NOTHING
    if isinstance(value, str):
        value = datetime.date.fromisoformat(value[:10])
    elif isinstance(value, datetime.datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: Any) -> str:
    """In the time zone of the installation, which is named: 2 Mar 2026, 09:05 UTC. A time without a zone has none."""
    if not value:
        return NOTHING
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {clock(local)}"


def due(local: datetime.datetime) -> str:
    """In the time zone that it has, somebody's own: Mon 2 Mar, 09:05 CET."""
    return f"{local:%a} {local.day} {_MONTHS[local.month - 1]}, {clock(local)}"


def clock(local: datetime.datetime) -> str:
    """The time of day with its zone; a zone without letters of its own by its distance: 09:05 UTC+03."""
    zone = local.tzname() or ""
    named = f" UTC{zone}" if zone.startswith(("+", "-")) else f" {zone}" if zone else ""
    return f"{local.hour:02}:{local.minute:02}{named}"


def gap(since: datetime.datetime | None, until: datetime.datetime | None) -> str:
    """How much later something was: "40 min", "5 h", "3 days"; empty below a minute, or when a time is not known."""
    if since is None or until is None or until - since < datetime.timedelta(minutes=1):
        return ""
    passed = (until - since).total_seconds()
    return hours(passed / 3600) if passed < 86_400 else days(passed / 86_400)


def text(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)


_DATED = frozenset({"date", "datetime"})
_FORMATS: dict[str, Callable[[Any], str]] = {
    "text": text,
    "number": number,
    "money": money,
    "percent": percent,
    "days": days,
    "hours": hours,
    "seconds": seconds,
    "date": date,
    "datetime": moment,
}


def html_of(value: Any, kind: Format) -> str:
    """The HTML of one value: markup of the row's own objects stays, everything else is formatted and escaped."""
    markup = getattr(value, "__html__", None)
    if markup is not None:
        return str(markup())
    if isinstance(value, str) and value and kind not in _DATED:
        return escape(value)
    return escape(_FORMATS[kind](value))


def cell(value: Any, column: Column) -> SafeString:
    return SafeString(html_of(value, column.format))

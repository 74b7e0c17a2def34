"""Holidays from a paste (a date and a name a line) or from a calendar file (.ics) as offices and sites publish them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sameside.leads.clock import week
from sameside.leads.clock.changing import Day
from sameside.people.policies import Refused

LARGEST = 1_000_000
MOST = 1_000
YEARS = 5
"""A holiday of every year is entered for so many years."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april"), ("may",), ("jun", "june"),
            ("jul", "july"), ("aug", "august"), ("sep", "sept", "september"), ("oct", "october"), ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<name>[A-Za-z]{3,9})\.?,? (?P<year>\d{4})"),
    re.compile(r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})"),
)
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s?(?:-|–|to)\s?(\d{1,2}:\d{2})")


@dataclass(frozen=True)
class Found:
    """What a file or paste held; `left_out` are sentences about what was not taken."""

    days: tuple[Day, ...]
    left_out: tuple[str, ...] = ()


def read_lines(text: str) -> Found:
    """ "2026-12-25 Christmas Day", "24.12.2026 Christmas Eve 9:00-12:00". Raises `Refused` for a line that is none."""
    days = []
    for line in text.splitlines()[: MOST + 1]:
        said = " ".join(line.replace(";", " ").replace("\t", " ").split())
        if said:
            days.append(_line(said))
    if len(days) > MOST:
        raise Refused(f"That is more than {MOST:,} lines.")
    return Found(tuple(days))


def _line(said: str) -> Day:
    for pattern in _DATES:
        found = pattern.match(said)
        if found is None:
            continue
        parts = found.groupdict()
        name = parts.get("name")
        month = _MONTHS.get(name.lower(), 0) if name else int(parts["month"])
        try:
            on = date(int(parts["year"]), month, int(parts["day"]))
        except ValueError:
            break
        return _day(on, said[found.end() :])
    raise Refused(f"“{said[:60]}” does not begin with a date. Write it as 2026-12-25 Christmas Day.")


def _day(on: date, rest: str) -> Day:
    hours = tuple(_HOURS.findall(rest))
    try:
        week.read_day(list(hours))
    except week.Unreadable as problem:
        raise Refused(f"{on}: {problem}") from None
    name = _HOURS.sub(" ", rest).strip(" ,:–-\t")
    return Day(_plausible(on), " ".join(name.split())[:120] or "Holiday", hours)


def _plausible(on: date) -> date:
    if not 1990 <= on.year <= 2100:
        raise Refused(f"{on} is not a year to plan for. Give one from 1990 to 2100.")
    return on


def read_ics(data: bytes, *, today: date) -> Found:
    """The days of an iCalendar file (RFC 5545). Entries with a time of day are no holidays and are left out."""
    if len(data) > LARGEST:
        raise Refused("The file is larger than 1 MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Refused("This is not a calendar file (.ics): it does not say BEGIN:VCALENDAR.")
    days: dict[date, Day] = {}
    timed = repeated = 0
    for event in _events(re.sub(r"\r?\n[ \t]", "", text)):
        start = _date_of(event.get("DTSTART", ""))
        if start is None:
            timed += 1
            continue
        repeats = event.get("RRULE", "")
        yearly = re.fullmatch(r"(?:FREQ=YEARLY|INTERVAL=1|;|WKST=\w\w)+", repeats)
        repeated += bool(repeats and not yearly)
        for on in _days_of(start, _date_of(event.get("DTEND", "")), today if yearly else None):
            days.setdefault(on, Day(_plausible(on), _words(event.get("SUMMARY", "")), ()))
            if len(days) > MOST:
                raise Refused(f"The file holds more than {MOST:,} days.")
    left_out = [f"{timed} {'entry' if timed == 1 else 'entries'} with a time of day"] if timed else []
    left_out += [f"repetitions of {repeated} {'entry' if repeated == 1 else 'entries'}"] if repeated else []
    return Found(tuple(days[on] for on in sorted(days)), tuple(left_out))


def _events(text: str) -> Iterator[Mapping[str, str]]:
    event: dict[str, str] | None = None
    for line in text.splitlines():
        name, _, value = line.partition(":")
        key = name.upper().partition(";")[0]
        if (key, value.strip().upper()) == ("BEGIN", "VEVENT"):
            event = {}
        elif (key, value.strip().upper()) == ("END", "VEVENT") and event is not None:
            yield event
            event = None
        elif event is not None and key in ("DTSTART", "DTEND", "SUMMARY", "RRULE"):
            event.setdefault(key, value.strip())


def _date_of(value: str) -> date | None:
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:T000000Z?)?", value)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _days_of(start: date, end: date | None, every_year_from: date | None) -> Iterator[date]:
    """Each day of an entry; its end is the day after the last. One of every year: from this year on."""
    length = min(max((end - start).days, 1), 366) if end else 1
    years = [start.year] if every_year_from is None else range(every_year_from.year, every_year_from.year + YEARS)
    for year in years:
        try:
            first = start.replace(year=year)
        except ValueError:  # 29 February
            continue
        yield from (first + timedelta(days=n) for n in range(length))


def _words(summary: str) -> str:
    plain = re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", " ", summary))
    return " ".join(plain.split())[:120] or "Holiday"

"""Dates and times as people and systems write them.

ISO in all its forms, `02/23/26 08:55 PM`, `14.7.2009`, `1. März 2024`, `May 1, 2026`, `1 de enero de 2024`, Excel's
serial numbers and Unix time. Whether 02/03/24 is in February or in March is decided by all cells of the column
(`DayOrder`). A time without a zone is meant in the zone of its column, UTC unless somebody chose another: in the hour
that clocks skip it is read as if they had not been changed yet, in the hour that they repeat as the first of the two.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_ZONES = {
    "Z": 0, "GMT": 0, "UTC": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "EET": 120,
    "EEST": 180, "MSK": 180, "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480,
}  # fmt: skip
"""Names of zones that mean one thing; CST, IST, BST and others mean several."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jänner janvier enero jan janv ene jän",
            "february februar feber février fevrier febrero feb févr fevr fév",
            "march märz maerz mars marzo mar mär mrz",
            "april avril abril apr avr abr",
            "may mai mayo",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august août aout agosto aug ago aoû",
            "september septembre septiembre setiembre sep sept set",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember décembre decembre diciembre dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}
_TIME = (
    r"(?:(?:[ T,]|\bat\b|\bum\b|\bà\b|\ba las\b)+"
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[AaPp]\.?\s?[Mm]\.?))?(?:\s*Uhr)?\s*(?:Z(?=[+-]))?"
    r"\(?(?P<zone>(?:GMT|UTC)?[+-]\d\d(?::?\d\d)?|(?:GMT|UTC)[+-]\d{1,2}|[A-Za-z]{1,4})?\)?)?"
)
_NUMERIC = re.compile(r"(?P<first>\d{1,4})[/.\-](?P<second_>\d{1,2})[/.\-](?P<third>\d{1,4})" + _TIME)
_WORDS = r"(?P<month>[^\W\d_]{3,10})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_NAMED = tuple(
    re.compile(rf"(?:[^\W\d_]{{2,10}}\.?,?\s+)??{form}{_TIME}", re.IGNORECASE)
    for form in (
        rf"{_DAY}[\s\-/]*(?:de\s+)?{_WORDS}[\s\-/,]*(?:de\s+)?(?P<year>\d{{4}}|\d{{2}})",
        rf"{_WORDS}[\s\-/]*{_DAY}[\s\-/,]+(?P<year>\d{{4}}|\d{{2}})",
        rf"(?P<year>\d{{4}})[\s\-/]*{_WORDS}[\s\-/]*{_DAY}",
    )
)
_ZONE_AFTER_Z = re.compile(r"Z([+-]\d\d:?\d\d)$")
_SLASHED = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})[/.\-](?:\d{4}|\d{2})\b")
_SHORT_YEAR = re.compile(r"^(\d\d)([/.\-]\d{1,2}[/.\-])(?=\d{1,2}\b)")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 Excel knows no zones


class NoDate(ValueError):
    """The cell holds no date; the message is the reason a row is refused."""


def _no(text: str) -> NoDate:
    return NoDate(f"“{text.strip()[:40]}” is no date")


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _zone(name: str | None, text: str) -> tzinfo | None:
    if not name:
        return None
    plain = name.upper()
    if plain in _ZONES:
        return timezone(timedelta(minutes=_ZONES[plain]))
    offset = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d\d)?", plain)
    if offset is None:
        if len(plain) > 2:
            raise NoDate(f"“{text.strip()[:40]}”: the zone {name} is not known, or has several meanings")
        raise _no(text)
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    if minutes > 14 * 60:
        raise _no(text)
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))


def _built(match: re.Match[str], year: int, month: int, day: int, text: str) -> datetime:
    hour = int(match["hour"] or 0)
    if match["half"]:
        late = match["half"][0] in "Pp"
        if hour > 12 and not late:
            raise _no(text)
        hour = hour if hour > 12 else hour % 12 + 12 * late
    try:
        moment = datetime(year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0))  # noqa: DTZ001
    except ValueError as problem:
        raise _no(text) from problem
    zone = _zone(match["zone"], text)
    return moment.replace(tzinfo=zone) if zone else moment


def _numeric(text: str, *, day_first: bool) -> datetime:
    match = _NUMERIC.fullmatch(text)
    if not match:
        return _named(text)
    first, second, third = match["first"], match["second_"], match["third"]
    if len(first) == 4:
        return _built(match, int(first), int(second), int(third), text)
    if len(first) == 3 or len(third) not in (2, 4):
        raise _no(text)
    month, day = (int(second), int(first)) if day_first else (int(first), int(second))
    return _built(match, _year(third), month, day, text)


def _named(text: str) -> datetime:
    for form in _NAMED:
        match = form.fullmatch(text)
        month = _MONTHS.get(match["month"].lower()) if match else None
        if match and month:
            return _built(match, _year(match["year"]), month, int(match["day"]), text)
    raise _no(text)


def parse(cell: str, *, day_first: bool = False) -> datetime:
    """A date or a time; naive when the cell names no zone. `day_first` reads 02/03/24 as 2 March."""
    text = _ZONE_AFTER_Z.sub(r"\1", cell.strip())
    if not text.isascii():
        text = " ".join(text.split())
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _numeric(text, day_first=day_first)


def parse_time(cell: str, *, day_first: bool = False) -> datetime:
    """`parse`, in UTC where the cell names no zone."""
    moment = parse(cell, day_first=day_first)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _counted(cell: str, format: str) -> datetime:  # noqa: A002
    """The time of a cell that counts days or seconds."""
    try:
        number = float(cell.strip().replace(",", "."))
        if format == "excel":
            if not 1 <= number < 110_000:
                raise _no(cell)
            return _EXCEL_START + timedelta(seconds=round(number * 86_400))
        return datetime.fromtimestamp(number / (1000 if format == "milliseconds" else 1), UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise _no(cell) from problem


def plausible(moment: datetime) -> datetime:
    """The moment, unless nothing that a company did can have been then."""
    if not date(1900, 1, 1) <= moment.date() <= date(2200, 1, 1):
        raise ValueError(f"the year {moment.year} cannot be right")
    return moment


class DayOrder:
    """What the cells of a column of dates look like: a first number above 12 is a day, a second one shows a month
    first; whole numbers may count days or seconds. `open` are some cells that could be either."""

    def __init__(self) -> None:
        self.day_first = 0
        self.month_first = 0
        self.seen = 0
        self.dotted = 0
        self.halves = 0
        self.open: list[str] = []
        self.counts = {"excel": 0, "seconds": 0, "milliseconds": 0}
        self.others = 0

    def look(self, cell: str) -> None:
        if cell[4:5] == "-" and cell[:4].isdecimal():
            self.others += 1
            return
        match = _SLASHED.match(cell.lstrip())
        if match:
            self.seen += 1
            first, second = int(match[1]), int(match[3])
            self.day_first += first > 12 >= second
            self.month_first += second > 12 >= first
            self.dotted += match[2] == "."
            self.halves += cell.rstrip(". ")[-1:] in "mM"
            if first <= 12 and second <= 12 and first != second and len(self.open) < 5:
                self.open.append(cell.strip())
        elif cell.strip():
            self._count(cell.strip())

    def _count(self, text: str) -> None:
        if _SERIAL.fullmatch(text) and 18_000 <= int(text[:5]) <= 80_000:
            self.counts["excel"] += 1
        elif text.isdecimal() and len(text) in (9, 10):
            self.counts["seconds"] += 1
        elif text.isdecimal() and len(text) in (12, 13):
            self.counts["milliseconds"] += 1
        else:
            self.others += 1

    @property
    def decided(self) -> bool:
        return self.day_first != self.month_first

    @property
    def counted(self) -> str:
        """ "excel", "seconds" or "milliseconds" when every cell counts so, else empty."""
        if self.seen or self.others:
            return ""
        kinds = [kind for kind, count in self.counts.items() if count]
        return kinds[0] if len(kinds) == 1 else ""


class Days:
    """Reads times and days of one column, as was decided from all its values or chosen by somebody.

    `skipped` and `repeated` count the times that clocks in `zone` never showed, or showed twice.
    """

    def __init__(self, *, day_first: bool = False, zone: tzinfo = UTC, format: str = "") -> None:  # noqa: A002
        self.day_first = day_first
        self.zone = zone
        self.format = format if format in ("excel", "seconds", "milliseconds", "year first") else ""
        self.skipped = 0
        self.repeated = 0

    def read(self, cell: str) -> datetime:
        """The time, with its zone."""
        if self.format == "year first":
            moment = parse(_SHORT_YEAR.sub(lambda match: f"{_year(match[1])}{match[2]}", cell.strip()))
        elif self.format:
            moment = _counted(cell, self.format)
        else:
            moment = parse(cell, day_first=self.day_first)
        if moment.tzinfo is not None:
            return plausible(moment)
        if self.zone is UTC:
            return plausible(moment.replace(tzinfo=UTC))
        placed = plausible(moment.replace(tzinfo=self.zone))
        if placed.utcoffset() != placed.replace(fold=1).utcoffset():
            kept = placed.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) == moment
            self.repeated += kept
            self.skipped += not kept
        return placed

    def moment(self, cell: str) -> str:
        if self.zone is UTC and not self.format and len(cell) == 19 and cell[10] == " " and cell[:2] in ("19", "20"):
            try:
                datetime.fromisoformat(cell)
            except ValueError:
                pass
            else:
                return cell + "+00"
        return self.read(cell).astimezone(UTC).isoformat()

    def day(self, cell: str) -> str:
        return self.read(cell).date().isoformat()

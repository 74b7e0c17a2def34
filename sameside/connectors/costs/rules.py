"""What the cells of a cost report say: numbers whose decimal mark the whole file decides, days, periods, totals."""

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from sameside.connectors import values
from sameside.connectors.costs.recognition import GOOGLE, LINKEDIN, META, MICROSOFT
from sameside.crm import channels

MICRO = Decimal(1_000_000)
_TOTAL = re.compile(r"\s*(grand |overall )?(totals?|gesamt\w*|insgesamt|summe|total général|totales)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[^\d,.\-+]")
_EXPONENT = re.compile(r"-?\d+(\.\d+)?[eE][-+]?\d+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar janvier enero jan ene janv",
            "february februar février febrero feb févr",
            "march märz mars marzo mar mär",
            "april avril abril apr avr abr",
            "may mai mayo",
            "june juni juin junio jun",
            "july juli juillet julio jul juil",
            "august août agosto aug ago",
            "september septembre septiembre sep sept",
            "october oktober octobre octubre oct okt",
            "november novembre noviembre nov",
            "december dezember décembre diciembre dec dez déc dic",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WRITTEN = re.compile(rf"\b({_MONTH})\.? (\d{{1,2}}), (\d{{4}})|(\d{{1,2}})\.? (?:de )?({_MONTH})\.? (?:de )?(\d{{4}})")
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}")


class DecimalMark:
    """Decides between 1,103.5 and 1.103,5 from every number of a file; the point when nothing decides it.

    A number with both marks ends with the decimal one; a mark that occurs twice stands between thousands; a single
    mark with other than three digits behind it is a decimal one.
    """

    def __init__(self) -> None:
        self.comma = 0
        self.point = 0

    def look(self, cell: str) -> None:
        text = _NUMBER.sub("", cell)
        commas, points = text.count(","), text.count(".")
        if commas and points:
            self.comma += text.rfind(",") > text.rfind(".")
            self.point += text.rfind(".") > text.rfind(",")
        elif commas == 1 or points == 1:
            mark = "," if commas else "."
            if len(text) - text.rfind(mark) - 1 != 3:
                self.comma += mark == ","
                self.point += mark == "."
        elif commas > 1:
            self.point += 1
        elif points > 1:
            self.comma += 1

    def decide(self, *, comma: bool) -> None:
        """A person said what it is."""
        self.comma, self.point = int(comma), int(not comma)

    @property
    def is_comma(self) -> bool:
        return self.comma > self.point

    @property
    def sentence(self) -> str:
        if self.comma and self.point:
            return f"numbers read with a decimal {'comma' if self.is_comma else 'point'}, although both occur"
        return "numbers read with a decimal comma" if self.is_comma else ""


def number(cell: str, *, comma: bool) -> Decimal | None:
    """The number of a cell, None for nothing; `ValueError` says what cannot be read."""
    text = cell.strip()
    if not text or text.strip("-–— ") == "" or text in values.NOTHING:
        return None
    plain = text if _EXPONENT.fullmatch(text) else _NUMBER.sub("", text)
    if not _EXPONENT.fullmatch(text):
        plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    try:
        found = Decimal(plain)
    except InvalidOperation as problem:
        raise ValueError(f"“{text[:40]}” is no number") from problem
    if not found.is_finite() or abs(found) >= Decimal(10) ** 13:
        raise ValueError(f"“{text[:40]}” is too large for an amount")
    return found


def money(cell: str, micros: str, *, comma: bool) -> Decimal | None:
    """What it cost: the amount, else the millionths that an ad platform's interface gives."""
    if cell:
        return number(cell, comma=comma)
    found = number(micros, comma=False)
    return None if found is None else found / MICRO


def day(cell: str, *, day_first: bool) -> date:
    """A day, however it is written, words for months included."""
    written = _WRITTEN.search(cell.lower())
    if written:
        return _written(written)
    return values.plausible(values.parse_time(cell, day_first=day_first)).date()


def _written(found: "re.Match[str]") -> date:
    month, number_, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    return date(int(year), _MONTHS[month], int(number_))


def month(cell: str, *, day_first: bool) -> tuple[date, date]:
    """First and last day of `2026-05`, `May 2026` or any day of it."""
    words = re.fullmatch(rf"({_MONTH})\.? (?:de )?(\d{{4}})", cell.strip().lower())
    digits = re.fullmatch(r"(\d{4})-(\d\d)", cell.strip())
    if words:
        first = date(int(words[2]), _MONTHS[words[1]], 1)
    elif digits and 1 <= int(digits[2]) <= 12:
        first = date(int(digits[1]), int(digits[2]), 1)
    else:
        first = day(cell, day_first=day_first).replace(day=1)
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def week(cell: str, *, day_first: bool) -> tuple[date, date]:
    first = day(cell, day_first=day_first)
    return first, first + timedelta(days=6)


def period(lines: Iterable[str]) -> tuple[date, date] | None:
    """The report's period that the lines above a table tell, as in `May 1, 2026 - May 31, 2026`.

    A date with slashes is read month first, with points day first.
    """
    for line in lines:
        text = line.lower()
        found = [_written(match) for match in _WRITTEN.finditer(text)]
        for match in _PLAIN.finditer(text):
            try:
                found.append(values.parse_time(match[0], day_first="." in match[0]).date())
            except ValueError:
                continue
        if len(found) == 2 and found[0] <= found[1]:
            return found[0], found[1]
    return None


def is_total(cells: Sequence[str]) -> bool:
    """Whether a row sums up others: its first cell that says something begins with the word for it."""
    first = next((cell for cell in cells if cell.strip()), "")
    return bool(_TOTAL.match(first))


def channel(platform: str, kind: str, name: str) -> str:
    """The channel of an ad campaign: search ads, ads in a social network, or banners and videos elsewhere."""
    if platform in (META, LINKEDIN):
        return "paid-social"
    text = kind.lower().replace("_", " ")
    if re.search(r"display|video|demand gen|discovery|audience|youtube", text):
        return "display"
    if not text and channels.channel_of(name) == "display":
        return "display"
    return "paid-search" if platform in (GOOGLE, MICROSOFT) else "other"

"""What a cell means: ids, booleans, times, days, amounts, text.

A reader turns a cell into the text that PostgreSQL reads, or None for nothing; `ValueError` carries the reason a row is
refused. Columns repeat themselves, so a `Column` remembers what it has read.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

Value = str | None
NOTHING = frozenset({"", "#N/A", "000000000000000AAA", "000000000000000"})
_TRUE = frozenset({"1", "true", "t", "yes", "y", "wahr", "vrai", "verdadero"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "falsch", "faux", "falso"})


class Bad(str):
    """In place of a value: the reason why the cell cannot be read."""

    __slots__ = ()


class Column(dict[str, Value]):
    """Reads the cells of one column and remembers each distinct one, up to `MOST`."""

    MOST = 50_000

    def __init__(self, read: Callable[[str], Value], *, repeats: bool = True) -> None:
        super().__init__()
        self.read = read
        self.repeats = repeats
        self.bad = False

    def __missing__(self, cell: str) -> Value:
        value = self.one(cell)
        if len(self) >= self.MOST:
            self.clear()
        self[cell] = value
        return value

    def one(self, cell: str) -> Value:
        try:
            return self.read(cell)
        except ValueError as problem:
            self.bad = True
            return Bad(str(problem))

    def all(self, cells: Sequence[str]) -> list[Value]:
        if self.repeats:
            return [self[cell] for cell in cells]
        return [self.one(cell) for cell in cells]


def text_id(cell: str) -> Value:
    """The id of a record as its system writes it; None for nothing."""
    text = cell.strip()
    return None if text in NOTHING else text[:64]


def boolean(cell: str) -> Value:
    text = cell.strip().lower()
    if text in _TRUE:
        return "t"
    if text in _FALSE or cell.strip() in NOTHING:
        return "f"
    raise ValueError(f"“{cell.strip()[:40]}” is neither true nor false")


_ZONE_AFTER_Z = re.compile(r"Z([+-]\d\d:?\d\d)$")
_NUMERIC = re.compile(
    r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})"
    r"(?:[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|GMT|UTC|[+-]\d\d:?\d\d)?)?"
)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def parse_time(cell: str, *, day_first: bool = False) -> datetime:
    """A date or a time; without a zone it is UTC, as in weekly exports. `day_first` reads 02/03/24 as 2 March."""
    text = _ZONE_AFTER_Z.sub(r"\1", cell.strip()).removesuffix("GMT").removesuffix("UTC").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _numeric_time(text, day_first=day_first)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _numeric_time(text: str, *, day_first: bool) -> datetime:
    match = _NUMERIC.fullmatch(text)
    if not match:
        raise ValueError(f"“{text[:40]}” is no date")
    first, second, third, hour, minute, seconds, half, zone = match.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        month, day = (int(second), int(first)) if day_first else (int(first), int(second))
        year = _year(third)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half[0] in "Pp" else 0)
    try:
        moment = datetime(year, month, day, hours, int(minute or 0), int(seconds or 0), tzinfo=UTC)
        if zone and zone not in ("Z", "GMT", "UTC"):
            moment = datetime.fromisoformat(moment.replace(tzinfo=None).isoformat() + zone)
    except ValueError as problem:
        raise ValueError(f"“{text[:40]}” is no date") from problem
    return moment


class Days:
    """Reads times and days of one column, whose order of day and month was decided from all its values."""

    def __init__(self, *, day_first: bool = False) -> None:
        self.day_first = day_first

    def moment(self, cell: str) -> Value:
        if len(cell) == 19 and cell[10] == " ":
            try:
                datetime.fromisoformat(cell)
            except ValueError:
                pass
            else:
                return cell + "+00"
        text = cell.strip()
        if text in NOTHING:
            return None
        return plausible(parse_time(text, day_first=self.day_first)).astimezone(UTC).isoformat()

    def day(self, cell: str) -> Value:
        text = cell.strip()
        if text in NOTHING:
            return None
        return plausible(parse_time(text, day_first=self.day_first)).date().isoformat()


def plausible(moment: datetime) -> datetime:
    """The moment, unless nothing that a company did can have been then."""
    if not date(1900, 1, 1) <= moment.date() <= date(2200, 1, 1):
        raise ValueError(f"the year {moment.year} cannot be right")
    return moment


_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.]\d{2,4}\b")


class DayOrder:
    """Decides whether a column writes the day or the month first: a first number above 12 is a day, and so on.

    A column that leaves it open follows the other columns of its file, and these the month first.
    """

    def __init__(self) -> None:
        self.day_first = 0
        self.month_first = 0
        self.seen = 0

    def look(self, cell: str) -> None:
        match = _SLASHED.match(cell)
        if match:
            self.seen += 1
            first, second = int(match[1]), int(match[2])
            self.day_first += first > 12 >= second
            self.month_first += second > 12 >= first

    @property
    def decided(self) -> bool:
        return self.day_first != self.month_first


_MONEY = re.compile(r"[^\d,.\-+eE()]")


def amount(cell: str) -> Value:
    """A number with any thousands separator, currency sign or exponent."""
    text = cell.strip()
    if text in NOTHING:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = _local_number(text)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 16:
        raise ValueError(f"“{text[:40]}” is too large for an amount")
    return format(round(number, 2), "f")


def _local_number(text: str) -> Decimal:
    plain = _MONEY.sub("", text.replace("\u00a0", ""))
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain.strip("()")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (",", ".") if point > comma else (".", ",")
        plain = plain.replace(thousands, "").replace(decimal, ".")
    elif comma >= 0:
        groups = plain.split(",")
        is_thousands = len(groups) > 2 or len(groups[-1]) == 3
        plain = plain.replace(",", "") if is_thousands else plain.replace(",", ".")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    try:
        number = Decimal(plain)
    except InvalidOperation as problem:
        raise ValueError(f"“{text[:40]}” is no number") from problem
    return -number if negative else number


def percentage(cell: str) -> Value:
    value = amount(cell.replace("%", ""))
    if value is not None and abs(Decimal(value)) >= 10_000:
        raise ValueError(f"“{cell.strip()[:40]}” is too large for a percentage")
    return value


def whole(cell: str) -> Value:
    value = amount(cell)
    if value is None:
        return None
    number = int(Decimal(value))
    if not 0 <= number < 2**31:
        raise ValueError(f"“{cell.strip()[:40]}” is no plausible count")
    return str(number)


class Text:
    """Reads text of at most `most` characters; what is longer is cut and counted in `clipped`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.clipped = 0

    def __call__(self, cell: str) -> Value:
        text = cell.strip()
        if text == "#N/A":
            return ""
        if self.most and len(text) > self.most:
            self.clipped += 1
            return text[: self.most]
        return text

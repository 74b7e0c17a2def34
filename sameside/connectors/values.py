"""What a cell means: ids, booleans, times, days, amounts, text.

A reader turns a cell into the text that PostgreSQL reads, or None for nothing; `ValueError` carries the reason a row is
refused. Columns repeat themselves, so a `Column` remembers what it has read.

**Nothing.** In ids, dates, numbers and booleans every word that systems write for a missing value is nothing
(`NOTHING`). Text keeps its words, because people are called None, Null and Select: there, only signs that nobody writes
by hand are nothing (`SIGNS_OF_NOTHING`); in columns of choices, such as status or industry, the words are nothing too.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo

from sameside.connectors import dates, numbers
from sameside.connectors.dates import DayOrder, NoDate, parse_time, plausible

__all__ = ["Bad", "Column", "DayOrder", "Days", "NoDate", "Numbers", "Text", "Value", "parse_time", "plausible"]

Value = str | None
LONGEST_ID = 64
_SIGNS = """
    #N/A #NV #REF! #VALUE! #DIV/0! #NAME? #NULL! #NUM! #WERT! #BEZUG! #¡VALOR! #N/D N/A n/a \\N -- --- – — --Select--
    --None-- -None- -Select- (blank) (leer) (null) <null> 0000-00-00
"""
SIGNS_OF_NOTHING = frozenset(_SIGNS.split()) | {
    "",
    "-- Select --",
    "-- None --",
    "--None Selected--",
    "(not set)",
    "(not provided)",
    "0000-00-00 00:00:00",
}
WORDS_OF_NOTHING = frozenset(
    form(word)
    for word in (
        "null",
        "none",
        "nil",
        "nan",
        "na",
        "nat",
        "select",
        "undefined",
        "please select",
        "not specified",
        "k.a.",
    )
    for form in (str, str.upper, str.capitalize, str.title)
) | {"NaN", "NaT", "-", ".", "?", "Please Select", "Select..."}
NOTHING = SIGNS_OF_NOTHING | WORDS_OF_NOTHING | {"000000000000000AAA", "000000000000000"}
_CHOSEN = """
    industry status source type stage country region state rating channel lifecycle_stage loss_reason salutation
    vertical disposition outcome forecast_category medium language seniority department
"""
CHOSEN = frozenset(_CHOSEN.split())
"""Columns that hold one of a list of words: in these, a word for nothing is nothing."""

_TRUE = frozenset({"1", "true", "t", "yes", "y", "on", "x", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "si", "✓"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "off", "falsch", "nein", "faux", "non", "falso", "✗"})
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")


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
    """The id of a record as its system writes it; None for nothing. One that a spreadsheet rounded is refused."""
    text = cell.strip()
    if text in NOTHING:
        return None
    if "E+" in text and _ROUNDED.fullmatch(text):
        raise ValueError(
            f"“{text[:40]}” was an id that a spreadsheet rounded: export it again and do not save it there"
        )
    return short(text)


def short(text: str) -> str:
    """An id as it is stored; one that is too long ends in a digest of all of it, so that no two become one."""
    if len(text) <= LONGEST_ID:
        return text
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:20]
    return f"{text[: LONGEST_ID - 21]}~{digest}"


def boolean(cell: str) -> Value:
    text = cell.strip()
    plain = text.lower()
    if plain in _TRUE:
        return "t"
    if plain in _FALSE or text in NOTHING:
        return "f"
    raise ValueError(f"“{text[:40]}” is neither true nor false")


class Days(dates.Days):
    """`dates.Days`, with nothing for nothing."""

    def __init__(self, *, day_first: bool = False, zone: tzinfo = UTC, format: str = "") -> None:  # noqa: A002
        super().__init__(day_first=day_first, zone=zone, format=format)

    def moment(self, cell: str) -> Value:  # type: ignore[override]
        return None if cell.strip() in NOTHING else super().moment(cell)

    def day(self, cell: str) -> Value:  # type: ignore[override]
        return None if cell.strip() in NOTHING else super().day(cell)


class Numbers(numbers.Numbers):
    """`numbers.Numbers`, with nothing for nothing."""

    def amount(self, cell: str) -> Value:  # type: ignore[override]
        return None if cell.strip() in NOTHING else super().amount(cell)

    def percentage(self, cell: str) -> Value:  # type: ignore[override]
        return None if cell.strip() in NOTHING else super().percentage(cell)

    def whole(self, cell: str) -> Value:  # type: ignore[override]
        return None if cell.strip() in NOTHING else super().whole(cell)


_EACH_BY_ITSELF = Numbers()
amount = _EACH_BY_ITSELF.amount
percentage = _EACH_BY_ITSELF.percentage
whole = _EACH_BY_ITSELF.whole


def currency(cell: str) -> Value:
    """The currency that the cell names by code or sign."""
    return numbers.currency(cell) or None


class Text:
    """Reads text of at most `most` characters; what is longer is cut and counted in `clipped`.

    In a column of `choices` a word for nothing is nothing.
    """

    def __init__(self, most: int, *, choices: bool = False) -> None:
        self.most = most
        self.nothing = NOTHING if choices else SIGNS_OF_NOTHING
        self.clipped = 0

    def __call__(self, cell: str) -> Value:
        text = cell.strip()
        if len(text) < 24 and text in self.nothing:
            return ""
        if self.most and len(text) > self.most:
            self.clipped += 1
            return text[: self.most]
        return text

"""How the cells of each column of a file are written, decided from all of them, said, and asked where it stays open.

Dates: day or month first, Excel's serial numbers, Unix time. Numbers: the decimal mark. A column that leaves it open
follows the others of its file, else the default: months first and a decimal point, but days first and a decimal comma
in a file separated by semicolons, which is what programs write where the comma is taken. What a person chose goes
before everything. `questions` are the columns where only the default decided and a wrong one would change what is read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import cached_property

from sameside.connectors import numbers
from sameside.connectors.tabular import Choices, Layout
from sameside.connectors.values import DayOrder, Days, Numbers, Value

DATES = ("moment", "day")
NUMBERS = ("amount", "percentage", "whole")
_DAY_FIRST, _MONTH_FIRST = "day first", "month first"


@dataclass(frozen=True)
class Question:
    """What the file leaves open: `options` are (value, how `samples` are then read); `default` is the one in force.

    The answer goes to `Choices.columns[header]` as its `key`: "format" or "decimal".
    """

    header: str
    key: str
    sentence: str
    samples: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    default: str


class Forms:
    """The forms of the columns in `kinds`, which are (position, kind) with a kind of `objects.Kind`."""

    def __init__(self, kinds: Iterable[tuple[int, str]], layout: Layout, choices: Choices) -> None:
        kinds = list(kinds)
        self.layout = layout
        self.choices = choices
        self.orders = {position: DayOrder() for position, kind in kinds if kind in DATES}
        self.marks = {position: numbers.Marks() for position, kind in kinds if kind in NUMBERS}
        self._days: list[Days] = []

    @property
    def positions(self) -> tuple[int, ...]:
        """The columns to look at."""
        return tuple(sorted({*self.orders, *self.marks}))

    def look(self, position: int, cells: Sequence[str]) -> None:
        """Look at some cells of a column; each distinct one of them counts once."""
        distinct = set(cells)
        for found in (self.orders.get(position), self.marks.get(position)):
            if found is not None:
                look = found.look
                for cell in distinct:
                    look(cell)

    def _header(self, position: int) -> str:
        return self.layout.header[position]

    @cached_property
    def _day_first_otherwise(self) -> bool:
        """What the columns of the file that decide say together, else the default."""
        first = sum(each.day_first for each in self.orders.values())
        second = sum(each.month_first for each in self.orders.values())
        if first != second:
            return first > second
        if any(each.halves for each in self.orders.values()):
            return False
        return self.layout.separator == ";"

    @cached_property
    def _decimal_otherwise(self) -> str:
        points = sum(each.point for each in self.marks.values())
        commas = sum(each.comma for each in self.marks.values())
        if points != commas:
            return "." if points > commas else ","
        return "," if self.layout.separator == ";" else ""

    def day_first(self, position: int) -> bool:
        chosen = self.choices.column(self._header(position)).format
        if chosen in (_DAY_FIRST, _MONTH_FIRST):
            return chosen == _DAY_FIRST
        order = self.orders[position]
        if order.decided:
            return order.day_first > order.month_first
        if order.dotted and order.dotted == order.seen:
            return True
        return self._day_first_otherwise

    def decimal(self, position: int) -> str:
        """The decimal mark of a column of numbers; empty when each cell is to be read by itself."""
        chosen = self.choices.column(self._header(position)).decimal or self.choices.decimal
        return chosen or self.marks[position].decimal or self._decimal_otherwise

    def zone(self, position: int) -> tzinfo:
        place = self.choices.place(self._header(position))
        return UTC if place.key == "UTC" else place

    def reader(self, position: int, kind: str) -> Callable[[str], Value]:
        """The reader of the column's cells as this kind."""
        chosen = self.choices.column(self._header(position)).format
        if kind in DATES:
            form = chosen or self.orders[position].counted
            days = Days(day_first=self.day_first(position), zone=self.zone(position), format=form)
            self._days.append(days)
            return days.moment if kind == "moment" else days.day
        read = Numbers(self.decimal(position), format=chosen)
        return {"amount": read.amount, "percentage": read.percentage, "whole": read.whole}[kind]

    def currency(self, position: int) -> str:
        """The currency of the column: chosen, or named by its header, as in `Amount (EUR)`."""
        header = self._header(position)
        return self.choices.column(header).currency or numbers.currency(header)

    @property
    def decided(self) -> Choices:
        """The choices with what all cells decided, for a file of some of these rows, which say less."""
        columns = dict(self.choices.columns)
        for position in self.positions:
            header = self._header(position)
            told = self.choices.column(header)
            order, marks = self.orders.get(position), self.marks.get(position)
            if order is not None and not told.format and (order.counted or order.dotted < order.seen):
                told = replace(told, format=order.counted or (_DAY_FIRST if self.day_first(position) else _MONTH_FIRST))
            if marks is not None and not told.decimal:
                told = replace(told, decimal=self.decimal(position))
            columns[header] = told
        return replace(self.choices, columns=columns)

    @property
    def questions(self) -> list[Question]:
        return [*self._about_dates(), *self._about_numbers()]

    def _about_dates(self) -> list[Question]:
        decided = any(each.decided for each in self.orders.values())
        return [
            Question(
                self._header(position),
                "format",
                f"“{self._header(position)}”: does the day or the month come first?",
                tuple(order.open),
                tuple((form, _shown_date(order.open[0], form)) for form in (_DAY_FIRST, _MONTH_FIRST)),
                _DAY_FIRST if self.day_first(position) else _MONTH_FIRST,
            )
            for position, order in self.orders.items()
            if order.open and not decided and order.dotted < order.seen
            and not self.choices.column(self._header(position)).format
        ]  # fmt: skip

    def _about_numbers(self) -> list[Question]:
        decided = any(each.decimal for each in self.marks.values())
        return [
            Question(
                self._header(position),
                "decimal",
                f"“{self._header(position)}”: is the mark a decimal one?",
                tuple(marks.open),
                tuple((mark, str(numbers.parse(marks.open[0], mark))) for mark in (".", ",")),
                self.decimal(position) or ".",
            )
            for position, marks in self.marks.items()
            if marks.open and not decided
            and not (self.choices.decimal or self.choices.column(self._header(position)).decimal)
        ]  # fmt: skip

    @property
    def sentences(self) -> list[str]:
        """How dates and numbers were read, as phrases for the verdict; nothing for ISO and plain figures."""
        return [*self._dates_said(), *self._counted_said(), *self._numbers_said(), *self._zones_said()]

    def _dates_said(self) -> list[str]:
        written = {position: order for position, order in self.orders.items() if order.seen}
        if not written:
            return []
        decided = any(order.decided or order.dotted == order.seen for order in written.values())
        chosen = any(self.choices.column(self._header(position)).format for position in written)
        forms = {_DAY_FIRST if self.day_first(position) else _MONTH_FIRST for position in written}
        said = (
            f"dates read {forms.pop()}"
            if len(forms) == 1
            else "dates read day first or month first, as each column says"
        )
        mixed = [self._header(position) for position, order in written.items() if order.day_first and order.month_first]
        if mixed:
            said += f" (“{mixed[0]}” has both)"
        return [said if decided or chosen else f"{said} (nothing in the file decides it)"]

    def _counted_said(self) -> list[str]:
        named = {
            "excel": "Excel's day numbers",
            "seconds": "seconds since 1970",
            "milliseconds": "milliseconds since 1970",
        }
        return [
            f"“{self._header(position)}” read as {named[order.counted]}"
            for position, order in self.orders.items()
            if order.counted
        ]

    def _numbers_said(self) -> list[str]:
        said = []
        commas = [position for position, marks in self.marks.items() if marks.comma and self.decimal(position) == ","]
        if commas:
            said.append("numbers read with a decimal comma")
        said += [
            f"“{self._header(position)}” has decimal points and commas: each number read by itself"
            for position, marks in self.marks.items()
            if marks.mixed
        ]
        decided = any(each.decimal for each in self.marks.values()) or self.choices.decimal
        for position, marks in self.marks.items():
            if marks.open and not decided and not self.choices.column(self._header(position)).decimal:
                value = numbers.parse(marks.open[0], self.decimal(position))
                said.append(
                    f"“{self._header(position)}”: {marks.open[0]} read as {value} (nothing in the file decides it)"
                )
        return said

    def _zones_said(self) -> list[str]:
        zones = sorted({str(self.zone(position)) for position in self.orders if self.zone(position) is not UTC})
        said = [f"times without a zone read in {', '.join(zones)}"] if zones else []
        skipped = sum(each.skipped for each in self._days)
        repeated = sum(each.repeated for each in self._days)
        if skipped:
            said.append(f"{skipped:,} × a time that clocks skipped")
        if repeated:
            said.append(f"{repeated:,} × a time that clocks showed twice, read as the first")
        return said


def _shown_date(cell: str, form: str) -> str:
    shown = Days(day_first=form == _DAY_FIRST).read(cell)
    return f"{shown.day} {shown:%B %Y}"

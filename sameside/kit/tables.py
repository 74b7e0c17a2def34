"""One table of figures for the page, the CSV file, JSON and the terminal."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Format = Literal["text", "number", "money", "percent", "days", "hours", "seconds", "date", "datetime"]


@dataclass(frozen=True)
class Column:
    """`key` names the value in each row; `percent` values are shares of 1; `days`, `hours` and `seconds` are floats."""

    key: str
    label: str
    format: Format = "text"
    help: str = ""


@dataclass(frozen=True)
class Table:
    """`rows` are mappings of column key to value; `link` in a row is the address its first cell opens."""

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    total: Mapping[str, Any] | None = None
    caption: str = ""
    note: str = ""
    empty: str = "Nothing to show yet."
    meta: Mapping[str, Any] = field(default_factory=dict)


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


class _Echo:
    def write(self, value: str) -> str:
        return value


def csv_lines(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """CSV with a header of labels, streamed line by line; formulas are escaped."""
    writer = csv.writer(_Echo())
    yield writer.writerow([column.label for column in columns])
    for row in rows:
        yield writer.writerow([escape_formula(row.get(column.key)) for column in columns])


def to_csv(table: Table) -> str:
    buffer = io.StringIO()
    buffer.writelines(csv_lines(table.columns, table.rows))
    return buffer.getvalue()

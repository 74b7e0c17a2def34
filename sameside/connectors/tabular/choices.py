"""What a person decided about a table, in place of what its content suggests. Kept as JSON with the file of a run.

Reading is tolerant: what is not known here or makes no sense is left out, so that an old choice never stops an import;
`problems` says the same in sentences, for the one who is just choosing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sameside.connectors.tabular import encoding as encodings

DATE_FORMATS = ("day first", "month first", "year first", "excel", "seconds", "milliseconds")
NUMBER_FORMATS = ("micros", "cents", "fraction")
FORMATS = (*DATE_FORMATS, *NUMBER_FORMATS)
_TEXTS = ("format", "decimal", "zone", "currency", "meaning")


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones() | {"UTC"})


def _fits(key: str, value: object) -> bool:
    if key == "header_row":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000
    if not isinstance(value, str) or not value or len(value) > 200:
        return False
    if key == "encoding":
        return encodings.known(value)
    if key == "separator":
        return len(value) == 1 and value not in '"\r\n'
    if key == "format":
        return value in FORMATS
    if key == "decimal":
        return value in (".", ",")
    if key == "currency":
        return len(value) == 3 and value.isascii() and value.isupper()
    return key != "zone" or value in zones()


@dataclass(frozen=True)
class ColumnChoices:
    """How one column is to be read: a `format` of `FORMATS`, its decimal mark, zone, currency and meaning."""

    format: str = ""
    decimal: str = ""
    zone: str = ""
    currency: str = ""
    meaning: str = ""

    def to_json(self) -> dict[str, str]:
        return {key: value for key in _TEXTS if (value := getattr(self, key))}


NO_COLUMN = ColumnChoices()


def _key(header: str) -> str:
    return "".join(header.split()).casefold()


@dataclass(frozen=True)
class Choices:
    """`header_row` counts from 1 as a spreadsheet does; 0 says that there is no header, None that nobody chose."""

    encoding: str = ""
    separator: str = ""
    header_row: int | None = None
    sheet: str = ""
    zone: str = ""
    decimal: str = ""
    columns: Mapping[str, ColumnChoices] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.encoding, self.separator, self.header_row, self.sheet, self.zone, self.decimal))

    def column(self, header: str) -> ColumnChoices:
        """What was chosen for the column of this name, whatever its case and blanks."""
        exact = self.columns.get(header)
        if exact is not None or not self.columns:
            return exact or NO_COLUMN
        wanted = _key(header)
        return next((each for name, each in self.columns.items() if _key(name) == wanted), NO_COLUMN)

    @classmethod
    def from_json(cls, given: object) -> "Choices":
        """What of `given` makes sense."""
        data: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        plain = {key: data[key] for key in _OF_TABLE if key in data and _fits(key, data[key])}
        columns = data.get("columns")
        return cls(
            **plain,
            columns={
                header: ColumnChoices(
                    **{key: value for key, value in each.items() if key in _TEXTS and _fits(key, value)}
                )
                for header, each in (columns.items() if isinstance(columns, Mapping) else ())
                if isinstance(header, str) and isinstance(each, Mapping)
            },
        )

    def to_json(self) -> dict[str, Any]:
        chosen = {key: value for key in _OF_TABLE if (value := getattr(self, key)) not in ("", None)}
        columns = {header: said for header, each in self.columns.items() if (said := each.to_json())}
        return chosen | ({"columns": columns} if columns else {})

    @staticmethod
    def problems(given: object) -> list[str]:
        """A sentence for everything in `given` that would be left out."""
        if not isinstance(given, Mapping):
            return ["The choices are no object."]
        said = [
            f"“{value}” is no {key.replace('_', ' ')} that is known."
            for key, value in given.items()
            if key != "columns" and value not in ("", None) and not (key in _OF_TABLE and _fits(key, value))
        ]
        columns = given.get("columns", {})
        if not isinstance(columns, Mapping):
            return [*said, "The choices for columns are no object."]
        for header, each in columns.items():
            items = each.items() if isinstance(each, Mapping) else [("choice", each)]
            said += [
                f"{header}: “{value}” is no {key} that is known."
                for key, value in items
                if value not in ("", None) and not (key in _TEXTS and _fits(key, value))
            ]
        return said

    def place(self, header: str) -> ZoneInfo:
        """The zone in which times of this column are meant that name none; UTC unless somebody chose."""
        return ZoneInfo(self.column(header).zone or self.zone or "UTC")


_OF_TABLE = ("encoding", "separator", "header_row", "sheet", "zone", "decimal")
NONE = Choices()

"""Charts as data: drawn in the browser from JSON, with their table beside them for readers, exports and e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sameside.kit.tables import Format, Table

Kind = Literal["bar", "stacked", "line", "donut", "funnel"]


@dataclass(frozen=True)
class Series:
    """`values` stand in the order of the chart's categories; None is a gap. `tone` is neutral, good, warn, bad, info
    or a number of the palette, "1" to "8"."""

    name: str
    values: Sequence[float | int | None]
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """`description` says in one sentence what the chart shows, for those who cannot see it."""

    kind: Kind
    title: str
    categories: list[str]
    series: list[Series]
    unit: Format
    table: Table
    description: str

    def payload(self, currency: str) -> dict[str, Any]:
        """What the script in the page needs to draw it."""
        return {
            "kind": self.kind,
            "title": self.title,
            "categories": self.categories,
            "series": [
                {
                    "name": one.name,
                    "values": [None if value is None else float(value) for value in one.values],
                    "tone": one.tone,
                }
                for one in self.series
            ],
            "unit": self.unit,
            "currency": currency,
        }

"""Some thousand rows of a file on their way into a table: typed columns, and what was refused of them, with reasons."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from sameside.connectors.values import Value

Refused = tuple[int, Sequence[str], str]
"""The number of a row in its file, its cells, and why it was refused."""


@dataclass
class Batch:
    """`columns` maps a column to its values, one for each of `numbers`; `cells` are the original rows."""

    numbers: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    columns: dict[str, list[Value]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    occurrences: list[int] = field(default_factory=list)
    rows: int = 0
    superseded: int = 0
    position: int = 0

    def refuse(self, reasons: dict[int, str]) -> None:
        """Refuse the rows at these places."""
        for place, reason in sorted(reasons.items()):
            self.refused.append((self.numbers[place], self.cells[place], reason))
        self._leave(reasons)

    def keep_last(self) -> None:
        """Of rows with one key, which differ in how it is spelt, keep the last: it supersedes the others."""
        last = {key: place for place, key in enumerate(self.columns["external_id"])}
        if len(last) < len(self.numbers):
            earlier = set(range(len(self.numbers))).difference(last.values())
            self.superseded += len(earlier)
            self._leave(earlier)

    def _leave(self, places: Container[int]) -> None:
        kept = [place for place in range(len(self.numbers)) if place not in places]
        self.numbers = [self.numbers[place] for place in kept]
        self.cells = [self.cells[place] for place in kept]
        self.occurrences = [self.occurrences[place] for place in kept]
        self.columns = {name: [column[place] for place in kept] for name, column in self.columns.items()}

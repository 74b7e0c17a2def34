"""A bounded look into a table: its beginning and, of a large file, blocks spread over the rest. Never all of it."""

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from sameside.connectors import tabular
from sameside.connectors.tabular import Broken, Choices, Layout, Rows

FIRST_ROWS = 1_000
BLOCKS, BLOCK = 8, 1 << 16
LARGE = 4 << 20

Record = tuple[int, "list[str] | Broken"]


class SampledRows(Rows):
    """Rows of which only a sample is given: `whole` says that it is all there is, `estimate` how many there may be."""

    def __init__(self, path: Path, layout: Layout) -> None:
        super().__init__(path, layout)
        records = Rows(path, layout)
        self.records: list[Record] = []
        for record in islice(records, FIRST_ROWS):
            self.records.append(record)
        self.bytes = path.stat().st_size
        self.whole = len(self.records) < FIRST_ROWS
        per_row = max(_characters(self.records) * _width(layout) / max(len(self.records), 1), 1)
        self.estimate = len(self.records) if self.whole else max(round(self.bytes / per_row), len(self.records))
        if not self.whole and self.bytes > LARGE:
            self.records += _blocks(path, layout, len(self.records))

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    @property
    def position(self) -> int:
        return self.bytes


def _width(layout: Layout) -> int:
    return 4 if layout.encoding.startswith("utf-32") else 2 if layout.encoding.startswith("utf-16") else 1


def _characters(records: list[Record]) -> int:
    """About how many characters the records take in the file, separators included."""
    return sum(sum(map(len, cells)) + len(cells) + 1 for _, cells in records if isinstance(cells, list))


def _blocks(path: Path, layout: Layout, number: int) -> list[Record]:
    """Records from the middle of the file: those that are surely whole, with as many cells as the header names."""
    size, found = path.stat().st_size, []
    width = len(layout.header)
    with path.open("rb") as file:
        for turn in range(1, BLOCKS + 1):
            file.seek(((size - BLOCK) * turn // BLOCKS) // 4 * 4)
            text = file.read(BLOCK).decode(layout.encoding.removesuffix("-sig"), "replace")
            lines = text.splitlines(keepends=True)[1:-1]
            reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=layout.separator)
            try:
                found += [cells for cells in islice(reader, 100) if len(cells) == width]
            except csv.Error:
                continue
    return [(number + place, cells) for place, cells in enumerate(found, 1)]


@lru_cache(maxsize=64)
def _layout(path: Path, stamp: tuple[int, int], choices: Choices) -> Layout:
    return tabular.layout(path, choices)


def layout(path: Path, choices: Choices) -> Layout:
    """The layout, remembered for as long as the file stays the same; raises `tabular.Unreadable`."""
    try:
        stat = path.stat()
    except OSError as problem:
        raise tabular.Unreadable("It is no longer there.") from problem
    return _layout(path, (stat.st_size, stat.st_mtime_ns), choices)

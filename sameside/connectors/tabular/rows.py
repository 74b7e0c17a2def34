"""The records of a table, one at a time, as fast as the csv module gives them.

What breaks the rules of quotation does not break the file: the record is read as it stands where that is safe (its
line, taken literally, has exactly the header's cells and closes every quotation mark), else it is refused with its text
and reading goes on at the next line that starts a record. An open quotation mark swallows nothing.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sameside.connectors.tabular import footers
from sameside.connectors.tabular.errors import original
from sameside.connectors.tabular.layout import Layout
from sameside.connectors.tabular.lines import LONGEST, UNPARSABLE, Lines

LARGEST_CELL = 10_000_000
csv.field_size_limit(LARGEST_CELL)
LOOK_AHEAD = 500
CHECK = 256
MOST_SHOWN = 32_000


class Broken(csv.Error):
    """A record that cannot be read; `cells` holds the beginning of its text."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason)
        self.cells = [text[:MOST_SHOWN].rstrip("\r\n")]


class Rows:
    """The records below the header: (number, cells). `position` is how many bytes were read so far.

    The number of a record is its place below the header, blank ones counted, as a spreadsheet shows it. A record that
    cannot be read is yielded as a `Broken` in place of its cells. Blank records are left out; so are totals and
    colophons at the end, which stand in `left_out` afterwards. `notes` says what was done besides.
    """

    def __init__(self, path: Path, given: Layout) -> None:
        self.path = path
        self.layout = given
        self.left_out: list[footers.LeftOut] = []
        self.literal = 0
        self._raw: io.BufferedReader | None = None

    @property
    def position(self) -> int:
        return 0 if self._raw is None or self._raw.closed else self._raw.tell()

    @property
    def notes(self) -> list[str]:
        """Phrases for the verdict, once all records were read."""
        said = [footers.sentence(self.left_out)] if self.left_out else []
        if self.literal:
            said.append(f"{self.literal:,} × quotation marks that do not fit, read as they stand")
        return said

    def __iter__(self) -> "Iterator[tuple[int, list[str] | Broken]]":
        return self._originals() if self.layout.mended else self._records()

    def _originals(self) -> "Iterator[tuple[int, list[str] | Broken]]":
        for number, cells in self._records():
            yield number, cells if isinstance(cells, Broken) else [original(cell) for cell in cells]

    def _records(self) -> "Iterator[tuple[int, list[str] | Broken]]":
        self.left_out, self.literal = [], 0
        width, suspect = self.layout.cells, footers.SUSPECT
        held: list[footers.Record] = []
        number = checked = 0
        with self.path.open("rb") as self._raw:
            self._raw.seek(self.layout.mark)
            text = io.TextIOWrapper(self._raw, encoding=self.layout.encoding, errors="replace", newline="")
            lines = Lines(text, skip=self.layout.lines)
            base, reader = lines.done, self._reader(lines.fed())
            while True:
                try:
                    for cells in islice(reader, CHECK):
                        number += 1
                        if len(cells) != width or cells[0][:5] in suspect:
                            if footers.is_blank(cells):
                                if not held or held[-1][1]:
                                    held.append((number, []))
                                continue
                            if width > 1 and len(held) < footers.MOST and footers.may_be_footer(cells):
                                held.append((number, cells))
                                continue
                        if held:
                            yield from [record for record in held if record[1]]
                            held.clear()
                        yield number, cells
                    if number == checked:
                        break
                    lines.done = base + reader.line_num
                except csv.Error as problem:
                    yield from [record for record in held if record[1]]
                    held.clear()
                    lines.done += self._lines_of(lines, number - checked)
                    number += 1
                    yield number, self._mended(lines, problem)
                    base, reader = lines.done, self._reader(lines.fed())
                checked = number
        data, self.left_out = footers.split(held, self.layout.steady)
        yield from data

    def _reader(self, lines: Iterable[str]) -> Any:
        return csv.reader(lines, delimiter=self.layout.separator, strict=True)

    def _lines_of(self, lines: Lines, count: int) -> int:
        """How many lines the next `count` records have, which were read without a problem before."""
        reader = self._reader(lines.kept(lines.done))
        for _ in range(count):
            next(reader)
        return int(reader.line_num)

    def _mended(self, lines: Lines, problem: csv.Error) -> "list[str] | Broken":
        """The record whose first line is `lines.done`, read as it stands or as `Broken`; goes on behind it."""
        start = lines.done
        ahead = lines.waiting(start, LOOK_AHEAD, most=1 << 20)
        first = ahead[0] if ahead else ""
        literal = self._literally(first)
        if literal is not None:
            self.literal += 1
            lines.go_to(start + 1)
            return literal
        behind = self._behind(lines, start, ahead, problem)
        lines.go_to(start + max(behind, 1))
        where = f" (lines {start + 1:,} to {start + behind:,} of the file)" if behind > 1 else ""
        return Broken(f"{_reason(problem, cut=first.startswith(UNPARSABLE))}{where}", "".join(ahead[: min(behind, 20)]))

    def _behind(self, lines: Lines, start: int, ahead: list[str], problem: csv.Error) -> int:
        """How many lines the broken record has.

        It ends where another one starts. Only when a cell is too large, and what follows does not look like records,
        it ends where the quotation marks are closed.
        """
        starts = [place for place in range(1, min(len(ahead), 20)) if self._starts_record(ahead, place)]
        if "field larger" in str(problem) and len(starts) * 2 < min(len(ahead), 20) - 1:
            odd, seen = False, 0
            while len(more := lines.waiting(start, 2 * seen + 1000)) > seen:
                for line in more[seen:]:
                    odd ^= line.count('"') % 2 == 1
                    seen += 1
                    if not odd:
                        return seen
        if starts:
            return starts[0]
        return next((place for place in range(1, len(ahead)) if self._starts_record(ahead, place)), len(ahead))

    def _literally(self, line: str) -> list[str] | None:
        cells = line.rstrip("\r\n").split(self.layout.separator)
        if len(cells) != self.layout.cells or len(line) > LARGEST_CELL or line.startswith(UNPARSABLE):
            return None
        if any(cell.count('"') % 2 for cell in cells):
            return None
        return [cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]

    def _starts_record(self, ahead: list[str], place: int) -> bool:
        try:
            return len(next(self._reader(ahead[place : place + 100]), [])) == self.layout.cells
        except csv.Error:
            return False


def _reason(problem: csv.Error, *, cut: bool) -> str:
    said = str(problem)
    if cut:
        return f"the line is longer than {LONGEST:,} characters"
    if "field larger" in said:
        return f"a quotation mark is never closed, or a cell is longer than {LARGEST_CELL:,} characters"
    if "unexpected end" in said:
        return "a quotation mark is never closed"
    if "expected after" in said:
        return "its quotation marks do not fit: one inside a cell has to be written twice"
    return said

"""The rows that could not be read, as a file that can be mended in a spreadsheet and brought in alone.

It has the original header, the original cells, and two columns more: the row's number and the reason. It is UTF-8 with
a byte order mark, because spreadsheets take a file without one for their own 8-bit encoding and spoil every accent.
A cell that a spreadsheet would run as a formula, or spoil (ids of 11 digits and more, leading zeros, telephone numbers
with a plus), gets an apostrophe before it. Whoever reads a table whose last columns are `row` and `reason` takes it
away again with `original`, so every cell comes back as it was.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

EXTRA = ("row", "reason")
_SPOILT = r"(?:[=+\-@\t\r]|\d{11,}$|0\d+$)"
_UNSAFE = re.compile(rf"'*{_SPOILT}")
_GUARDED = re.compile(rf"'+{_SPOILT}")
_FIGURE = re.compile(r"-[\d.,]{1,10}%?|[-–—]+")


def guarded(cell: str) -> str:
    """The cell, safe in a spreadsheet; short figures and dashes are safe as they are."""
    return f"'{cell}" if _UNSAFE.match(cell) and not _FIGURE.fullmatch(cell) else cell


def original(cell: str) -> str:
    """The cell that `guarded` made safe."""
    return cell[1:] if _GUARDED.match(cell) else cell


class ErrorFile:
    """The refused rows of one file. Made with the first row.

    `kept` is how many rows of a run that was cut off stay; what it wrote after its last finished batch is dropped.
    """

    def __init__(self, path: Path, header: Sequence[str], *, kept: int) -> None:
        self.path = path
        self.header = header[: -len(EXTRA)] if tuple(header[-len(EXTRA) :]) == EXTRA else header
        if path.exists():
            self._keep(kept)

    def _keep(self, count: int) -> None:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for _, line in zip(range(count + 1), csv.reader(file), strict=False)]
        self.path.unlink()
        if count:
            self._write(lines)

    def _write(self, lines: Sequence[Sequence[object]]) -> None:
        encoding = "utf-8" if self.path.exists() else "utf-8-sig"
        with self.path.open("a", encoding=encoding, errors="replace", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_MINIMAL).writerows(lines)

    def add(self, refused: Sequence[tuple[int, Sequence[str], str]]) -> None:
        """Append rows as (number, cells, reason)."""
        if not refused:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        width = len(self.header)
        lines: list[Sequence[object]] = []
        if not self.path.exists():
            lines.append([*map(guarded, self.header), *EXTRA])
        for number, cells, reason in refused:
            safe = [*map(guarded, cells), *[""] * (width - len(cells))]
            lines.append([*safe[:width], number, reason, *safe[width:]])
        self._write(lines)

"""CSV as the weekly export writes it: every cell quoted, LF, UTF-8, written in chunks so that memory stays flat."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType

from sameside.demo import ids

CHUNK = 10_000
Row = Sequence[str]


def quoted(rows: Iterable[Row]) -> str:
    """Lines of cells in quotes; a quote inside a cell is doubled."""
    return "".join(
        '"' + '","'.join([cell.replace('"', '""') if '"' in cell else cell for cell in row]) + '"\n' for row in rows
    )


class Table:
    """A file that is being written; its rows are counted."""

    def __init__(self, folder: Path, name: str, columns: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.columns = len(columns)
        self.rows = 0
        self._file = (folder / name).open("w", encoding="utf-8", newline="")
        self._file.write(quoted([columns]))

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, rows: Sequence[Row]) -> None:
        self._file.write(quoted(rows))
        self.rows += len(rows)

    def chunks(self, count: int, rows_of: Callable[[int, int], Sequence[Row]]) -> None:
        """Write rows 0 to `count`, as `rows_of(start, stop)` gives them."""
        for start in range(0, count, CHUNK):
            self.add(rows_of(start, min(start + CHUNK, count)))


def look_up(made: Sequence[str], number: int) -> str:
    """The id of record `number`, or the empty look-up when there is none."""
    return made[number] if number >= 0 else ids.NONE

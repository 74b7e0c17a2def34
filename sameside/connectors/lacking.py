"""What rows refer to and is not here, as a list beside the error file: every id once, with the name of the reference.

Whoever brings in the records that are named in it, and the file again, has the references filled. It holds the first
`MOST` ids; their rows are counted in full with the file.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from sameside.connectors.tabular.errors import guarded, original

HEADER = ("reference", "id")
MOST = 100_000


class MissingFile:
    """Made with the first missing id. `kept` is how many lines of a run that was cut off stay: those of its finished
    batches."""

    def __init__(self, path: Path, *, kept: int) -> None:
        self.path = path
        self.known: set[tuple[str, str]] = set()
        if path.exists():
            lines = read(path)[:kept]
            path.unlink()
            self._write(lines)

    @property
    def lines(self) -> int:
        return len(self.known)

    def add(self, absent: Mapping[str, Iterable[str]]) -> None:
        """Append the ids that are not in it yet, by the name of their reference."""
        pairs = dict.fromkeys((name, each) for name, ids in absent.items() for each in ids)
        self._write([pair for pair in pairs if pair not in self.known][: MOST - self.lines])

    def _write(self, pairs: list[tuple[str, str]]) -> None:
        if not pairs:
            return
        self.known.update(pairs)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        with self.path.open("a", encoding="utf-8-sig" if is_new else "utf-8", errors="replace", newline="") as file:
            lines = csv.writer(file)
            if is_new:
                lines.writerow(HEADER)
            lines.writerows((name, guarded(each)) for name, each in pairs)


def read(path: Path) -> list[tuple[str, str]]:
    """(reference, id) of every line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(line[0], original(line[1])) for line in csv.reader(file) if len(line) == len(HEADER)][1:]

"""CSV files as companies really have them: any encoding, separator and quoting, read as a stream.

The encoding is decided from the whole file, once: a byte order mark, else UTF-16 by its zero bytes, else UTF-8 if
every byte fits, else Windows-1252 (which contains ISO-8859-1's letters), and the choice is told. A row number is the
number of the record below the header, as a spreadsheet shows it minus one.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
LARGEST_CELL = 10_000_000
SEPARATORS = ",;\t|"
csv.field_size_limit(LARGEST_CELL)

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"utf-8-sig": "UTF-8 with a mark", "utf-16": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252"}
_NAMES |= {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "iso-8859-1": "ISO-8859-1"}


@dataclass(frozen=True)
class Layout:
    """How a file is to be read; `note` says what is unusual about it, empty for plain UTF-8 with commas."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    note: str


class Unreadable(Exception):
    """The file cannot be read as a table; the message is a sentence fit for the screen."""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_windows_letters(path: Path) -> bool:
    """Whether bytes occur that ISO-8859-1 keeps for control characters and Windows-1252 uses for quotes and dashes."""
    windows = bytes(range(0x80, 0xA0))
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if len(chunk.translate(None, windows)) != len(chunk):
                return True
    return False


def encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start.count(0) > len(start) // 4:
        return "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
    if _is_utf8(path):
        return "utf-8"
    return "cp1252" if _has_windows_letters(path) else "iso-8859-1"


def _header(path: Path, name: str, separator: str) -> tuple[str, ...]:
    with path.open("r", encoding=name, errors="replace", newline="") as text:
        try:
            for cells in csv.reader(text, delimiter=separator):
                if any(cell.strip() for cell in cells):
                    return tuple(cell.strip().strip('"') for cell in cells)
        except csv.Error as problem:
            raise Unreadable(f"The header cannot be read: {problem}.") from problem
    return ()


def layout(path: Path) -> Layout:
    """Encoding, separator and header of the file; `Unreadable` when it holds no text or cannot be opened."""
    try:
        if path.stat().st_size == 0:
            raise Unreadable("The file is empty.")
        name = encoding(path)
        headers = [(separator, _header(path, name, separator)) for separator in SEPARATORS]
    except FileNotFoundError as problem:
        raise Unreadable("It is no longer there.") from problem
    except PermissionError as problem:
        raise Unreadable("This program may not read it.") from problem
    separator, header = max(headers, key=lambda pair: len(pair[1]))
    if not header:
        raise Unreadable("The file holds no header line.")
    notes = []
    if name not in ("utf-8", "utf-8-sig"):
        notes.append(f"read as {_NAMES[name]}")
    if separator != "," and len(header) > 1:
        notes.append({"\t": "separated by tabs"}.get(separator, f"separated by “{separator}”"))
    return Layout(name, separator, header, ", ".join(notes))


class Rows:
    """The records below the header, one at a time: (number, cells). `position` is how many bytes were read so far.

    A record that the csv module refuses is yielded as a `csv.Error` in place of its cells. Empty records are left out.
    """

    def __init__(self, path: Path, given: Layout) -> None:
        self.path = path
        self.layout = given
        self._raw: io.BufferedReader | None = None

    @property
    def position(self) -> int:
        return 0 if self._raw is None or self._raw.closed else self._raw.tell()

    def __iter__(self) -> Iterator[tuple[int, "list[str] | csv.Error"]]:
        with self.path.open("rb") as self._raw:
            text = io.TextIOWrapper(self._raw, encoding=self.layout.encoding, errors="replace", newline="")
            reader = csv.reader(text, delimiter=self.layout.separator)
            number = -1
            while True:
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as problem:
                    number += 1
                    yield number, problem
                    continue
                if not cells or (len(cells) == 1 and not cells[0].strip()):
                    continue
                number += 1
                if number:
                    yield number, cells


class ErrorFile:
    """The rows that could not be read: the original cells, the row's number and the reason. Made with the first row.

    `kept` is how many rows of a run that was cut off stay; what it wrote after its last finished batch is dropped.
    """

    def __init__(self, path: Path, header: Sequence[str], *, kept: int) -> None:
        self.path = path
        self.header = header
        if path.exists():
            self._keep(kept)

    def _keep(self, count: int) -> None:
        with self.path.open(encoding="utf-8", newline="") as file:
            lines = [line for _, line in zip(range(count + 1), csv.reader(file), strict=False)]
        self.path.unlink()
        if count:
            self._write(lines)

    def _write(self, lines: Sequence[Sequence[object]]) -> None:
        with self.path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)

    def add(self, refused: Sequence[tuple[int, Sequence[str], str]]) -> None:
        """Append rows as (number, cells, reason)."""
        if not refused:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        width = len(self.header)
        lines: list[Sequence[object]] = []
        if not self.path.exists():
            lines.append([*self.header, "row", "reason"])
        for number, cells, reason in refused:
            padded = [*cells, *[""] * (width - len(cells))]
            lines.append([*padded[:width], number, reason])
        self._write(lines)


@dataclass(frozen=True)
class Table:
    """One table of a file: `file` is the name of the file it is in, `path` the text it is read from."""

    name: str
    path: Path
    layout: Layout | None
    problem: str = ""
    file: str = ""

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size


def tables(files: Sequence[tuple[str, Path]], workspace: Path) -> list[Table]:
    """Every table of `files`, which are (name, path)."""
    found = []
    for name, path in files:
        if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
            continue
        try:
            found.append(Table(name, path, layout(path), file=name))
        except Unreadable as problem:
            found.append(Table(name, path, None, str(problem), name))
    return found

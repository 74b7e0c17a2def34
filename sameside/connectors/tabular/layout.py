"""How a file is to be read as a table: encoding, separator, header, judged from its beginning and told.

The separator is the one under which most records have the same, large number of cells, quotation marks respected; a
first line `sep=;` says it outright. What a person chose goes before what the file suggests.
"""

import csv
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

from sameside.connectors.tabular import encoding as encodings
from sameside.connectors.tabular import errors, footers, header
from sameside.connectors.tabular.choices import NONE, Choices

SEPARATORS = ",;\t|"
SAMPLES = (1 << 18, 1 << 22, 1 << 24)
ENOUGH = 20
MOST_RECORDS = 300
_SPOKEN = {"\t": "tabs", ",": "commas"}
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Unreadable(Exception):
    """The file cannot be read as a table; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Layout:
    """How a file is to be read.

    `cells` is how many cells its records usually have, `lines` how many lines stand before the first row, `preamble`
    the records above the header, `steady` the columns that every row of the sample fills. `mended` is an error file of
    ours that comes back. `mark` is how many bytes stand before the text. `notes` says what is unusual, in phrases:
    nothing for plain UTF-8 with commas.
    """

    encoding: str
    separator: str
    header: tuple[str, ...]
    notes: tuple[str, ...] = ()
    cells: int = 0
    lines: int = 1
    preamble: tuple[tuple[str, ...], ...] = ()
    has_header: bool = True
    steady: frozenset[int] = frozenset()
    mended: bool = False
    mark: int = 0

    @property
    def note(self) -> str:
        return ", ".join(self.notes)


@dataclass
class _Sample:
    """The first records as one separator makes them, and the number of the line on which each ends."""

    separator: str
    records: list[list[str]]
    ends: list[int]

    @property
    def score(self) -> float:
        """How well the separator fits: how wide and how regular the records are, the first one above all."""
        rows = [cells for cells in self.records if header.filled(cells)]
        width = header.usual_width(rows)
        if width < 2:
            return 0.0
        share = sum(len(cells) == width for cells in rows) / len(rows)
        whole = 1.0 if len(rows[0]) == width else 0.5
        return share * share * math.log2(width) * whole


def _records(text: str, separator: str, *, whole: bool) -> _Sample:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    sample = _Sample(separator, [], [])
    try:
        for cells in reader:
            sample.records.append(cells)
            sample.ends.append(reader.line_num)
            if len(sample.records) == MOST_RECORDS:
                return sample
    except csv.Error:
        whole = False
    if not whole and len(sample.records) > 1:
        sample.records.pop()
        sample.ends.pop()
    return sample


def _checked(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError as problem:
        raise Unreadable("It is no longer there.") from problem
    except PermissionError as problem:
        raise Unreadable("This program may not read it.") from problem
    except OSError as problem:
        raise Unreadable(f"It cannot be read: {problem.strerror or 'the disk refused it'}.") from problem
    if not start:
        raise Unreadable("The file is empty.")


def _text(path: Path, encoding: encodings.Encoding, size: int) -> tuple[str, bool]:
    """The first `size` characters, and whether that is all."""
    with path.open("rb") as raw:
        raw.seek(encoding.mark)
        file = io.TextIOWrapper(raw, encoding=encoding.name, errors="replace", newline="")
        text = file.read(size)
        return text, not file.read(1)


def _is_text(text: str) -> bool:
    """No more control characters than dirt leaves."""
    start = text[: 1 << 16]
    return len(_CONTROLS.findall(start)) <= 20 + len(start) // 20 and any(
        not each.isspace() and each != "\x00" for each in start
    )


def _sampled(path: Path, encoding: encodings.Encoding, wanted: str) -> tuple[_Sample, bool]:
    """The beginning under the best separator, and whether a first line said `sep=`."""
    best, said = _Sample(",", [], []), False
    for size in SAMPLES:
        text, whole = _text(path, encoding, size)
        if not _is_text(text):
            raise Unreadable("It is no text, and no workbook that is known.")
        first = _SEP_LINE.fullmatch(text.lstrip("\ufeff").split("\n", 1)[0])
        said = first is not None
        wanted = wanted or (first[1] if first else "")
        tried = [_records(text, each, whole=whole) for each in (wanted or SEPARATORS)]
        best = max(tried, key=lambda sample: sample.score)
        if whole or len(best.records) >= ENOUGH:
            break
    return best, said


def _found(sample: _Sample, chosen: int | None, *, after: int) -> header.Header:
    """The header, `after` so many records; the one that was chosen, where there is one."""
    if chosen:
        if chosen > len(sample.records):
            raise Unreadable(f"Row {chosen} was chosen as the header, but the file has only {len(sample.records)}.")
        return header.Header(chosen - 1, exists=True)
    found = header.find(sample.records[after:])
    if found is None:
        raise Unreadable("The file holds no header line.")
    if chosen == 0:
        first = next(place for place, cells in enumerate(sample.records) if place >= after and header.filled(cells))
        return header.Header(first, exists=False)
    return header.Header(found.place + after, exists=found.exists)


def _usual_cells(first: list[str], below: header.Records) -> int:
    """As many as the header has, when some row agrees or there is none."""
    return len(first) if not below or any(len(row) == len(first) for row in below) else header.usual_width(below)


def _steady(below: header.Records) -> frozenset[int]:
    rows = [cells for cells in below if cells and not footers.is_lonely(cells) and not footers.is_total_name(cells[0])]
    if not rows:
        return frozenset()
    shortest = min(map(len, rows))
    return frozenset(place for place in range(shortest) if all(cells[place].strip() for cells in rows))


def layout(path: Path, choices: Choices = NONE) -> Layout:
    """How the file is to be read; `Unreadable` when it holds no table or cannot be opened."""
    _checked(path)
    encoding = encodings.chosen(path, choices.encoding) if choices.encoding else encodings.detect(path)
    sample, said = _sampled(path, encoding, choices.separator)
    found = _found(sample, choices.header_row, after=1 if said else 0)
    start = found.place + 1 if found.exists else found.place
    below = [cells for cells in sample.records[start:] if header.filled(cells)]
    cells = sample.records[found.place]
    if len(cells) > header.MOST_COLUMNS and header.filled(cells) > header.MOST_COLUMNS:
        raise Unreadable(f"It has {len(cells):,} columns; at most {header.MOST_COLUMNS:,} are read.")
    if found.exists:
        names, remarks = header.names(cells, below[:100])
    else:
        width = max(len(cells), header.usual_width(below))
        names, remarks = (
            tuple(f"Column {header.letters(place)}" for place in range(min(width, header.MOST_COLUMNS))),
            [],
        )
    mended = names[-len(errors.EXTRA) :] == errors.EXTRA
    names = tuple(map(errors.original, names)) if mended else names
    above = tuple(tuple(record) for record in sample.records[: found.place])
    notes = [encoding.note] if encoding.note else []
    if sample.separator != "," and len(names) > 1:
        notes.append(f"separated by {_SPOKEN.get(sample.separator, f'“{sample.separator}”')}")
    skipped = sum(1 for record in above if header.filled(record)) - said
    if skipped > 0:
        notes.append(f"{skipped} {'line' if skipped == 1 else 'lines'} above the header left out")
    if not found.exists:
        notes.append(
            "without a header line: the columns are called "
            + ("Column A" if len(names) == 1 else "Column A, Column B, …")
        )
    notes += [*remarks, *header.rounded_ids(names, below)]
    return Layout(
        encoding.name,
        sample.separator,
        names,
        tuple(notes),
        cells=_usual_cells(cells, below),
        lines=sample.ends[start - 1] if start else 0,
        preamble=above,
        has_header=found.exists,
        steady=_steady(below),
        mended=mended,
        mark=encoding.mark,
    )

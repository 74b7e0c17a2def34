"""Where the header of a table is, judged from its first records, and what its columns are called.

Above the header may stand a preamble: records with far fewer filled cells than the table has columns. The header is the
first other record; when that is no list of names and stands below something, the first record of all is. A table has
no header when the first record already holds numbers, dates, addresses or ids where the rows below hold them, and no
name stands above such a column; its columns are then called "Column A", "Column B" and so on.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Records = Sequence[Sequence[str]]
MOST_COLUMNS = 16_384
MOST_PREAMBLE = 40
_NUMBER = re.compile(r"[-+(]?[€$£¥]?\s?\d[\d.,'’\s]*(?:[eE][-+]?\d+)?\s?[%€$£¥)]?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+")
_ID = re.compile(r"(?=.*\d)[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d{2}")
_NAMED_ID = re.compile(r"\bids?\b|(?<=[a-z])Ids?$|\bkey\b|\bnumber\b|\bnummer\b|_ids?$", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """`place` is the header's place among the records, or that of the first row when there is none."""

    place: int
    exists: bool


def kind(cell: str) -> str:
    """What a cell is for certain: a number, a date, an address or an id; empty for words."""
    text = cell.strip()
    if not text or len(text) > 300:
        return ""
    for name, form in (("date", _DATE), ("number", _NUMBER), ("address", _ADDRESS), ("id", _ID)):
        if form.fullmatch(text):
            return name
    return ""


def filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def usual_width(records: Records) -> int:
    """How many cells most records have; the most, among equals. Those of one filled cell count if no others exist."""
    counts = Counter(len(cells) for cells in records if filled(cells) > 1)
    counts = counts or Counter(len(cells) for cells in records if filled(cells))
    return max(counts, key=lambda width: (counts[width], width), default=0)


def _is_preamble(cells: Sequence[str], width: int) -> bool:
    count = filled(cells)
    return count < width and (count <= 1 or (count == 2 and width >= 4) or (count == 3 and width >= 8))


def _are_names(cells: Sequence[str], width: int) -> bool:
    given = [cell.strip() for cell in cells if cell.strip()]
    return (
        not any(kind(cell) for cell in given)
        and len(given) * 2 > width
        and len(set(given)) * 5 >= len(given) * 4
        and max(map(len, given)) <= 255
    )


def _is_row(first: Sequence[str], below: Records) -> bool:
    """Whether the first record is one like those below: the same kinds, and no name above a column of one kind."""
    same = named = 0
    for place, cell in enumerate(first):
        cells = [record[place] for record in below if place < len(record) and record[place].strip()]
        if not cell.strip() or not cells:
            continue
        common, times = Counter(map(kind, cells)).most_common(1)[0]
        if not common or times * 5 < len(cells) * 4:
            continue
        mine = kind(cell)
        if not mine:
            named += 1
        elif mine == common and not re.fullmatch(r"(?:19|20)\d\d", cell.strip()):
            same += 1
    if not below:
        return any(kind(cell) in ("address", "date") for cell in first)
    return same > 0 and not named


def find(records: Records) -> Header | None:
    """The header among the first records of a table; None when all are blank."""
    places = [place for place, cells in enumerate(records) if filled(cells)]
    if not places:
        return None
    width = usual_width(records)
    first = places[0]
    place = next((each for each in places[:MOST_PREAMBLE] if not _is_preamble(records[each], width)), first)
    if place != first and not _are_names(records[place], width):
        place = first
    below = [records[each] for each in places if each > place][:100]
    return Header(place, exists=place != first or not _is_row(records[place], below))


def letters(place: int) -> str:
    """A, B, ... Z, AA, as spreadsheets call columns."""
    said = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        said = chr(65 + rest) + said
    return said


def names(cells: Sequence[str], below: Records) -> tuple[tuple[str, ...], list[str]]:
    """The names of the columns, each once, and what is to be said about them."""
    plain = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    plain = [name[1:-1] if len(name) > 2 and name[0] == name[-1] == '"' else name for name in plain]
    usual = usual_width(below)
    last = max((place + 1 for record in below for place, cell in enumerate(record[:usual]) if cell.strip()), default=0)
    plain += [""] * (min(last, MOST_COLUMNS) - len(plain))
    while len(plain) > max(last, 1) and not plain[-1]:
        plain.pop()
    said, unnamed, repeated = [], [], []
    taken: set[str] = set(plain)
    given: set[str] = set()
    for place, name in enumerate(plain):
        if not name:
            if any(place < len(record) and record[place].strip() for record in below):
                plain[place] = f"Column {letters(place)}"
                unnamed.append(plain[place])
        elif name in given:
            turn = 2
            while f"{name} ({turn})" in taken:
                turn += 1
            plain[place] = f"{name} ({turn})"
            taken.add(plain[place])
            repeated.append(plain[place])
        given.add(name)
    if unnamed:
        said.append(f"columns without a name are called {_list(unnamed)}")
    if repeated:
        said.append(f"repeated column names made distinct: {_list(repeated)}")
    return tuple(plain), said


def _list(items: Sequence[str]) -> str:
    shown = ", ".join(f"“{item[:60]}”" for item in items[:5])
    return shown if len(items) <= 5 else f"{shown} and {len(items) - 5} more"


def rounded_ids(header: Sequence[str], below: Records) -> list[str]:
    """A phrase for each column of ids in which a spreadsheet left 5.1E+10 instead."""
    said = []
    for place, name in enumerate(header):
        if _NAMED_ID.search(name) is None:
            continue
        damaged = [
            record[place] for record in below if place < len(record) and _ROUNDED.fullmatch(record[place].strip())
        ]
        if damaged:
            said.append(f"“{name[:60]}” was damaged by a spreadsheet, which rounded ids to {damaged[0].strip()}")
    return said

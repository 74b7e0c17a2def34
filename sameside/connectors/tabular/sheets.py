"""What comes of one sheet: rows of text in a CSV file, within limits.

Dates become ISO, numbers keep every digit that the file has, truth is `true` or `false`, blanks and error values are
blank.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Limits:
    """What one file may take, and what may come of it."""

    megabytes: int = 2048
    seconds: int = 600
    file_megabytes: int = 4096
    rows: int = 20_000_000
    columns: int = 16_384
    cells: int = 400_000_000
    sheets: int = 200
    expanded_megabytes: int = 4096
    expansion: int = 1000


@dataclass
class Sheet:
    """One table of the file: `file` is the name of its CSV, empty when `problem` says why there is none."""

    name: str
    file: str = ""
    rows: int = 0
    problem: str = ""
    remark: str = ""


class Refusal(Exception):
    """The file or sheet is not converted; the message is a sentence fit for the screen."""


def cell(value: Any) -> str:
    """The value as text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds" if value.microsecond else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=cell)
    return str(value)


def write(rows: Iterable[Sequence[Any]], target: Path, limits: Limits) -> int:
    """The rows as CSV; how many there are. `Refusal` when they are too many."""
    count = cells = 0
    with target.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            count += 1
            cells += len(row)
            if count > limits.rows:
                raise Refusal(f"It has more than {limits.rows:,} rows.")
            if cells > limits.cells:
                raise Refusal(f"It has more than {limits.cells:,} cells.")
            texts = [each if type(each) is str else cell(each) for each in row]
            # A row of one blank cell is written as a quoted blank, which readers take for a blank record too.
            writer.writerow(texts)
    return count

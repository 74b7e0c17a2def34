"""The confined process that turns one workbook or Parquet file into CSV files.

    python -m sameside.connectors.tabular.converting KIND PATH FOLDER LIMITS

writes `0.csv`, `1.csv` … (UTF-8, commas) and `tables.json` into FOLDER: for each sheet its name, file,
rows and problem. Dates become ISO, numbers keep every digit that the file has, truth is `true` or `false`, a formula is
the result that was saved with it, the covered cells of a merged range and error values are blank. Nothing is evaluated
or fetched.
"""

import csv
import json
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
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


def check_expansion(path: Path, limits: Limits) -> None:
    """Refuse an archive that says it grows out of all proportion; one that lies about it meets the memory limit."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    declared = sum(info.file_size for info in infos)
    if len(infos) > 20_000:
        raise Refusal(f"It holds {len(infos):,} parts, more than a workbook has.")
    if declared > limits.expanded_megabytes << 20:
        raise Refusal(f"It says that it unpacks to {declared >> 20:,} MB, more than {limits.expanded_megabytes:,} MB.")
    if declared > 64 << 20 and declared > limits.expansion * max(path.stat().st_size, 1):
        raise Refusal(f"It unpacks to {declared // max(path.stat().st_size, 1):,} times its size, as no workbook does.")


def workbook(path: Path, folder: Path, limits: Limits, *, packed: bool) -> Iterator[Sheet]:
    """Every worksheet; blank ones are left out while another one is filled."""
    import python_calamine as calamine

    if packed:
        check_expansion(path, limits)
    blank = []
    with calamine.load_workbook(str(path)) as book:
        found = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(found) > limits.sheets:
            raise Refusal(f"It has {len(found):,} sheets; at most {limits.sheets} are read.")
        filled = False
        for place, metadata in enumerate(found):
            hidden = metadata.visible != calamine.SheetVisibleEnum.Visible
            sheet = Sheet(metadata.name, remark="a hidden sheet" if hidden else "")
            try:
                content = book.get_sheet_by_name(metadata.name)
                if content.width > limits.columns:
                    raise Refusal(f"It has {content.width:,} columns; at most {limits.columns:,} are read.")
                if not content.height:
                    sheet.problem = "The sheet is empty."
                    blank.append(sheet)
                    continue
                sheet.rows = write(content.iter_rows(), folder / f"{place}.csv", limits)
                sheet.file = f"{place}.csv"
            except Refusal as refusal:
                sheet.problem = str(refusal)
            except calamine.CalamineError as problem:
                sheet.problem = f"The sheet is damaged: {str(problem)[:200]}"
            filled = True
            yield sheet
    if not filled:
        yield from blank[:1]


def parquet(path: Path, folder: Path, limits: Limits) -> Iterator[Sheet]:
    """The one table, a few thousand rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    with pq.ParquetFile(path, thrift_string_size_limit=64 << 20, thrift_container_size_limit=1_000_000) as file:
        names = file.schema_arrow.names
        rows = file.metadata.num_rows
        if len(names) > limits.columns:
            raise Refusal(f"It has {len(names):,} columns; at most {limits.columns:,} are read.")
        if not names:
            raise Refusal("It has no columns.")
        if rows > limits.rows or rows * len(names) > limits.cells:
            raise Refusal(f"It says that it has {rows:,} rows of {len(names):,} columns, more than are read.")
        target = folder / "0.csv"
        written = _write_parquet(file, target, names)
    yield Sheet("", "0.csv", written)


def _write_parquet(file: Any, target: Path, names: list[str]) -> int:
    """Columns of plain kinds are written by Arrow itself, the others are turned into text first."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    schema = file.schema_arrow
    simple = [
        pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date32(kind)
        or pa.types.is_string(kind) or pa.types.is_large_string(kind)
        for kind in schema.types
    ]  # fmt: skip
    texts = pa.schema(
        [(name, kind if plain else pa.string()) for name, kind, plain in zip(names, schema.types, simple, strict=True)]
    )
    written = 0
    size = max(100, min(10_000, 1_000_000 // len(names)))
    with target.open("wb") as sink, arrow_csv.CSVWriter(sink, texts) as writer:
        for batch in file.iter_batches(batch_size=size, use_threads=False):
            pairs = zip(batch.columns, simple, strict=True)
            columns = [column if plain else as_text(column) for column, plain in pairs]
            writer.write_batch(pa.record_batch(columns, schema=texts))
            written += batch.num_rows
    return written


def as_text(column: Any) -> Any:
    """The column as text: by Arrow where it writes what `cell` would, which is thirty times faster."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(column.type):
        size = pc.abs(column)
        odd = pc.or_(pc.greater_equal(size, 1e9), pc.and_(pc.greater(size, 0), pc.less(size, 1e-3)))
        if not pc.any(pc.or_(odd, pc.is_nan(size))).as_py():
            return column.cast(pa.string())
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        seconds = column.cast(pa.timestamp("s"), safe=False)
        if pc.all(pc.equal(seconds.cast(column.type), column)).as_py() is not False:
            return seconds.cast(pa.string())
    return pa.array([cell(value) or None for value in _values(column)], pa.string())


def _values(column: Any) -> list[Any]:
    """The values in Python; times in nanoseconds lose what is below a microsecond."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    elif pa.types.is_time64(column.type) or pa.types.is_duration(column.type):
        column = column.cast(pa.time64("us") if pa.types.is_time64(column.type) else pa.duration("us"), safe=False)
    values: list[Any] = column.to_pylist()
    return values


class _Tables(HTMLParser):
    """The rows of the first level of tables of a page; a cell over several columns is followed by blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
            self.row = []
        elif tag in ("td", "th"):
            self.end_cell()
            span = next((value for name, value in attrs if name == "colspan"), "") or ""
            self.span = min(int(span), 1000) if span.isascii() and span.isdigit() and len(span) < 6 else 1
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.end_cell()
        elif tag in ("tr", "table"):
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def end_cell(self) -> None:
        if self.cell is not None:
            self.row = self.row if self.row is not None else []
            text = "\n".join(" ".join(line.split()) for line in "".join(self.cell).split("\n"))
            self.row += [text.strip(), *[""] * (max(self.span, 1) - 1)]
            self.cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self.row:
            self.rows.append(self.row)
        self.row = None


def web_page(path: Path, folder: Path, limits: Limits) -> Iterator[Sheet]:
    """The tables of a page as one: reports that are called .xls are often that."""
    from sameside.connectors.tabular import encoding

    parser = _Tables()

    def rows() -> Iterator[list[str]]:
        with path.open(encoding=encoding.detect(path).name, errors="replace") as file:
            while block := file.read(1 << 16):
                parser.feed(block)
                found, parser.rows = parser.rows, []
                yield from found
        parser.close()
        parser.end_row()
        yield from parser.rows

    count = write(rows(), folder / "0.csv", limits)
    yield Sheet("", "0.csv", count) if count else Sheet("", problem="It is a web page without a table.")


def convert(kind: str, path: Path, folder: Path, limits: Limits) -> list[Sheet]:
    """Every table of the file; a file that cannot be opened gives one with its problem."""
    import python_calamine as calamine
    from pyarrow import ArrowException

    readers = {"parquet": parquet, "html": web_page}
    try:
        if kind in readers:
            return list(readers[kind](path, folder, limits))
        return list(workbook(path, folder, limits, packed=kind != "xls"))
    except Refusal as refusal:
        return [Sheet("", problem=str(refusal))]
    except calamine.PasswordError:
        return [Sheet("", problem="It is protected with a password: save it without one.")]
    except MemoryError:
        return [Sheet("", problem="It needs more memory to open than a table may take.")]
    except (calamine.CalamineError, ArrowException, zipfile.BadZipFile, OSError, ValueError, LookupError, TypeError,
            ArithmeticError, AssertionError, RecursionError, NotImplementedError, EOFError) as problem:  # fmt: skip
        return [Sheet("", problem=f"It is damaged: {str(problem)[:200] or type(problem).__name__}")]


def main(arguments: list[str]) -> None:
    from sameside.library.extraction import confinement

    kind, path, folder, given = arguments
    limits = Limits(**json.loads(given))
    confinement.apply(megabytes=limits.megabytes, seconds=limits.seconds, file_megabytes=limits.file_megabytes)
    sheets = convert(kind, Path(path), Path(folder), limits)
    (Path(folder) / "tables.json").write_text(json.dumps([asdict(sheet) for sheet in sheets]), encoding="utf-8")


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    main(sys.argv[1:])

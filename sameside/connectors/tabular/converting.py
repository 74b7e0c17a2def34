"""The confined process that turns one workbook or Parquet file into CSV files.

    python -m sameside.connectors.tabular.converting KIND PATH FOLDER LIMITS

writes `0.csv`, `1.csv` … (UTF-8, commas) and `tables.json` into FOLDER: for each sheet its name, file,
rows and problem. A formula is the result that was saved with it, the covered cells of a merged range are blank. Nothing
is evaluated or fetched.
"""

import json
import os
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path

from sameside.connectors.tabular import parquet
from sameside.connectors.tabular.sheets import Limits, Refusal, Sheet, write


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

    readers = {"parquet": parquet.tables, "html": web_page}
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

"""The text of workbooks: each sheet is a page (or several), its name first, then its rows. Charts and formulas are not
read, only what the cells show; macros stay in the file."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from sameside.library.extraction import archive
from sameside.library.extraction.document import Document, Refusal, clean, telling_title
from sameside.library.extraction.opendocument import ROWS_PER_PAGE

MOST_ROWS = 200_000
DAMAGED = "It is damaged: this is not a complete workbook."
_CORE = "{http://purl.org/dc/elements/1.1/}"


def read(path: Path, most_pages: int) -> Document:
    archive.check(path, "xl/")
    metadata, notes = _properties(path)
    return _read(path, "xlsx", metadata, notes, most_pages)


def read_old(path: Path, most_pages: int) -> Document:
    """A workbook of the time before 2007."""
    return _read(path, "xls", {}, [], most_pages)


def _read(path: Path, kind: str, metadata: dict[str, str], notes: list[str], most_pages: int) -> Document:
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        pages = list(_pages(workbook))
    except PasswordError as problem:
        raise Refusal("It is protected with a password.") from problem
    except CalamineError as problem:
        raise Refusal(DAMAGED) from problem
    if not pages:
        raise Refusal("Its sheets are empty.")
    if len(pages) > most_pages:
        notes.append(f"About {len(pages):,} pages of cells; the first {most_pages:,} were read.")
    title = telling_title(metadata.get("Title", ""))
    return Document(kind, title, pages=pages[:most_pages], metadata=metadata, notes=notes)


def _pages(workbook: Any) -> Iterator[str]:
    rows_left = MOST_ROWS
    for entry in workbook.sheets_metadata:
        if str(entry.typ) != "SheetTypeEnum.WorkSheet":
            continue
        sheet = workbook.get_sheet_by_name(entry.name)
        rows: list[str] = []
        for row in sheet.iter_rows():
            line = " | ".join(cell for cell in map(_cell, row) if cell)
            if line:
                rows.append(line)
                rows_left -= 1
            if not rows_left:
                break
        for start in range(0, len(rows), ROWS_PER_PAGE):
            yield clean("\n".join([entry.name, *rows[start : start + ROWS_PER_PAGE]]))


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, (date, datetime)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return " ".join(clean(str(value)).split()) if value != "" else ""


def _properties(path: Path) -> tuple[dict[str, str], list[str]]:
    with archive.opened(path) as packed:
        names = packed.namelist()
        notes = archive.left_out(path)
        if "docProps/core.xml" not in names:
            return {}, notes
        core = archive.xml(archive.part(packed, "docProps/core.xml"))
    found = {"Title": core.findtext(f"{_CORE}title"), "Author": core.findtext(f"{_CORE}creator")}
    return {name: clean(value) for name, value in found.items() if value}, notes

"""The text of OpenDocument files: paragraphs of a text, slides with their notes, cells of a table.

Repeated rows and cells are read once: a table may declare a million of them in a few bytes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sameside.library.extraction import archive
from sameside.library.extraction.document import Block, Document, Refusal, clean, of_blocks, telling_title

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_LINES = (f"{_TEXT}p", f"{_TEXT}h")
_LEFT_OUT = (f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_OFFICE}forms", f"{_TEXT}note-citation")
MOST_SPACES = 20
ROWS_PER_PAGE = 200


def read_text(path: Path, most_pages: int) -> Document:
    body, metadata, notes = _opened(path, "text")
    blocks, title = list(_blocks(body)), metadata.get("Title", "")
    return of_blocks("odt", blocks, most_pages, title=title, metadata=metadata, notes=notes)


def read_slides(path: Path, most_pages: int) -> Document:
    body, metadata, notes = _opened(path, "presentation")
    slides = list(body.iterchildren(f"{_DRAW}page"))
    if not slides:
        raise Refusal("It has no slides.")
    if len(slides) > most_pages:
        notes.append(f"{len(slides):,} slides; the first {most_pages:,} were read.")
    pages = [_slide(slide) for slide in slides[:most_pages]]
    first = pages[0].partition("\n")[0]
    title = telling_title(metadata.get("Title", "")) or telling_title(first)
    return Document("odp", title, pages=pages, metadata=metadata, notes=notes)


def read_tables(path: Path, most_pages: int) -> Document:
    body, metadata, notes = _opened(path, "spreadsheet")
    pages: list[str] = []
    if not any(True for _ in body.iter(*_LINES)):
        raise Refusal("Its sheets are empty.")
    for table in body.iterchildren(f"{_TABLE}table"):
        rows = [row for row in map(_row, table.iter(f"{_TABLE}table-row")) if row]
        name = clean(table.get(f"{_TABLE}name", ""))
        starts = range(0, max(len(rows), 1), ROWS_PER_PAGE)
        pages += [clean("\n".join([name, *rows[start : start + ROWS_PER_PAGE]])) for start in starts]
    if len(pages) > most_pages:
        notes.append(f"About {len(pages):,} pages of cells; the first {most_pages:,} were read.")
    title = telling_title(metadata.get("Title", ""))
    return Document("ods", title, pages=pages[:most_pages], metadata=metadata, notes=notes)


def text_blocks(path: Path) -> list[Block]:
    """The blocks of a text, for its preview."""
    return list(_blocks(_opened(path, "text")[0]))


def _opened(path: Path, kind: str) -> tuple[Any, dict[str, str], list[str]]:
    """The body of the content, the metadata, and what was left out."""
    with archive.opened(path) as packed:
        names = packed.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.part(packed, "META-INF/manifest.xml"):
            raise Refusal("It is protected with a password.")
        content = archive.xml(archive.part(packed, "content.xml", archive.MOST_XML))
        meta = archive.xml(archive.part(packed, "meta.xml")) if "meta.xml" in names else None
    body = content.find(f"{_OFFICE}body/{_OFFICE}{kind}")
    if body is None:
        raise Refusal("It is damaged, or another kind of file under this name.")
    macros = any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names)
    return body, _metadata(meta), ["Its macros are left out."] if macros else []


def _metadata(meta: Any) -> dict[str, str]:
    if meta is None:
        return {}
    found = {
        "Title": meta.findtext(f".//{_DUBLIN}title"),
        "Author": meta.findtext(f".//{_META}initial-creator") or meta.findtext(f".//{_DUBLIN}creator"),
        "Subject": meta.findtext(f".//{_DUBLIN}subject"),
    }
    return {name: clean(value) for name, value in found.items() if value}


def _blocks(parent: Any) -> Iterator[Block]:
    for element in parent.iterchildren():
        if element.tag in _LINES:
            text = clean(_flat(element))
            level = element.get(f"{_TEXT}outline-level", "1") if element.tag == f"{_TEXT}h" else "0"
            if text:
                yield Block(text, min(int(level), 6) if level.isascii() and level.isdecimal() else 1)
        elif element.tag == f"{_TABLE}table":
            yield from (Block(row) for row in map(_row, element.iter(f"{_TABLE}table-row")) if row)
        elif isinstance(element.tag, str) and element.tag not in _LEFT_OUT:
            yield from _blocks(element)


def _row(row: Any) -> str:
    cells = (_cell(cell) for cell in row.iterchildren(f"{_TABLE}table-cell"))
    return " | ".join(cell for cell in cells if cell)


def _cell(cell: Any) -> str:
    return " ".join(clean(" ".join(_flat(line) for line in _own_lines(cell))).split())


def _own_lines(cell: Any) -> Iterator[Any]:
    for line in cell.iter(*_LINES):
        if not any(ancestor.tag in _LEFT_OUT for ancestor in line.iterancestors()):
            yield line


def _flat(element: Any) -> str:
    """The text of a paragraph with its blanks, tabs and line breaks."""
    pieces = [element.text or ""]
    for child in element.iterchildren():
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            pieces.append(" " * min(int(count), MOST_SPACES) if count.isascii() and count.isdecimal() else " ")
        elif child.tag == f"{_TEXT}tab":
            pieces.append(" ")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT:
            pieces.append(_flat(child))
            if child.tag in _LINES:
                pieces.append("\n")
        pieces.append(child.tail or "")
    return "".join(pieces)


def _slide(slide: Any) -> str:
    lines: list[str] = []
    notes: list[str] = []
    for line in _own_lines(slide):
        # A paragraph within a paragraph (a text box in a line) is part of the outer one.
        if next(line.iterancestors(*_LINES), None) is not None:
            continue
        in_notes = next(line.iterancestors(f"{_PRESENTATION}notes"), None) is not None
        (notes if in_notes else lines).append(_flat(line))
    spoken = clean("\n".join(notes))
    return clean("\n".join([*lines, *(["", f"Notes: {spoken}"] if spoken else [])]))

"""The text of DOCX files: headings, paragraphs, table rows, text boxes, content controls, headers and footers."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx.opc.part import PartFactory
from docx.oxml.ns import qn
from docx.package import Package
from docx.parts.document import DocumentPart

from sameside.library.extraction import archive
from sameside.library.extraction.document import Block, Document, Refusal, clean, of_blocks
from sameside.library.extraction.slides import core_properties

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_TYPE, _VALUE = qn("w:type"), qn("w:val")
_RENDERED_BREAK = qn("w:lastRenderedPageBreak")
_BREAK_BEFORE = qn("w:pageBreakBefore")
_TEXT_BOX = qn("w:txbxContent")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PROPERTIES = qn("w:pPr")
_HEADING = re.compile(r"^(?:heading|überschrift|titre|título) (\d)$", re.IGNORECASE)
MOST_DEPTH = 60
_MAIN = "application/vnd.{}.main+xml"
for _kind in (
    "ms-word.document.macroEnabled",
    "ms-word.template.macroEnabledTemplate",
    "openxmlformats-officedocument.wordprocessingml.template",
):
    PartFactory.part_type_for[_MAIN.format(_kind)] = DocumentPart


def read(path: Path, most_pages: int) -> Document:
    blocks, metadata = contents(path)
    title, notes = metadata.get("Title", ""), archive.left_out(path)
    return of_blocks("docx", blocks, most_pages, title=title, metadata=metadata, notes=notes)


def contents(path: Path) -> tuple[list[Block], dict[str, str]]:
    """The text as blocks, headers and footers at its end, and the metadata."""
    archive.check(path, "word/")
    main = Package.open(str(path)).main_document_part
    if not isinstance(main, DocumentPart):
        raise Refusal("It is damaged: it holds no text document.")
    document = main.document
    levels = _heading_levels(document)
    blocks = list(_walk(document.element.body, levels, 0))
    blocks += [Block(line) for line in _margins(document)]
    return blocks, core_properties(document.core_properties)


def _heading_levels(document: Any) -> dict[str, int]:
    """Style ids that are headings, with their level."""
    levels: dict[str, int] = {}
    for style in document.styles.element.iterchildren(qn("w:style")):
        name = style.find(qn("w:name"))
        label = name.get(_VALUE, "") if name is not None else ""
        match = _HEADING.match(label)
        if match:
            levels[style.get(qn("w:styleId"), "")] = min(int(match[1]) or 1, 6)
        elif label.lower() == "title":
            levels[style.get(qn("w:styleId"), "")] = 1
    return levels


def _walk(parent: Any, levels: dict[str, int], depth: int) -> Iterator[Block]:
    if depth > MOST_DEPTH:
        return
    for element in parent.iterchildren():
        if element.tag == _PARAGRAPH:
            yield from _paragraph(element, levels, depth)
        elif element.tag == _TABLE:
            for row in element.iter(_ROW):
                yield Block(_row(row))
        elif isinstance(element.tag, str) and element.tag != _PROPERTIES:
            yield from _walk(element, levels, depth + 1)


def _row(row: Any) -> str:
    cells = (" ".join(clean("".join(_pieces(cell, 0))).split()) for cell in row.iterchildren(_CELL))
    return " | ".join(cell for cell in cells if cell)


def _paragraph(element: Any, levels: dict[str, int], depth: int) -> Iterator[Block]:
    properties = element.find(_PROPERTIES)
    style = properties.find(qn("w:pStyle")) if properties is not None else None
    level = levels.get(style.get(_VALUE, ""), 0) if style is not None else 0
    breaks = properties is not None and properties.find(_BREAK_BEFORE) is not None
    breaks = breaks or _has_page_break(element)
    text = clean("".join(_pieces(element, 0)))
    if text or breaks:
        yield Block(text or " ", level if len(text) < 300 else 0, breaks)
    for box in element.iter(_TEXT_BOX):
        if not any(ancestor.tag == _FALLBACK for ancestor in box.iterancestors()):
            yield from _walk(box, levels, depth + 10)


def _has_page_break(element: Any) -> bool:
    if next(element.iter(_RENDERED_BREAK), None) is not None:
        return True
    return any(mark.get(_TYPE) == "page" for mark in element.iter(_BREAK))


def _pieces(element: Any, depth: int) -> Iterator[str]:
    """The text below `element` without text boxes, which are blocks of their own."""
    for child in element.iterchildren():
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _TAB:
            yield " "
        elif child.tag in (_BREAK, _RETURN):
            yield "\n"
        elif child.tag == _PARAGRAPH:
            yield from _pieces(child, depth + 1)
            yield "\n"
        elif child.tag not in (_TEXT_BOX, _FALLBACK, _PROPERTIES) and depth < MOST_DEPTH:
            yield from _pieces(child, depth + 1)


def _margins(document: Any) -> list[str]:
    """What stands in headers and footers, each line once."""
    lines: dict[str, None] = {}
    for section in document.sections:
        for part in (section.first_page_header, section.header, section.first_page_footer, section.footer):
            if not part.is_linked_to_previous:
                lines |= dict.fromkeys(clean(paragraph.text) for paragraph in part.paragraphs)
    return [line for line in lines if line]

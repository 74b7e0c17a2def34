"""Documents as text (DOCX): a picture, headings, lists, tables; made to be filled in."""

import io
from typing import Any

from docx import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from sameside.demo.documents import archive, brand, composing
from sameside.demo.documents.composing import Document, Part


def make(document: Document, *, seed: int) -> bytes:
    colours = brand.palette(document.asset)
    file = Word()
    archive.describe(file.core_properties, document)
    _style(file, colours)
    page = file.sections[0]
    page.left_margin = page.right_margin = Cm(2.3)
    page.footer.paragraphs[0].text = document.footer
    file.add_picture(io.BytesIO(brand.cover(document.asset, seed=seed, width=640, height=200)), width=Cm(16.4))
    file.add_heading(document.title, 0)
    file.add_paragraph(document.subtitle)
    _table(file, tuple((label, value) for label, value in document.facts), colours, head=False)
    for place, part in enumerate(document.parts[: max(document.asset.pages, 1)]):
        if place and place % 2 == 0 and document.asset.pages > 2:
            file.add_page_break()
        _part(file, part, colours)
    held = io.BytesIO()
    file.save(held)
    return archive.settled(held.getvalue())


def _style(file: Any, colours: brand.Palette) -> None:
    for name, size, colour in (
        ("Normal", 10.5, colours.ink),
        ("Title", 26, colours.ink),
        ("Heading 1", 16, colours.accent),
        ("List Bullet", 10.5, colours.ink),
    ):
        font = file.styles[name].font
        font.name, font.size, font.color.rgb = "Arial", Pt(size), RGBColor(*brand.rgb(colour))


def _shade(cell: Any, colour: str) -> None:
    fill = OxmlElement("w:shd")
    fill.set(qn("w:val"), "clear")
    fill.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(fill)


def _table(file: Any, rows: tuple[tuple[str, ...], ...], colours: brand.Palette, *, head: bool = True) -> None:
    table = file.add_table(len(rows), len(rows[0]))
    for row, (line, values) in enumerate(zip(table.rows, rows, strict=True)):
        for place, (cell, value) in enumerate(zip(line.cells, values, strict=True)):
            run = cell.paragraphs[0].add_run(value)
            is_head = head and row == 0
            run.font.size, run.font.bold = Pt(9.5), is_head or (not head and place == 0)
            if is_head:
                run.font.color.rgb = RGBColor(255, 255, 255)
            _shade(cell, colours.ink if is_head else colours.paper if row % 2 else "FFFFFF")
    file.add_paragraph()


def _part(file: Any, part: Part, colours: brand.Palette) -> None:
    file.add_heading(part.heading, 1)
    file.add_paragraph(part.paragraph)
    for point in part.points:
        file.add_paragraph(point, style="List Bullet")
    if part.extra == composing.TABLE:
        _table(file, part.rows, colours)
    elif part.extra == composing.CHART:
        _table(
            file,
            tuple((name, "█" * (before // 8), "█" * (after // 8)) for name, before, after in part.bars),
            colours,
            head=False,
        )
    elif part.extra == composing.QUOTE:
        file.add_paragraph(f"“{part.quote[0]}” ({part.quote[1]})", style="Intense Quote")

"""Documents made by the tests themselves."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

ENGLISH = (
    "This guide explains how finance teams close the books faster, with fewer errors and with a clear picture of what "
    "every department spends, so that decisions rest on figures which everybody trusts."
)
GERMAN = (
    "Dieser Leitfaden erklärt, wie Finanzabteilungen ihre Abschlüsse schneller und mit weniger Fehlern erstellen, "
    "damit Entscheidungen auf Zahlen beruhen, denen alle vertrauen können."
)


def pdf(path: Path, pages: Sequence[str], *, title: str = "", password: str = "") -> Path:
    encryption = StandardEncryption(password, ownerPassword="owner") if password else None
    drawing = canvas.Canvas(str(path), encrypt=encryption)
    if title:
        drawing.setTitle(title)
    for page in pages:
        text = drawing.beginText(40, 780)
        for start in range(0, len(page), 90):
            text.textLine(page[start : start + 90])
        drawing.drawText(text)
        drawing.showPage()
    drawing.save()
    return path


def pptx(path: Path, slides: Sequence[tuple[str, str, str]]) -> Path:
    """Slides as (title, body, notes)."""
    deck = Presentation()
    for title, body, notes in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(path))
    return path


def pptx_with_table_and_group(path: Path) -> Path:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Prices"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Starter", "90 EUR"
    inner = slide.shapes.add_group_shape().shapes.add_group_shape()
    inner.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "Deep inside"
    deck.save(str(path))
    return path


def word(path: Path, paragraphs: Sequence[str], *, heading: str = "", header: str = "") -> Path:
    document = docx.Document()
    if heading:
        document.add_heading(heading, level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.save(str(path))
    return path


def repacked(path: Path, replace: dict[str, bytes], *, size_lies: bool = False) -> Path:
    """The Office file with parts replaced; `size_lies` makes the directory declare a hundred bytes for each of them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()} | replace
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if size_lies:
            for name in replace:
                archive.getinfo(name).file_size = 100
    path.write_bytes(target.getvalue())
    return path

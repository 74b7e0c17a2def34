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


_OPEN_DOCUMENT = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}


def packed(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def open_document(path: Path, kind: str, body: str, *, head: str = "", more: dict[str, str] | None = None) -> Path:
    """An OpenDocument file of `kind` (text, presentation, spreadsheet) with `body` as its content."""
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in _OPEN_DOCUMENT.items())
    content = f"<office:document-content {names}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return packed(
        path,
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f'<?xml version="1.0"?>{head}{content}</office:document-content>',
            **(more or {}),
        },
    )


def epub(path: Path, chapters: Sequence[str], *, title: str = "The book", head: str = "") -> Path:
    items = "".join(
        f'<item id="c{n}" href="text/c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        f'<?xml version="1.0"?>{head}<package xmlns="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>{title}</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/book.opf": package}
    parts |= {f"OEBPS/text/c{n}.xhtml": chapter for n, chapter in enumerate(chapters)}
    return packed(path, parts)


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[str]]], *, macros: bool = False) -> Path:
    """A workbook whose cells hold their text in place."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        + "</Relationships>",
    }
    for n, rows in enumerate(sheets.values(), start=1):
        lines = "".join(
            "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
    if macros:
        parts["xl/vbaProject.bin"] = "Sub AutoOpen()"
    return packed(path, parts)


MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 400
TRANSCRIPT = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Dana>Welcome to the demonstration.

00:01:10.000 --> 00:01:14.000
Here is how the books close faster.
"""

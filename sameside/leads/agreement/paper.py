"""A version on paper: A4, its clauses as tables of what was agreed, both signatures and the digest they hold."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import reportlab
from markdown_it import MarkdownIt
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, KeepTogether, PageTemplate, Paragraph, Spacer, Table, TableStyle

from sameside.leads.agreement.document import Document, Signed
from sameside.leads.agreement.wording import Block, Clause
from sameside.ui.formats import moment

INK, QUIET, RULE, PETROL, APRICOT = (HexColor(one) for one in ("#1b2024", "#62686f", "#d9d8d3", "#0f6379", "#c05a22"))
MARGIN = 24 * mm
WIDTH = A4[0] - 2 * MARGIN
_SYSTEM = (Path("/usr/share/fonts/truetype/dejavu"), "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif-Italic.ttf")
_OWN = (Path(reportlab.__file__).parent / "fonts", "Vera.ttf", "VeraBd.ttf", "VeraIt.ttf")


@cache
def fonts() -> None:
    """A font of the system with many scripts, else the one that comes with ReportLab."""
    folder, *files = _SYSTEM if all((_SYSTEM[0] / name).is_file() for name in _SYSTEM[1:]) else _OWN
    for name, file in zip(("Agreement", "Agreement-Bold", "Agreement-Hand"), files, strict=True):
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    wanted = {"fontName": "Agreement", "textColor": INK, "leading": size * 1.45}
    return ParagraphStyle(name, fontSize=size, **(wanted | more))


KICKER = _style("kicker", 8, textColor=QUIET)
TITLE = _style("title", 17, fontName="Agreement-Bold", spaceBefore=4, spaceAfter=4, leading=23)
LEAD = _style("lead", 9.5, textColor=QUIET, spaceAfter=10)
HEAD = _style("head", 12, fontName="Agreement-Bold", spaceBefore=14, spaceAfter=3)
BLOCK = _style("block", 9.5, fontName="Agreement-Bold", spaceBefore=7, spaceAfter=2)
BODY = _style("body", 9.5, spaceAfter=5)
SMALL = _style("small", 8, textColor=QUIET)
LABEL = _style("label", 9.5, textColor=QUIET)
HAND = _style("hand", 17, fontName="Agreement-Hand", textColor=PETROL, leading=22)


def make(document: Document, *, company: str, at: datetime) -> bytes:
    """The PDF, whose words are those of the page."""
    fonts()
    file = BytesIO()
    title = f"{document.agreement.title}, version {document.agreement.number}"
    paper = BaseDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=22 * mm, bottomMargin=22 * mm, title=title,
        author=company, invariant=True,
    )  # fmt: skip
    frame = Frame(MARGIN, 22 * mm, WIDTH, A4[1] - 44 * mm, 0, 0, 0, 0)
    foot = f"{title} · {document.state} · printed {moment(at)}"

    def draw(canvas: Any, _paper: Any) -> None:
        canvas.setFont("Agreement", 7.5)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, 12 * mm, foot[:110])
        canvas.drawRightString(A4[0] - MARGIN, 12 * mm, str(canvas.getPageNumber()))

    paper.addPageTemplates(PageTemplate(frames=[frame], onPage=draw))
    paper.build(list(_story(document, company)))
    return file.getvalue()


def _story(document: Document, company: str) -> Iterator[Any]:
    agreement = document.agreement
    yield Paragraph(escape(f"{company} · version {agreement.number} · {document.state}"), KICKER)
    yield Paragraph(escape(agreement.title), TITLE)
    yield Paragraph(escape(document.said), LEAD)
    for clause in document.clauses:
        yield from _clause(clause)
    yield KeepTogether(list(_signatures(document)))


def _clause(clause: Clause) -> Iterator[Any]:
    head = [Paragraph(f"{clause.number}&nbsp;&nbsp;{escape(clause.title)}", HEAD)]
    if clause.intro:
        head.append(Paragraph(escape(clause.intro), LEAD))
    yield KeepTogether([*head, *(_block(clause.blocks[0]) if clause.blocks else ())])
    for block in clause.blocks[1:]:
        yield KeepTogether(_block(block))
    if clause.text:
        yield from _prose(clause.text)


def _block(block: Block) -> list[Any]:
    rows = [[Paragraph(escape(line.label), LABEL), Paragraph(escape(line.value), BODY)] for line in block.lines]
    table = Table(rows, colWidths=[48 * mm, WIDTH - 48 * mm])
    rule = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -2), 0.4, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    table.setStyle(rule)
    return [*([Paragraph(escape(block.title), BLOCK)] if block.title else []), table]


def _prose(text: str) -> Iterator[Any]:
    """Markdown as plain paragraphs: what stands in bold or in a list is kept, the rest is words."""
    depth = 0
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        depth += {"bullet_list_open": 1, "ordered_list_open": 1, "bullet_list_close": -1, "ordered_list_close": -1}.get(
            token.type, 0
        )
        if token.type == "inline":
            said = escape(token.content)
            said = re.sub(r"\*\*(.+?)\*\*", r'<font name="Agreement-Bold">\1</font>', said)
            yield Paragraph(f"• {said}" if depth else said, BODY)


def _signatures(document: Document) -> Iterator[Any]:
    yield Spacer(1, 12)
    yield Paragraph("Signatures", HEAD)
    cells = [_signature(one) for one in document.signed]
    table = Table([cells], colWidths=[WIDTH / 2 - 4 * mm, WIDTH / 2 - 4 * mm], hAlign="LEFT")
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    table.setStyle(
        TableStyle([*style, ("LINEABOVE", (0, 0), (0, 0), 1.2, APRICOT), ("LINEABOVE", (1, 0), (1, 0), 1.2, PETROL)])
    )
    yield table
    yield Spacer(1, 8)
    yield Paragraph(f"SHA-256 of all that is signed: {document.digest}", SMALL)


def _signature(one: Signed) -> list[Any]:
    found: list[Any] = [Paragraph(escape(one.label), SMALL)]
    if one.signature is None:
        name = one.head.name if one.head else "Not named yet"
        return [*found, Spacer(1, 22), Paragraph(escape(name), BODY), Paragraph("Not signed yet", SMALL)]
    about = ", ".join(filter(None, (one.signature.person.name, one.signature.title)))
    return [
        *found,
        Paragraph(escape(one.signature.name), HAND),
        Paragraph(escape(about), BODY),
        Paragraph(f"Signed {moment(one.signature.at)}", SMALL),
    ]

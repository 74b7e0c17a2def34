"""Documents as PDF: a cover with a picture, then sections with charts, tables and quotes."""

import io
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from sameside.demo.documents import brand, composing, phrases
from sameside.demo.documents.composing import Document, Part
from sameside.demo.members import BRAND

WIDTH, HEIGHT = A4
EDGE = 22 * mm
INNER = WIDTH - 2 * EDGE


@cache
def _styles(ink: str, accent: str, muted: str) -> dict[str, Any]:
    def style(size: float, **more: Any) -> ParagraphStyle:
        given = {
            "leading": size * 1.42,
            "fontName": "Helvetica",
            "textColor": HexColor(f"#{ink}"),
            "alignment": TA_LEFT,
        } | more
        return ParagraphStyle("s", fontSize=size, **given)

    return {
        "title": style(27, fontName="Helvetica-Bold", leading=32, spaceAfter=8),
        "subtitle": style(12.5, textColor=HexColor(f"#{muted}"), spaceAfter=16),
        "heading": style(17, fontName="Helvetica-Bold", spaceBefore=4, spaceAfter=8),
        "text": style(10.8, spaceAfter=10, leading=16.5),
        "point": style(10.8, leftIndent=14, bulletIndent=2, spaceAfter=4),
        "label": style(8.5, fontName="Helvetica-Bold", textColor=HexColor(f"#{accent}")),
        "cell": style(9.5, leading=13),
        "quote": style(15, fontName="Helvetica-Oblique", leftIndent=16, spaceBefore=10, leading=21),
        "by": style(9.5, leftIndent=16, textColor=HexColor(f"#{muted}"), spaceAfter=12),
    }


def make(document: Document, *, seed: int) -> bytes:
    """The bytes of the file; no date and no random number gets in, so that they are always the same."""
    colours = brand.palette(document.asset)
    styles = _styles(colours.ink, colours.accent, colours.muted)
    held = io.BytesIO()
    setting = BaseDocTemplate(
        held, pagesize=A4, title=document.title, author=BRAND, subject=document.subtitle, creator=BRAND,
        keywords=list(document.keywords), lang=document.asset.language, invariant=1,
        leftMargin=EDGE, rightMargin=EDGE, topMargin=EDGE, bottomMargin=EDGE,
    )  # fmt: skip
    picture = ImageReader(io.BytesIO(brand.cover(document.asset, seed=seed)))

    def cover(canvas: Any, _: Any) -> None:
        canvas.setFillColor(HexColor(f"#{colours.paper}"))
        canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
        canvas.drawImage(picture, 0, HEIGHT - 112 * mm, WIDTH, 112 * mm)
        canvas.setFillColor(HexColor(f"#{colours.ink}"))
        canvas.setFont("Helvetica-Bold", 13)
        canvas.drawString(EDGE, HEIGHT - 18 * mm, BRAND.lower())
        _foot(canvas, document, colours)

    def page(canvas: Any, _: Any) -> None:
        canvas.setFillColor(HexColor(f"#{colours.accent}"))
        canvas.rect(0, HEIGHT - 5 * mm, WIDTH, 5 * mm, stroke=0, fill=1)
        _foot(canvas, document, colours)

    low = Frame(EDGE, EDGE, INNER, HEIGHT - 112 * mm - EDGE - 8 * mm, 0, 0, 0, 0, id="cover")
    full = Frame(EDGE, EDGE, INNER, HEIGHT - 2 * EDGE, 0, 0, 0, 0, id="page")
    setting.addPageTemplates([PageTemplate("cover", [low], onPage=cover), PageTemplate("page", [full], onPage=page)])
    setting.build(_story(document, styles, colours))
    return held.getvalue()


def _foot(canvas: Any, document: Document, colours: brand.Palette) -> None:
    canvas.setFont("Helvetica", 7.5)
    canvas.setFillColor(HexColor(f"#{colours.muted}"))
    canvas.drawString(EDGE, 11 * mm, document.footer)
    word = phrases.PAGE[document.asset.tongue]
    canvas.drawRightString(WIDTH - EDGE, 11 * mm, f"{word} {canvas.getPageNumber()}")


def _story(document: Document, styles: dict[str, Any], colours: brand.Palette) -> list[Any]:
    flow: list[Any] = [NextPageTemplate("page"), Paragraph(escape(document.title), styles["title"])]
    flow.append(Paragraph(escape(document.subtitle), styles["subtitle"]))
    cells = [
        [Paragraph(escape(label.upper()), styles["label"]), Paragraph(escape(value), styles["cell"])]
        for label, value in document.facts
    ]
    facts = Table(cells, colWidths=[46 * mm, INNER - 46 * mm])
    facts.setStyle(TableStyle([
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(f"#{colours.soft}")), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]))  # fmt: skip
    flow.append(facts)
    if document.asset.pages == 1:
        return [*flow, Spacer(1, 10), Paragraph(escape(document.parts[0].paragraph), styles["text"])]
    per_page = max(1, round(len(document.parts) / (document.asset.pages - 1)))
    for place, part in enumerate(document.parts):
        flow.append(PageBreak() if place % per_page == 0 else Spacer(1, 14))
        flow += _part(part, document, styles, colours)
    return flow


def _part(part: Part, document: Document, styles: dict[str, Any], colours: brand.Palette) -> list[Any]:
    flow: list[Any] = [
        Paragraph(escape(part.heading), styles["heading"]),
        Paragraph(escape(part.paragraph), styles["text"]),
    ]
    if part.extra == composing.LIST:
        flow += [Paragraph(escape(point), styles["point"], bulletText="•") for point in part.points]
    elif part.extra == composing.QUOTE:
        flow += [
            Paragraph(f"“{escape(part.quote[0])}”", styles["quote"]),
            Paragraph(escape(part.quote[1]), styles["by"]),
        ]
    elif part.extra == composing.TABLE:
        table = Table([list(row) for row in part.rows], colWidths=[INNER * share for share in (0.4, 0.18, 0.24, 0.18)])
        table.setStyle(TableStyle([
            ("BACKGROUND", (0, 0), (-1, 0), HexColor(f"#{colours.ink}")),
            ("TEXTCOLOR", (0, 0), (-1, 0), HexColor("#FFFFFF")),
            ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"), ("FONTSIZE", (0, 0), (-1, -1), 9.5),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor("#FFFFFF"), HexColor(f"#{colours.paper}")]),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
            ("TOPPADDING", (0, 0), (-1, -1), 6), ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ]))  # fmt: skip
        flow.append(table)
    elif part.extra == composing.CHART:
        flow += [Paragraph(escape(document.chart_title.upper()), styles["label"]), Spacer(1, 6), _chart(part, colours)]
    return flow


def _chart(part: Part, colours: brand.Palette) -> Drawing:
    height, high = 46 * mm, 36 * mm
    drawing = Drawing(INNER, height)
    step = INNER / len(part.bars)
    for place, (label, before, after) in enumerate(part.bars):
        left = place * step + step * 0.18
        for offset, value, colour in ((0.0, before, colours.soft), (0.32, after, colours.accent)):
            tall = high * value / 100
            drawing.add(
                Rect(left + step * offset, 12, step * 0.29, tall, fillColor=HexColor(f"#{colour}"), strokeColor=None)
            )
            drawing.add(
                String(
                    left + step * offset + 3, 15 + tall, str(value), fontSize=7.5, fillColor=HexColor(f"#{colours.ink}")
                )
            )
        drawing.add(String(left, 2, label, fontSize=8, fillColor=HexColor(f"#{colours.muted}")))
    return drawing

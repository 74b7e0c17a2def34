"""Documents as slides (PPTX): a cover, then one section a slide, with what stands beside it drawn on the right."""

import io
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Emu, Inches, Pt

from sameside.demo.documents import archive, brand, composing
from sameside.demo.documents.composing import Document, Part
from sameside.demo.members import BRAND

WIDE, HIGH = Inches(13.333), Inches(7.5)


def _colour(colour: str) -> Any:
    return RGBColor(*brand.rgb(colour))


def make(document: Document, *, seed: int) -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    archive.describe(deck.core_properties, document)
    colours = brand.palette(document.asset)
    _cover(deck, document, colours, seed=seed)
    for number, part in enumerate(document.parts[: max(document.asset.pages - 1, 1)], start=2):
        _slide(deck, document, part, colours, number)
    held = io.BytesIO()
    deck.save(held)
    return archive.settled(held.getvalue())


def _box(slide: Any, colour: str, left: Any, top: Any, width: Any, height: Any) -> Any:
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, top, width, height)
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(colour)
    shape.line.fill.background()
    shape.shadow.inherit = False
    return shape


def _text(frame: Any, text: str, size: float, colour: str, *, bold: bool = False, first: bool = True) -> None:
    frame.word_wrap = True
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    paragraph.space_after = Pt(8)
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Arial"
    run.font.color.rgb = _colour(colour)


def _cover(deck: Any, document: Document, colours: brand.Palette, *, seed: int) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.add_picture(io.BytesIO(brand.cover(document.asset, seed=seed)), 0, 0, WIDE, HIGH)
    _box(slide, colours.paper, Inches(0.7), Inches(2.1), Inches(8.6), Inches(4.4))
    title = slide.shapes.title
    slide.shapes._spTree.remove(title._element)
    slide.shapes._spTree.append(title._element)  # above the panel
    title.left, title.top, title.width, title.height = Inches(1.1), Inches(2.4), Inches(7.8), Inches(1.9)
    _text(title.text_frame, document.title, 32, colours.ink, bold=True)
    title.text_frame.paragraphs[0].alignment = 1
    below = slide.shapes.add_textbox(Inches(1.1), Inches(4.3), Inches(7.8), Inches(2.1)).text_frame
    _text(below, document.subtitle, 16, colours.muted)
    for label, value in document.facts:
        _text(below, f"{label}: {value}", 13, colours.ink, first=False)
    _text(
        slide.shapes.add_textbox(Inches(0.7), Inches(0.5), Inches(4), Inches(0.6)).text_frame,
        BRAND.lower(),
        20,
        colours.ink,
        bold=True,
    )


def _slide(deck: Any, document: Document, part: Part, colours: brand.Palette, number: int) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    _box(slide, colours.accent, 0, 0, Inches(0.22), HIGH)
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = Inches(0.8), Inches(0.5), Inches(11.6), Inches(0.9)
    _text(title.text_frame, part.heading, 28, colours.ink, bold=True)
    title.text_frame.paragraphs[0].alignment = 1
    body = slide.shapes.add_textbox(Inches(0.8), Inches(1.6), Inches(5.4), Inches(4.8)).text_frame
    for place, sentence in enumerate(part.paragraph.split(". ")):
        _text(
            body, sentence if sentence.endswith((".", "?", ":")) else f"{sentence}.", 16, colours.ink, first=place == 0
        )
    beside = {composing.CHART: _chart, composing.TABLE: _table, composing.LIST: _list, composing.QUOTE: _quote}
    if part.extra in beside:
        beside[part.extra](slide, document, part, colours)
    foot = slide.shapes.add_textbox(Inches(0.8), Inches(6.85), Inches(11.8), Inches(0.4)).text_frame
    _text(foot, f"{document.footer}   {number}", 10, colours.muted)
    if number == 2:
        slide.notes_slide.notes_text_frame.text = (
            f"{document.subtitle}. {document.facts[-1][0]}: {document.facts[-1][1]}"
        )


def _chart(slide: Any, document: Document, part: Part, colours: brand.Palette) -> None:
    left, base, step = Inches(6.9), Inches(5.9), Inches(1.1)
    label = slide.shapes.add_textbox(left, Inches(1.55), Inches(5.6), Inches(0.4)).text_frame
    _text(label, document.chart_title, 12, colours.muted)
    for place, (name, before, after) in enumerate(part.bars):
        for offset, value, colour in ((0, before, colours.soft), (0.42, after, colours.accent)):
            tall = Emu(int(Inches(3.5) * value / 100))
            shape = _box(slide, colour, left + step * place + Inches(offset), base - tall, Inches(0.4), tall)
            shape.name = f"{name} {value}"
        under = slide.shapes.add_textbox(left + step * place - Inches(0.15), base, step, Inches(0.4)).text_frame
        _text(under, f"{name}", 10, colours.muted)


def _table(slide: Any, _: Document, part: Part, colours: brand.Palette) -> None:
    rows, columns = len(part.rows), len(part.rows[0])
    table = slide.shapes.add_table(rows, columns, Inches(6.7), Inches(1.7), Inches(6), Inches(0.5 * rows)).table
    for r, row in enumerate(part.rows):
        for c, value in enumerate(row):
            cell = table.cell(r, c)
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour(colours.ink if r == 0 else colours.paper)
            _text(cell.text_frame, value, 12, "FFFFFF" if r == 0 else colours.ink, bold=r == 0)


def _list(slide: Any, _: Document, part: Part, colours: brand.Palette) -> None:
    for place, point in enumerate(part.points):
        top = Inches(1.7 + place * 1.15)
        _box(slide, colours.soft, Inches(6.9), top, Inches(5.6), Inches(0.95))
        number = _box(slide, colours.accent, Inches(6.9), top, Inches(0.7), Inches(0.95))
        _text(number.text_frame, str(place + 1), 18, "FFFFFF", bold=True)
        _text(
            slide.shapes.add_textbox(Inches(7.75), top + Inches(0.22), Inches(4.6), Inches(0.6)).text_frame,
            point,
            14,
            colours.ink,
        )


def _quote(slide: Any, _: Document, part: Part, colours: brand.Palette) -> None:
    _box(slide, colours.soft, Inches(6.9), Inches(1.7), Inches(5.6), Inches(3.6))
    frame = slide.shapes.add_textbox(Inches(7.2), Inches(2.1), Inches(5), Inches(2.8)).text_frame
    _text(frame, f"“{part.quote[0]}”", 22, colours.ink)
    _text(frame, part.quote[1], 13, colours.muted, first=False)

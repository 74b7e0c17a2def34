"""The text of PPTX files: each slide is a page, with its tables, grouped shapes, chart titles and speaker's notes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx.package import Package
from pptx.parts.presentation import PresentationPart

from sameside.library.extraction import archive
from sameside.library.extraction.document import Document, Refusal, clean, telling_title

MOST_NESTED_GROUPS = 20


@dataclass(frozen=True)
class Slide:
    title: str
    lines: list[str]
    notes: str

    @property
    def text(self) -> str:
        parts = [self.title, *self.lines]
        if self.notes:
            parts += ["", f"Notes: {self.notes}"]
        return clean("\n".join(parts))


def slides(path: Path, most_pages: int) -> tuple[list[Slide], int, dict[str, str]]:
    """The first `most_pages` slides, how many there are, and the metadata."""
    archive.check(path, "ppt/")
    presentation = _opened(path)
    found = [_slide(slide) for _, slide in zip(range(most_pages), presentation.slides, strict=False)]
    return found, len(presentation.slides), core_properties(presentation.core_properties)


def read(path: Path, most_pages: int) -> Document:
    found, total, metadata = slides(path, most_pages)
    if not found:
        raise Refusal("It has no slides.")
    title = telling_title(metadata.get("Title", "")) or telling_title(found[0].title)
    notes = [f"{total:,} slides; the first {most_pages:,} were read."] if total > most_pages else []
    notes += archive.left_out(path)
    return Document("pptx", title, pages=[slide.text for slide in found], metadata=metadata, notes=notes)


def _opened(path: Path) -> Any:
    """The deck, also of a show or a template, which `Presentation` would refuse."""
    main = Package.open(str(path)).main_document_part
    if not isinstance(main, PresentationPart):
        raise Refusal("It is damaged: it holds no presentation.")
    return main.presentation


def core_properties(properties: Any) -> dict[str, str]:
    found = {
        "Title": properties.title,
        "Author": properties.author,
        "Subject": properties.subject,
        "Keywords": properties.keywords,
    }
    return {name: clean(value) for name, value in found.items() if value}


def _slide(slide: Any) -> Slide:
    title = slide.shapes.title
    heading = " ".join(clean(title.text_frame.text).split()) if title is not None and title.has_text_frame else ""
    own = title.shape_id if title is not None else None
    lines = [line for line in _lines(slide.shapes, own) if line]
    notes = ""
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = clean(slide.notes_slide.notes_text_frame.text)
    return Slide(heading, lines, notes)


def _lines(shapes: Iterable[Any], title_id: int | None, depth: int = 0) -> Iterator[str]:
    for shape in shapes:
        if shape.shape_id == title_id and depth == 0:
            continue
        if hasattr(shape, "shapes") and depth < MOST_NESTED_GROUPS:
            yield from _lines(shape.shapes, title_id, depth + 1)
        elif shape.has_text_frame:
            yield from (clean(paragraph.text) for paragraph in shape.text_frame.paragraphs)
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                cells = (" ".join(clean(cell.text_frame.text).split()) for cell in row.cells)
                yield " | ".join(cell for cell in cells if cell)
        elif getattr(shape, "has_chart", False):
            yield from _chart(shape.chart)


def _chart(chart: Any) -> Iterator[str]:
    if chart.has_title and chart.chart_title.has_text_frame:
        yield clean(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        yield ", ".join(clean(str(series.name)) for series in plot.series)

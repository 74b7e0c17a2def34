"""The text of PDF files, by PDFium."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from sameside.library.extraction.document import Document, Refusal, clean, telling_title

_PASSWORD = 4  # FPDF_ERR_PASSWORD
MOST_BROKEN_PAGES = 50
"""After so many pages in a row that cannot be loaded, the page count is a lie."""


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The PDF, or a `Refusal` when it cannot be opened."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as problem:
        if getattr(problem, "err_code", None) == _PASSWORD or "password" in str(problem).lower():
            raise Refusal("It is protected with a password.") from problem
        raise Refusal("It is damaged: this is not a complete PDF.") from problem
    try:
        yield document
    finally:
        document.close()


def read(path: Path, most_pages: int) -> Document:
    with opened(path) as document:
        total = len(document)
        if not total:
            raise Refusal("It has no pages.")
        pages: list[str] = []
        broken = 0
        for number in range(min(total, most_pages)):
            text = _page_text(document, number)
            broken = broken + 1 if text is None else 0
            if broken > MOST_BROKEN_PAGES:
                break
            pages.append(text or "")
        if broken:
            del pages[-min(broken, MOST_BROKEN_PAGES) :]
        if not pages:
            raise Refusal("It is damaged: none of its pages can be read.")
        metadata = document.get_metadata_dict(skip_empty=True)
    notes = [f"{total:,} pages; the first {most_pages:,} were read."] if total > most_pages else []
    return Document("pdf", telling_title(metadata.get("Title", "")), pages=pages, metadata=metadata, notes=notes)


def _page_text(document: Any, number: int) -> str | None:
    """The text of a page, None when the page cannot be loaded."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return None
    try:
        textpage = page.get_textpage()
        text = clean(textpage.get_text_bounded())
        textpage.close()
    except pdfium.PdfiumError:
        text = ""
    page.close()
    return text

"""Read one file, whatever it is, into a `Document`; a broken one gives its refusal instead of an error."""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from docx.opc.exceptions import OpcError
from lxml.etree import LxmlError
from pptx.exc import PythonPptxError
from pypdfium2 import PdfiumError

from sameside.library.extraction import language, markup, pdf, slides, word
from sameside.library.extraction.document import (
    FORMAT_NAMES,
    MOST_LETTERS,
    Document,
    Refusal,
    clean,
    telling_title,
    title_from_name,
)

READERS: Mapping[str, Callable[[Path, int], Document]] = {
    "pdf": pdf.read,
    "pptx": slides.read,
    "docx": word.read,
    "html": markup.read_html,
    "md": markup.read_markdown,
}

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    LxmlError,
    OpcError,
    PythonPptxError,
    PdfiumError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the libraries raise on files that are not what they should be."""

METADATA_FIELDS = 20


def read(path: Path, kind: str, name: str, most_pages: int) -> Document:
    """Read `path`, which was called `name`, as format `kind`."""
    try:
        document = _read(path, kind, most_pages)
    except Refusal as refusal:
        return Document(kind, refusal=str(refusal))
    except MemoryError:
        return Document(kind, refusal="It needs more memory to open than a document may take.")
    except DAMAGE as problem:
        return Document(kind, refusal=f"It is damaged: {type(problem).__name__} while it was read.")
    return _finished(document, name)


def _read(path: Path, kind: str, most_pages: int) -> Document:
    if kind not in READERS:
        raise Refusal(f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}.")
    if not path.stat().st_size:
        raise Refusal("The file is empty.")
    return READERS[kind](path, most_pages)


def _finished(document: Document, name: str) -> Document:
    pages, notes, letters = [], list(document.notes), 0
    for page in document.pages:
        letters += len(page)
        pages.append(page if letters <= MOST_LETTERS else "")
    if letters > MOST_LETTERS:
        notes.append(f"Only the first {MOST_LETTERS // 1_000_000} million letters of its text were kept.")
    if not any(pages):
        notes.append("It holds no text, as a scan does: it is found by its title only.")
    title = telling_title(document.title) or title_from_name(name)
    metadata = {clean(key)[:60]: clean(value)[:500] for key, value in list(document.metadata.items())[:METADATA_FIELDS]}
    return replace(
        document, title=clean(title)[:300], language=language.detect(pages), pages=pages, metadata=metadata, notes=notes
    )

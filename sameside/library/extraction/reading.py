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

from sameside.library.extraction import (
    epub,
    language,
    mail,
    markup,
    opendocument,
    pdf,
    picture,
    recognition,
    sheets,
    slides,
    video,
    word,
)
from sameside.library.extraction.document import (
    FORMAT_NAMES,
    LEGACY,
    MOST_LETTERS,
    NAMES,
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
    "xlsx": sheets.read,
    "xls": sheets.read_old,
    "odt": opendocument.read_text,
    "odp": opendocument.read_slides,
    "ods": opendocument.read_tables,
    "html": markup.read_html,
    "md": markup.read_markdown,
    "txt": markup.read_text,
    "epub": epub.read,
    "eml": mail.read_eml,
    "msg": mail.read_msg,
    "image": picture.read,
    "svg": picture.read_svg,
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
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What the libraries raise on files that are not what they should be."""

METADATA_FIELDS = 20
KINDRED = frozenset({("md", "txt"), ("txt", "md")})


def read(path: Path, named: str, name: str, most_pages: int, transcript: Path | None = None) -> Document:
    """Read `path`, which was called `name`, as what its content is; `named` is the format its name promises.

    Of an old Office format only that is told (`Document.format`, without pages): `reader` has it converted.
    """
    kind = named
    try:
        if not path.stat().st_size:
            raise Refusal("The file is empty.")
        kind = recognition.true_format(path, named)
        document = _read(path, kind, most_pages, transcript)
    except Refusal as refusal:
        return Document(kind, refusal=str(refusal))
    except MemoryError:
        return Document(kind, refusal="It needs more memory to open than a document may take.")
    except DAMAGE as problem:
        return Document(kind, refusal=f"It is damaged: {type(problem).__name__} while it was read.")
    if kind in LEGACY:
        return document
    return finished(document, named, name)


def _read(path: Path, kind: str, most_pages: int, transcript: Path | None) -> Document:
    if kind in LEGACY:
        return Document(kind)
    if kind == "video":
        return video.read(path, most_pages, transcript)
    if kind not in READERS:
        raise Refusal(f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}.")
    return READERS[kind](path, most_pages)


def finished(document: Document, named: str, name: str) -> Document:
    """`document` with a title, its language, and the sentences that hold for every format."""
    pages, notes, letters = [], list(document.notes), 0
    if named and named != document.format and (named, document.format) not in KINDRED:
        notes.insert(0, f"By its content it is {NAMES[document.format]}, not {NAMES[named]} as its name says.")
    for page in document.pages:
        letters += len(page)
        pages.append(page if letters <= MOST_LETTERS else "")
    if letters > MOST_LETTERS:
        notes.append(f"Only the first {MOST_LETTERS // 1_000_000} million letters of its text were kept.")
    if not any(pages) and document.format == "image":
        notes.append("A picture: it is found by its title only.")
    elif not any(pages) and document.format != "video":
        notes.append("It holds no text, as a scan does: it is found by its title only.")
    title = telling_title(document.title) or title_from_name(name)
    metadata = {clean(key)[:60]: clean(value)[:500] for key, value in list(document.metadata.items())[:METADATA_FIELDS]}
    return replace(
        document, title=clean(title)[:300], language=language.detect(pages), pages=pages, metadata=metadata, notes=notes
    )

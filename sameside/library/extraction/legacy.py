"""Old formats (RTF, Word and PowerPoint of before 2007): LibreOffice turns them into a PDF, which is read instead.

Where LibreOffice is not installed they are refused, with the way out in the sentence.
"""

from dataclasses import replace
from pathlib import Path

from sameside.library.extraction import office
from sameside.library.extraction.document import NAMES, Document
from sameside.library.extraction.reader import Reader


def read(reader: Reader, path: Path, document: Document, named: str, name: str, *, lock: Path) -> Document:
    """The document of an old format that `document.format` names."""
    kind = document.format
    if not office.program():
        return replace(
            document,
            refusal=f"It is {NAMES[kind]}, which only LibreOffice reads, and LibreOffice is not installed here. "
            "Save it as .docx, .pptx or PDF.",
        )
    with office.as_pdf(path, kind, seconds=reader.limits.seconds, lock=lock) as printed:
        if printed is None:
            return replace(document, refusal="It is damaged: LibreOffice cannot open it.")
        found = reader.read(printed, "pdf", name)
    notes = ["Read by way of LibreOffice; macros do not run there.", *found.notes]
    if named and named != kind:
        notes.insert(0, f"By its content it is {NAMES[kind]}, not {NAMES[named]} as its name says.")
    return replace(found, format=kind, notes=notes)

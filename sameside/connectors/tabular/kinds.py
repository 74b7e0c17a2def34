"""What a file is by its content, whatever it is called."""

import re
import zipfile
from pathlib import Path

import olefile

TEXT_SUFFIXES = frozenset((".csv", ".tsv", ".tab", ".txt", ".psv", ".dat"))
BOOK_SUFFIXES = frozenset((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"))
SUFFIXES = TEXT_SUFFIXES | BOOK_SUFFIXES | {".parquet", ".pq"}
_SPOKEN = {
    "xlsx": "an Excel workbook",
    "xlsb": "a binary Excel workbook",
    "xls": "an old Excel workbook",
    "ods": "an OpenDocument workbook",
    "parquet": "a Parquet file",
    "html": "a web page",
    "text": "text",
}
_USUAL = {
    "xlsx": (".xlsx", ".xlsm"),
    "xlsb": (".xlsb",),
    "xls": (".xls",),
    "ods": (".ods",),
    "parquet": (".parquet", ".pq"),
    "html": (".html", ".htm"),
}
_OTHERS = (
    (b"%PDF", "It is a PDF document."),
    (b"\x89PNG", "It is a picture."),
    (b"\xff\xd8\xff", "It is a picture."),
    (b"GIF8", "It is a picture."),
    (b"\x1f\x8b", "It is packed with gzip: unpack it first."),
    (b"7z\xbc\xaf", "It is packed with 7-Zip: unpack it first."),
    (b"Rar!", "It is packed with RAR: unpack it first."),
    (b"SQLite format 3", "It is a database, not a table."),
    (b"{\\rtf", "It is an RTF document."),
)
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|style)\b", re.I | re.S
)
PROTECTED = "It is protected with a password: save it without one."


class NoTable(Exception):
    """The file is of a kind that holds no table; the message is a sentence fit for the screen."""


def spoken(kind: str) -> str:
    return _SPOKEN[kind]


def remark(kind: str, name: str) -> str:
    """What is to be said when a file's name promises something else; empty when it does not."""
    suffix = Path(name).suffix.lower()
    if kind == "text":
        return f"called {suffix}, but it is text" if suffix in BOOK_SUFFIXES | {".parquet", ".pq"} else ""
    return "" if suffix in _USUAL[kind] else f"called {suffix or 'nothing else'}, but it is {_SPOKEN[kind]}"


def of(path: Path) -> str:
    """ "text", "xlsx", "xlsb", "xls", "ods", "parquet" or "html"; `NoTable` for what holds no table."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, sentence in _OTHERS:
        if start.startswith(mark):
            raise NoTable(sentence)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK"):
        return _of_zip(path)
    if start.startswith(olefile.MAGIC):
        return _of_ole(path)
    if start.lstrip().startswith(b"<?xml"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b'progid="Excel.Sheet"' in start:
            raise NoTable("It is an Excel 2003 XML workbook: save it as .xlsx or CSV.")
        raise NoTable("It is XML, not a table.")
    return "html" if _HTML.match(start) else "text"


def _of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = (
                archive.read("mimetype")[:100]
                if "mimetype" in names and archive.getinfo("mimetype").file_size < 200
                else b""
            )
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError) as problem:
        raise NoTable("It is damaged: an archive or workbook that cannot be opened.") from problem
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    raise NoTable("It is an archive or a document, not a table.")


def _of_ole(path: Path) -> str:
    try:
        with olefile.OleFileIO(path) as ole:
            if ole.exists("EncryptedPackage"):
                raise NoTable(PROTECTED)
            if ole.exists("Workbook") or ole.exists("Book"):
                return "xls"
    except (OSError, ValueError, IndexError, TypeError, AttributeError, KeyError) as problem:
        raise NoTable("It is damaged: an old Office file that cannot be opened.") from problem
    raise NoTable("It is an old Office document, not a table.")

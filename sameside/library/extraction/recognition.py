"""What a file is by its content, whatever it is called.

A name is a hint only: a PDF that is called `.docx` is read as a PDF and the verdict says so. Text formats cannot be
told apart by their bytes, so between them the name decides.
"""

import zipfile
from pathlib import Path

import olefile

from sameside.library.extraction import archive
from sameside.library.extraction.document import Refusal

TEXTS = frozenset({"html", "md", "txt", "eml"})
HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_VIDEO_BRANDS = (b"ftyp", b"moov", b"mdat", b"wide")
_STILL_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"msf1")
_MAIN_PARTS = {"ppt/": "pptx", "word/": "docx", "xl/": "xlsx"}
_MIMETYPES = {
    **{
        f"application/vnd.oasis.opendocument.{name}": kind
        for name, kind in (
            ("text", "odt"),
            ("presentation", "odp"),
            ("spreadsheet", "ods"),
            ("text-template", "odt"),
            ("presentation-template", "odp"),
            ("spreadsheet-template", "ods"),
        )
    },
    "application/epub+zip": "epub",
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "XZ",
}


def family(head: bytes) -> str:
    """What the first bytes say, cheaply: a format, `zip`, `ole`, `program`, `packed`, `text`, or nothing at all."""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head[4:8] in _VIDEO_BRANDS and head[8:12] not in _STILL_BRANDS:
        return "video"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_PROGRAMS):
        return "program"
    if any(head.startswith(start) for start in _PACKED):
        return "packed"
    return _text_family(head)


def _text_family(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:HEAD].lower()
    if (
        b"<svg" in start
        and b"<html" not in start
        and (start.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")))
    ):
        return "svg"
    if start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start):
        return "html"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    return "text" if head.count(b"\x00") * 100 <= len(head) else ""


def true_format(path: Path, named: str) -> str:
    """The format of the content; `named` where the content does not say. A `Refusal` says what it is otherwise."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = family(head)
    if found == "zip":
        return _in_zip(path, named)
    if found == "ole":
        return _in_ole(path, named)
    if found == "program":
        raise Refusal("It is a program, not a document.")
    if found == "packed":
        raise Refusal("It is a packed archive: unpack it first.")
    if found == "text":
        return _text(named, head)
    if found == "html" and named in ("md", "txt", "eml"):
        return named
    return found or named


def _text(named: str, head: bytes) -> str:
    if named in TEXTS:
        return named
    if named in ("pdf", "image", "video", "rtf", "", "svg"):
        if _looks_like_mail(head):
            return "eml"
        # What should begin with a mark of its own and does not is damaged; its reader says so.
        return named or "txt"
    return named


def _looks_like_mail(head: bytes) -> bool:
    return head[:5].lower() in (b"from:", b"recei", b"retur", b"deliv", b"mime-") and b"\nsubject:" in head.lower()


def _in_zip(path: Path, named: str) -> str:
    """Which kind of document the archive is, without unpacking more than its `mimetype`."""
    with archive.opened(path) as packed:
        names = packed.namelist()
        if "mimetype" in names and packed.getinfo("mimetype").file_size <= 200:
            try:
                kind = _MIMETYPES.get(packed.read("mimetype").decode("ascii", "replace").strip(), "")
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
                raise Refusal(archive.DAMAGED) from problem
            if kind:
                return kind
        if "[Content_Types].xml" in names:
            for part, kind in _MAIN_PARTS.items():
                if any(name.startswith(part) for name in names):
                    return kind
    if named in ("pptx", "docx", "xlsx", "odt", "odp", "ods", "epub"):
        raise Refusal("It is damaged, or another kind of file under this name.")
    raise Refusal("It is an archive: unpack it first, or give it as a .zip by itself.")


def _in_ole(path: Path, named: str) -> str:
    try:
        with olefile.OleFileIO(str(path)) as file:
            streams = {"/".join(entry).lower() for entry in file.listdir(streams=True, storages=False)}
    except (OSError, ValueError, IndexError) as problem:
        is_office = named in _MAIN_PARTS.values()
        raise Refusal(PROTECTED if is_office else "It is damaged: this is not a complete file.") from problem
    if "encryptedpackage" in streams:
        raise Refusal("It is protected with a password.")
    if "__properties_version1.0" in streams:
        return "msg"
    for stream, kind in (("worddocument", "doc"), ("powerpoint document", "ppt"), ("workbook", "xls"), ("book", "xls")):
        if stream in streams:
            return kind
    raise Refusal("It is an old Office file of a kind that is not known.")


PROTECTED = "It is protected with a password, or an old Office file under a new name."

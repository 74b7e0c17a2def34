"""Which letters the bytes of a file mean, decided from the whole file, once, and told.

A byte order mark, else UTF-16 or UTF-32 by where their zero bytes stand, else UTF-8 if every byte fits (or nearly every
one: a file with a few damaged bytes stays UTF-8, and the damage is told), else Windows-1252 where bytes occur that
ISO-8859-1 keeps for control characters, else ISO-8859-1. The last is a guess: no byte tells one 8-bit encoding from
another, so the note says that it can be overruled.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252",
    "iso-8859-1": "ISO-8859-1",
}
_CONTROLS = bytes(range(0x80, 0xA0))
_UNUSED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


@dataclass(frozen=True)
class Encoding:
    """`name` as Python knows it, `note` what is to be said about it, `mark` how many bytes before the text to pass."""

    name: str
    note: str = ""
    mark: int = 0


def spoken(encoding: str) -> str:
    """The encoding as people know it."""
    return _NAMES.get(encoding, encoding)


def known(encoding: str) -> bool:
    """Whether text can be read with it."""
    try:
        return isinstance("".encode(encoding), bytes) and isinstance(b"a\xff\n".decode(encoding, "replace"), str)
    except (LookupError, TypeError, ValueError):
        return False


def damage(path: Path, encoding: str) -> tuple[int, int]:
    """How many characters of the file cannot be decoded, and how many others are not ASCII."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    damaged = letters = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if not text.isascii():
                found = text.count("\ufffd")
                damaged += found
                letters += len(text) - len(text.encode("ascii", "ignore")) - found
    return damaged + decoder.decode(b"", final=True).count("\ufffd"), letters


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _holds(path: Path, wanted: bytes) -> bool:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if len(chunk.translate(None, wanted)) != len(chunk):
                return True
    return False


def _by_zeros(start: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: text of our alphabets leaves zero bytes at fixed places."""
    places = [start[offset::4].count(0) * 4 / max(len(start), 1) for offset in range(4)]
    if min(places[1:]) > 0.8 and places[0] < 0.2:
        return "utf-32-le"
    if min(places[:3]) > 0.8 and places[3] < 0.2:
        return "utf-32-be"
    even, odd = (places[0] + places[2]) / 2, (places[1] + places[3]) / 2
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def detect(path: Path) -> Encoding:
    """The encoding of the whole file."""
    with path.open("rb") as file:
        start = file.read(4096)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), "") or _by_zeros(start)
    if marked == "utf-16" and _by_zeros(start[2:]).startswith("utf-32"):
        wide = _by_zeros(start[2:])
        return Encoding(wide, f"read as {spoken(wide)}, though its mark says UTF-16", 2)
    if marked:
        note = "" if marked == "utf-8-sig" else f"read as {spoken(marked)}"
        return Encoding(marked, note if _decodes(path, marked) else _told(path, marked))
    if _decodes(path, "utf-8"):
        return Encoding("utf-8")
    damaged, letters = damage(path, "utf-8")
    if letters >= 20 * damaged:
        return Encoding("utf-8", _told(path, "utf-8"))
    if _holds(path, _UNUSED):
        note = "read as ISO-8859-1, though it holds bytes of no encoding known here: look at the letters"
        return Encoding("iso-8859-1", note)
    if _holds(path, _CONTROLS):
        return Encoding("cp1252", "read as Windows-1252")
    return Encoding("iso-8859-1", "read as ISO-8859-1")


def chosen(path: Path, encoding: str) -> Encoding:
    """The encoding that somebody chose. Of two orders of bytes, a file without a mark shows its own by its zeros."""
    wide = codecs.lookup(encoding).name
    if wide not in ("utf-16", "utf-32"):
        return Encoding(encoding)
    with path.open("rb") as file:
        start = file.read(4096)
    if any(start.startswith(mark) for mark, name in _MARKS if name == wide):
        return Encoding(encoding)
    found = _by_zeros(start)
    return Encoding(found if found.startswith(wide) else f"{wide}-le")


def _told(path: Path, encoding: str) -> str:
    damaged, _ = damage(path, encoding)
    return f"read as {spoken(encoding)}, of which {damaged:,} characters are damaged and shown as �"

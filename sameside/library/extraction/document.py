"""What reading a file gives: its title, language and the text of its pages, or a sentence saying why it is refused.

Files come from anybody, so everything in this package assumes the worst of them. It knows neither Django nor the
database, because it runs in a process of its own with limits (`confinement`, `worker`); `reader` is its outside.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

FORMATS = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "md",
    ".markdown": "md",
    ".txt": "txt",
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), "pptx"),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), "docx"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), "xlsx"),
    ".odt": "odt",
    ".ott": "odt",
    ".odp": "odp",
    ".otp": "odp",
    ".ods": "ods",
    ".ots": "ods",
    ".epub": "epub",
    ".eml": "eml",
    ".msg": "msg",
    ".svg": "svg",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff"), "image"),
    **dict.fromkeys((".mp4", ".m4v", ".webm", ".mov", ".mkv"), "video"),
    ".rtf": "rtf",
    ".doc": "doc",
    ".ppt": "ppt",
    ".xls": "xls",
}
FORMAT_NAMES = (
    "PDF; PowerPoint, Word, Excel and OpenDocument; HTML, Markdown and text; EPUB; e-mail (EML, MSG); images; "
    "video with transcript; RTF and old Office files"
)
LEGACY = frozenset({"rtf", "doc", "ppt"})
"""Formats that only LibreOffice reads."""
NAMES = {
    "pdf": "PDF",
    "pptx": "PowerPoint",
    "docx": "Word",
    "xlsx": "Excel",
    "odt": "OpenDocument text",
    "odp": "OpenDocument slides",
    "ods": "OpenDocument table",
    "html": "HTML",
    "md": "Markdown",
    "txt": "plain text",
    "epub": "EPUB",
    "eml": "an e-mail",
    "msg": "an Outlook e-mail",
    "image": "an image",
    "svg": "an SVG drawing",
    "video": "video",
    "rtf": "RTF",
    "doc": "old Word",
    "ppt": "old PowerPoint",
    "xls": "old Excel",
}

PAGE_LETTERS = 3_000
"""Where a text without pages of its own is cut into pages."""
MOST_PAGE_LETTERS = 200_000
MOST_LETTERS = 12_000_000


class Refusal(Exception):
    """The file cannot be brought in; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Document:
    """`pages` holds the text of each page that was read; `notes` are sentences on what was left out or is missing."""

    format: str
    title: str = ""
    language: str = ""
    pages: Sequence[str] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    refusal: str = ""

    @property
    def words(self) -> int:
        return sum(count_words(page) for page in self.pages)


@dataclass(frozen=True)
class Block:
    """A paragraph, list entry or table row of a flowing text; `level` 1 to 6 makes it a heading."""

    text: str
    level: int = 0
    page_break: bool = False


def format_of(name: str) -> str:
    """The format by the name's ending, empty when it is not one that can be brought in."""
    return FORMATS.get(PurePath(name).suffix.lower(), "")


_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u00ad\u200b\ufeff]")
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\n\s*\n\s*\n+")
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def clean(text: str) -> str:
    """`text` without what no screen or database wants: NUL and control characters, lone surrogates, piled up blanks."""
    text = re.sub(r"[\ufffe\x02\u00ad]\r?\n", "", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = _BLANKS.sub(" ", _UNWANTED.sub("", text))
    return _LINES.sub("\n\n", text).strip()[:MOST_PAGE_LETTERS]


def count_words(text: str) -> int:
    """Words as a reader counts them; in Chinese and Japanese two characters make about one."""
    dense = len(_WITHOUT_SPACES.findall(text)) if not text.isascii() else 0
    return len(text.split()) + dense // 2


def paginate(blocks: Iterable[Block], letters: int = PAGE_LETTERS) -> Iterator[list[Block]]:
    """Cut a flowing text into pages: at page breaks, before main headings of a page that has begun, else when full."""
    page: list[Block] = []
    size = 0
    for block in blocks:
        for part in _parts(block, letters):
            heading = 0 < part.level <= 2 and size > letters // 2
            if page and (part.page_break or heading or size + len(part.text) > letters):
                yield page
                page, size = [], 0
            page.append(part)
            size += len(part.text)
    if page:
        yield page


def _parts(block: Block, letters: int) -> Iterator[Block]:
    """`block`, cut at spaces when it alone is longer than a page."""
    rest = block
    while len(rest.text) > letters:
        cut = rest.text.rfind(" ", letters // 2, letters)
        cut = cut if cut > 0 else letters
        yield replace(rest, text=rest.text[:cut].rstrip())
        rest = Block(rest.text[cut:].lstrip())
    if rest.text:
        yield rest


def text_of(page: Iterable[Block]) -> str:
    return clean("\n".join(f"\n{block.text}" if block.level else block.text for block in page))


_NO_TITLES = re.compile(
    r"^(microsoft (word|powerpoint)\b.*|powerpoint[- ]presentation|pr[äa]sentation\d*|presentation\d*|document\d*|"
    r"untitled.*|slide ?\d*|title|titel|title slide|no title|word document|\(anonymous\)|"
    r"introduction|(table of )?contents|"
    r"(chapter|kapitel|chapitre|cap[ií]tulo|section|abschnitt) \d.*|"
    r".*\.(docx?|pptx?|indd|qxd|pdf|odt|xlsx?|key))$",
    re.IGNORECASE,
)


def telling_title(title: str) -> str:
    """`title` on one line when it says something, else empty: many programs write their own name there."""
    line = " ".join(clean(title).split())
    if not 2 < len(line) <= 200 or _NO_TITLES.match(line) or not any(letter.isalpha() for letter in line):
        dense = _WITHOUT_SPACES.findall(line)
        return line if len(dense) >= 2 and len(line) <= 200 else ""
    return line


def of_blocks(
    kind: str,
    blocks: Sequence[Block],
    most_pages: int,
    *,
    title: str,
    metadata: dict[str, str],
    notes: Sequence[str] = (),
) -> Document:
    """The document of a flowing text, called by its first heading where `title` tells nothing; refused without text."""
    found = list(paginate(blocks))
    if not found:
        raise Refusal("It holds no text.")
    heading = next((block.text for block in blocks if block.level == 1), "")
    cut = [f"About {len(found):,} pages; the first {most_pages:,} were read."] if len(found) > most_pages else []
    return Document(
        kind,
        telling_title(title) or telling_title(heading),
        pages=[text_of(page) for page in found[:most_pages]],
        metadata=metadata,
        notes=[*notes, *cut],
    )


def title_from_name(name: str) -> str:
    """A title made from the file's name, or from its folder's for names such as `index.md`."""
    path = PurePath(name)
    stem = path.stem
    if stem.lower() in ("index", "readme", "_index") and path.parent.name:
        stem = path.parent.name
    words = re.sub(r"[_\s]+|(?<=\w)-(?=\w)", " ", stem)
    words = " ".join(words.split()) or path.name
    return (words[:1].upper() + words[1:])[:300]

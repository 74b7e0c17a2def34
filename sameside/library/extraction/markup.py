"""The text of HTML and Markdown files. Scripts, styles and forms never get further than this module."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sameside.library.extraction.document import Block, Document, Refusal, clean, of_blocks

MOST_BYTES = 20_000_000
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LINES = {"p", "li", "tr", "dt", "dd", "blockquote", "pre", "div", "section", "article", "figcaption", "caption"}
_KEPT = {*_HEADINGS, *_LINES, "table", "tbody", "thead", "td", "th", "ul", "ol", "dl", "br", "hr", "main", "figure"}
_DROPPED = {"script", "style", "title", "template", "noscript"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_SELF_CLOSING = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "option", "tbody", "thead"))
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
MOST_DEPTH = 2_000
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([-\w]{2,30})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title>", re.IGNORECASE | re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\s*\n(.{0,20000}?)\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z][\w-]{0,40}):[ \t]*(.+)$", re.MULTILINE)


def decoded(path: Path) -> str:
    """The file's text; a `Refusal` when it is too large or no text."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Refusal(f"It holds more than {MOST_BYTES // 1_000_000} MB of text.")
    return text_of_bytes(data)


def text_of_bytes(data: bytes) -> str:
    """Bytes as text: by the byte order mark, what they say of themselves, UTF-8, else Windows-1252."""
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return data.decode("utf-32", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    declared = _CHARSET.search(data[:4096])
    for encoding in (declared[1].decode() if declared else "", "utf-8-sig"):
        try:
            return data.decode(encoding) if encoding else data.decode("utf-8-sig")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


class _Lines(HTMLParser):
    """Turns cleaned HTML into blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.line: list[str] = []
        self.level = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HEADINGS or tag in _LINES:
            self.end_line()
            self.level = _HEADINGS.get(tag, 0)
        elif tag in ("td", "th") and self.line:
            self.line.append(" | ")
        elif tag in ("br", "hr"):
            self.line.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS or tag in _LINES:
            self.end_line()

    def handle_data(self, data: str) -> None:
        self.line.append(data)

    def end_line(self) -> None:
        text = clean("\n".join(" ".join(line.split()) for line in "".join(self.line).split("\n"))).strip(" |\n")
        if text:
            self.blocks.append(Block(text, self.level))
        self.line, self.level = [], 0


def html_blocks(source: str) -> list[Block]:
    _check_depth(source)
    lines = _Lines()
    lines.feed(nh3.clean(source, tags=_KEPT, clean_content_tags=_DROPPED, attributes={}, link_rel=None))
    lines.end_line()
    return lines.blocks


def _check_depth(source: str) -> None:
    """Refuse what is nested so deeply that a parser would take minutes; pages of this world nest some dozens."""
    depth = 0
    for tag in _TAG.finditer(source):
        name = tag[2].lower()
        if name in _VOID or tag[0].endswith("/>"):
            continue
        depth = max(0, depth - 1) if tag[1] else depth + (0 if name in _SELF_CLOSING else 1)
        if depth > MOST_DEPTH:
            raise Refusal(f"Its elements lie more than {MOST_DEPTH:,} deep in one another, as no page's do.")


def paragraphs(source: str) -> list[Block]:
    """Plain text as blocks: an empty line ends a paragraph."""
    return [Block(text) for text in map(clean, _BLANK_LINE.split(source.replace("\r\n", "\n"))) if text]


def read_text(path: Path, most_pages: int) -> Document:
    return _document("txt", "", text_blocks(path), {}, most_pages)


def text_blocks(path: Path) -> list[Block]:
    source = decoded(path)
    if source.count("\x00") * 100 > len(source):
        raise Refusal("It is no text: it is full of zero bytes.")
    return paragraphs(source)


def read_html(path: Path, most_pages: int) -> Document:
    source = decoded(path)
    blocks = html_blocks(source)
    title = _TITLE.search(source)
    named = html_blocks(title[1]) if title else []
    return _document("html", named[0].text if named else "", blocks, {}, most_pages)


def html_page_blocks(path: Path) -> list[Block]:
    return html_blocks(decoded(path))


def read_markdown(path: Path, most_pages: int) -> Document:
    metadata, blocks = markdown_blocks(decoded(path))
    return _document("md", metadata.get("title", ""), blocks, metadata, most_pages)


def markdown_blocks(source: str) -> tuple[dict[str, str], list[Block]]:
    """The front matter's simple fields, and the text."""
    source = source.replace("\r\n", "\n")
    matter = _FRONT_MATTER.match(source)
    fields = {key.lower(): value.strip(" \"'") for key, value in _FIELD.findall(matter[1])} if matter else {}
    body = source[matter.end() :] if matter else source
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(body.replace("\x00", ""))
    return fields, list(_blocks(tokens))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    level, cells, in_row = 0, [""], False
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "tr_open":
            cells, in_row = [], True
        elif token.type == "tr_close":
            in_row = False
            yield Block(" | ".join(cell for cell in cells if cell))
        elif token.type == "inline":
            text = clean("".join(_inline(token)))
            if in_row:
                cells.append(text)
            elif text:
                yield Block(text, level)
            level = 0
        elif token.type in ("fence", "code_block"):
            yield Block(clean(token.content))
        elif token.type == "html_block":
            yield from html_blocks(token.content)


def _inline(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type == "image":
            yield child.content


def _document(kind: str, title: str, blocks: list[Block], metadata: dict[str, str], most_pages: int) -> Document:
    plain = {key: clean(value) for key, value in metadata.items()}
    return of_blocks(kind, blocks, most_pages, title=title, metadata=plain)

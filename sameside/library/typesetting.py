"""Typeset text into pictures of pages, for documents that have no picture of their own. Each says "Text preview"."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from sameside.library.extraction.document import Block

SHEET = (1200, 1600)
SCREEN = (1200, 675)
PAPER, INK, QUIET, RULE, ACCENT = "#ffffff", "#1f2430", "#7b8494", "#e4e7ec", "#3b5bdb"
LABEL = "Text preview"

_REGULAR = ("dejavu/DejaVuSans.ttf", "liberation2/LiberationSans-Regular.ttf", "noto/NotoSans-Regular.ttf")
_BOLD = ("dejavu/DejaVuSans-Bold.ttf", "liberation2/LiberationSans-Bold.ttf", "noto/NotoSans-Bold.ttf")
_EAST_ASIAN = ("noto/NotoSansCJK-{}.ttc", "noto-cjk/NotoSansCJK-{}.ttc", "wqy/wqy-microhei.ttc")
_FOLDERS = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts/opentype"), Path("/usr/share/fonts"))


@cache
def _file(*, bold: bool, dense: bool) -> Path | None:
    """A font of the system, else the one that comes with ReportLab; for Chinese, Japanese, Korean only the system's."""
    names = (
        tuple(name.format("Bold" if bold else "Regular") for name in _EAST_ASIAN)
        if dense
        else _BOLD
        if bold
        else _REGULAR
    )
    for folder in _FOLDERS:
        for name in names:
            if (folder / name).is_file():
                return folder / name
    package = find_spec("reportlab")
    if dense or package is None or not package.origin:
        return None
    return Path(package.origin).parent / "fonts" / ("VeraBd.ttf" if bold else "Vera.ttf")


@cache
def font(size: int, *, bold: bool = False, dense: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = _file(bold=bold, dense=dense) or _file(bold=bold, dense=False)
    return ImageFont.truetype(str(path), size) if path else ImageFont.load_default(size)


def _is_dense(text: str) -> bool:
    return not text.isascii() and any(
        "\u1100" <= letter <= "\u11ff" or "\u2e80" <= letter <= "\uffef" for letter in text
    )


class _Pen:
    """Writes lines downwards within margins until the picture is full."""

    def __init__(self, size: tuple[int, int], margin: int) -> None:
        self.picture = Image.new("RGB", size, PAPER)
        self.drawing = ImageDraw.Draw(self.picture)
        self.margin, self.y = margin, margin
        self.width = size[0] - 2 * margin
        self.bottom = size[1] - margin - 20

    def write(self, text: str, size: int, *, bold: bool = False, colour: str = INK, indent: int = 0) -> bool:
        """Write a paragraph; False when there was no room for all of it."""
        chosen = font(size, bold=bold, dense=_is_dense(text))
        height = round(size * 1.45)
        for line in _wrapped(text, chosen, self.width - indent):
            if self.y + height > self.bottom:
                self.drawing.text((self.margin + indent, self.y), "…", fill=QUIET, font=font(size))
                return False
            self.drawing.text((self.margin + indent, self.y), line, fill=colour, font=chosen)
            self.y += height
        return True

    def label(self, left: str, number: int) -> None:
        """The foot of the page: the document's title, and what this picture is."""
        small = font(17, dense=_is_dense(left))
        base = self.picture.height - self.margin
        self.drawing.line((self.margin, base - 14, self.picture.width - self.margin, base - 14), fill=RULE, width=2)
        self.drawing.text((self.margin, base), _shortened(left, small, self.width * 0.7), fill=QUIET, font=small)
        right = f"{LABEL} · {number}"
        plain = font(17)
        start = self.picture.width - self.margin - plain.getlength(right)
        self.drawing.text((start, base), right, fill=QUIET, font=plain)


def _wrapped(text: str, chosen: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        pieces = _pieces(paragraph)
        line, used = "", 0.0
        for piece in pieces:
            length = chosen.getlength(piece)
            if line and used + length > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
                piece = piece.lstrip()
            line += piece
            used += length
        if line:
            lines.append(line.rstrip())
    return lines


def _pieces(paragraph: str) -> list[str]:
    """Where a line may be broken: after spaces; in Chinese and Japanese anywhere; in endless words every 40 letters."""
    if _is_dense(paragraph):
        return list(paragraph)
    words = [f"{word} " for word in paragraph.split(" ") if word]
    return [word[start : start + 40] for word in words for start in range(0, len(word), 40)]


def _shortened(text: str, chosen: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    if chosen.getlength(text[:300]) <= width and len(text) <= 300:
        return text
    short = text[:120]
    while short and chosen.getlength(f"{short}…") > width:
        short = short[:-4]
    return f"{short.rstrip()}…"


def page(blocks: Sequence[Block], title: str, number: int) -> Image.Image:
    """A page of a flowing text: headings large, paragraphs with room between them."""
    pen = _Pen(SHEET, 90)
    pen.drawing.rectangle((0, 0, SHEET[0], 10), fill=ACCENT)
    for block in blocks:
        if block.level:
            pen.y += 18 if pen.y > pen.margin else 0
            room = pen.write(block.text, {1: 42, 2: 34}.get(block.level, 28), bold=True)
            pen.y += 8
        else:
            row = " | " in block.text
            room = pen.write(block.text.replace(" | ", "    "), 20 if row else 23, colour=INK)
            pen.y += 6 if row else 12
        if not room:
            break
    pen.label(title, number)
    return pen.picture


def slide(title: str, lines: Sequence[str], number: int) -> Image.Image:
    """A slide: its title, and its lines of text below."""
    pen = _Pen(SCREEN, 70)
    pen.drawing.rectangle((0, 0, 14, SCREEN[1]), fill=ACCENT)
    pen.write(title, 46 if len(title) < 60 else 34, bold=True)
    pen.y += 18
    size = 27 if sum(map(len, lines)) < 500 else 21
    for line in lines:
        if not pen.write(line, size):
            break
        pen.y += 6
    pen.label("", number)
    return pen.picture

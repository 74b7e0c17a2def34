"""Pictures of pages: PDF pages as they are, other documents typeset from their text as an honest text preview.

Runs in the confined process, like everything that opens a file from elsewhere (see `extraction`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from sameside.library import typesetting
from sameside.library.extraction import epub, markup, opendocument, pdf, picture, reading, slides, word
from sameside.library.extraction.document import Block, Refusal, paginate

WIDTH = 1200
MOST_HEIGHT = 3600
THUMBNAIL = (400, 560)
QUALITY = 80


def draw(
    path: Path, kind: str, title: str, folder: Path, most_pages: int, texts: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Draw every page into `folder`; one answer for each, and `done` at the end. A broken file ends it early."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    try:
        for number, drawn in _pictures(path, kind, title, most_pages, texts):
            yield _kept(drawn, number, folder)
    except (Refusal, *reading.DAMAGE) as problem:
        yield {"done": True, "drawn": number, "problem": str(problem)[:200]}
        return
    yield {"done": True, "drawn": number, "problem": ""}


def _kept(picture: Image.Image, number: int, folder: Path) -> dict[str, Any]:
    image, thumbnail = f"{number:04d}.jpg", f"{number:04d}-small.jpg"
    picture.save(folder / image, "JPEG", quality=QUALITY)
    small = picture.copy()
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS, reducing_gap=2)
    small.save(folder / thumbnail, "JPEG", quality=QUALITY)
    return {
        "number": number,
        "image": image,
        "thumbnail": thumbnail,
        "width": picture.width,
        "height": picture.height,
    }


def _pictures(
    path: Path, kind: str, title: str, most_pages: int, texts: Sequence[str]
) -> Iterator[tuple[int, Image.Image]]:
    if kind == "pdf":
        yield from _pdf(path, most_pages)
    elif kind == "image":
        yield from _image(path, most_pages)
    elif kind == "pptx":
        found, _, _ = slides.slides(path, most_pages)
        for number, slide in enumerate(found, start=1):
            yield number, typesetting.slide(slide.title or title, slide.lines, number)
    elif kind in ("odp", "video"):
        for number, text in enumerate(texts[:most_pages], start=1):
            first, _, rest = text.partition("\nNotes: ")[0].partition("\n")
            yield number, typesetting.slide(first or title, rest.split("\n"), number)
    else:
        pages = flowing_pages(path, kind) if kind in FLOWING else [_lines(text) for text in texts]
        for number, page in enumerate(pages[:most_pages], start=1):
            yield number, typesetting.page(page, title, number)


FLOWING = frozenset({"docx", "odt", "html", "md", "epub"})


def flowing_pages(path: Path, kind: str) -> Sequence[Sequence[Block]]:
    """The same pages as reading the file gives, but with their headings marked."""
    if kind == "docx":
        blocks = word.contents(path)[0]
    elif kind == "odt":
        blocks = opendocument.text_blocks(path)
    elif kind == "epub":
        blocks = epub.contents(path)[1]
    else:
        source = markup.decoded(path)
        blocks = markup.html_blocks(source) if kind == "html" else markup.markdown_blocks(source)[1]
    return list(paginate(blocks))


def _lines(text: str) -> Sequence[Block]:
    first, _, rest = text.partition("\n")
    return [Block(first, level=2 if len(first) < 120 else 0), *(Block(line) for line in rest.split("\n") if line)]


def _image(path: Path, most_pages: int) -> Iterator[tuple[int, Image.Image]]:
    """The picture itself, on white where it is transparent, its pages where it has several; never enlarged."""
    with picture.opened(path) as opened:
        frames = getattr(opened, "n_frames", 1) if opened.format == "TIFF" else 1
        for index in range(min(frames, most_pages)):
            opened.seek(index)
            if opened.width * opened.height > picture.MOST_PIXELS:
                continue
            opened.draft("RGB", (WIDTH * 2, MOST_HEIGHT * 2))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
            upright.thumbnail((WIDTH, MOST_HEIGHT), Image.Resampling.LANCZOS, reducing_gap=2)
            sheet = Image.new("RGB", upright.size, typesetting.PAPER)
            sheet.paste(upright, mask=upright)
            yield index + 1, sheet


def _pdf(path: Path, most_pages: int) -> Iterator[tuple[int, Image.Image]]:
    with pdf.opened(path) as document:
        for index in range(min(len(document), most_pages)):
            try:
                page = document[index]
            except pdfium.PdfiumError:
                continue
            width, height = page.get_size()
            if width <= 0 or height <= 0:
                continue
            bitmap = page.render(scale=min(WIDTH / width, MOST_HEIGHT / height), rev_byteorder=True)
            picture = bitmap.to_pil().convert("RGB")
            bitmap.close()
            page.close()
            yield index + 1, picture

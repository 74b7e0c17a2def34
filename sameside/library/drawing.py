"""Pictures of pages: PDF pages as they are, other documents typeset from their text as an honest text preview.

Runs in the confined process, like everything that opens a file from elsewhere (see `extraction`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

from sameside.library import typesetting
from sameside.library.extraction import markup, pdf, reading, slides, word
from sameside.library.extraction.document import Block, Refusal, paginate

WIDTH = 1200
MOST_HEIGHT = 3600
THUMBNAIL = (400, 560)
QUALITY = 80


def draw(path: Path, kind: str, title: str, folder: Path, most_pages: int) -> Iterator[dict[str, Any]]:
    """Draw every page into `folder`; one answer for each, and `done` at the end. A broken file ends it early."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    try:
        for number, picture in _pictures(path, kind, title, most_pages):
            yield _kept(picture, number, folder)
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


def _pictures(path: Path, kind: str, title: str, most_pages: int) -> Iterator[tuple[int, Image.Image]]:
    if kind == "pdf":
        yield from _pdf(path, most_pages)
    elif kind == "pptx":
        found, _, _ = slides.slides(path, most_pages)
        for number, slide in enumerate(found, start=1):
            yield number, typesetting.slide(slide.title or title, slide.lines, number)
    else:
        for number, page in enumerate(flowing_pages(path, kind)[:most_pages], start=1):
            yield number, typesetting.page(page, title, number)


def flowing_pages(path: Path, kind: str) -> Sequence[Sequence[Block]]:
    """The same pages as reading the file gives, but with their headings marked."""
    if kind == "docx":
        return list(paginate(word.contents(path)[0]))
    source = markup.decoded(path)
    blocks = markup.html_blocks(source) if kind == "html" else markup.markdown_blocks(source)[1]
    return list(paginate(blocks))


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

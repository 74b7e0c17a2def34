"""Pictures, which are found by their title and are their own page; and drawings (SVG), which are found by their words.

An SVG is a program as much as a picture, so it is never shown as what it is: only its words are, typeset.
"""

import re
import warnings
from pathlib import Path

from lxml import etree
from PIL import Image, UnidentifiedImageError

from sameside.library.extraction import archive
from sameside.library.extraction.document import Document, Refusal, clean, telling_title

MOST_PIXELS = 80_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")
MOST_SVG = 20_000_000
_ACTIVE = re.compile(rb"<script|\son[a-z]+\s*=|javascript:|<foreignobject", re.IGNORECASE)


def opened(path: Path) -> Image.Image:
    """The picture, its pixels not read yet; a `Refusal` when it is damaged or far too large."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(path, formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as problem:
        raise Refusal(f"It has more than {MOST_PIXELS // 1_000_000} million dots.") from problem
    except UnidentifiedImageError as problem:
        raise Refusal("It is damaged: this is not a complete image.") from problem
    return picture


def read(path: Path, most_pages: int) -> Document:
    with opened(path) as picture:
        frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
        metadata = {"Size": f"{picture.width:,} × {picture.height:,}", "Kind": str(picture.format)}
        described = picture.info.get("Description") or picture.info.get("comment") or ""
        try:
            picture.load()
        except (OSError, SyntaxError, ValueError) as problem:
            raise Refusal("It is damaged: this is not a complete image.") from problem
    words = described.decode("utf-8", "replace") if isinstance(described, bytes) else str(described)
    pages = [clean(words)] + [""] * (min(frames, most_pages) - 1)
    notes = [f"{frames:,} pages; the first {most_pages:,} were taken."] if frames > most_pages else []
    return Document("image", pages=pages, metadata=metadata, notes=notes)


def read_svg(path: Path, most_pages: int) -> Document:
    if path.stat().st_size > MOST_SVG:
        raise Refusal(f"It has more than {MOST_SVG // 1_000_000} MB.")
    content = path.read_bytes()
    if b"<!ENTITY" in content.upper():
        raise Refusal("It declares entities of its own, as only an attack does.")
    try:
        root = archive.xml(content)
    except etree.XMLSyntaxError as problem:
        raise Refusal("It is damaged: this is not a complete SVG drawing.") from problem
    if etree.QName(root).localname != "svg":
        raise Refusal("It is damaged, or another kind of file under this name.")
    words = {"title": [""], "desc": [""], "text": [""]}
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in words:
            words[name].append(" ".join("".join(element.itertext()).split()))
    notes = ["Its scripts are left out; it is never shown as a drawing."] if _ACTIVE.search(content) else []
    text = clean("\n".join(line for lines in words.values() for line in lines if line))
    return Document("svg", telling_title(" ".join(words["title"][:2])), pages=[text], notes=notes)

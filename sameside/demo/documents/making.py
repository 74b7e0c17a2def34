"""One document of the plan becomes one file."""

from pathlib import Path

from sameside.demo.assets import Asset
from sameside.demo.documents import composing, markdown, pdf, slides, word

FORMATS = {"pdf": pdf.make, "pptx": slides.make, "docx": word.make, "md": markdown.make}


def write(folder: Path, asset: Asset, *, seed: int) -> Path:
    """Write `asset` below `folder` and return where."""
    path = folder / asset.folder / asset.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(FORMATS[asset.format](composing.compose(asset, seed=seed), seed=seed))
    return path

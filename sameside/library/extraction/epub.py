"""The text of EPUB books: the chapters in the order of the spine, each on a page of its own."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from sameside.library.extraction import archive, markup
from sameside.library.extraction.document import Block, Document, Refusal, clean, of_blocks

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_PACKAGE = "{http://www.idpf.org/2007/opf}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
MOST_CHAPTERS = 5_000
MOST_CHAPTER = 20_000_000


def read(path: Path, most_pages: int) -> Document:
    metadata, blocks, notes = contents(path)
    return of_blocks("epub", blocks, most_pages, title=metadata.get("Title", ""), metadata=metadata, notes=notes)


def contents(path: Path) -> tuple[dict[str, str], list[Block], list[str]]:
    """The metadata, the chapters as blocks, and what could not be read."""
    with archive.opened(path) as packed:
        package_name = _package_name(packed)
        package = archive.xml(archive.part(packed, package_name))
        metadata = {
            "Title": clean(package.findtext(f".//{_DUBLIN}title") or ""),
            "Author": clean(package.findtext(f".//{_DUBLIN}creator") or ""),
        }
        blocks: list[Block] = []
        missing, left = 0, archive.MOST_XML
        for name in _chapters(package, posixpath.dirname(package_name)):
            if name not in packed.namelist():
                missing += 1
                continue
            content = archive.part(packed, name, min(MOST_CHAPTER, left))
            left -= len(content)
            chapter = markup.html_blocks(markup.text_of_bytes(content))
            blocks += [replace(block, page_break=block.page_break or not place) for place, block in enumerate(chapter)]
        if "META-INF/encryption.xml" in packed.namelist() and not blocks:
            raise Refusal("It is protected against copying.")
    notes = [f"{missing:,} of its chapters are missing from the file."] if missing else []
    return {name: value for name, value in metadata.items() if value}, blocks, notes


def _package_name(packed: ZipFile) -> str:
    container = archive.xml(archive.part(packed, "META-INF/container.xml"))
    rootfile = container.find(f".//{_CONTAINER}rootfile")
    name = rootfile.get("full-path", "") if rootfile is not None else ""
    if not name:
        raise Refusal("It is damaged: it does not say where the book begins.")
    return str(name)


def _chapters(package: Any, folder: str) -> Iterator[str]:
    places = {
        item.get("id", ""): item.get("href", "")
        for item in package.iter(f"{_PACKAGE}item")
        if "html" in item.get("media-type", "")
    }
    for count, reference in enumerate(package.iter(f"{_PACKAGE}itemref")):
        href = places.get(reference.get("idref", ""), "")
        if href and count < MOST_CHAPTERS:
            yield posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))

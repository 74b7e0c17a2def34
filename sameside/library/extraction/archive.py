"""Guards before an Office file is opened: it is a ZIP archive, and archives can be bombs or lie about their sizes.

`zipfile` never unpacks more of an entry than the entry declares, so the declared sizes are a true upper bound; an
entry that lies fails its checksum. What is declared is therefore checked against fixed limits.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from sameside.library.extraction.document import Refusal

MOST_ENTRIES = 20_000
MOST_UNPACKED = 1_000_000_000
MOST_XML = 150_000_000
SUSPECT_FROM = 30_000_000
MOST_RATIO = 150
MOST_PART = 40_000_000
DAMAGED = "It is damaged: this is not a complete Office file."


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, when it is of reasonable size; a `Refusal` otherwise."""
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as problem:
        raise Refusal(DAMAGED) from problem
    with packed:
        _check_sizes(packed.infolist())
        yield packed


def check(path: Path, main_part: str) -> None:
    """Refuse the file unless it is an Office archive of reasonable size that holds `main_part`'s folder."""
    with opened(path) as packed:
        if not any(name.startswith(main_part) for name in packed.namelist()):
            raise Refusal("It is damaged, or another kind of file under this name.")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refusal(f"It holds {len(entries):,} parts; an Office file holds some hundreds.")
    xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels", ".vml"))]
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > MOST_UNPACKED or sum(entry.file_size for entry in xml) > MOST_XML:
        raise Refusal(f"It would unpack to {unpacked / 1e6:,.0f} MB, which is more than is read of one file.")
    if unpacked > SUSPECT_FROM and unpacked > MOST_RATIO * max(packed, 1):
        raise Refusal(f"It would unpack to {unpacked / max(packed, 1):,.0f} times its size, as only a bomb does.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("It is protected with a password.")
    _check_overlaps(entries)


def _check_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share their packed bytes unpack to far more than the file could hold."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise Refusal("Its parts lie over one another, as only a bomb does.")
        end = entry.header_offset + 30 + entry.compress_size


def left_out(path: Path) -> list[str]:
    """Sentences on what the file holds and the library does not take up: macros are never run."""
    with zipfile.ZipFile(path) as packed:
        macros = any(name.lower().endswith("vbaproject.bin") for name in packed.namelist())
    return ["Its macros are left out."] if macros else []


def part(packed: zipfile.ZipFile, name: str, most: int = MOST_PART) -> bytes:
    """The bytes of one part; a `Refusal` when it is missing, too large, or lies about itself."""
    try:
        entry = packed.getinfo(name)
        if entry.file_size > most:
            raise Refusal(f"Its part {name[:80]} has {entry.file_size / 1e6:,.0f} MB, which is more than is read.")
        return packed.read(entry)
    except KeyError as problem:
        raise Refusal(f"It is damaged: its part {name[:80]} is missing.") from problem
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as problem:
        raise Refusal(DAMAGED) from problem


def xml(content: bytes) -> Any:
    """The root of an XML part. No entity is resolved, nothing is fetched, no depth or text beyond the usual is read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    return etree.fromstring(content, parser)

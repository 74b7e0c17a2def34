"""Guards before an Office file is opened: it is a ZIP archive, and archives can be bombs or lie about their sizes.

`zipfile` never unpacks more of an entry than the entry declares, so the declared sizes are a true upper bound; an
entry that lies fails its checksum. What is declared is therefore checked against fixed limits.
"""

import zipfile
from pathlib import Path

from sameside.library.extraction.document import Refusal

MOST_ENTRIES = 20_000
MOST_UNPACKED = 1_000_000_000
MOST_XML = 150_000_000
SUSPECT_FROM = 30_000_000
MOST_RATIO = 150
_PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check(path: Path, main_part: str) -> None:
    """Refuse the file unless it is an Office archive of reasonable size that holds `main_part`'s folder."""
    with path.open("rb") as file:
        if file.read(8) == _PROTECTED:
            raise Refusal("It is protected with a password, or an old Office file under a new name.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as problem:
        raise Refusal("It is damaged: this is not a complete Office file.") from problem
    if len(entries) > MOST_ENTRIES:
        raise Refusal(f"It holds {len(entries):,} parts; an Office file holds some hundreds.")
    xml = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels", ".vml"))]
    unpacked, packed = (
        (sum(sizes) for sizes in zip(*((e.file_size, e.compress_size) for e in entries), strict=True))
        if entries
        else (0, 0)
    )
    if unpacked > MOST_UNPACKED or sum(entry.file_size for entry in xml) > MOST_XML:
        raise Refusal(f"It would unpack to {unpacked / 1e6:,.0f} MB, which is more than is read of one file.")
    if unpacked > SUSPECT_FROM and unpacked > MOST_RATIO * max(packed, 1):
        raise Refusal(f"It would unpack to {unpacked / max(packed, 1):,.0f} times its size, as only a bomb does.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("It is protected with a password.")
    if not any(entry.filename.startswith(main_part) for entry in entries):
        raise Refusal("It is damaged, or another kind of file under this name.")

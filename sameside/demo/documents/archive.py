"""Office files are ZIP archives that carry the time of writing; here they are made the same every time."""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from sameside.demo.documents.composing import Document
from sameside.demo.members import BRAND

_EPOCH = (1980, 1, 1, 0, 0, 0)


def describe(properties: Any, document: Document) -> None:
    """Title, author, subject and dates among the file's own properties."""
    made = datetime.fromtimestamp(document.asset.created, tz=UTC).replace(tzinfo=None)
    properties.title, properties.author, properties.subject = document.title[:250], BRAND, document.subtitle[:250]
    properties.language, properties.keywords = document.asset.language, ", ".join(document.keywords)[:250]
    properties.created = properties.modified = made
    properties.last_modified_by, properties.revision = BRAND, 1


def settled(content: bytes) -> bytes:
    """The same archive with all times set to the first that ZIP knows."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name), compresslevel=4)
    return held.getvalue()

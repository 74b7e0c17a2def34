"""Where the library's files lie: originals byte for byte under random names, and pictures of pages.

Names come from the database, yet every path is checked to lie below its folder before it is opened: nothing outside
the data folder can be reached through here. A name says nothing about its content, and content is never served as
anything but a download or a picture.
"""

import os
import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from sameside.library.models import AssetPage, AssetRendition, AssetVersion


class OutsideTheFolder(Exception):
    """A name that leads out of its folder."""


def originals() -> Path:
    return Path(settings.DATA) / "files" / "originals"


def pages() -> Path:
    return Path(settings.DATA) / "files" / "pages"


def office_lock() -> Path:
    """Held by whoever runs LibreOffice: one at a time."""
    return Path(settings.DATA) / "files" / "office.lock"


def _below(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not name or not path.is_relative_to(folder.resolve()):
        raise OutsideTheFolder(name)
    return path


def original(version: AssetVersion) -> Path:
    return _below(originals(), version.file)


def original_of(rendition: AssetRendition) -> Path:
    return _below(originals(), rendition.file)


def open_original(version: AssetVersion) -> BinaryIO:
    """The file as it was brought in; FileNotFoundError when it is gone."""
    return original(version).open("rb")


def picture(name: str) -> Path:
    """The picture called `name` in `AssetPage.image`, `AssetPage.thumbnail` or `Asset.thumbnail`."""
    return _below(pages(), name)


def page_image(page: AssetPage) -> Path:
    return picture(page.image)


def page_thumbnail(page: AssetPage) -> Path:
    return picture(page.thumbnail)


def random_name() -> str:
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def keep(path: Path) -> str:
    """Copy the file at `path` to the originals, whole or not at all; returns its random name."""
    name = random_name()
    target = _below(originals(), name)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    with path.open("rb") as source, partial.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    partial.replace(target)
    return name


def discard(name: str) -> None:
    """Remove an original that no version refers to."""
    _below(originals(), name).unlink(missing_ok=True)

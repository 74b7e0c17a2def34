"""Files that arrive from a browser or in an archive: kept below the data folder, unpacked within limits.

An archive may hold at most `MOST_FILES` files, which together may be `UNPACKED_TIMES` the largest upload and each at
most `MOST_TIMES` its packed size. A name that leads out of the folder is refused.
"""

import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

MOST_FILES = 5_000
MOST_TIMES = 200
UNPACKED_TIMES = 20
SMALL = 10_000_000
CHUNK = 1 << 20
LONGEST_NAME = 180  # bytes; file systems take 255, and a number or an ending may follow
LONGEST_PATH = 500


# What zipfile raises for archives that are damaged, encrypted, or packed in a way it does not know.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError, ValueError)


class UploadRefused(Exception):
    """The files are not taken; the message is a sentence fit for the screen."""


def largest() -> int:
    """The largest upload in bytes."""
    megabytes: int = settings.UPLOAD_MB
    return megabytes * 1_000_000


def new_folder() -> Path:
    """An empty folder with a random name below the data folder."""
    uploads: Path = settings.DATA / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="run-", dir=uploads))


def safe_name(name: str) -> str:
    """The last part of a file name, without characters that mean something to a file system."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = re.sub(r"[^\w .()#&+,@-]", "_", last).lstrip(".")
    return kept.encode()[-LONGEST_NAME:].decode(errors="ignore") or "file"


def keep(files: "Sequence[UploadedFile[bytes]]", suffixes: Sequence[str]) -> Path:
    """Write the uploaded files to a new folder, archives unpacked. Returns the folder."""
    if not files:
        raise UploadRefused("Choose at least one file.")
    total = sum(file.size or 0 for file in files)
    if total > largest():
        raise UploadRefused(
            f"The files have {total / 1e6:,.0f} MB together; an upload may have {largest() / 1e6:,.0f} MB. "
            "Larger folders: sameside import, on the server."
        )
    folder = new_folder()
    try:
        _keep(files, suffixes, folder)
    except UploadRefused:
        shutil.rmtree(folder)
        raise
    return folder


def _keep(files: "Sequence[UploadedFile[bytes]]", suffixes: Sequence[str], folder: Path) -> None:
    for file in files:
        name = safe_name(file.name or "file")
        suffix = Path(name).suffix.lower()
        if suffix not in suffixes:
            raise UploadRefused(f"{name} is none of {', '.join(suffixes)}.")
        place = _free(folder / name)
        with place.open("wb") as kept:
            for chunk in file.chunks(CHUNK):
                kept.write(chunk)
        if suffix == ".zip":
            unpack(place, folder)
            place.unlink()


def _free(path: Path) -> Path:
    number = 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem} ({number})")
        number += 1
    return free


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the files of `archive` into `folder`, refusing what is out of proportion or leads elsewhere."""
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            _check(archive.name, entries)
            left = largest() * UNPACKED_TIMES
            for entry in entries:
                left -= _unpack_one(packed, entry, folder, left)
    except BROKEN as problem:
        raise UploadRefused(f"{archive.name} cannot be unpacked: {problem}.") from problem


def _check(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise UploadRefused(f"{name} holds {len(entries):,} files; an archive may hold {MOST_FILES:,}.")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", entry.filename):
            raise UploadRefused(f"{name} holds a file that leads out of its folder.")
        if len(entry.filename.encode(errors="replace")) > LONGEST_PATH:
            raise UploadRefused(f"{name} holds a name of more than {LONGEST_PATH} characters.")
        if entry.file_size > SMALL and entry.file_size > entry.compress_size * MOST_TIMES:
            raise UploadRefused(f"{name}: {path.name} unpacks to more than {MOST_TIMES} times its size.")


def _unpack_one(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Unpack one entry, believing only what is really read. Returns its size."""
    parts = [safe_name(part) for part in PurePosixPath(entry.filename.replace("\\", "/")).parts]
    if not parts or parts[0] == "__MACOSX":
        return 0
    place = folder.joinpath(*parts)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as problem:
        raise UploadRefused(f"The archive holds {parts[0]} as a file and as a folder.") from problem
    place = _free(place)
    size = 0
    with packed.open(entry) as source, place.open("wb") as kept:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > left:
                raise UploadRefused(f"The archive unpacks to more than {largest() * UNPACKED_TIMES / 1e6:,.0f} MB.")
            kept.write(chunk)
    return size

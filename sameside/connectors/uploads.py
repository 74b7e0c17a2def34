"""Files that arrive from a browser or in archives: kept below the data folder, unpacked within limits.

What comes at once may unpack to at most `MOST_FILES` files, which together may be `UNPACKED_TIMES` the largest upload
and each at most `MOST_TIMES` its packed size. A name that leads out of the folder is refused. The parts of an export
may come as several archives: each gets a folder of its own, so that equal names stay apart. An archive within an
archive is unpacked too, but not a third one within that.
"""

import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

MOST_FILES = 5_000
MOST_TIMES = 200
UNPACKED_TIMES = 20
SMALL = 10_000_000
CHUNK = 1 << 20
# Signs that mean something to a file system or a shell, and invisible ones that make a name look like another.
MEANING = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|$`\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
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


def told(names: Sequence[str], paths: Sequence[str] = ()) -> str:
    """What somebody brought, in few words: the folder they chose, else the names of the files."""
    tops = {PurePosixPath(path).parts[0] for path in paths if len(PurePosixPath(path).parts) > 1}
    if len(tops) == 1 and all(len(PurePosixPath(path).parts) > 1 for path in paths):
        return f"{tops.pop()} ({len(paths):,} file{'s' if len(paths) > 1 else ''})"
    return f"{', '.join(names[:4])} and {len(names) - 4:,} more" if len(names) > 5 else ", ".join(names)


def new_folder() -> Path:
    """An empty folder with a random name below the data folder."""
    uploads: Path = settings.DATA / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="run-", dir=uploads))


def safe_name(name: str) -> str:
    """The last part of a file name, without characters that mean something to a file system."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = MEANING.sub("_", last).lstrip(".")
    return kept.encode()[-LONGEST_NAME:].decode(errors="ignore") or "file"


@dataclass
class Budget:
    """What is left of the limits for everything that comes at once."""

    files: int = MOST_FILES
    bytes: int = field(default_factory=lambda: largest() * UNPACKED_TIMES)


def keep(files: "Sequence[UploadedFile[bytes]]", suffixes: Sequence[str] = (), paths: Sequence[str] = ()) -> Path:
    """Write the uploaded files to a new folder, archives unpacked. Returns the folder.

    Without `suffixes`, every file is taken. `paths` are where the files lay below the folder that somebody chose.
    """
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
        _keep(files, suffixes, paths if len(paths) == len(files) else (), folder)
    except UploadRefused:
        shutil.rmtree(folder)
        raise
    return folder


def _keep(files: "Sequence[UploadedFile[bytes]]", suffixes: Sequence[str], paths: Sequence[str], folder: Path) -> None:
    archives = []
    for number, file in enumerate(files):
        name = safe_name(file.name or "file")
        suffix = Path(name).suffix.lower()
        if suffixes and suffix not in suffixes:
            raise UploadRefused(f"{name} is none of {', '.join(suffixes)}.")
        place = _place(folder, paths[number] if paths else name)
        with place.open("wb") as kept:
            for chunk in file.chunks(CHUNK):
                kept.write(chunk)
        if suffix == ".zip":
            archives.append(place)
    unpack_all(archives, folder)


def _place(folder: Path, name: str) -> Path:
    """Where a file of that name is written: below `folder` whatever the name says, beside what has it already."""
    parts = [safe_name(part) for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", ".", "..")]
    place = folder.joinpath(*(parts or ["file"]))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as problem:
        raise UploadRefused(f"{parts[0]} comes as a file and as a folder.") from problem
    except OSError as problem:
        raise UploadRefused(f"The path of {parts[-1]} is too long.") from problem
    return _free(place)


def gather(paths: Sequence[Path]) -> Path:
    """A new folder with copies of this machine's files and folders, archives unpacked: a run can be resumed from it."""
    folder = new_folder()
    archives = []
    for path in paths:
        place = _free(folder / safe_name(path.name))
        if path.is_dir():
            shutil.copytree(path, place)
        else:
            shutil.copy2(path, place)
        if path.suffix.lower() == ".zip" and path.is_file():
            archives.append(place)
    unpack_all(archives, folder)
    return folder


def unpack_all(archives: Sequence[Path], folder: Path) -> None:
    """Unpack archives into `folder` and remove them; several get a folder each."""
    budget = Budget()
    for archive in archives:
        into = folder if len(archives) == 1 and archive.parent == folder else archive.with_suffix("")
        unpack(archive, into if into == folder else _free(into), budget)
        archive.unlink()


def _free(path: Path) -> Path:
    number = 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem} ({number})")
        number += 1
    return free


def unpack(archive: Path, folder: Path, budget: Budget | None = None, *, nested: bool = True) -> None:
    """Unpack the files of `archive` into `folder`, refusing what is out of proportion or leads elsewhere."""
    budget = budget or Budget()
    inner = []
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            _check(archive.name, entries, budget)
            for entry in entries:
                place = _unpack_one(packed, entry, folder, budget)
                if place is not None and place.suffix.lower() == ".zip":
                    inner.append(place)
    except BROKEN as problem:
        raise UploadRefused(f"{archive.name} cannot be unpacked: {_reason(problem)}.") from problem
    for place in inner if nested else []:
        unpack(place, _free(place.with_suffix("")), budget, nested=False)
        place.unlink()


def _reason(problem: BaseException) -> str:
    return "it needs a password" if "password" in str(problem) else str(problem).rstrip(".")


def _check(name: str, entries: Sequence[zipfile.ZipInfo], budget: Budget) -> None:
    budget.files -= len(entries)
    if budget.files < 0:
        raise UploadRefused(f"{name} holds {len(entries):,} files; at once there may be {MOST_FILES:,}.")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", entry.filename):
            raise UploadRefused(f"{name} holds a file that leads out of its folder.")
        if len(entry.filename.encode(errors="replace")) > LONGEST_PATH:
            raise UploadRefused(f"{name} holds a name of more than {LONGEST_PATH} characters.")
        if entry.file_size > SMALL and entry.file_size > entry.compress_size * MOST_TIMES:
            raise UploadRefused(f"{name}: {path.name} unpacks to more than {MOST_TIMES} times its size.")


def _unpack_one(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, budget: Budget) -> Path | None:
    """Unpack one entry, believing only what is really read. Returns where it lies."""
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or parts[0] == "__MACOSX":
        return None
    place = _place(folder, name)
    most = max(SMALL, entry.compress_size * MOST_TIMES)
    with packed.open(entry) as source, place.open("wb") as kept:
        for chunk in _chunks(source):
            budget.bytes -= len(chunk)
            most -= len(chunk)
            if most < 0:
                raise UploadRefused(f"{place.name} unpacks to more than {MOST_TIMES} times its size.")
            if budget.bytes < 0:
                raise UploadRefused(f"The archive unpacks to more than {largest() * UNPACKED_TIMES / 1e6:,.0f} MB.")
            kept.write(chunk)
    return place


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk

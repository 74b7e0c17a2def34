"""Which files of a folder are documents, and why the others are not."""

import os
from collections.abc import Iterator
from pathlib import Path

from sameside.connectors.registry import Found, Source, visible
from sameside.connectors.tabular import kinds
from sameside.library import intake
from sameside.library.extraction.document import FORMAT_NAMES, format_of
from sameside.library.extraction.video import TRANSCRIPTS

MOST_FILES = 100_000
TABLES = (".csv", ".tsv", ".tab", ".parquet")


def recognise(source: Source) -> list[Found]:
    """Every file of the source in the order of its name, with why it is left out where it is."""
    found = []
    for path in walk(source.folder):
        found.append(_found(path, source.folder))
        if len(found) >= MOST_FILES:
            break
    return found


def _found(path: Path, folder: Path) -> Found:
    name = path.relative_to(folder).as_posix()
    shown = visible(name)
    size = path.lstat().st_size
    note = reason_to_skip(path, folder)
    kind = "" if note else format_of(path.name) or "by content"
    return Found(shown, kind, size, note, path if shown != name and kind else None)


def walk(folder: Path) -> Iterator[Path]:
    """Files in a fixed order; folders that begin with a dot are not entered, links to folders neither."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(names):
            yield Path(place) / name


def reason_to_skip(path: Path, folder: Path) -> str:
    """Why the file is not brought in, before it is read; empty when it is to be read."""
    name = path.name
    if name.startswith(("~$", ".~lock")):
        return "A lock file that an Office program left behind."
    if name.startswith(".") or name in ("Thumbs.db", "desktop.ini"):
        return "A hidden file."
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return "A link that leads out of the folder."
    if not path.is_file():
        return "Not a file."
    if path.suffix.lower() in TRANSCRIPTS:
        return _about_transcript(path)
    try:
        readable = intake.readable_as(path, name)
    except OSError:
        return "This program may not read it."
    if readable and _is_called_a_workbook(path):
        return "A table: bring it in as data, not as content."
    if not readable:
        if path.suffix.lower() in TABLES:
            return "A table: bring it in as data, not as content."
        return f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}."
    return ""


def _is_called_a_workbook(path: Path) -> bool:
    """Reports are often text or a web page called .xls."""
    if path.suffix.lower() not in kinds.BOOK_SUFFIXES:
        return False
    try:
        return kinds.of(path) in ("text", "html")
    except (kinds.NoTable, OSError):
        return False


def _about_transcript(path: Path) -> str:
    stems = (path.stem, path.stem.rpartition(".")[0])
    for video in path.parent.iterdir():
        if video.stem in stems and format_of(video.name) == "video":
            return f"The transcript of {visible(video.name)}, read together with it."
    return "A transcript; lay it beside the video of the same name."

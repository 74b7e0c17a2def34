"""Where the indexes of this machine lie, and how one replaces another.

`search/<kind>/index-.../` in the data folder holds one index with its `state.json`, which says what the index knows;
`search/<kind>/current` names the version in use. Both files are replaced in one step, so a process that dies leaves
either the old or the new one. An index is built in a folder of its own while the one before it answers. Who writes
holds the lock on `search/writer`; folders that nothing points to are swept away later, because somebody may still read.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from django.conf import settings

from sameside.retrieval.engine import Busy

POINTER, STATE, WANTED = "current", "state.json", "wanted"
_VERSION = "index-"
SWEPT_AFTER = 120.0
"""Seconds for which an index that was replaced is still there for those who are reading it."""


@dataclass(frozen=True)
class State:
    """`snapshot`: what is committed in it, the index holds. `identity`: of which database, and how it was made."""

    identity: str
    snapshot: str
    read_at: float
    documents: int
    built_at: float
    writes: int = 0


@dataclass(frozen=True)
class Place:
    """The folder of the indexes of one kind."""

    folder: Path

    @cached_property
    def pointer(self) -> Path:
        return self.folder / POINTER

    def current(self) -> Path | None:
        """The folder of the index in use."""
        try:
            name = self.pointer.read_text().strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return self.folder / name if name.startswith(_VERSION) and name.isprintable() else None

    def new_version(self) -> Path:
        version = self.folder / f"{_VERSION}{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{uuid.uuid4().hex[:6]}"
        version.mkdir(parents=True)
        return version

    def point_to(self, version: Path) -> None:
        write(self.pointer, version.name)

    def forget(self) -> None:
        """No index is in use any more."""
        self.pointer.unlink(missing_ok=True)

    def versions(self) -> list[Path]:
        return sorted(self.folder.glob(f"{_VERSION}*"))

    def sweep(self, *, but: Path | None = None) -> int:
        """Remove what nothing points to and nobody has touched for a while; returns how many folders."""
        kept, gone = {self.current(), but}, 0
        for version in self.versions():
            if version not in kept and time.time() - _touched(version) > SWEPT_AFTER:
                shutil.rmtree(version, ignore_errors=True)
                gone += 1
        return gone

    def want_rebuild(self) -> None:
        """Ask the process that writes here to build this kind anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / WANTED).touch()

    def is_rebuild_wanted(self) -> bool:
        return (self.folder / WANTED).exists()

    def rebuild_begun(self) -> None:
        (self.folder / WANTED).unlink(missing_ok=True)


def root() -> Path:
    return Path(settings.DATA) / "search"


def place(kind: str) -> Place:
    return _place(settings.DATA, kind)


@lru_cache
def _place(data: Path, kind: str) -> Place:
    """Every answer asks for it, and to join a path takes longer than to look at its file."""
    return Place(Path(data) / "search" / kind)


def _touched(version: Path) -> float:
    """When the folder was last written or replaced."""
    times = [version.stat().st_mtime]
    for name in (STATE, f"../{POINTER}"):
        with contextlib.suppress(FileNotFoundError):
            times.append((version / name).stat().st_mtime)
    return max(times)


def write(path: Path, text: str) -> None:
    """Replace a small file in one step, so that it is there after a crash too."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def save_state(version: Path, state: State) -> None:
    write(version / STATE, json.dumps(asdict(state)))


def read_state(version: Path) -> State | None:
    """None when the index was never finished, or its state cannot be read."""
    try:
        return State(**json.loads((version / STATE).read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def directory_size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


@contextmanager
def writing() -> Iterator[None]:
    """Be the one process that writes the indexes of this machine; raises `Busy` when another is."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / "writer").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Busy("Another process writes the indexes of this machine.") from held
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_written() -> bool:
    """Whether a process is writing the indexes of this machine."""
    try:
        with (root() / "writer").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False

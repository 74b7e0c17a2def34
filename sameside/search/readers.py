"""What this process searches with: the machine's indexes, opened once and refreshed when they changed.

Before each answer two small files are looked at (not read): the pointer, which names the index in use, and its state,
which is replaced with every write. Any number of processes and threads read while one process writes.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sameside.retrieval.engine import Damaged, Engine
from sameside.retrieval.engine import NotReady as NotReady
from sameside.search import embedding, engines, indexes, kinds
from sameside.search.kinds import Kind

_ATTEMPTS = 3
_Mark = tuple[int, int]
_Meaning = tuple[str, int, int]


@dataclass
class _Open:
    engine: Engine
    state_file: Path
    pointer: _Mark
    state: _Mark
    meaning: _Meaning | None
    """The model and the vectors it was opened or refreshed with."""


def _mark(path: Path) -> _Mark:
    """Another one when the file was replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _model(meaning: _Meaning | None) -> str:
    return meaning[0] if meaning else ""


@dataclass
class Readers:
    """The engines of this process, by kind."""

    _opened: dict[str, _Open] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: int = 0

    def engine(self, kind: Kind) -> Engine:
        """The engine that holds what is committed; raises `NotReady`."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._engine(kind)
            except (FileNotFoundError, Damaged) as problem:
                # Replaced just now, or damaged; the pointer leads on once a new one is built.
                self._opened.pop(kind.name, None)
                if attempt == _ATTEMPTS - 1:
                    raise NotReady(not_ready(kind)) from problem
                time.sleep(0.02)
        raise NotReady(not_ready(kind))

    def _engine(self, kind: Kind) -> Engine:
        place = indexes.place(kind.name)
        known = self._opened.get(kind.name) if self._process == os.getpid() else None
        pointer = _mark(place.pointer)
        if known is not None and known.pointer == pointer:
            state, meaning = _mark(known.state_file), embedding.mark(kind)
            if (known.state, known.meaning) == (state, meaning):
                return known.engine
            if _model(known.meaning) == _model(meaning):
                with self._lock:
                    known.engine.refresh()
                    known.state, known.meaning = state, meaning
                return known.engine
        with self._lock:
            if self._process != os.getpid():
                self._opened, self._process = {}, os.getpid()
            version = place.current()
            if version is None:
                raise FileNotFoundError(place.pointer)
            state_file = version / indexes.STATE
            state, meaning = _mark(state_file), embedding.mark(kind)
            made = _Open(engines.open_engine(version, kind), state_file, pointer, state, meaning)
            self._opened[kind.name] = made
        return made.engine


def not_ready(kind: Kind) -> str:
    return f"The index of {kind.plural.lower()} is being built. Search answers as soon as it is ready."


_readers = Readers()
_source: Callable[[Kind], Engine] = _readers.engine


def engine(kind: str) -> Engine:
    """The engine to search things of this kind with; raises `NotReady`."""
    return _source(kinds.by_name(kind))


def use(source: Callable[[Kind], Engine] | None) -> None:
    """Have engines come from elsewhere; None: from this machine's indexes again."""
    global _source
    _source = source or _readers.engine

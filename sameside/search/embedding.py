"""The model this process searches by meaning with, and where the vectors it made lie.

`SAMESIDE_SEARCH_MODEL` names it. It is opened when it is first needed and kept. Without one, words alone answer.
"""

import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sameside.retrieval.embedder import Embedder
from sameside.retrieval.embedding import Unusable, building, choice
from sameside.retrieval.vectors import VectorFile
from sameside.search import indexes

if TYPE_CHECKING:
    from sameside.search.kinds import Kind


log = logging.getLogger(__name__)


def models() -> Path:
    """Where models are built."""
    return Path(settings.DATA) / "models"


@dataclass
class _Opened:
    """The model of this process; a model that is not built yet is looked for again, one that cannot be used is not."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    setting: str = ""
    process: int = 0
    embedder: Embedder | None = None
    problem: Unusable | None = None

    def get(self) -> Embedder | None:
        with self.lock:
            if (self.setting, self.process) != (settings.SEARCH_MODEL, os.getpid()) or self._is_built_now():
                self.setting, self.process = settings.SEARCH_MODEL, os.getpid()
                self.embedder = self.problem = None
                try:
                    self.embedder = choice.opened(self.setting, models())
                except Unusable as problem:
                    self.problem = problem
            return self.embedder

    def _is_built_now(self) -> bool:
        return isinstance(self.problem, building.NotBuilt) and building.is_built(models())


_opened = _Opened()


def embedder() -> Embedder | None:
    """The model, or None when there is none to be had; `problem` says why."""
    return _opened.get()


def problem() -> Unusable | None:
    """Why there is no model although one is wanted."""
    return _opened.problem if _opened.get() is None else None


def vectors(kind: "Kind") -> VectorFile | None:
    """The vectors of a kind as they are on this machine, by the model in use."""
    model = embedder() if kind.has_meaning else None
    if model is None:
        return None
    return VectorFile(folder(kind), model.identity, model.dimensions, damaged_is_empty=True)


def folder(kind: "Kind") -> Path:
    return indexes.place(kind.name).folder / "vectors"


def mark(kind: "Kind") -> tuple[str, int, int] | None:
    """Another one when the model changed or vectors were written; None without a model."""
    model = embedder() if kind.has_meaning else None
    if model is None:
        return None
    try:
        found = (folder(kind) / model.identity / "state.json").stat()
    except FileNotFoundError:
        return model.identity, 0, 0
    return model.identity, found.st_ino, found.st_mtime_ns


def sentence() -> str:
    """Which model is in use, or why none is, for people."""
    model, trouble = embedder(), problem()
    if model is not None:
        return f"Search finds by words and by meaning ({model.identity})."
    if trouble is not None:
        return f"Search finds by words only. {trouble}"
    return "Search finds by words only: SAMESIDE_SEARCH_MODEL is none."


@dataclass
class ModelBuilder:
    """Builds the default model once, in a process of its own, when its packages are there and it is not."""

    process: "subprocess.Popen[str] | None" = None
    has_tried: bool = False

    def build_if_missing(self) -> None:
        if self.has_tried:
            return
        if self.process is None and isinstance(problem(), building.NotBuilt):
            command = [sys.executable, "-m", "sameside", "search", "model", "build"]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        elif self.process is not None and self.process.poll() is not None:
            said, _ = self.process.communicate()
            log.log(logging.WARNING if self.process.returncode else logging.INFO, "%s", said.strip())
            self.has_tried = True

"""The outside of the confined process: hand it files, get documents; it is replaced when it fails, hangs or is old."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sameside.library.extraction.document import Document

REQUESTS_PER_PROCESS = 200
MOST_ANSWER_BYTES = 96 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one file may take: pages, seconds and megabytes of memory."""

    pages: int = 1000
    seconds: int = 120
    megabytes: int = 1024


class Failed(Exception):
    """The confined process gave no whole answer; the message is a sentence fit for the screen."""


class Reader:
    """Reads and draws files in one confined process at a time. Use it as a context; not from several threads."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = 0
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, path: Path, kind: str, name: str, *, transcript: Path | None = None) -> Document:
        """The document in `path`, which was called `name`; its `refusal` says why there is none."""
        request = {"do": "read", "path": str(path), "format": kind, "name": name, "pages": self.limits.pages}
        if transcript is not None:
            request["transcript"] = str(transcript)
        try:
            answer = next(self._ask(request))
        except Failed as failure:
            return Document(kind, refusal=str(failure))
        return Document(**answer)

    def draw(
        self, path: Path, kind: str, title: str, folder: Path, texts: Sequence[str] = ()
    ) -> Iterator[dict[str, Any]]:
        """Draw the pages of `path` into `folder`; yields number, image, thumbnail, width and height of each.

        `texts` are the texts of its pages, for what has no looks of its own.

        Ends early, with what was drawn until then, when a limit is reached.
        """
        request: dict[str, Any] = {"do": "draw", "path": str(path), "format": kind, "title": title}
        request |= {"folder": str(folder), "texts": list(texts)}
        try:
            for answer in self._ask({**request, "pages": self.limits.pages}):
                if "done" in answer:
                    return
                yield answer
        except Failed:
            return

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The lines that answer `request`; the caller stops reading after the last."""
        process = self._ready()
        deadline = time.monotonic() + self.limits.seconds
        if process.stdin is None or process.stdout is None:
            raise self._failure()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            yield from self._lines(process.stdout.fileno(), deadline)
        except BrokenPipeError as problem:
            raise self._failure() from problem
        except Failed:
            self.close()
            raise

    def _lines(self, descriptor: int, deadline: float) -> Iterator[dict[str, Any]]:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while True:
                line, found, rest = self._rest.partition(b"\n")
                if found:
                    self._rest = rest
                    yield json.loads(line)
                    continue
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise Failed(f"It took longer than {self.limits.seconds} seconds, so it was left.")
                piece = os.read(descriptor, 1 << 20)
                if not piece:
                    raise self._failure()
                self._rest += piece
                if len(self._rest) > MOST_ANSWER_BYTES:
                    raise Failed("It holds more text than is read of one file.")

    def _ready(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and (self._requests >= REQUESTS_PER_PROCESS or self._process.poll() is not None):
            self.close()
        if self._process is None:
            limits = (self.limits.megabytes, self.limits.seconds, REQUESTS_PER_PROCESS)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sameside.library.extraction.worker", *map(str, limits)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
            self._requests, self._rest = 0, b""
        self._requests += 1
        return self._process

    def _failure(self) -> Failed:
        """Why the process is gone."""
        code = self._process.wait() if self._process is not None else 0
        self.close()
        if code == -24:  # SIGXCPU
            return Failed(f"It took longer than {self.limits.seconds} seconds, so it was left.")
        if code == -6:  # SIGABRT: what Rust and C++ do without memory
            return Failed("It needs more memory to open than a document may take.")
        return Failed("It is damaged: the program that opens such files broke on it.")


def _environment() -> dict[str, str]:
    """The confined process gets no secret of ours."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "PYTHONPATH") if name in os.environ
    }
    package = Path(__file__).resolve().parents[3]
    return {**kept, "PYTHONPATH": f"{package}", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

"""One process tree: the supervisor starts the web server, the worker and the indexer, and stops them in reverse.

Children are told by the kernel when the supervisor dies (`PR_SET_PDEATHSIG`), so that even a kill -9 leaves no web
server holding the port; PostgreSQL survives it unharmed and is found again by the next start.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

_PR_SET_PDEATHSIG = 1
_GRACE_SECONDS = 15
_MOST_STARTS = 5
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Process:
    name: str
    command: Sequence[str]
    once: bool = False
    handle: "subprocess.Popen[bytes] | None" = None
    starts: int = 0

    @property
    def ended(self) -> bool:
        """Whether it should be running and is not."""
        if self.handle is None or (code := self.handle.poll()) is None:
            return False
        return not (self.once and code == 0)

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops all in order.
        self.handle = subprocess.Popen(self.command, preexec_fn=_die_with_parent, start_new_session=True)
        self.starts += 1

    def stop(self) -> None:
        if self.handle is None or self.handle.poll() is not None:
            return
        self.handle.terminate()
        try:
            self.handle.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.handle.kill()
            self.handle.wait()


@dataclass
class Supervisor:
    """Keeps `processes` running until a signal comes; one that ends is started again, at most 5 times.

    A process marked `once` may end with exit code 0 and is then left alone.
    """

    processes: list[Process]
    stopping: bool = field(default=False, init=False)

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        for process in self.processes:
            process.start()

    def watch(self) -> int:
        """Wait; return 0 after a stop that was asked for, 1 when a process would not stay up."""
        while not self.stopping:
            time.sleep(0.3)
            for process in self.processes:
                if not process.ended or self.stopping:
                    continue
                if process.starts >= _MOST_STARTS:
                    sys.stderr.write(f"sameside: {process.name} ended again and again; see the messages above.\n")
                    self.stop()
                    return 1
                sys.stderr.write(f"sameside: {process.name} ended, starting it again.\n")
                process.start()
        self.stop()
        return 0

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()


def web(host: str, port: int, *, processes: int, threads: int) -> Process:
    return Process(
        "the web server",
        [
            sys.executable,
            "-m",
            "gunicorn",
            "sameside.project.wsgi:application",
            "--config=python:sameside.project.stopping",
            f"--bind={host}:{port}",
            f"--workers={processes}",
            f"--threads={threads}",
            "--worker-class=gthread",
            "--preload",
            "--timeout=120",
            "--graceful-timeout=10",
            "--keep-alive=5",
            "--limit-request-line=8190",
            "--log-level=warning",
            f"--worker-tmp-dir={'/dev/shm' if os.path.isdir('/dev/shm') else '/tmp'}",  # noqa: PTH112, S108
        ],
    )


def worker() -> Process:
    return Process("the worker", [sys.executable, "-m", "sameside", "worker"])


def indexer() -> Process:
    return Process("the indexer", [sys.executable, "-m", "sameside", "indexer"])

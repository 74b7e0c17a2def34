"""Web servers to measure: one gunicorn worker each, so that its CPU time can be read from the kernel."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def hello(environ: dict[str, object], start_response: object) -> list[bytes]:
    """The bare WSGI application everything is compared with."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "6")])  # type: ignore[operator]
    return [b"hello\n"]


def cpu_of(pid: int) -> float:
    """CPU seconds, user and system, that the process has spent."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@dataclass
class Server:
    port: int
    worker: int

    def cpu(self) -> float:
        return cpu_of(self.worker)

    def memory(self) -> int:
        """Bytes that the worker holds in memory: of its own, and what it touched of files it maps."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024

    def get(self, path: str, cookie: str = "", times: int = 1) -> tuple[int, int]:
        """Ask for `path` `times` times over one connection; the last status and length."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": cookie} if cookie else {}
        status = length = 0
        for _ in range(times):
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            length = len(response.read())
            status = response.status
        connection.close()
        return status, length


@contextlib.contextmanager
def gunicorn(application: str, port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve `application` on `port` with one worker of one thread."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", "--workers=1", "--threads=1",
         "--worker-class=gthread", "--keep-alive=30", "--timeout=300", "--log-level=error"],
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        for _ in range(200):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            with contextlib.suppress(OSError):
                if children and urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5).status == 200:
                    break
            time.sleep(0.1)
        else:
            message = f"{application} did not start"
            raise RuntimeError(message)
        yield Server(port, int(children[0]))
    finally:
        process.terminate()
        process.wait(30)

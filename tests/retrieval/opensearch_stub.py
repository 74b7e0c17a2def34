"""A cluster that is not one: it records what it is asked and answers with what a test says."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]


@dataclass
class Stub:
    """`answer` is given method, path and body; what it does not know (None) gets the usual answer of its kind."""

    answer: Callable[[str, str, Any], Answer | None] = lambda method, path, body: None
    asked: list[tuple[str, str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def searches(self) -> list[Any]:
        return [body for _, path, body in self.asked if "_search" in path and "point_in_time" not in path]


def usual(path: str, body: Any) -> Answer:
    if path == "/":
        return 200, {"version": {"distribution": "opensearch", "number": "3.2.0"}}
    if "_search" in path and "point_in_time" not in path:
        return 200, nothing(body)
    return 200, {}


def nothing(body: Any) -> dict[str, Any]:
    """The documented shape of an answer in which nothing is found."""
    return {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": 0, "relation": "eq"}, "max_score": None, "hits": []},
        "aggregations": {name: _empty(agg) for name, agg in body.get("aggs", {}).items()},
    }


def _empty(agg: dict[str, Any]) -> dict[str, Any]:
    if "filter" in agg:
        return {"doc_count": 0} | {name: _empty(inner) for name, inner in agg.get("aggs", {}).items()}
    return {"doc_count_error_upper_bound": 0, "sum_other_doc_count": 0, "buckets": []}


@contextmanager
def served(stub: Stub) -> Iterator[Stub]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            ndjson = self.headers.get("Content-Type") == "application/x-ndjson"
            body = [json.loads(line) for line in content.splitlines()] if ndjson else json.loads(content or "null")
            stub.asked.append((self.command, self.path, body))
            stub.headers.append(dict(self.headers))
            status, answer = stub.answer(self.command, self.path, body) or usual(self.path, body)
            sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

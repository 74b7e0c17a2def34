"""Uploads whose length nobody says beforehand (`Transfer-Encoding: chunked`): kept until the limit, then handed on.

Django reads as many bytes as `Content-Length` names. A body without one is written to a temporary file first, no
further than the largest upload, so that what follows sees a request like any other; one that is larger is handed on as
too large and refused. Who sends neither a token nor a cookie is told to say the length.
"""

import tempfile
from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

Environment = dict[str, Any]
Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]
_CHUNK = 1 << 20
_FORM = 1_000_000
_IN_MEMORY = 5_000_000


@runtime_checkable
class Closable(Protocol):
    def close(self) -> None: ...


class Chunked:
    def __init__(self, application: Application, *, most: int) -> None:
        self.application = application
        self.most = most + _FORM

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() != "chunked" or environ.get("CONTENT_LENGTH"):
            return self.application(environ, start_response)
        if not (environ.get("HTTP_AUTHORIZATION") or environ.get("HTTP_COOKIE")):
            start_response("411 Length Required", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return []
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            size = 0
            while size <= self.most and (chunk := environ["wsgi.input"].read(_CHUNK)):
                size += len(chunk)
                body.write(chunk)
            body.seek(0 if size <= self.most else size)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = body, str(size)
            answer = self.application(environ, start_response)
            try:
                return list(answer)
            finally:
                if isinstance(answer, Closable):
                    answer.close()

"""Requests to the cluster. What goes wrong is a sentence that holds neither its address nor credentials."""

import base64
import http.client
import json
import ssl
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from sameside.retrieval.engine import NotReady

SECONDS = 10.0
_WRITING = 6
"""Times as long may a bulk of documents take."""
_OVERLOADED = (429, 503)
Json = dict[str, Any]


class Refused(Exception):
    """The cluster does not take a request as it is; `status` says why in HTTP's words."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"OpenSearch refused a request: {status} {kind}.")
        self.status, self.kind = status, kind


class Connection:
    """One request, one connection: threads share nothing. Certificates are verified, redirects not followed."""

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NotReady("SAMESIDE_OPENSEARCH_URL must be like https://user:password@host:9200.")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._base = parts.path.rstrip("/")
        self._seconds = seconds
        self._headers = {"Accept": "application/json"}
        if parts.username is not None:
            given = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = "Basic " + base64.b64encode(given.encode()).decode()

    def ask(self, method: str, path: str, body: Json | None = None, **params: str) -> Json:
        content = None if body is None else json.dumps(body).encode()
        return self._send(method, path, content, "application/json", params, self._seconds)

    def bulk(self, lines: Iterable[Json], **params: str) -> Json:
        content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
        return self._send("POST", "/_bulk", content, "application/x-ndjson", params, _WRITING * self._seconds)

    def _send(
        self, method: str, path: str, content: bytes | None, form: str, params: Mapping[str, str], seconds: float
    ) -> Json:
        target = self._base + quote(path, safe="/_*,") + (f"?{urlencode(params)}" if params else "")
        opened = self._opened(seconds)
        try:
            headers = self._headers | ({"Content-Type": form} if content is not None else {})
            opened.request(method, target, content, headers)
            answer = opened.getresponse()
            status, text = answer.status, answer.read()
        except TimeoutError as problem:
            raise NotReady("Search takes too long to answer just now. Try again in a moment.") from problem
        except (OSError, http.client.HTTPException) as problem:
            raise NotReady("Search cannot be reached just now. Try again in a moment.") from problem
        finally:
            opened.close()
        if status in _OVERLOADED:
            raise NotReady("Search has too much to do just now. Try again in a moment.")
        if status in (401, 403):
            raise NotReady("Search does not let Sameside in. An administrator can see why with `sameside doctor`.")
        try:
            found = json.loads(text) if text else {}
        except ValueError as problem:
            raise NotReady("Search gave no answer that can be read. Try again in a moment.") from problem
        if status >= 300 or not isinstance(found, dict):
            error = found.get("error") if isinstance(found, dict) else None
            raise Refused(status, str(error.get("type", "")) if isinstance(error, dict) else "")
        return found

    def _opened(self, seconds: float) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)

"""Get one file from an address of the web without being led anywhere else.

The host is resolved first, and every address it has must be a public one; the connection then goes to the very address
that was checked, so a name that answers differently the next time leads nowhere (DNS rebinding). The same holds for
each redirect. Private hosts that the administrator lists (`SAMESIDE_URL_IMPORT_ALLOW`) are let through. Size and time
are limited; nothing that the page refers to is fetched.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

from django.conf import settings

from sameside.connectors.uploads import safe_name
from sameside.library.extraction.document import FORMATS

SCHEMES = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
SECONDS = 45
SECONDS_OF_SILENCE = 15
LONGEST = 2_000
CHUNK = 1 << 16
TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "message/rfc822": ".eml",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/tiff": ".tiff",
    "image/svg+xml": ".svg",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})


class NotFetched(Exception):
    """The file cannot be had from there; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Fetched:
    """`name` is the host and a file name: the place that the file has from now on."""

    path: Path
    name: str
    address: str


def address(given: str) -> str:
    """The address in its normal form, or a `NotFetched` that says what is wrong with it."""
    given = given.strip()
    if len(given) > LONGEST or any(not letter.isprintable() for letter in given):
        raise NotFetched(f"An address has at most {LONGEST:,} characters, none of them invisible.")
    parts = _parts(given if "://" in given else f"https://{given}")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    port = f":{parts.port}" if parts.port and parts.port != SCHEMES[parts.scheme] else ""
    host = _ascii_host(parts)
    return urlunsplit((parts.scheme, f"[{host}]{port}" if ":" in host else f"{host}{port}", path, query, ""))


def fetch(given: str, folder: Path) -> Fetched:
    """Get the file at `given` into `folder`, following at most five redirects."""
    until = time.monotonic() + SECONDS
    here = address(given)
    for _ in range(MOST_REDIRECTS + 1):
        with closing(_connection(here)) as connection, _cut(connection, until):
            try:
                response = _asked(connection, here)
                if response.status in (301, 302, 303, 307, 308):
                    here = address(urljoin(here, response.headers.get("Location", "")))
                    continue
                return _kept(response, here, folder, until)
            except (OSError, HTTPException) as problem:
                if time.monotonic() > until:
                    raise NotFetched(f"It took longer than {SECONDS} seconds, so it was left.") from problem
                raise NotFetched(f"{_host(here)} did not answer as a web server does: {_reason(problem)}.") from problem
    raise NotFetched(f"It leads on more than {MOST_REDIRECTS} times.")


def _parts(given: str) -> SplitResult:
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError as problem:
        raise NotFetched("This is not an address of the web.") from problem
    if parts.scheme not in SCHEMES:
        raise NotFetched("Only addresses that begin with http:// or https:// can be brought in.")
    if not parts.hostname:
        raise NotFetched("This address names no host.")
    if parts.username or parts.password:
        raise NotFetched("An address with a user name or password is not fetched.")
    if port not in (None, 80, 443) and not _is_allowed(parts.hostname, port):
        raise NotFetched("Only the ports 80 and 443 are fetched from.")
    return parts


def _ascii_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        return host if ":" in host else host.encode("idna").decode()
    except UnicodeError as problem:
        raise NotFetched("This address names no host.") from problem


def _host(here: str) -> str:
    return urlsplit(here).hostname or ""


def _is_allowed(host: str, port: int | None) -> bool:
    return host in settings.URL_IMPORT_ALLOW or f"{host}:{port}" in settings.URL_IMPORT_ALLOW


def public(text: str) -> bool:
    """Whether an IP address is one of the public network, also when it is wrapped into another."""
    found = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and not public(str(inner)):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _checked_addresses(host: str, port: int) -> Iterator[str]:
    """The addresses of the host, all of them public unless the host is on the list."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NotFetched(f"There is no host called {host}.") from problem
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not _is_allowed(host, port) and not all(map(public, addresses)):
        raise NotFetched(f"{host} is in a private network; addresses there are not fetched.")
    yield from addresses


class _Connection(HTTPConnection):
    """A connection to an address that was checked, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, ip: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS_OF_SILENCE)
        self._ip, self._secure = ip, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self._ip, self.port), self.timeout)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End what is being sent, from another thread."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@contextmanager
def _cut(connection: _Connection, until: float) -> Iterator[None]:
    """Nobody draws the answer out beyond `until` by sending it letter by letter."""
    end = threading.Timer(max(until - time.monotonic(), 0), connection.cut)
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _connection(here: str) -> _Connection:
    parts = _parts(here)
    host = parts.hostname or ""
    port = parts.port or SCHEMES[parts.scheme]
    last: OSError | None = None
    for ip in _checked_addresses(host, port):
        connection = _Connection(host, port, ip, secure=parts.scheme == "https")
        try:
            connection.connect()
        except OSError as problem:
            last = problem
            connection.close()
            continue
        return connection
    raise NotFetched(f"{host} cannot be reached: {_reason(last)}.")


def _reason(problem: Exception | None) -> str:
    if isinstance(problem, TimeoutError):
        return "it took too long"
    if isinstance(problem, ssl.SSLError):
        return "its certificate is not valid"
    if isinstance(problem, ConnectionRefusedError):
        return "it refuses the connection"
    return type(problem).__name__ if problem else "it has no address"


def _asked(connection: _Connection, here: str) -> HTTPResponse:
    parts = urlsplit(here)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", parts.netloc)
    connection.putheader("Accept", "text/html,application/pdf,*/*;q=0.5")
    connection.putheader("Accept-Encoding", "identity")
    connection.putheader("User-Agent", "Sameside (content import)")
    connection.endheaders()
    return connection.getresponse()


def _kept(response: HTTPResponse, here: str, folder: Path, until: float) -> Fetched:
    if response.status != 200:
        raise NotFetched(f"{_host(here)} answers {response.status}, so there is nothing to bring in.")
    if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise NotFetched(f"{_host(here)} sends it packed, although that was not asked for.")
    name = _name(here, response.headers.get_content_type() if response.headers.get("Content-Type") else "")
    most = settings.UPLOAD_MB * 1_000_000
    if (response.length or 0) > most:
        raise NotFetched(f"It has {(response.length or 0) / 1e6:,.0f} MB; a file may have {settings.UPLOAD_MB} MB.")
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    size = 0
    with partial.open("wb") as file:
        while chunk := response.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise NotFetched(f"It has more than {settings.UPLOAD_MB} MB, which is the most a file may have.")
            if time.monotonic() > until:
                raise NotFetched(f"It took longer than {SECONDS} seconds, so it was left.")
            file.write(chunk)
    if time.monotonic() > until:
        raise NotFetched(f"It took longer than {SECONDS} seconds, so it was left.")
    if response.length:
        raise NotFetched("The connection broke off before all of it was here.")
    partial.replace(target)
    return Fetched(target, name, here)


def _name(here: str, kind: str) -> str:
    """Host and file name; the ending follows what the server says where the address has none that is known."""
    parts = urlsplit(here)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]) or "index"
    suffix = Path(last).suffix.lower()
    told = TYPES.get(kind.lower(), "")
    if not told and kind.lower() not in UNTOLD and suffix not in FORMATS:
        raise NotFetched(f"It is of the kind {kind[:80]}, which cannot be brought in.")
    if told == ".html" or suffix not in FORMATS:
        last = f"{Path(last).stem if suffix in FORMATS else last}{told or suffix or '.html'}"
    if parts.query and told == ".html":
        last = f"{Path(last).stem} {parts.query[:60]}{Path(last).suffix}"
    return f"{safe_name(parts.hostname or 'web')}/{safe_name(last)}"

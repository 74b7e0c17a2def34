"""Content by its address: fetched from public hosts only, checked again, never twice."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sameside.connectors import runs
from sameside.connectors.documents import fetching, web
from sameside.connectors.documents.fetching import NotFetched
from sameside.library.models import Asset, AssetVersion, WebSource
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.documents import ENGLISH


class Site(BaseHTTPRequestHandler):
    pages: dict[str, tuple[int, dict[str, str], bytes]] = {}  # noqa: RUF012
    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.path)
        status, headers, body = self.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Site.pages, Site.seen = {}, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"
    (tmp_path / "data").mkdir()


def page(text: str, kind: str = "text/html; charset=utf-8") -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": kind}, text.encode()


def html(text: str) -> str:
    return f"<!doctype html><html><head><title>Pricing guide</title></head><body><p>{text}</p></body></html>"


def test_a_page_becomes_an_asset_and_is_checked_again(settings: Any, site: str, alice: Person) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    Site.pages["/guide"] = page(html(ENGLISH))
    address = f"http://{site}/guide#part"
    notes = []
    for text in (ENGLISH, ENGLISH, f"{ENGLISH} And more."):
        Site.pages["/guide"] = page(html(text))
        run = web.bring_in(address, by=alice, at=NOW)
        runs.execute(run.pk)
        notes.append(run.files.get().note)
    assert notes == ["New, 1 page.", "Already in the library.", "Version 2, 1 page: new content at the same place."]
    asset = Asset.objects.get()
    assert (asset.title, asset.path) == ("Pricing guide", "127.0.0.1/guide.html")
    source = WebSource.objects.get()
    assert (source.asset, source.url, source.added_by) == (asset, f"http://{site}/guide", alice)


def test_a_page_that_only_changed_its_markup_is_no_new_version(settings: Any, site: str, alice: Person) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    for mark in ("<i>", "<b>"):
        Site.pages["/"] = page(html(f"{mark}{ENGLISH}"))
        run = web.bring_in(f"http://{site}/", by=alice, at=NOW)
        runs.execute(run.pk)
    assert run.files.get().note == "The page is marked up otherwise, its text is the same."
    assert AssetVersion.objects.count() == 1


def test_check_again_on_the_page(settings: Any, site: str, alice: Person, bob: Person) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    Site.pages["/guide"] = page(html(ENGLISH))
    run = web.bring_in(f"http://{site}/guide", by=alice, at=NOW)
    runs.execute(run.pk)
    asset = Asset.objects.get()
    assert "Check again" in signed_in(alice).get(f"/library/{asset.slug}/versions/").content.decode()
    assert "Check again" not in signed_in(bob).get(f"/library/{asset.slug}/versions/").content.decode()
    assert signed_in(bob).post(f"/imports/web/{asset.pk}/check/").status_code == 403
    assert signed_in(alice).post(f"/imports/web/{asset.pk}/check/")["Location"].startswith("/imports/")
    del Site.pages["/guide"]
    answer = signed_in(alice).post(f"/imports/web/{asset.pk}/check/", follow=True)
    assert b"answers 404, so there is nothing to bring in" in answer.content


def test_a_pdf_is_brought_in_as_it_is(settings: Any, site: str, tmp_path: Path) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    Site.pages["/file?x=1"] = (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 whatever")
    fetched = fetching.fetch(f"http://{site}/file?x=1", tmp_path)
    assert (fetched.name, fetched.path.read_bytes()) == ("127.0.0.1/file.pdf", b"%PDF-1.7 whatever")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "224.0.0.1",
    ],
)
def test_private_addresses_are_not_fetched(site: str, tmp_path: Path, host: str) -> None:
    with pytest.raises(NotFetched, match=r"private network|no host"):
        fetching.fetch(f"http://{host}/", tmp_path)
    assert Site.seen == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("file:///etc/passwd", "Only addresses that begin with http"),
        ("ftp://example.com/a", "Only addresses that begin with http"),
        ("gopher://example.com/a", "Only addresses that begin with http"),
        ("javascript://x", "Only addresses that begin with http"),
        ("http://user:secret@example.com/", "user name or password"),
        ("http://example.com:22/", "Only the ports 80 and 443"),
        ("http:///x", "names no host"),
        ("http://[::1", "not an address"),
        ("https://example.com/\r\nHost: x", "none of them invisible"),
        (f"https://example.com/{'x' * 3000}", "at most 2,000 characters"),
    ],
)
def test_other_addresses_are_refused(tmp_path: Path, address: str, sentence: str) -> None:
    with pytest.raises(NotFetched, match=sentence):
        fetching.fetch(address, tmp_path)


def test_a_redirect_into_the_private_network_is_not_followed(settings: Any, site: str, tmp_path: Path) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    port = site.partition(":")[2]
    Site.pages["/out"] = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
    Site.pages["/name"] = (302, {"Location": f"http://localhost:{port}/secret"}, b"")
    Site.pages["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    for path, sentence in (("out", "private network"), ("name", "ports 80 and 443"), ("file", "Only addresses")):
        with pytest.raises(NotFetched, match=sentence):
            fetching.fetch(f"http://{site}/{path}", tmp_path)
    assert "/secret" not in Site.seen


def test_redirects_end_somewhere(settings: Any, site: str, tmp_path: Path) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    for number in range(7):
        Site.pages[f"/{number}"] = (302, {"Location": f"/{number + 1}"}, b"")
    Site.pages["/7"] = page(ENGLISH, "text/plain")
    with pytest.raises(NotFetched, match="leads on more than 5 times"):
        fetching.fetch(f"http://{site}/0", tmp_path)
    assert fetching.fetch(f"http://{site}/2", tmp_path).name == "127.0.0.1/7.txt"


def test_the_name_is_resolved_once_and_that_address_is_used(
    settings: Any, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and a private one next (DNS rebinding) leads nowhere."""
    asked: list[str] = []
    connected: list[Any] = []

    def resolve(host: str, *rest: Any, **more: Any) -> list[Any]:
        asked.append(host)
        ip = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80))]

    def connect(place: Any, *rest: Any) -> socket.socket:
        connected.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotFetched, match="it refuses the connection"):
        fetching.fetch("http://rebind.example/", tmp_path)
    assert (asked, connected) == (["rebind.example"], [("93.184.216.34", 80)])


def test_one_private_address_among_public_ones_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **more: both)
    with pytest.raises(NotFetched, match="private network"):
        fetching.fetch("http://mixed.example/", tmp_path)


def test_too_much_too_little_and_the_wrong_kind(settings: Any, site: str, tmp_path: Path) -> None:
    settings.URL_IMPORT_ALLOW = frozenset({site})
    settings.UPLOAD_MB = 1
    Site.pages["/large"] = (200, {"Content-Type": "application/pdf"}, b"x" * 1_500_000)
    Site.pages["/short"] = (200, {"Content-Type": "application/pdf", "Content-Length": "9000"}, b"x" * 100)
    Site.pages["/program"] = (200, {"Content-Type": "application/x-msdownload"}, b"MZ")
    Site.pages["/packed"] = (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"\x1f\x8b")
    for path, sentence in (
        ("large", "a file may have 1 MB"),
        ("short", r"broke off|did not answer"),
        ("program", "of the kind application/x-msdownload"),
        ("packed", "sends it packed"),
    ):
        with pytest.raises(NotFetched, match=sentence):
            fetching.fetch(f"http://{site}/{path}", tmp_path)


def test_the_form_says_why_not(alice: Person, charlie: Person) -> None:
    answer = signed_in(alice).post("/imports/web/", {"address": "http://127.0.0.1/"}, follow=True)
    assert b"127.0.0.1 is in a private network" in answer.content
    assert signed_in(charlie).post("/imports/web/", {"address": "http://127.0.0.1/"}).status_code in (302, 403)


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_sends_letter_by_letter_is_left(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beginning: bytes
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 1)
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        asked, _ = listening.accept()
        with asked:
            asked.sendall(beginning)
            while not over.wait(0.1):
                try:
                    asked.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        settings.URL_IMPORT_ALLOW = frozenset({address})
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        with pytest.raises(NotFetched, match="It took longer than 1 seconds"):
            fetching.fetch(f"http://{address}/guide.md", tmp_path)
        over.set()
        thread.join()

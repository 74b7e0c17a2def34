"""Every kind of file may be a trap: bombs, entities, references, nesting, lies. None costs more than a sentence."""

import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from sameside.library.extraction import office
from sameside.library.extraction.document import Document, format_of
from sameside.library.extraction.reader import Limits, Reader
from tests.library import documents
from tests.library.documents import ENGLISH

LIMITS = Limits(pages=50, seconds=30, megabytes=1024)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(LIMITS) as opened:
        yield opened


def read(reader: Reader, path: Path) -> Document:
    return reader.read(path, format_of(path.name), path.name)


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """An address that nothing should ever ask, and what asked it all the same."""
    hits: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    hits.append(connection.recv(200).decode("latin-1"))

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", hits
        ended.set()
        thread.join()


def _with_references(folder: Path, url: str) -> list[Path]:
    """One file of each format that refers to `url` in every way the format has."""
    image = (
        f'<p><img src="{url}/i.png"><link rel="stylesheet" href="{url}/s.css"><iframe src="{url}/f"></iframe>{ENGLISH}'
    )
    (folder / "a.html").write_text(f"<html><head><base href='{url}/'></head><body>{image}</body></html>")
    (folder / "a.md").write_text(f"# Guide\n\n![x]({url}/i.png)\n\n{image}\n\n{ENGLISH}")
    (folder / "a.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><title>Funnel</title>'
        f'<image xlink:href="{url}/i.png"/><use href="{url}/u.svg#a"/></svg>'
    )
    (folder / "a.eml").write_text(
        f"Subject: News\nFrom: a@example.com\nContent-Type: text/html\n\n<html><body>{image}</body></html>"
    )
    documents.epub(folder / "a.epub", [image], head=f'<!DOCTYPE p SYSTEM "{url}/d.dtd">')
    documents.open_document(
        folder / "a.odt",
        "text",
        f'<text:p>{ENGLISH}<draw:frame><draw:image xlink:href="{url}/i.png"/></draw:frame></text:p>'
        f'<text:section text:name="s"><text:section-source xlink:href="{url}/s.odt"/></text:section>',
        head=f'<!DOCTYPE d SYSTEM "{url}/d.dtd">',
    )
    word = documents.word(folder / "a.docx", [ENGLISH])
    rels = "word/_rels/document.xml.rels"
    with zipfile.ZipFile(word) as archive:
        told = archive.read(rels).decode()
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = "".join(
        f'<Relationship Id="out{kind}" Type="{kinds}/{kind}" Target="{url}/{kind}" TargetMode="External"/>'
        for kind in ("attachedTemplate", "image", "frame", "subDocument", "oleObject")
    )
    documents.repacked(word, {rels: told.replace("</Relationships>", f"{more}</Relationships>").encode()})
    return sorted(folder.iterdir())


def test_nothing_that_a_file_refers_to_is_fetched(
    tmp_path: Path, outside: tuple[str, list[str]], reader: Reader
) -> None:
    url, hits = outside
    (tmp_path / "in").mkdir()
    for path in _with_references(tmp_path / "in", url):
        found = read(reader, path)
        assert found.refusal == "", path.name
        list(reader.draw(path, found.format, "x", tmp_path / f"out-{path.name}", found.pages))
    assert hits == []


def test_libreoffice_fetches_nothing_either(tmp_path: Path, outside: tuple[str, list[str]]) -> None:
    if not office.program():
        pytest.skip("LibreOffice is not installed")
    url, hits = outside
    (tmp_path / "in").mkdir()
    _with_references(tmp_path / "in", url)
    with office.as_pdf(tmp_path / "in" / "a.docx", "docx", seconds=90, lock=tmp_path / "lock") as printed:
        assert printed is not None
    assert hits == []


def _laughs(root: str) -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE {root} [<!ENTITY l0 "ha">{lines}<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def test_entities_multiply_nowhere_and_reach_no_file(tmp_path: Path, reader: Reader) -> None:
    body = "<text:p>Before &l9; &x; after</text:p>"
    odt = documents.open_document(tmp_path / "l.odt", "text", body, head=_laughs("d"))
    book = documents.epub(tmp_path / "l.epub", [f"<p>{ENGLISH}</p>"], title="&l9;&x;", head=_laughs("package"))
    svg = tmp_path / "l.svg"
    svg.write_text(f'{_laughs("svg")}<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;&x;</text></svg>')
    sheet = documents.workbook(tmp_path / "l.xlsx", {"A": [["&l9;&x;"]]})
    with zipfile.ZipFile(sheet) as archive:
        cells = archive.read("xl/worksheets/sheet1.xml").decode()
    documents.repacked(sheet, {"xl/worksheets/sheet1.xml": (_laughs("worksheet") + cells).encode()})
    began = time.monotonic()
    for path in (odt, book, svg, sheet):
        found = read(reader, path)
        assert "root:" not in "".join(found.pages) + found.title, path.name
        assert sum(map(len, found.pages)) < 1000, path.name
    assert read(reader, svg).refusal == "It declares entities of its own, as only an attack does."
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("kind", ["odt", "epub", "xlsx"])
def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path, reader: Reader, kind: str) -> None:
    path = tmp_path / f"bomb.{kind}"
    mimetype = {"odt": "application/vnd.oasis.opendocument.text", "epub": "application/epub+zip"}.get(kind, "")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/workbook.xml", "")
        archive.writestr("content.xml", b" " * 120_000_000)
    began = time.monotonic()
    assert "as only a bomb does" in read(reader, path).refusal
    assert time.monotonic() - began < 10


def test_parts_that_lie_over_one_another_are_refused(tmp_path: Path, reader: Reader) -> None:
    """The densest bombs let a thousand names share one packed block, so that no ratio gives them away."""
    path = documents.open_document(tmp_path / "o.odt", "text", f"<text:p>{ENGLISH}</text:p>", more={"a": "x" * 500})
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 4)
    content[second + 42 : second + 46] = content[directory + 42 : directory + 46]
    path.write_bytes(bytes(content))
    assert read(reader, path).refusal == "Its parts lie over one another, as only a bomb does."


def test_an_archive_within_a_document_is_not_opened(tmp_path: Path, reader: Reader) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 50_000_000)
    path = documents.word(tmp_path / "n.docx", [ENGLISH])
    documents.repacked(path, {"word/embeddings/inner.zip": inner.getvalue(), "../../evil.xml": b"<a/>"})
    found = read(reader, path)
    assert (found.refusal, found.pages) == ("", [ENGLISH])
    assert not (tmp_path.parent / "evil.xml").exists()


@pytest.mark.parametrize("name", ["deep.html", "deep.md", "deep.eml"])
def test_deep_nesting_is_refused_at_once(tmp_path: Path, reader: Reader, name: str) -> None:
    text = "<div>" * 200_000 + ENGLISH
    head = "Subject: x\nContent-Type: text/html\n\n" if name.endswith("eml") else ""
    (tmp_path / name).write_text(head + text)
    began = time.monotonic()
    found = read(reader, tmp_path / name)
    assert found.refusal == "Its elements lie more than 2,000 deep in one another, as no page's do."
    assert time.monotonic() - began < 5


def test_a_table_page_of_ten_thousand_open_cells_is_read(tmp_path: Path, reader: Reader) -> None:
    rows = "<tr><td>Price<td>90" * 10_000
    (tmp_path / "t.html").write_text(f"<table>{rows}</table>")
    found = read(reader, tmp_path / "t.html")
    assert found.refusal == ""
    assert found.pages[0].startswith("Price | 90\nPrice | 90")


def test_deeply_nested_xml_is_refused(tmp_path: Path, reader: Reader) -> None:
    body = "<text:section>" * 100_000 + "</text:section>" * 100_000
    found = read(reader, documents.open_document(tmp_path / "d.odt", "text", body))
    assert found.refusal.startswith("It is damaged: XMLSyntaxError")


def test_a_sheet_that_claims_every_cell_is_refused_for_memory(tmp_path: Path, reader: Reader) -> None:
    path = documents.workbook(tmp_path / "wide.xlsx", {"A": [["x"]]})
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'
        for row, cell in ((1, "A1"), (1048576, "XFD1048576"))
    )
    sheet = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    documents.repacked(path, {"xl/worksheets/sheet1.xml": sheet.encode()})
    found = read(reader, path)
    assert found.refusal in (
        "It needs more memory to open than a document may take.",
        "It is damaged: the program that opens such files broke on it.",
    )
    assert read(reader, documents.workbook(tmp_path / "good.xlsx", {"A": [["x"]]})).refusal == ""


def test_a_picture_of_a_hundred_million_dots_is_refused(tmp_path: Path, reader: Reader) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "huge.png")
    assert read(reader, tmp_path / "huge.png").refusal == "It has more than 80 million dots."


@pytest.mark.parametrize("kind", ["odt", "epub", "xlsx", "png", "msg"])
def test_half_a_file_is_refused(tmp_path: Path, reader: Reader, kind: str) -> None:
    path = tmp_path / f"half.{kind}"
    if kind == "odt":
        documents.open_document(path, "text", f"<text:p>{ENGLISH}</text:p>")
    elif kind == "epub":
        documents.epub(path, [ENGLISH])
    elif kind == "xlsx":
        documents.workbook(path, {"A": [["x"]]})
    elif kind == "png":
        Image.effect_noise((300, 300), 90).save(path)
    else:
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 3000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert read(reader, path).refusal.startswith("It is damaged")


def test_a_locked_opendocument_file_is_refused(tmp_path: Path, reader: Reader) -> None:
    manifest = "<manifest:manifest xmlns:manifest='m'><manifest:encryption-data/></manifest:manifest>"
    path = documents.open_document(tmp_path / "l.odt", "text", "", more={"META-INF/manifest.xml": manifest})
    assert read(reader, path).refusal == "It is protected with a password."


def test_a_mail_of_ten_thousand_parts_ends(tmp_path: Path, reader: Reader) -> None:
    head = "Subject: Many\nFrom: a@example.com\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    part = "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
    (tmp_path / "many.eml").write_text(head + part * 10_000 + "--b--\n")
    found = read(reader, tmp_path / "many.eml")
    assert (found.refusal, found.notes) == ("", ["200 attachments named, not opened."])


def test_mails_within_mails_within_mails_end(tmp_path: Path, reader: Reader) -> None:
    text = "Subject: Deep\nFrom: a@example.com\n" + "Content-Type: message/rfc822\n\n" * 5_000
    (tmp_path / "deep.eml").write_text(f"{text}\nx")
    began = time.monotonic()
    read(reader, tmp_path / "deep.eml")
    assert time.monotonic() - began < 25

"""Workbooks, OpenDocument, e-books, mails, pictures, drawings, videos and old files: what is read of each."""

import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from sameside.library.extraction import legacy, office
from sameside.library.extraction.document import Document, format_of
from sameside.library.extraction.reader import Limits, Reader
from tests.library import documents
from tests.library.documents import ENGLISH, GERMAN


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits(pages=50, seconds=60, megabytes=1024)) as opened:
        yield opened


def read(reader: Reader, path: Path, transcript: Path | None = None) -> Document:
    return reader.read(path, format_of(path.name), path.name, transcript=transcript)


def test_the_sheets_of_a_workbook_are_its_pages(reader: Reader, tmp_path: Path) -> None:
    path = documents.workbook(
        tmp_path / "Price list.xlsx", {"EMEA": [["Plan", "Price"], ["Team", "90"]], "US": [["x"]]}
    )
    found = read(reader, path)
    assert (found.refusal, found.title, found.pages) == ("", "Price list", ["EMEA\nPlan | Price\nTeam | 90", "US\nx"])


def test_macros_are_left_out_and_said(reader: Reader, tmp_path: Path) -> None:
    found = read(reader, documents.workbook(tmp_path / "m.xlsm", {"A": [["Price"]]}, macros=True))
    assert (found.pages, found.notes) == (["A\nPrice"], ["Its macros are left out."])


@pytest.mark.parametrize(
    ("ending", "main", "kind"),
    [
        (".docm", b"application/vnd.ms-word.document.macroEnabled.main+xml", "docx"),
        (".dotx", b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "docx"),
        (".pptm", b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", "pptx"),
        (".ppsx", b"application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml", "pptx"),
    ],
)
def test_files_with_macros_shows_and_templates(
    reader: Reader, tmp_path: Path, ending: str, main: bytes, kind: str
) -> None:
    plain = (
        documents.word(tmp_path / "a.docx", [ENGLISH])
        if kind == "docx"
        else documents.pptx(tmp_path / "a.pptx", [("Close", ENGLISH, "")])
    )
    with zipfile.ZipFile(plain) as archive:
        types = archive.read("[Content_Types].xml")
    usual = b"wordprocessingml.document.main+xml" if kind == "docx" else b"presentationml.presentation.main+xml"
    types = types.replace(b"application/vnd.openxmlformats-officedocument." + usual, main)
    folder = "word" if kind == "docx" else "ppt"
    documents.repacked(plain, {"[Content_Types].xml": types, f"{folder}/vbaProject.bin": b"Sub AutoOpen()"})
    found = read(reader, plain.rename(tmp_path / f"a{ending}"))
    assert (found.refusal, found.format) == ("", kind)
    assert ENGLISH in found.pages[0]
    assert found.notes == ["Its macros are left out."]


def test_an_opendocument_text(reader: Reader, tmp_path: Path) -> None:
    body = (
        '<text:h text:outline-level="1">Success plan</text:h><text:p>One<text:s text:c="3"/>two<text:tab/>three'
        f"<text:line-break/>{ENGLISH}<office:annotation><text:p>Secret remark</text:p></office:annotation></text:p>"
        '<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell>'
        "<text:p>Owner</text:p></table:table-cell><table:table-cell><text:p>Dana</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    found = read(reader, documents.open_document(tmp_path / "p.odt", "text", body))
    assert (found.refusal, found.title, found.language) == ("", "Success plan", "en")
    assert found.pages == [f"Success plan\nOne two three\n{ENGLISH}\nOwner | Dana"]


def test_opendocument_slides_with_notes(reader: Reader, tmp_path: Path) -> None:
    slide = "<draw:page><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>{}</draw:page>"
    notes = "<presentation:notes><draw:frame><draw:text-box><text:p>Ask first</text:p></draw:text-box></draw:frame>"
    body = slide.format("Our value", f"{notes}</presentation:notes>") + slide.format(GERMAN, "")
    found = read(reader, documents.open_document(tmp_path / "p.odp", "presentation", body))
    assert (found.title, found.pages) == ("Our value", ["Our value\n\nNotes: Ask first", GERMAN])


def test_an_opendocument_table_reads_what_is_repeated_once(reader: Reader, tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>Price</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    body = f'<table:table table:name="EMEA">{rows}</table:table>'
    assert read(reader, documents.open_document(tmp_path / "t.ods", "spreadsheet", body)).pages == ["EMEA\nPrice"]


def test_the_chapters_of_a_book(reader: Reader, tmp_path: Path) -> None:
    found = read(
        reader, documents.epub(tmp_path / "b.epub", [f"<h1>One</h1><p>{ENGLISH}</p>", "<p>Two<script>x</script></p>"])
    )
    assert (found.refusal, found.title, found.pages) == ("", "The book", [f"One\n{ENGLISH}", "Two"])


def test_a_mail_names_its_attachments_and_opens_none(reader: Reader, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Budget für Q3", "Dana <dana@example.com>", "team@example.com"
    mail["Date"] = "Thu, 12 Mar 2026 09:00:00 +0100"
    mail.set_content(ENGLISH)
    mail.add_alternative("<p>Formatted</p><img src='http://127.0.0.1:1/track.gif'>", subtype="html")
    mail.add_attachment(b"%PDF-1.7 secret", maintype="application", subtype="pdf", filename="offer.pdf")
    path = tmp_path / "m.eml"
    path.write_bytes(bytes(mail))
    found = read(reader, path)
    assert (found.title, found.notes) == ("Budget für Q3", ["1 attachment named, not opened."])
    assert found.pages == [
        "Budget für Q3\nFrom: Dana <dana@example.com>\nTo: team@example.com\n"
        f"Date: Thu, 12 Mar 2026 09:00:00 +0100\n{ENGLISH}\nAttached: offer.pdf"
    ]
    assert "Formatted" not in found.pages[0]


def test_a_picture_is_found_by_its_title(reader: Reader, tmp_path: Path) -> None:
    for name in ("p.png", "p.jpg", "p.webp", "p.gif", "p.tiff"):
        Image.new("RGB", (40, 20), "red").save(tmp_path / name)
        found = read(reader, tmp_path / name)
        assert (found.refusal, found.format, found.pages) == ("", "image", [""])
        assert found.notes == ["A picture: it is found by its title only."]


def test_an_svg_gives_its_words_and_none_of_its_scripts(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "d.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" onload="steal()"><title>Our funnel</title><script>steal()</script>'
        "<text>Leads <tspan>to deals</tspan></text></svg>"
    )
    found = read(reader, path)
    assert (found.title, found.pages) == ("Our funnel", ["Our funnel\nLeads to deals"])
    assert found.notes == ["Its scripts are left out; it is never shown as a drawing."]


@pytest.mark.parametrize("ending", ["vtt", "srt"])
def test_the_transcript_of_a_video_is_its_text_minute_by_minute(reader: Reader, tmp_path: Path, ending: str) -> None:
    (tmp_path / "demo.mp4").write_bytes(documents.MP4)
    transcript = tmp_path / f"demo.{ending}"
    text = documents.TRANSCRIPT
    if ending == "srt":
        text = "1\n00:00:01,000 --> 00:00:04,000\nWelcome to the demonstration.\n\n"
        text += "2\n00:01:10,000 --> 00:01:14,000\nHere is how the books close faster.\n"
    transcript.write_text(text)
    found = read(reader, tmp_path / "demo.mp4", transcript)
    speaker = "Dana: " if ending == "vtt" else ""
    assert found.pages == [
        f"0:00\n{speaker}Welcome to the demonstration.",
        "1:00\nHere is how the books close faster.",
    ]
    assert found.notes == [f"Text from the transcript demo.{ending}."]


def test_a_video_without_a_transcript_says_so(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "demo.webm").write_bytes(b"\x1a\x45\xdf\xa3" + b"\x00" * 100)
    found = read(reader, tmp_path / "demo.webm")
    assert (found.refusal, found.title) == ("", "Demo")
    assert found.notes[0].startswith("A video without a transcript")


def test_a_broken_transcript_does_not_lose_the_video(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "demo.mp4").write_bytes(documents.MP4)
    (tmp_path / "demo.vtt").write_text("WEBVTT\n\n")
    found = read(reader, tmp_path / "demo.mp4", tmp_path / "demo.vtt")
    assert (found.refusal, found.notes) == ("", ["Its transcript demo.vtt cannot be read: it holds no words."])


def test_a_plain_text(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_bytes(f"First <b>line</b>\r\n\r\n{ENGLISH}".encode("utf-16"))
    assert read(reader, tmp_path / "n.txt").pages == [f"First <b>line</b>\n{ENGLISH}"]


RTF = r"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0 " + ENGLISH + r"\par}"


def test_an_old_file_is_read_by_libreoffice_or_refused(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.rtf"
    path.write_text(RTF)
    told = read(reader, path)
    assert (told.format, told.refusal, told.pages) == ("rtf", "", [])
    if office.program():
        found = legacy.read(reader, path, told, "rtf", "old.rtf", lock=tmp_path / "lock")
        assert "finance teams close the books" in " ".join(found.pages[0].split())
        assert found.notes == ["Read by way of LibreOffice; macros do not run there."]
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = legacy.read(reader, path, told, "rtf", "old.rtf", lock=tmp_path / "lock")
    assert refused.refusal == (
        "It is RTF, which only LibreOffice reads, and LibreOffice is not installed here. "
        "Save it as .docx, .pptx or PDF."
    )


@pytest.mark.parametrize("called", ["report.docx", "report.md", "report.png", "report.unknown"])
def test_a_pdf_is_read_as_one_whatever_it_is_called(reader: Reader, tmp_path: Path, called: str) -> None:
    path = documents.pdf(tmp_path / "a.pdf", [ENGLISH]).rename(tmp_path / called)
    found = read(reader, path)
    assert (found.refusal, found.format) == ("", "pdf")
    named = {"docx": "Word", "md": "Markdown", "png": "an image"}.get(called.partition(".")[2])
    assert found.notes == ([f"By its content it is PDF, not {named} as its name says."] if named else [])


def test_office_files_are_told_apart_by_what_is_in_them(reader: Reader, tmp_path: Path) -> None:
    word = documents.word(tmp_path / "a.docx", [ENGLISH]).rename(tmp_path / "b.pptx")
    assert (read(reader, word).format, read(reader, word).refusal) == ("docx", "")
    book = documents.epub(tmp_path / "a.epub", [f"<p>{ENGLISH}</p>"]).rename(tmp_path / "b.docx")
    assert read(reader, book).format == "epub"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "It is a program, not a document."),
        (b"\x7fELF" + b"\x00" * 200, "It is a program, not a document."),
        (b"\x1f\x8b\x08" + b"\x00" * 200, "It is a packed archive: unpack it first."),
    ],
)
def test_what_is_no_document_is_refused(reader: Reader, tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert read(reader, tmp_path / "a.pdf").refusal == sentence

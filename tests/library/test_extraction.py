"""Text, title, language and pages of every format."""

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from sameside.library.extraction.document import Block, Document, clean, format_of, paginate, title_from_name
from sameside.library.extraction.reader import Limits, Reader
from tests.library import documents
from tests.library.documents import ENGLISH, GERMAN


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(Limits(pages=50, seconds=60, megabytes=1024)) as opened:
        yield opened


def read(reader: Reader, path: Path) -> Document:
    return reader.read(path, format_of(path.name), path.name)


def test_a_pdf_gives_title_language_and_pages(reader: Reader, tmp_path: Path) -> None:
    found = read(reader, documents.pdf(tmp_path / "a.pdf", [ENGLISH, "Second page"], title="Closing the books"))
    assert (found.title, found.language, len(found.pages)) == ("Closing the books", "en", 2)
    assert found.pages[1] == "Second page"
    assert found.refusal == ""


def test_a_pdf_without_a_telling_title_is_called_by_its_file(reader: Reader, tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "CFO_guide-2026.pdf", [ENGLISH], title="Microsoft Word - draft7.docx")
    assert read(reader, path).title == "CFO guide 2026"


def test_a_pdf_without_text_is_brought_in_and_says_so(reader: Reader, tmp_path: Path) -> None:
    found = read(reader, documents.pdf(tmp_path / "scan.pdf", [""]))
    assert found.refusal == ""
    assert found.notes == ["It holds no text, as a scan does: it is found by its title only."]


def test_slides_give_titles_bodies_and_notes(reader: Reader, tmp_path: Path) -> None:
    path = documents.pptx(tmp_path / "deck.pptx", [("Wertversprechen", GERMAN, "Erst fragen"), ("Zwei", "", "")])
    found = read(reader, path)
    assert (found.title, found.language, len(found.pages)) == ("Wertversprechen", "de", 2)
    assert found.pages[0] == f"Wertversprechen\n{GERMAN}\n\nNotes: Erst fragen"


def test_tables_and_grouped_shapes_are_read(reader: Reader, tmp_path: Path) -> None:
    found = read(reader, documents.pptx_with_table_and_group(tmp_path / "t.pptx"))
    assert found.pages == ["Prices\nStarter | 90 EUR\nDeep inside"]


def test_a_word_file_gives_headings_tables_and_headers(reader: Reader, tmp_path: Path) -> None:
    path = documents.word(tmp_path / "w.docx", [ENGLISH], heading="Success plan", header="Confidential")
    document = docx.Document(str(path))
    row = document.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "Owner", "Date"
    document.add_page_break()
    document.add_paragraph("After the break")
    document.save(str(path))
    found = read(reader, path)
    assert (found.title, found.language) == ("Success plan", "en")
    assert [page.splitlines()[0] for page in found.pages] == ["Success plan", "After the break"]
    assert "Owner | Date" in found.pages[0]
    assert "Confidential" in found.pages[1]


def test_html_loses_its_scripts(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "p.html"
    path.write_text(
        "<html><head><title>Trends &amp; risks</title><style>p{}</style><script>alert(1)</script></head>"
        f"<body><h1>Trends</h1><p onclick='x()'>{ENGLISH}</p><table><tr><td>a</td><td>b</td></tr></table>"
        "<script>steal()</script></body></html>"
    )
    found = read(reader, path)
    assert (found.title, found.language) == ("Trends & risks", "en")
    assert found.pages == [f"Trends\n{ENGLISH}\na | b"]


def test_markdown_gives_front_matter_title_and_table(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    path.write_text(
        f"---\ntitle: 'The agenda'\n---\n# Other\n\n{ENGLISH} **bold**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    found = read(reader, path)
    assert found.title == "The agenda"
    assert found.pages == [f"Other\n{ENGLISH} bold\na | b\n1 | 2"]


def test_other_encodings_are_read(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "l.md").write_bytes("Müller & Söhne".encode("cp1252"))
    (tmp_path / "u.html").write_bytes("<p>Grüße</p>".encode("utf-16"))
    assert read(reader, tmp_path / "l.md").pages == ["Müller & Söhne"]
    assert read(reader, tmp_path / "u.html").pages == ["Grüße"]


def test_short_text_has_no_language(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "s.md").write_text("Hello")
    assert read(reader, tmp_path / "s.md").language == ""


def test_long_text_is_cut_into_pages() -> None:
    pages = list(paginate([Block("word " * 1500)], letters=3000))
    assert [len(page) for page in pages] == [1, 1, 1]
    assert all(len(block.text) <= 3000 for page in pages for block in page)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("a\x00b\x07c", "abc"), ("x\r\n\r\n\r\n\r\ny", "x\n\ny"), ("\ud800lone", "lone"), ("  a \t b ", "a b")],
)
def test_text_is_cleaned_for_the_database(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_a_title_is_made_from_the_name() -> None:
    assert title_from_name("sales/one-pager_for-banks.pdf") == "One pager for banks"
    assert title_from_name("handbook/marketing/index.md") == "Marketing"

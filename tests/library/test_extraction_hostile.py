"""Files that mean harm, or are broken, become a sentence; nothing else happens."""

import io
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from sameside.library.extraction.document import Document, format_of
from sameside.library.extraction.reader import Limits, Reader
from tests.library import documents
from tests.library.documents import ENGLISH

LIMITS = Limits(pages=50, seconds=60, megabytes=1024)
DAMAGED_PDF = "It is damaged: this is not a complete PDF."
DAMAGED_OFFICE = "It is damaged: this is not a complete Office file."


def read(path: Path, limits: Limits = LIMITS) -> Document:
    with Reader(limits) as reader:
        return reader.read(path, format_of(path.name), path.name)


def _archive(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "The file is empty."),
        ("noise.pdf", b"\x00\xff" * 5000, DAMAGED_PDF),
        ("half.pdf", b"%PDF-1.7\n1 0 obj\n<<", DAMAGED_PDF),
        ("empty.docx", b"", "The file is empty."),
        ("noise.docx", b"PK\x03\x04" + b"\x00" * 100, DAMAGED_OFFICE),
        (
            "old.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
            "It is protected with a password, or an old Office file under a new name.",
        ),
        ("blank.md", b" \n\n", "It holds no text."),
        ("blank.html", b"<script>1</script>", "It holds no text."),
    ],
)
def test_a_broken_file_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert read(path).refusal == sentence


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "e.pdf", [ENGLISH], password="secret")
    assert read(path).refusal == "It is protected with a password."


def test_truncated_files_are_refused_or_read_never_more(tmp_path: Path) -> None:
    word = documents.word(tmp_path / "t.docx", [ENGLISH])
    word.write_bytes(word.read_bytes()[:-2000])
    assert read(word).refusal == DAMAGED_OFFICE


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = _archive(tmp_path / "bomb.docx", "word/document.xml", b"\x00" * 80_000_000)
    began = time.monotonic()
    assert "times its size, as only a bomb does" in read(path).refusal
    assert time.monotonic() - began < 20


def test_an_archive_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.pptx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_001):
            archive.writestr(f"ppt/{number}.xml", b"")
    assert read(path).refusal == "It holds 20,001 parts; an Office file holds some hundreds."


def test_sizes_that_lie_do_not_unpack(tmp_path: Path) -> None:
    path = documents.word(tmp_path / "lie.docx", [ENGLISH])
    documents.repacked(path, {"word/document.xml": b"<a>" + b" " * 50_000_000}, size_lies=True)
    assert read(path).refusal.startswith("It is damaged")


def test_entities_reach_no_file_and_do_not_multiply(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    path = documents.word(tmp_path / "x.docx", ["MARK"])
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    types = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY l0 "ha">{laughs}]>'
    head, mark, tail = body.partition("?>")
    hostile = head + mark + types + tail.replace("MARK", "&x;&l9;")
    documents.repacked(path, {"word/document.xml": hostile.encode()})
    found = read(path)
    assert "TOPSECRET" not in "".join(found.pages)
    assert sum(map(len, found.pages)) < 1000


def test_text_with_nul_is_cleaned(tmp_path: Path) -> None:
    (tmp_path / "n.md").write_bytes(b"Before\x00after and more")
    assert read(tmp_path / "n.md").pages == ["Beforeafter and more"]


def test_five_thousand_pages_are_cut_at_the_limit(tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "long.pdf", [f"Page {number}" for number in range(5000)])
    found = read(path)
    assert len(found.pages) == 50
    assert found.notes == ["5,000 pages; the first 50 were read."]


def test_a_huge_picture_in_a_deck_is_not_unpacked(tmp_path: Path) -> None:
    path = documents.pptx(tmp_path / "p.pptx", [("Prices", ENGLISH, "")])
    picture = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(picture, "PNG")
    documents.repacked(path, {"ppt/media/image1.png": picture.getvalue()})
    assert read(path).title == "Prices"


def test_a_slow_file_is_left_and_the_next_one_is_read(tmp_path: Path) -> None:
    slow = tmp_path / "slow.md"
    slow.write_text("[" * 400_000 + "](" * 400_000)
    good = tmp_path / "good.md"
    good.write_text(ENGLISH)
    with Reader(Limits(pages=50, seconds=1, megabytes=1024)) as reader:
        reader.read(slow, "md", "slow.md")
    with Reader(Limits(pages=50, seconds=30, megabytes=1024)) as reader:
        assert reader.read(good, "md", "good.md").pages == [ENGLISH]


def test_too_little_memory_is_a_sentence(tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "m.pdf", [ENGLISH])
    found = read(path, Limits(pages=50, seconds=30, megabytes=40))
    assert found.refusal == "It is damaged: the program that opens such files broke on it."

"""Public documents in many scripts are found by their own words, with the page that matched; where they are present."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from sameside.library import intake, searching
from sameside.library.extraction.reader import Limits, Reader
from sameside.library.facets import Narrowing
from sameside.people.models import Person
from tests.conftest import NOW

REAL = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "documents"
DOCUMENTS = (
    "openchain/docx/OpenChain-Onboarding-Handout-Generic-1.0-ja.docx",
    "openchain/pptx/basic-overview-of-openchain-iso5230_ZH-Hans.pptx",
    "docx4j/arabic_numbering.docx",
    "openchain/docx/OpenChain-and-Procurement-Departments-Beta3.docx",
)
pytestmark = pytest.mark.skipif(
    not all((REAL / name).exists() for name in DOCUMENTS), reason="The public documents are not beside this checkout."
)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(Limits(pages=200, seconds=60, megabytes=1024)) as opened:
        yield opened


def test_japanese_chinese_arabic_and_english_documents_are_found(
    alice: Person, bob: Person, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    for name in DOCUMENTS:
        intake.bring_in(REAL / name, by=alice, at=NOW, source_path=name, reader=reader)

    def first(words: str) -> str:
        found = searching.search(searching.clean(words), Narrowing(), bob)
        return f"{Path(found.assets[0].path).name} {found.hits[found.assets[0].pk].snippet}" if found.assets else ""

    assert first("オープンソース").startswith("OpenChain-Onboarding-Handout-Generic-1.0-ja.docx")
    assert "<mark>オープンソース</mark>" in first("オープンソース")
    assert first("供应链").startswith("basic-overview-of-openchain-iso5230_ZH-Hans.pptx")
    assert "<mark>供应链</mark>" in first("供应链")
    assert first("وثيقة").startswith("arabic_numbering.docx")
    assert "<mark>وثيقة</mark>" in first("وثيقة")
    assert first("procurment departments").startswith("OpenChain-and-Procurement-Departments-Beta3.docx")

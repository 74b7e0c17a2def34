"""Content is found by the names of its files: of any version and format, with the ending or without."""

from typing import Any

import pytest

from sameside.library import searching
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, AssetRendition, AssetVersion
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library.shelf import shelve


@pytest.fixture
def deck(db: None) -> Asset:
    asset = shelve("Why banks move", pages=["ledger"])
    AssetVersion.objects.filter(asset=asset).update(filename="Zephyr_Pitch-2026 FINAL.pptx", is_current=True)
    current = AssetVersion.objects.get(asset=asset)
    AssetRendition.objects.create(
        version=current, filename="Quokka-handout.docx", **_file(900_002), format="docx", share=1.0
    )
    AssetVersion.objects.create(asset=asset, number=0, filename="old-narwhal.odp", is_current=False, **_file(900_003))
    for number in range(4):
        shelve(f"Another paper {number}", pages=["nothing alike"])
    return asset


def _file(number: int) -> dict[str, Any]:
    return {"file": f"{number}.bin", "sha256": f"{number:064d}", "bytes": 10, "created_at": NOW}


def found(words: str, person: Person) -> list[str]:
    asked = searching.search(words, Narrowing(), person, typing=False)
    return [asset.title for asset in asked.assets]


@pytest.mark.parametrize(
    "words",
    [
        "Zephyr_Pitch-2026 FINAL.pptx",
        "Zephyr_Pitch-2026 FINAL",
        "zephyr pitch",
        "Quokka-handout.docx",
        "quokka-handout",
        "old-narwhal.odp",
        "old-narwhal",
    ],
)
def test_every_file_name_finds_it(deck: Asset, bob: Person, words: str) -> None:
    assert found(words, bob)[:1] == ["Why banks move"]


def test_a_new_name_is_found_and_a_gone_one_is_not(deck: Asset, bob: Person) -> None:
    assert found("wombat", bob) == []
    rendition = AssetRendition.objects.get()
    AssetRendition.objects.filter(pk=rendition.pk).update(filename="wombat.docx")
    assert found("wombat.docx", bob)[:1] == ["Why banks move"]
    assert found("quokka", bob) == []
    rendition.delete()
    assert found("wombat", bob) == []


def test_a_title_goes_before_a_file_name(deck: Asset, bob: Person) -> None:
    shelve("Zephyr strategy", pages=["zephyr"])
    assert found("zephyr", bob) == ["Zephyr strategy", "Why banks move"]


def test_names_of_what_is_not_theirs_find_nothing(deck: Asset, bob: Person) -> None:
    Asset.objects.filter(pk=deck.pk).update(groups=["role:editor"])
    assert found("zephyr", bob) == []
    assert searching.suggest("quok", bob) == []

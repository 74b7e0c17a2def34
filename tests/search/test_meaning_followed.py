"""Content gets its vectors in the background: once, resumed after a kill, made anew from the database."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sameside.library import findable
from sameside.library.models import Asset
from sameside.retrieval.embedder import Vectors
from sameside.search import embedding, progress
from sameside.search.meaning import Meaning
from sameside.search.models import Vector
from tests.library.shelf import shelve


class Counted:
    """A model of eight dimensions that counts what it is asked."""

    identity = "counted-1"
    dimensions = 8

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, text: str) -> Vectors:
        drawn = np.random.default_rng(sum(map(ord, text))).normal(size=8).astype(np.float32)
        return drawn / np.linalg.norm(drawn)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.stack([self.query(text) for text in texts])


@pytest.fixture
def model(data: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Counted:
    made = Counted()
    monkeypatch.setattr(embedding, "embedder", lambda: made)
    return made


def worked(meaning: Meaning) -> None:
    for _ in range(200):
        if not meaning.step(0.2):
            return
    raise AssertionError("it never ends")


def held(asset: Asset) -> list[int]:
    file = embedding.vectors(findable.KIND)
    assert file is not None
    return [passage.part for passage in file.passages(asset.pk)]


def follow(meaning: Meaning, *assets: Asset) -> None:
    meaning.follow(list(findable.documents([asset.pk for asset in assets])), [])


def test_every_page_gets_a_vector_and_no_text_is_embedded_twice(model: Counted) -> None:
    first = shelve("Core banking", pages=["Fraud", "Prices"])
    second = shelve("Core banking 2", pages=["Fraud"])
    worked(Meaning(findable.KIND))
    assert (held(first)[-2:], held(second)[-1:]) == ([1, 2], [1])
    asked = len(model.asked)
    assert asked == len(set(model.asked)) == Vector.objects.count()
    said = progress.read(embedding.folder(findable.KIND))
    assert said is not None
    assert (said.passages, said.left, said.is_done) == (asked, 0, True)
    worked(Meaning(findable.KIND))
    assert len(model.asked) == asked


def test_only_what_changed_is_embedded_again(model: Counted) -> None:
    asset, other = shelve("Core banking", pages=["Fraud", "Prices"]), shelve("Retail", pages=["Shelves"])
    meaning = Meaning(findable.KIND)
    worked(meaning)
    before = len(model.asked)
    asset.versions.get().pages.filter(number=2).update(text="Other prices")
    follow(meaning, asset, other)
    worked(meaning)
    assert model.asked[before:] == ["Core banking. Other prices"]
    meaning.follow([], [asset.pk])
    assert held(asset) == []
    assert held(other)[-1:] == [1]


def test_a_killed_process_goes_on_with_what_was_wanted(model: Counted) -> None:
    worked(Meaning(findable.KIND))
    asset = shelve("Core banking", pages=["Fraud", "Prices"])
    follow(Meaning(findable.KIND), asset)  # and is killed before its first step
    assert held(asset) == []
    worked(Meaning(findable.KIND))
    assert held(asset)[-2:] == [1, 2]


def test_lost_or_damaged_vectors_come_back_from_the_database(model: Counted) -> None:
    asset = shelve("Core banking", pages=["Fraud", "Prices"])
    worked(Meaning(findable.KIND))
    asked = len(model.asked)
    folder = embedding.folder(findable.KIND) / model.identity
    next(folder.glob("rows-*")).write_bytes(b"")
    assert held(asset) == []
    worked(Meaning(findable.KIND))
    assert held(asset)[-2:] == [1, 2]
    assert len(model.asked) == asked


def test_changes_while_there_was_no_model_are_found(model: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(Meaning(findable.KIND))
    monkeypatch.setattr(embedding, "embedder", lambda: None)
    without = Meaning(findable.KIND)
    asset = shelve("Core banking", pages=["Fraud"])
    follow(without, asset)
    assert not without.step(0.1)
    assert model.asked == []
    monkeypatch.setattr(embedding, "embedder", lambda: model)
    worked(Meaning(findable.KIND))
    assert held(asset)[-1:] == [1]


def test_without_a_model_the_reason_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedding.sentence() == "Search finds by words only: SAMESIDE_SEARCH_MODEL is none."
    assert embedding.vectors(findable.KIND) is None

"""Vectors that no passage needs leave the database after their grace; what comes back in between keeps its own."""

from datetime import timedelta

import pytest

from sameside.library import findable
from sameside.library.models import Asset, AssetPage
from sameside.search import embedding, purging, vector_table
from sameside.search.meaning import Meaning
from sameside.search.models import Vector
from tests.conftest import NOW
from tests.library.shelf import shelve
from tests.search.test_meaning_followed import Counted, model, worked

__all__ = ["model"]
LATER = NOW + purging.GRACE


@pytest.fixture
def embedded(model: Counted) -> Asset:
    asset = shelve("Core banking", pages=["Fraud", "Prices"])
    worked(Meaning(findable.KIND))
    assert Vector.objects.count() == 2
    return asset


def test_what_is_needed_stays(embedded: Asset) -> None:
    assert [purging.purge(at=NOW), purging.purge(at=LATER)] == [0, 0]
    assert Vector.objects.filter(unused_since=None).count() == 2


def test_what_is_not_needed_goes_after_the_grace(embedded: Asset) -> None:
    AssetPage.objects.filter(text="Prices").update(text="Costs")
    assert purging.purge(at=NOW) == 0
    assert Vector.objects.exclude(unused_since=None).count() == 1
    assert purging.purge(at=LATER - timedelta(seconds=1)) == 0
    assert purging.purge(at=LATER) == 1
    assert Vector.objects.count() == 1


def test_what_comes_back_within_the_grace_stays(embedded: Asset) -> None:
    AssetPage.objects.filter(text="Prices").update(text="Costs")
    purging.purge(at=NOW)
    AssetPage.objects.filter(text="Costs").update(text="Prices")
    assert purging.purge(at=LATER) == 0
    assert Vector.objects.filter(unused_since=None).count() == 2


def test_vectors_of_another_model_go_too(embedded: Asset, model: Counted) -> None:
    digest = bytes(Vector.objects.values_list("digest", flat=True)[0])
    vector_table.write("older-model", {digest: model.query("Fraud")})
    purging.purge(at=NOW)
    assert purging.purge(at=LATER) == 1
    assert set(Vector.objects.values_list("model", flat=True)) == {"counted-1"}


def test_without_a_model_nothing_goes(embedded: Asset, monkeypatch: pytest.MonkeyPatch) -> None:
    Asset.objects.all().delete()
    monkeypatch.setattr(embedding, "embedder", lambda: None)
    assert [purging.purge(at=NOW), purging.purge(at=LATER)] == [0, 0]
    assert Vector.objects.count() == 2

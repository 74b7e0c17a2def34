"""Missing facets: what their lack costs, what speaks for a value, and deciding with one key."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from sameside.library.models import Asset, FacetEdit, MissingFacet, Search
from sameside.library.tagging import evidence, gain, missing
from sameside.library.tagging.gain import FACETS, Candidate
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve
from tests.library.test_facet_edits import states


def searched(query: str, person: Person, times: int = 1, **filters: list[str]) -> None:
    for _ in range(times):
        Search.objects.create(person=person, at=NOW, query=query, filters=filters, results=0)


@pytest.fixture
def guide(bob: Person) -> Asset:
    """Found by its words, left out by `vertical:banking`, which three searches chose and two open deals are of."""
    guide = shelve("Treasury guide", pages=["Cash", "A bank and its banking clients"], conversation="tangible_value")
    shelve("Treasury for banks", conversation="tangible_value", vertical="banking")
    searched("treasury", bob, 3, vertical=["banking"])
    searched("treasury", bob, 5)
    searched("zeppelin", bob, 9, vertical=["banking"])
    deal("banking", owner=bob)
    deal("banking", owner=bob)
    return guide


def test_the_gain_is_searches_that_left_it_out_and_open_deals(guide: Asset) -> None:
    gain.compute(at=NOW)
    [row] = MissingFacet.objects.filter(asset=guide, facet="vertical")
    assert (row.searches, row.deals, row.gain) == (3, 2, 5)
    assert row.candidates == [["banking", 3, 2, "“bank” and “banking”, 2 times, first on page 2."]]
    assert not MissingFacet.objects.filter(asset__title="Treasury for banks", facet="vertical").exists()


def test_what_something_speaks_for_comes_first() -> None:
    asked, told, both = Candidate("a", 9, 9, ""), Candidate("b", 0, 1, "Words."), Candidate("c", 5, 0, "Words.")
    assert gain.ordered([asked, told, both]) == [both, told, asked]


def test_neighbours_are_told_as_a_count(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    others = [shelve(f"Treasury guide {number}", vertical="banking") for number in range(4)]
    for asset in others:
        asset.facets.update(state="confirmed")
    lone = shelve("Treasury guide five")
    alike = evidence.neighbours(lone)
    assert set(alike) == {asset.pk for asset in others}
    with django_assert_num_queries(1):
        found = {facet: evidence.among(alike, facet, known) for known in [evidence.stated(alike)] for facet in FACETS}
    assert [one.sentence for one in found["vertical"]] == ["4 of the 4 most similar assets have it."]


def test_one_key_states_the_value_and_one_takes_it_back(guide: Asset, alice: Person) -> None:
    gain.compute(at=NOW)
    row = MissingFacet.objects.get(asset=guide, facet="vertical")
    client = signed_in(alice)
    page = client.get("/library/facets/missing/?facet=vertical").content.decode()
    assert "gain 5: 3 searches, 2 open deals" in page
    assert 'name="value" value="banking" data-press="y"' in page
    page = client.post(
        f"/library/facets/missing/{row.pk}/decision/", {"value": "banking"}, follow=True
    ).content.decode()
    assert "“Treasury guide”: Vertical Banking." in page
    assert states(guide) == {"banking": "confirmed"}
    client.post("/library/facets/missing/undo/")
    assert states(guide) == {}
    assert MissingFacet.objects.get(asset=guide, facet="vertical").gain == 5


def test_none_of_these_is_remembered(guide: Asset, alice: Person) -> None:
    gain.compute(at=NOW)
    missing.decide(MissingFacet.objects.get(asset=guide, facet="vertical"), "", by=alice, at=NOW)
    assert states(guide) == {"banking": "rejected"}
    gain.compute(at=NOW)
    assert not MissingFacet.objects.filter(asset=guide, facet="vertical").exists()


def test_refusals(guide: Asset, alice: Person, bob: Person) -> None:
    gain.compute(at=NOW)
    row = MissingFacet.objects.get(asset=guide, facet="vertical")
    with pytest.raises(Refused, match="not among those proposed any more"):
        missing.decide(row, "energy", by=alice, at=NOW)
    with pytest.raises(Refused, match="Your role does not let you"):
        missing.decide(row, "banking", by=bob, at=NOW)
    client = signed_in(bob)
    for address in ("/library/facets/missing/", "/library/facets/rules/", "/library/facets/edits/"):
        assert client.get(address).status_code == 403
    assert client.post("/library/facets/edits/new/", {"which": "all", "value-1": "Banking"}).status_code == 403
    assert not FacetEdit.objects.exists()


def test_what_was_never_read_comes_first_and_what_was_found_before_stays(
    guide: Asset, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gain, "READ_AT_ONCE", 1)
    gain.compute(at=NOW)
    assert [row.asset for row in MissingFacet.objects.filter(facet="vertical")] == [guide]
    assert gain.is_unread()
    assert "Not all content has been read yet" in signed_in(alice).get("/library/facets/missing/").text
    deal("banking", owner=bob)
    gain.compute(at=NOW + timedelta(days=1))
    row = MissingFacet.objects.get(asset=guide, facet="vertical")
    assert row.candidates == [["banking", 3, 3, "“bank” and “banking”, 2 times, first on page 2."]]
    assert (row.gain, Asset.objects.get(pk=guide.pk).facets_read_at) == (6, NOW)
    assert not gain.is_unread()
    assert "Not all content has been read yet" not in signed_in(alice).get("/library/facets/missing/").text
    gain.compute(at=NOW + timedelta(days=2))
    assert Asset.objects.get(pk=guide.pk).facets_read_at == NOW + timedelta(days=2)

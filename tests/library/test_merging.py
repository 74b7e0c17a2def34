"""Two assets become one, with all that hangs on them, and can become two again."""

import pytest

from sameside.library import access
from sameside.library.models import (
    Asset,
    AssetFacet,
    AssetVersion,
    Collection,
    CollectionItem,
    ContentRequest,
    Favourite,
    JudgedQuery,
    Judgement,
    Pin,
    Review,
)
from sameside.library.plays import writing
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import merging, undoing
from sameside.people.models import Partner, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve, use


@pytest.fixture
def pair(alice: Person, bob: Person) -> tuple[Asset, Asset]:
    """An asset with something of everything, and another that has some of the same."""
    one, other = shelve("Deck copy", vertical="banking", persona="cfo"), shelve("Deck", vertical="banking")
    both = Collection.objects.create(name="Both", slug="both", created_at=NOW, updated_at=NOW)
    single = Collection.objects.create(name="Single", slug="single", created_at=NOW, updated_at=NOW)
    for collection, asset in ((both, one), (both, other), (single, one)):
        CollectionItem.objects.create(collection=collection, asset=asset, position=1, added_at=NOW)
    for person, asset in ((alice, one), (alice, other), (bob, one)):
        Favourite.objects.create(person=person, asset=asset, at=NOW)
    query = JudgedQuery.objects.create(words="deck", created_at=NOW)
    Judgement.objects.create(query=query, asset=one, grade=3, source="hand", at=NOW)
    ContentRequest.objects.create(words="a deck", asked_at=NOW, asset=one)
    writing.write(one, writing.Text(reading="Open with page 3."), by=alice, at=NOW)
    Pin.objects.create(asset=one, version=one.versions.get(), at=NOW, by=alice, reason="Legal said so.")
    use(one, "share", bob)
    return one, other


def state(asset: Asset) -> dict[str, object]:
    found = Asset.objects.get(pk=asset.pk)
    return {
        "status": found.status,
        "continued_by": found.continued_by_id,
        "versions": list(found.versions.order_by("number").values_list("filename", "is_current")),
        "facets": sorted(found.facets.values_list("facet", "value", "state")),
        "collections": sorted(found.collection_items.values_list("collection__name", flat=True)),
        "favourites": sorted(found.favourites.values_list("person__name", flat=True)),
        "judgements": found.judgements.count(),
        "requests": ContentRequest.objects.filter(asset=found).count(),
        "play": hasattr(found, "play"),
        "pin": list(Pin.objects.filter(asset=found).values_list("reason", flat=True)),
        "usage": found.usage.count(),
        "opened": (found.groups, found.is_restricted, access.granted_to(found)),
    }


def test_everything_that_hangs_on_it_moves_and_usage_stays(pair: tuple[Asset, Asset], alice: Person) -> None:
    one, other = pair
    merging.merge(one, other, by=alice, at=NOW)
    assert state(other) == {
        "status": "active",
        "continued_by": None,
        "versions": [("Deck.pdf", True), ("Deck copy.pdf", False)],
        "facets": [("persona", "cfo", "proposed"), ("vertical", "banking", "proposed")],
        "collections": ["Both", "Single"],
        "favourites": ["Alice", "Bob"],
        "judgements": 1,
        "requests": 1,
        "play": True,
        "pin": [],
        "usage": 0,
        "opened": (["all"], False, []),
    }
    emptied = Asset.objects.get(pk=one.pk)
    assert (emptied.status, emptied.continued_by, emptied.usage.count()) == ("retired", other, 1)


def test_a_merge_taken_back_leaves_both_as_they_were(pair: tuple[Asset, Asset], alice: Person) -> None:
    one, other = pair
    before = state(one), state(other)
    review = merging.merge(one, other, by=alice, at=NOW)
    undoing.take_back([review.pk], by=alice, at=NOW)
    assert (state(one), state(other)) == before
    assert Review.objects.get().undone_by == alice


def test_a_merge_taken_back_gives_back_who_may_open_it(pair: tuple[Asset, Asset], gus: Person) -> None:
    one, other = pair
    acme = Partner.objects.create(name="Acme")
    access.restrict(one, ["role:seller"], by=gus, at=NOW)
    access.grant(other, f"partner:{acme.pk}", by=gus, at=NOW)
    before = state(one), state(other)
    review = merging.merge(one, other, by=gus, at=NOW)
    assert state(other)["opened"] == (["role:seller"], True, ["role:seller"])
    undoing.take_back([review.pk], by=gus, at=NOW)
    assert (state(one), state(other)) == before


def test_who_may_open_it_stays_when_somebody_decided_that_since(pair: tuple[Asset, Asset], gus: Person) -> None:
    one, other = pair
    access.restrict(one, ["role:seller"], by=gus, at=NOW)
    review = merging.merge(one, other, by=gus, at=NOW)
    access.restrict(other, ["role:executive"], by=gus, at=NOW)
    undoing.take_back([review.pk], by=gus, at=NOW)
    assert state(other)["opened"] == (["role:executive"], True, ["role:executive"])


def test_a_place_that_decides_who_may_open_it_stays(pair: tuple[Asset, Asset], gus: Person) -> None:
    one, other = pair
    acme = Partner.objects.create(name="Acme")
    access.grant(Collection.objects.get(name="Single"), f"partner:{acme.pk}", by=gus, at=NOW)
    merging.merge(one, other, by=gus, at=NOW)
    access.settle_everything()
    assert (state(one)["collections"], state(other)["opened"]) == (["Both", "Single"], (["all"], False, []))


def test_the_link_of_a_merged_asset_leads_on(pair: tuple[Asset, Asset], alice: Person, bob: Person) -> None:
    one, other = pair
    merging.merge(one, other, by=alice, at=NOW)
    for person in (alice, bob):
        response = signed_in(person).get(f"/library/{one.slug}/")
        assert (response.status_code, response.headers["Location"]) == (302, f"/library/{other.slug}/")


def test_a_facet_that_was_rejected_there_stays_rejected(pair: tuple[Asset, Asset], alice: Person) -> None:
    one, other = pair
    AssetFacet.objects.create(asset=other, facet="persona", value="cfo", state="rejected")
    merging.merge(one, other, by=alice, at=NOW)
    assert other.facets.get(facet="persona").state == "rejected"


def test_the_play_of_the_other_stays_its_own(pair: tuple[Asset, Asset], alice: Person) -> None:
    one, other = pair
    writing.write(other, writing.Text(reading="Its own."), by=alice, at=NOW)
    merging.merge(one, other, by=alice, at=NOW)
    assert Asset.objects.get(pk=other.pk).play.reading == "Its own."


def test_merging_is_refused_with_itself_into_what_is_gone_and_to_sellers(
    pair: tuple[Asset, Asset], alice: Person, bob: Person
) -> None:
    one, other = pair
    with pytest.raises(NotPossible, match="cannot be merged with itself"):
        merging.merge(one, one, by=alice, at=NOW)
    Asset.objects.filter(pk=other.pk).update(status="retired")
    with pytest.raises(NotPossible, match="“Deck” is retired"):
        merging.merge(one, other, by=alice, at=NOW)
    with pytest.raises(Refused):
        merging.merge(one, other, by=bob, at=NOW)
    assert AssetVersion.objects.filter(asset=one).count() == 1


def test_by_the_browser_one_chooses_merges_and_undoes(pair: tuple[Asset, Asset], alice: Person) -> None:
    one, other = pair
    client = signed_in(alice)
    assert "Merge into this" in client.get(f"/library/{one.slug}/replacement/?q=deck").text
    response = client.post(f"/library/{one.slug}/merge/", {"other": other.pk}, follow=True)
    assert "“Deck copy” is a part of “Deck” now, with its versions." in response.text
    client.post("/library/reviews/undo/")
    assert Asset.objects.get(pk=one.pk).status == "active"


def test_the_other_tells_the_merge_and_separates_all_of_it_again(
    pair: tuple[Asset, Asset], alice: Person, bob: Person
) -> None:
    one, other = pair
    before = state(one), state(other)
    review = merging.merge(one, other, by=alice, at=NOW)
    undo = f"/library/{one.slug}/reviews/{review.pk}/undo/"
    history = signed_in(alice).get(f"/library/{other.slug}/history/").text
    assert ("Alice merged “Deck copy” into it" in history, undo in history) == (True, True)
    Asset.objects.filter(pk=one.pk).update(groups=["role:executive"], is_restricted=True)
    withheld = signed_in(bob).get(f"/library/{other.slug}/history/").text
    assert ("Deck copy" in withheld, "into it" in withheld, undo in withheld) == (False, True, False)
    Asset.objects.filter(pk=one.pk).update(groups=["all"], is_restricted=False)
    separation = f"/library/versions/{review.before['proposal']}/undo/"
    assert signed_in(bob).post(separation).status_code == 403
    signed_in(alice).post(separation)
    assert (state(one), state(other)) == before
    assert Review.objects.get().undone_by == alice

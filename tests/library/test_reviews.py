"""Somebody judges whether content is still right: one asset or many, what matters most first, and can take it back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sameside.kit import snapshots
from sameside.library.models import Asset, AssetVerdict, Review
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import queue, reviews, undoing, validity, weighing
from sameside.people.models import AuditEntry, Organisation, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve, use

UNTIL = date(2027, 3, 1)
TODAY = timezone.localdate()


def fresh(asset: Asset) -> Asset:
    return Asset.objects.get(pk=asset.pk)


def test_a_month_later_is_the_same_day_or_the_last_one() -> None:
    assert validity.months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert validity.months_after(date(2026, 6, 1), 12) == date(2027, 6, 1)
    assert validity.months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)


def test_verified_content_has_a_date_a_person_and_a_row(alice: Person, db: None) -> None:
    asset = shelve("Price list")
    (review,) = reviews.verify([asset.pk], until=UNTIL, by=alice, at=NOW, note="Checked with sales.")
    found = fresh(asset)
    assert (found.verified_until, found.verified_at, found.verified_by) == (UNTIL, NOW, alice)
    assert (review.outcome, review.until, review.note) == ("verified", UNTIL, "Checked with sales.")
    entry = AuditEntry.objects.get(action="library.verified")
    assert entry.subject == "Price list"
    assert entry.details == {"assets": [asset.pk], "until": "2027-03-01"}


def test_the_date_of_a_verification_lies_ahead(alice: Person) -> None:
    asset = shelve("Price list")
    with pytest.raises(NotPossible, match="31 May 2026 has passed: choose a day to come"):
        reviews.verify([asset.pk], until=date(2026, 5, 31), by=alice, at=NOW)
    with pytest.raises(NotPossible, match="more than five years"):
        reviews.verify([asset.pk], until=date(2032, 1, 1), by=alice, at=NOW)


def test_many_are_decided_together_or_not_at_all(alice: Person) -> None:
    right, retired = shelve("Right"), shelve("Gone", status="retired")
    with pytest.raises(NotPossible, match="“Gone” is retired: restore it first"):
        reviews.verify([right.pk, retired.pk], until=UNTIL, by=alice, at=NOW)
    assert fresh(right).verified_until is None
    assert Review.objects.count() == 0


def test_a_decision_taken_back_leaves_everything_as_it_was(alice: Person, dora: Person) -> None:
    asset, other = shelve("Old deck"), shelve("New deck")
    reviews.give([asset.pk], dora, by=alice, at=NOW)
    reviews.verify([asset.pk], until=UNTIL, by=alice, at=NOW)
    before = {name: getattr(fresh(asset), name) for name in ("status", "verified_until", "verified_at", "owner_id")}
    review = reviews.replace(asset, other, by=alice, at=NOW)
    assert (fresh(asset).status, fresh(asset).replaced_by) == ("retired", other)
    undoing.take_back([review.pk], by=dora, at=NOW + timedelta(hours=1))
    after = fresh(asset)
    assert {name: getattr(after, name) for name in before} == before
    assert (after.replaced_by, after.retired_at) == (None, None)
    review.refresh_from_db()
    assert (review.undone_by, review.undone_at) == (dora, NOW + timedelta(hours=1))
    with pytest.raises(NotPossible, match="taken back already"):
        undoing.take_back([review.pk], by=dora, at=NOW)


def test_only_the_last_decision_is_taken_back(alice: Person) -> None:
    asset = shelve("Deck")
    (first,) = reviews.verify([asset.pk], until=UNTIL, by=alice, at=NOW)
    reviews.retire([asset.pk], by=alice, at=NOW)
    with pytest.raises(NotPossible, match="Something was decided about “Deck” after that"):
        undoing.take_back([first.pk], by=alice, at=NOW)


def test_a_retired_asset_is_restored_with_a_new_date(alice: Person) -> None:
    asset = shelve("Deck")
    reviews.retire([asset.pk], by=alice, at=NOW)
    reviews.restore(asset, until=UNTIL, by=alice, at=NOW)
    assert (fresh(asset).status, fresh(asset).verified_until, fresh(asset).retired_at) == ("active", UNTIL, None)
    with pytest.raises(NotPossible, match="in the library already"):
        reviews.restore(asset, until=UNTIL, by=alice, at=NOW)


def test_an_asset_is_not_replaced_by_itself_by_what_is_gone_or_in_a_circle(alice: Person) -> None:
    first, second, gone = shelve("First"), shelve("Second"), shelve("Gone", status="retired")
    with pytest.raises(NotPossible, match="cannot replace itself"):
        reviews.replace(first, first, by=alice, at=NOW)
    with pytest.raises(NotPossible, match="“Gone” is not in the library any more"):
        reviews.replace(first, gone, by=alice, at=NOW)
    Asset.objects.filter(pk=second.pk).update(replaced_by=first)
    with pytest.raises(NotPossible, match="“First” is itself what replaces “Second”"):
        reviews.replace(first, second, by=alice, at=NOW)


def test_who_may_not_edit_the_library_decides_nothing(bob: Person, alice: Person) -> None:
    asset = shelve("Deck")
    with pytest.raises(Refused, match="Your role does not let you upload content"):
        reviews.retire([asset.pk], by=bob, at=NOW)
    client = signed_in(bob)
    for place in ("verification", "retirement", "replacement", "merge", "owner"):
        assert client.post(f"/library/{asset.slug}/{place}/").status_code == 403
    assert client.get("/library/reviews/").status_code == 403
    with pytest.raises(NotPossible, match="Bob may not edit the library"):
        reviews.give([asset.pk], bob, by=alice, at=NOW)
    assert fresh(asset).status == "active"


def _verdict(asset: Asset, *, uses: int = 0, open_deals: int = 0) -> None:
    AssetVerdict.objects.create(
        window=90,
        k=5,
        asset=asset,
        verdict="used",
        reason="",
        impressions=0,
        opens=0,
        uses=uses,
        open_deals=open_deals,
        matched_searches=0,
    )


@pytest.fixture
def due(alice: Person, bob: Person) -> dict[str, Asset]:
    """One asset in each state, one as intake leaves it, and one with which all is well."""
    made = {name: shelve(name) for name in ("Expired", "Soon", "Undated", "Nobody", "New", "Well")}
    dates = {"Expired": -3, "Soon": 20, "Nobody": 200, "New": 200, "Well": 200}
    for name, asset in made.items():
        until = TODAY + timedelta(days=dates[name]) if name in dates else None
        owner = None if name == "Nobody" else alice
        status = "expired" if name == "Expired" else "active"
        verified = None if name in ("New", "Undated") else NOW
        Asset.objects.filter(pk=asset.pk).update(verified_until=until, verified_at=verified, owner=owner, status=status)
    _verdict(made["Soon"], uses=4, open_deals=1)
    _verdict(made["Undated"], open_deals=9)
    for _ in range(2):
        use(made["Expired"], "share", bob)
    return made


def titles(person: Person, query: str = "") -> list[str]:
    listing = signed_in(person).get(f"/library/reviews/{query}").context["listing"]
    return [row["title"] for row in listing.rows]


def test_what_matters_most_comes_first(due: dict[str, Asset], alice: Person) -> None:
    now = timezone.now()
    due["Expired"].usage.update(at=now - timedelta(days=2))
    assert weighing.settle(90, 5, at=now) == 3
    assert titles(alice) == ["Undated", "Soon", "Expired", "Nobody"]
    assert [fresh(due[name]).review_weight for name in ("Undated", "Soon", "Expired", "Nobody")] == [9, 5, 2, 0]
    assert weighing.settle(90, 5, at=now) == 0


def test_the_content_truth_weighs_all_content(due: dict[str, Asset]) -> None:
    now = timezone.now()
    due["Expired"].usage.update(at=now - timedelta(days=2))
    snapshots.compute("content", at=now)
    assert [fresh(due[name]).review_weight for name in ("Undated", "Soon", "Expired")] == [0, 0, 2]


def test_each_state_has_its_assets_and_their_number(due: dict[str, Asset], alice: Person, dora: Person) -> None:
    numbers = {one.label: one.count for one in signed_in(alice).get("/library/reviews/").context["segments"]}
    assert numbers == {
        "Due": 4,
        "Overdue": 1,
        "Due soon": 1,
        "Without date": 1,
        "Without owner": 1,
        "Never verified": 2,
    }
    assert titles(alice, "?state=overdue") == ["Expired"]
    assert titles(alice, "?state=soon") == ["Soon"]
    assert titles(alice, "?state=undated") == ["Undated"]
    assert sorted(titles(alice, "?state=never")) == ["New", "Undated"]
    assert titles(alice, "?state=nobody") == ["Nobody"]
    assert titles(dora, "?whose=mine") == []
    assert sorted(titles(alice, "?whose=mine")) == ["Expired", "Soon", "Undated"]


def test_what_intake_dated_itself_is_never_verified_until_somebody_looks(due: dict[str, Asset], alice: Person) -> None:
    client = signed_in(alice)
    assert "Never verified, due on" in client.get("/library/reviews/?state=never").text
    client.post("/library/reviews/verifications/", {"only": due["New"].pk})
    assert titles(alice, "?state=never") == ["Undated"]


def test_one_tap_verifies_until_the_proposed_day_and_undo_takes_it_back(due: dict[str, Asset], alice: Person) -> None:
    client = signed_in(alice)
    response = client.post("/library/reviews/verifications/", {"only": due["Expired"].pk}, follow=True)
    assert "Verified “Expired”." in response.text
    assert fresh(due["Expired"]).verified_until == validity.months_after(TODAY, 12)
    assert fresh(due["Expired"]).status == "active"
    response = client.post("/library/reviews/undo/", follow=True)
    assert "Taken back: everything is as it was." in response.text
    assert fresh(due["Expired"]).status == "expired"


def test_many_at_once_with_a_day_of_ones_own_and_an_owner(due: dict[str, Asset], alice: Person, dora: Person) -> None:
    client = signed_in(alice)
    chosen = [due["Undated"].pk, due["Nobody"].pk]
    until = TODAY + timedelta(days=90)
    client.post("/library/reviews/verifications/", {"asset": chosen, "until": until.isoformat()})
    assert [fresh(due[name]).verified_until for name in ("Undated", "Nobody")] == [until, until]
    response = client.post("/library/reviews/owners/", {"asset": chosen, "owner": dora.pk}, follow=True)
    assert "Dora answers for 2 assets." in response.text
    assert [fresh(due[name]).owner for name in ("Undated", "Nobody")] == [dora, dora]
    client.post("/library/reviews/undo/")
    assert [fresh(due[name]).owner for name in ("Undated", "Nobody")] == [alice, None]


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_answered_with_a_sentence(due: dict[str, Asset], alice: Person, day: str) -> None:
    response = signed_in(alice).post(
        "/library/reviews/verifications/", {"only": due["Undated"].pk, "until": day}, follow=True
    )
    assert response.status_code == 200
    assert fresh(due["Undated"]).verified_until is None


def test_the_queue_costs_the_same_however_many_wait(
    due: dict[str, Asset], alice: Person, django_assert_num_queries: Any
) -> None:
    client = signed_in(alice)
    client.get("/library/reviews/")
    with django_assert_num_queries(6):
        client.get("/library/reviews/")
    for number in range(20):
        shelve(f"More {number}")
    with django_assert_num_queries(6):
        client.get("/library/reviews/")


def test_the_queue_is_exported_with_its_dates(due: dict[str, Asset], alice: Person) -> None:
    response = signed_in(alice).post("/library/reviews/?state=soon", {"export": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("Title,Owner,Verified until,State,Uses in 90 days,Open deals in its facets")
    assert lines[1].startswith(f"Soon,Alice,{TODAY + timedelta(days=20)},Verified for 20 days more,4,1")


def test_the_settings_say_how_long_content_counts_as_right(alice: Person) -> None:
    Organisation.objects.update(verified_for_months=6)
    assert validity.proposed_until(NOW) == date(2026, 12, 1)


def test_the_asset_page_says_until_when_and_by_whom(alice: Person, bob: Person) -> None:
    asset = shelve("Deck")
    until = TODAY + timedelta(days=10)
    reviews.verify([asset.pk], until=until, by=alice, at=timezone.now())
    assert "Verified for 10 days more" in signed_in(bob).get(f"/library/{asset.slug}/").text
    page = signed_in(bob).get(f"/library/{asset.slug}/history/").text
    assert "Last looked at by Alice" in page
    assert "retirement/" not in page
    assert "retirement/" in signed_in(alice).get(f"/library/{asset.slug}/history/").text


def test_waiting_leaves_out_what_is_retired_or_part_of_another(alice: Person) -> None:
    shelve("Retired", status="retired")
    one, other = shelve("One"), shelve("Other")
    Asset.objects.filter(pk=one.pk).update(continued_by=other)
    assert [asset.title for asset in queue.waiting(alice, TODAY)] == ["Other"]

"""Collections: who may make and change them, their order, taking things back, and that nobody sees more by them."""

from datetime import date

import pytest

from sameside.library import access
from sameside.library.browsing import collections
from sameside.library.models import Asset, Collection
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

URL = "/library/collections/"


@pytest.fixture
def kit(bob: Person) -> Collection:
    """Bob's: Agenda, Battlecard, Case, in this order."""
    made = collections.create("First meeting", by=bob, at=NOW)
    collections.add(made, [shelve("Agenda"), shelve("Battlecard"), shelve("Case")], by=bob, at=NOW)
    return made


def titles(collection: Collection) -> list[str]:
    return list(collection.items.order_by("position", "pk").values_list("asset__title", flat=True))


def item_url(collection: Collection, title: str, noun: str) -> str:
    return f"{URL}{collection.slug}/items/{collection.items.get(asset__title=title).pk}/{noun}/"


def test_a_seller_makes_one_of_chosen_results(bob: Person) -> None:
    chosen = [shelve("Agenda"), shelve("Battlecard")]
    answer = signed_in(bob).post(URL, {"name": "First  meeting", "asset": [one.pk for one in chosen]})
    assert answer.headers["Location"] == f"{URL}first-meeting/"
    made = Collection.objects.get()
    assert (made.name, made.owner, titles(made)) == ("First meeting", bob, ["Agenda", "Battlecard"])


def test_two_of_one_name_have_addresses_of_their_own(bob: Person, kit: Collection) -> None:
    assert collections.create("First meeting", by=bob, at=NOW).slug == "first-meeting-2"
    assert collections.create("Choice", by=bob, at=NOW).slug == "choice-2"
    assert collections.create("日本", by=bob, at=NOW).slug == "collection"


def test_a_collection_needs_a_name(bob: Person) -> None:
    answer = signed_in(bob).post(URL, {"name": " \x00 "}, follow=True)
    assert "Give the collection a name." in answer.text
    assert not Collection.objects.exists()


def test_what_is_in_it_already_is_not_added_again(bob: Person, kit: Collection) -> None:
    client = signed_in(bob)
    ids = [Asset.objects.get(title="Case").pk, shelve("Deck").pk]
    answer = client.post(f"{URL}{kit.slug}/items/", {"asset": ids}, follow=True)
    assert "1 asset added to “First meeting”." in answer.text
    assert titles(kit) == ["Agenda", "Battlecard", "Case", "Deck"]
    assert "holds all of it already" in client.post(f"{URL}{kit.slug}/items/", {"asset": ids}, follow=True).text


def test_items_move_by_place_and_by_buttons(bob: Person, kit: Collection) -> None:
    client = signed_in(bob)
    assert client.post(item_url(kit, "Case", "place"), {"to": "0"}, headers={"HX-Request": "true"}).status_code == 204
    assert titles(kit) == ["Case", "Agenda", "Battlecard"]
    client.post(item_url(kit, "Case", "place"), {"to": "down"})
    assert titles(kit) == ["Agenda", "Case", "Battlecard"]
    client.post(item_url(kit, "Agenda", "place"), {"to": "up"})
    client.post(item_url(kit, "Agenda", "place"), {"to": "9999"})
    assert titles(kit) == ["Case", "Battlecard", "Agenda"]
    assert client.post(item_url(kit, "Case", "place"), {"to": "-1"}).status_code == 400


def test_moving_goes_by_what_one_sees(alice: Person, bob: Person, kit: Collection) -> None:
    """Bob does not see the minutes between his first two items; they keep their place before the battlecard."""
    secret = shelve("Minutes")
    collections.add(kit, [secret], by=alice, at=NOW)
    access.restrict(secret, [], by=alice, at=NOW)
    item = kit.items.get(asset=secret)
    collections.move(item, 1, list(kit.items.values_list("pk", flat=True)), by=alice, at=NOW)
    assert titles(kit) == ["Agenda", "Minutes", "Battlecard", "Case"]
    signed_in(bob).post(item_url(kit, "Case", "place"), {"to": "0"})
    assert titles(kit) == ["Case", "Agenda", "Minutes", "Battlecard"]
    signed_in(bob).post(item_url(kit, "Case", "place"), {"to": "down"})
    assert titles(kit) == ["Agenda", "Minutes", "Case", "Battlecard"]


def test_a_removal_is_taken_back_with_place_and_note(bob: Person, kit: Collection) -> None:
    client = signed_in(bob)
    client.post(item_url(kit, "Battlecard", "note"), {"note": "For the second half"})
    answer = client.post(item_url(kit, "Battlecard", "removal"), follow=True)
    assert titles(kit) == ["Agenda", "Case"]
    assert "“Battlecard” was taken out." in answer.text
    client.post(f"{URL}{kit.slug}/undo/")
    assert titles(kit) == ["Agenda", "Battlecard", "Case"]
    assert kit.items.get(asset__title="Battlecard").note == "For the second half"
    assert "There is nothing to take back." in client.post(f"{URL}{kit.slug}/undo/", follow=True).text


def test_it_is_described_and_keeps_its_address(bob: Person, erik: Person, kit: Collection) -> None:
    given = {"name": "Opening", "description": "For banks.", "owner": erik.pk, "verified_until": "2027-01-31"}
    signed_in(bob).post(f"{URL}{kit.slug}/", given)
    kit.refresh_from_db()
    assert (kit.name, kit.slug, kit.description, kit.owner) == ("Opening", "first-meeting", "For banks.", erik)
    assert kit.verified_until == date(2027, 1, 31)
    assert signed_in(bob).post(f"{URL}{kit.slug}/", given).status_code == 403  # it is Erik's now


def test_a_wrong_description_is_shown_again(bob: Person, kit: Collection) -> None:
    answer = signed_in(bob).post(f"{URL}{kit.slug}/", {"name": "", "verified_until": "soon"})
    assert answer.status_code == 422
    assert "Enter a valid date." in answer.text


def test_an_archived_one_leaves_the_list_and_comes_back(bob: Person, kit: Collection) -> None:
    client = signed_in(bob)
    client.post(f"{URL}{kit.slug}/archive/")
    assert "First meeting" not in client.get(URL).text
    assert "First meeting" in client.get(f"{URL}?archived=1").text
    assert "It is archived" in client.get(f"{URL}{kit.slug}/").text
    client.post(f"{URL}{kit.slug}/archive/", {"remove": "1"})
    assert "First meeting" in client.get(URL).text


def test_others_look_but_do_not_change(erik: Person, kit: Collection) -> None:
    client = signed_in(erik)
    page = client.get(f"{URL}{kit.slug}/")
    assert "Battlecard" in page.text
    assert "Archive" not in page.text
    for url, data in (
        (f"{URL}{kit.slug}/", {"name": "Mine now"}),
        (f"{URL}{kit.slug}/archive/", {}),
        (f"{URL}{kit.slug}/items/", {"asset": shelve("Deck").pk}),
        (item_url(kit, "Case", "removal"), {}),
        (item_url(kit, "Case", "place"), {"to": "up"}),
        (item_url(kit, "Case", "note"), {"note": "no"}),
    ):
        assert client.post(url, data).status_code == 403, url
    assert titles(kit) == ["Agenda", "Battlecard", "Case"]
    assert Collection.objects.get().name == "First meeting"


def test_those_who_edit_the_library_change_any(alice: Person, kit: Collection) -> None:
    signed_in(alice).post(item_url(kit, "Case", "removal"))
    assert titles(kit) == ["Agenda", "Battlecard"]


def test_content_that_one_may_not_find_is_neither_shown_nor_counted(bob: Person, kit: Collection) -> None:
    Asset.objects.filter(title="Case").update(groups=["role:executive"])
    client = signed_in(bob)
    page = client.get(f"{URL}{kit.slug}/")
    assert "Case" not in page.text
    assert "2 assets" in page.text
    assert "2 assets" in client.get(URL).text
    export = b"".join(client.post(f"{URL}{kit.slug}/", {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert export.splitlines()[1].startswith("1,Agenda,pdf,en,")
    assert len(export.splitlines()) == 3
    hidden = kit.items.get(asset__title="Case").pk
    assert client.post(f"{URL}{kit.slug}/items/{hidden}/removal/").status_code == 404
    assert client.post(f"{URL}{kit.slug}/items/", {"asset": Asset.objects.get(title="Case").pk}).status_code == 302


def test_a_restricted_one_is_for_those_it_names(alice: Person, bob: Person, erik: Person, kit: Collection) -> None:
    access.restrict(kit, ["role:success"], by=alice, at=NOW)
    assert signed_in(bob).get(f"{URL}{kit.slug}/").status_code == 404
    assert "First meeting" not in signed_in(bob).get(URL).text
    assert "Restricted" in signed_in(erik).get(f"{URL}{kit.slug}/").text


def test_an_owner_cannot_hide_or_open_content_by_a_restricted_collection(
    alice: Person, bob: Person, kit: Collection
) -> None:
    access.restrict(kit, ["role:seller"], by=alice, at=NOW)
    with pytest.raises(Refused, match="decides who may open it"):
        collections.add(kit, [shelve("Deck")], by=bob, at=NOW)
    collections.add(kit, [shelve("Price list")], by=alice, at=NOW)
    assert Asset.objects.get(title="Price list").groups == ["role:seller"]
    collections.remove(kit.items.get(asset__title="Price list"), by=alice, at=NOW)
    assert Asset.objects.get(title="Price list").groups == ["all"]


def test_the_choice_offers_what_one_may_add_to(alice: Person, bob: Person, kit: Collection) -> None:
    collections.create("Alice's own", by=alice, at=NOW)
    asset = Asset.objects.get(title="Agenda")
    address = f"{URL}choice/?asset={asset.pk}"
    of_bob = signed_in(bob).get(address, headers={"HX-Request": "true"}).text
    assert "First meeting" in of_bob
    assert "is in it" in of_bob
    assert "Alice&#x27;s own" not in of_bob
    assert "<html" not in of_bob
    assert "Alice&#x27;s own" in signed_in(alice).get(address).text


def test_a_partner_does_not_see_the_companys_collections(kit: Collection, partner: Person) -> None:
    client = signed_in(partner)
    assert client.get(f"{URL}{kit.slug}/").status_code == 404
    assert "First meeting" not in client.get(URL).text


@pytest.fixture
def partner(db: None) -> Person:
    return Person.objects.create_user("pat@partner.example", "a long enough password", name="Pat", role="partner")


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_and_the_page_ask_as_much_for_two_as_for_twenty(
    bob: Person, number: int, django_assert_num_queries: object
) -> None:
    for place in range(number):
        one = collections.create(f"Kit {place}", by=bob, at=NOW)
        collections.add(one, [shelve(f"Plan {place} {n}") for n in range(2)], by=bob, at=NOW)
    big = Collection.objects.get(name="Kit 0")
    collections.add(big, list(Asset.objects.all()), by=bob, at=NOW)
    client = signed_in(bob)
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(URL)
    with django_assert_num_queries(10):  # type: ignore[operator]
        client.get(f"{URL}{big.slug}/")


def test_an_empty_one_says_what_to_do_or_who_fills_it(bob: Person, erik: Person) -> None:
    made = collections.create("Empty", by=bob, at=NOW)
    mine = signed_in(bob).get(f"/library/collections/{made.slug}/").text
    theirs = signed_in(erik).get(f"/library/collections/{made.slug}/").text
    assert ("Choose content</a>" in mine, "To the collections</a>" in theirs) == (True, True)
    assert "Bob, and marketers, editors and administrators, change what is in it." in theirs


def test_the_audit_log_tells_who_put_what_into_it_and_until_when(bob: Person, alice: Person, kit: Collection) -> None:
    one, item = shelve("Late deck"), kit.items.order_by("position").select_related("collection").first()
    assert item is not None
    collections.add(kit, [one], by=alice, at=NOW)
    collections.remove(item, by=bob, at=NOW)
    day = date(2027, 1, 31)
    collections.describe(kit, name=kit.name, description="", owner=bob, verified_until=day, by=bob, at=NOW)
    told = AuditEntry.objects.filter(subject=kit.slug).order_by("pk").values_list("action", "person__name", "details")
    assert [action for action, _, _ in told[:2]] == ["collection.made", "collection.added"]
    assert list(told[2:]) == [
        ("collection.added", "Alice", {"assets": [one.pk]}),
        ("collection.taken_out", "Bob", {"assets": [item.asset_id]}),
        ("collection.verified", "Bob", {"until": "2027-01-31"}),
    ]

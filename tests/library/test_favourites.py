"""Favourites: a star for oneself, and the page that keeps them at hand."""

import pytest
from django.urls import reverse

from sameside.library.browsing import favourites
from sameside.library.models import Favourite, Pin
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve


def test_a_star_is_given_and_taken(bob: Person) -> None:
    asset = shelve("Harbour plan")
    client = signed_in(bob)
    answer = client.post(f"/library/{asset.slug}/favourite/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    client.post(f"/library/{asset.slug}/favourite/")
    assert list(Favourite.objects.values_list("person__name", "asset__title")) == [("Bob", "Harbour plan")]
    assert client.delete(f"/library/{asset.slug}/favourite/").status_code == 302
    assert not Favourite.objects.exists()


def test_without_scripts_a_button_takes_the_star_away(bob: Person) -> None:
    asset = shelve("Harbour plan")
    favourites.add(asset, by=bob, at=NOW)
    answer = signed_in(bob).post(f"/library/{asset.slug}/favourite/", {"remove": "1"})
    assert answer.headers["Location"] == f"/library/{asset.slug}/"
    assert not Favourite.objects.exists()


def test_ones_favourites_are_ones_own(bob: Person, erik: Person) -> None:
    favourites.add(shelve("Harbour plan"), by=bob, at=NOW)
    assert "Harbour plan" in signed_in(bob).get("/library/favourites/").text
    assert "Harbour plan" not in signed_in(erik).get("/library/favourites/").text


def test_content_that_one_may_not_open_gets_no_star(bob: Person) -> None:
    asset = shelve("Board minutes")
    type(asset).objects.update(groups=["role:executive"])
    assert signed_in(bob).post(f"/library/{asset.slug}/favourite/").status_code == 404
    assert not Favourite.objects.exists()


def test_a_favourite_that_was_restricted_since_is_not_shown(bob: Person) -> None:
    asset = shelve("Board minutes")
    favourites.add(asset, by=bob, at=NOW)
    type(asset).objects.update(groups=["role:executive"])
    assert "Board minutes" not in signed_in(bob).get("/library/favourites/").text


def test_somebody_without_a_role_is_refused(charlie: Person) -> None:
    assert signed_in(charlie).get("/library/favourites/").status_code == 403


@pytest.mark.parametrize("number", [3, 30])
def test_the_page_asks_as_much_for_three_as_for_thirty(
    bob: Person, number: int, django_assert_num_queries: object
) -> None:
    for place in range(number):
        favourites.add(shelve(f"Plan {place}"), by=bob, at=NOW)
    client = signed_in(bob)
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(reverse("library:favourites"))


def test_a_card_says_that_its_asset_is_pinned(alice: Person, bob: Person) -> None:
    held, free = shelve("Price list"), shelve("Battle card")
    favourites.add(held, by=bob, at=NOW)
    version = held.versions.get()
    Pin.objects.create(asset=held, version=version, at=NOW, by=alice)
    for page in ("/library/", "/library/favourites/"):
        text = signed_in(bob).get(page).text
        assert text.count("It stays at its version") == 1, page
    assert favourites.marks([held, free], bob) == favourites.Marks(frozenset({held.pk}), frozenset({held.pk}))
    assert favourites.marks([held, free], alice) == favourites.Marks(frozenset(), frozenset({held.pk}))

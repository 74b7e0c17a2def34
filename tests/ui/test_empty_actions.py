"""An empty list leads on, and offers only what its reader may do."""

import pytest

from sameside.kit import snapshots
from sameside.people.models import Person
from tests.conftest import NOW, signed_in

pytestmark = pytest.mark.django_db
IMPORTS = 'class="btn btn-primary" href="/imports/"'


@pytest.mark.parametrize(
    "address",
    [
        "/deals/", "/crm/companies/", "/leads/", "/leads/all/", "/leads/figures/", "/conversations/",
        "/revenue/influence/",
    ],
)  # fmt: skip
def test_who_may_bring_data_in_is_led_there_and_others_are_not(address: str, gus: Person, bob: Person) -> None:
    for name in ("leads", "hand-overs", "conversations", "influence"):
        snapshots.compute(name, at=NOW)
    assert IMPORTS in signed_in(gus).get(address, follow=True).content.decode()
    assert IMPORTS not in signed_in(bob).get(address, follow=True).content.decode()


@pytest.mark.parametrize("address", ["/library/favourites/", "/library/recent/", "/library/new/"])
def test_an_empty_shelf_leads_to_the_library(address: str, bob: Person) -> None:
    assert 'class="btn btn-primary" href="/library/">To the library' in signed_in(bob).get(address).content.decode()


def test_who_may_see_nothing_yet_says_that_nothing_came_in(gus: Person) -> None:
    page = signed_in(gus).get("/library/access/").content.decode()
    assert "No content yet" in page
    assert 'href="/library/upload/">Bring in content' in page

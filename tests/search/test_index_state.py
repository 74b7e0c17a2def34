"""Administrators see how the search index is, have it checked and healed, and have it built anew."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from sameside.crm.models import Company
from sameside.people.models import AuditEntry, Person
from sameside.search import changes, checking, health, health_page, indexes, kinds
from sameside.search.following import Follower
from sameside.search.indexer import Indexer
from sameside.search.models import IndexCheck
from tests.conftest import NOW, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]
COMPANY = "company"


def make(*names: str) -> list[int]:
    return [Company.objects.create(source="test", external_id=name, name=name).pk for name in names]


@pytest.fixture
def follower(data: Path) -> Follower:
    """The index of companies, following its log."""
    made = Follower.of(kinds.by_name(COMPANY))
    made.open()
    while made.has_work:
        made.step()
    return made


def card(name: str = COMPANY) -> health_page.Card:
    return next(one for one in health_page.build(at=NOW).cards if one.name == name)


def test_it_says_what_is_held_and_what_waits(follower: Follower) -> None:
    make("Acme", "Globex")
    assert (card().documents, card().lag[:15]) == ("0", "2 changes wait,")
    follower.poll()
    follower.step()
    assert (card().documents, card().lag) == ("2", "Nothing waits.")
    assert card("deal").documents == "none yet"
    assert (card("deal").state.text, card("deal").can_check) == ("No index", False)


def test_a_lag_is_counted_by_things(follower: Follower) -> None:
    (acme,) = make("Acme")
    Company.objects.filter(pk=acme).update(name="Apex")
    Company.objects.filter(pk=acme).update(name="Zenith")
    found = health.lag(kinds.by_name(COMPANY))
    assert found is not None
    assert (found.things, found.is_lost) == (1, False)
    changes.purge(at=NOW + timedelta(days=400))
    lost = health.lag(kinds.by_name(COMPANY))
    assert lost is not None
    assert lost.is_lost


def test_a_check_finds_what_differs_and_heals_it(follower: Follower, gus: Person) -> None:
    make("Acme", "Globex")
    follower.poll()
    follower.step()
    with follower.held.engine.writing() as writer:  # type: ignore[union-attr]
        writer.remove([Company.objects.get(name="Acme").pk])
    follower.held.engine.refresh()  # type: ignore[union-attr]
    indexes.save_state(follower.held.version, follower.held.state)  # type: ignore[union-attr]
    kind = kinds.by_name(COMPANY)
    checked = checking.run(checking.ask(kind, heals=False, by=gus, at=NOW), kind, at=NOW)
    assert (checked.documents, checked.missing, checked.stale, checked.surplus) == (2, 1, 0, 0)
    assert card().last_check == "Of 2 documents: 1 missing, 0 stale, 0 surplus."
    assert card().lag == "Nothing waits."
    checking.run(checking.ask(kind, heals=True, by=gus, at=NOW + timedelta(minutes=1)), kind, at=NOW)
    assert card().last_check.endswith("All of them were indexed again.")
    assert card().lag.startswith("1 change waits")
    follower.poll()
    follower.step()
    last = checking.run(checking.ask(kind, heals=False, by=gus, at=NOW + timedelta(minutes=2)), kind, at=NOW)
    assert (last.missing, card().last_check) == (0, "It agrees with the database: 2 documents.")


def test_who_asks_twice_has_one_check(follower: Follower, gus: Person) -> None:
    kind = kinds.by_name(COMPANY)
    first = checking.ask(kind, heals=False, by=gus, at=NOW)
    assert checking.ask(kind, heals=True, by=gus, at=NOW + timedelta(hours=1)) == first
    assert card().doing[0].label.startswith("Being checked: 0 of about")
    assert checking.ask(kind, heals=False, by=gus, at=NOW + timedelta(hours=7)) != first


def test_a_check_without_an_index_says_why(data: Path, gus: Person) -> None:
    kind = kinds.by_name(COMPANY)
    checking.run(checking.ask(kind, heals=False, by=gus, at=NOW), kind, at=NOW)
    assert "being built" in card().last_check


def test_building_anew_is_left_to_the_indexer(follower: Follower, gus: Person) -> None:
    client = signed_in(gus)
    refused = client.post("/search/index/rebuilds/", {"kind": COMPANY}, follow=True).content.decode()
    assert "No indexer runs on this machine" in refused
    assert not indexes.place(COMPANY).is_rebuild_wanted()
    indexer = Indexer()
    indexer.begin()
    try:
        indexer.round()
        built = client.post("/search/index/rebuilds/", {"kind": COMPANY}, follow=True).content.decode()
        assert "Being built anew: companies." in built
        assert indexes.place(COMPANY).is_rebuild_wanted()
    finally:
        indexer._leave()
    assert AuditEntry.objects.filter(action="search index built anew", subject="Companies").count() == 1


def test_the_page_shows_every_kind(
    follower: Follower, gus: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(gus)
    client.get("/search/index/")
    with django_assert_max_num_queries(12):
        html = client.get("/search/index/").content.decode()
    for kind in kinds.every():
        assert f'id="index-{kind.name}"' in html
    assert 'data-go="h"' in html
    assert client.post("/search/index/checks/", {"kind": COMPANY}).status_code == 302
    assert IndexCheck.objects.get().asked_by == gus
    assert 'hx-trigger="every 2s"' in client.get("/search/index/").content.decode()
    assert client.post("/search/index/checks/", {"kind": "nothing"}).status_code == 404


@pytest.mark.parametrize("address", ["/search/index/", "/search/index/checks/", "/search/index/rebuilds/"])
def test_others_neither_see_nor_do_it(address: str, data: Path, alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        client: Any = signed_in(person)
        assert client.get(address).status_code in (403, 405)
        assert client.post(address, {"kind": "all"}).status_code in (403, 405)
    assert not IndexCheck.objects.exists()

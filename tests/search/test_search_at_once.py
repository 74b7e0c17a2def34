"""Two at the same moment: each thing is there once, and nobody is shown an error."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from sameside.library import requests
from sameside.library.browsing import favourites
from sameside.library.models import Asset, ContentRequest, Favourite, Search, Usage
from sameside.library.usage import Recorder
from sameside.people.models import Person
from sameside.search import synonyms
from sameside.search.models import Synonym
from tests.conftest import NOW
from tests.library.shelf import shelve

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]
TWO = 2


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Each call in a thread and on a connection of its own, begun at the same moment."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result(timeout=60) for one in [pool.submit(run, call) for call in calls]]


@pytest.fixture
def asset() -> Asset:
    return shelve("Ledger guide", pages=["ledger"])


def told(person: Person, asset: Asset) -> Recorder:
    one = Recorder()
    one.search(person, "ledger", filters={}, results=1, shown=[asset.pk], at=NOW)
    return one


def test_a_search_told_to_two_processes_is_written_once(asset: Asset, bob: Person) -> None:
    for _ in range(3):
        at_once(told(bob, asset).flush, told(bob, asset).flush)
    assert Search.objects.count() == 1
    assert Usage.objects.filter(action=Usage.Action.IMPRESSION).count() == 1


def test_the_second_writer_waits_for_the_first(asset: Asset, bob: Person) -> None:
    """The first has written and not committed yet: the second may neither overlook it nor fail."""
    started = Barrier(TWO)

    def first() -> None:
        with transaction.atomic():
            told(bob, asset).flush()
            started.wait(10)

    def second() -> None:
        started.wait(10)
        told(bob, asset).flush()

    at_once(first, second)
    assert Search.objects.count() == 1


def test_what_is_asked_for_twice_is_one_request(bob: Person) -> None:
    made = at_once(*[lambda: requests.ask("roadmap", by=bob, at=NOW).pk] * TWO)
    assert len(set(made)) == 1
    assert ContentRequest.objects.count() == 1


def test_the_same_synonyms_written_twice_are_one_group(alice: Person, dora: Person) -> None:
    def write(by: Person) -> Callable[[], int]:
        return lambda: synonyms.add(["TCO", "total cost"], by=by, at=NOW).pk

    made = at_once(write(alice), write(dora))
    assert len(set(made)) == 1
    assert Synonym.objects.get().state == Synonym.State.ACCEPTED


def test_a_proposal_and_a_hand_written_group_do_not_collide(alice: Person) -> None:
    at_once(
        lambda: synonyms.propose(["TCO", "total cost"], source="title", evidence=["x"], weight=1, at=NOW),
        lambda: synonyms.add(["TCO", "total cost"], by=alice, at=NOW),
    )
    assert Synonym.objects.get().state == Synonym.State.ACCEPTED


def test_a_star_pressed_twice_is_one(asset: Asset, bob: Person) -> None:
    at_once(*[lambda: favourites.add(asset, by=bob, at=NOW)] * TWO)
    assert Favourite.objects.count() == 1
    at_once(*[lambda: favourites.remove(asset, by=bob)] * TWO)
    assert not Favourite.objects.exists()

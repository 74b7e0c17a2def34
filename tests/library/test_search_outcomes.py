"""What became of a search: exactly one of five, as the rule in `library.searches` says."""

from datetime import timedelta

import pytest

from sameside.library.findability import settling
from sameside.library.models import Search, SearchOutcome, Usage
from sameside.library.searches import Asked, Did, outcomes
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library.shelf import shelve


def after(**span: float) -> timedelta:
    return timedelta(**span)


def asked(number: int = 1, words: str = "pricing", shown: tuple[int, ...] = (10, 11, 12), **span: float) -> Asked:
    return Asked(number, NOW + after(**span), words, len(shown), shown)


def kinds(*searches: Asked, did: list[Did]) -> list[str]:
    return [one.outcome for one in outcomes(searches, did)]


def opened(asset: int = 11, action: str = "open", search: int | None = None, **span: float) -> Did:
    return Did(asset, action, NOW + after(**span), search)


@pytest.mark.parametrize(
    ("did", "outcome"),
    [
        ([], "abandoned"),
        ([opened(seconds=30)], "opened"),
        ([opened(minutes=6)], "abandoned"),
        ([opened(minutes=6, search=1)], "opened"),
        ([opened(asset=99, seconds=30)], "abandoned"),
        ([opened(seconds=-1)], "abandoned"),
        ([opened(seconds=30), opened(action="share", minutes=20)], "used"),
        ([opened(seconds=30), opened(action="share", minutes=31)], "opened"),
        ([opened(action="present", minutes=1)], "used"),
        ([opened(action="impression", seconds=1)], "abandoned"),
    ],
)
def test_what_the_person_did_decides(did: list[Did], outcome: str) -> None:
    assert kinds(asked(), did=did) == [outcome]


def test_a_search_without_results_found_nothing_even_when_asked_again() -> None:
    assert kinds(asked(shown=()), asked(2, "price list", seconds=60), did=[]) == ["none", "abandoned"]


def test_other_words_within_two_minutes_are_a_reformulation() -> None:
    assert kinds(asked(), asked(2, "price list", seconds=119), did=[]) == ["reformulated", "abandoned"]
    assert kinds(asked(), asked(2, "price list", seconds=121), did=[]) == ["abandoned", "abandoned"]
    assert kinds(asked(), asked(2, " Pricing ", seconds=60), did=[]) == ["abandoned", "abandoned"]


def test_what_is_opened_after_the_next_search_belongs_to_that_one() -> None:
    again = asked(2, "price list", seconds=60)
    assert kinds(asked(), again, did=[opened(seconds=90)]) == ["reformulated", "opened"]


def test_time_runs_from_the_first_key_of_the_attempt() -> None:
    first = Asked(1, NOW, "pricing", 0, (), started_at=NOW - after(seconds=4))
    second = asked(2, "price list", seconds=60)
    did = [opened(asset=12, seconds=70), opened(asset=12, action="share", seconds=100)]
    [failed, found] = outcomes([first, second], did)
    assert (failed.outcome, failed.seconds_to_open) == ("none", None)
    assert (found.attempt, found.seconds_to_open, found.seconds_to_use, found.position) == (1, 74.0, 104.0, 3)


def test_an_attempt_ends_when_something_was_opened() -> None:
    later = asked(2, "roadmap", seconds=80)
    [_, second] = outcomes([asked(), later], [opened(seconds=10), opened(asset=10, seconds=90)])
    assert (second.attempt, second.seconds_to_open) == (2, 10.0)


@pytest.fixture
def searched(bob: Person) -> Search:
    deck = shelve("Pricing deck")
    search = Search.objects.create(person=bob, at=NOW - after(minutes=40), query="pricing", results=1, shown=[deck.pk])
    Usage.objects.create(asset=deck, action="open", person=bob, at=NOW - after(minutes=39), search=search, position=1)
    return search


def test_settling_keeps_the_outcome_and_the_team(searched: Search, bob: Person) -> None:
    assert settling.settle(at=NOW) == 1
    kept = SearchOutcome.objects.get(search=searched)
    assert (kept.outcome, kept.seconds_to_open, kept.position, kept.team) == ("opened", 60.0, 1, bob.team_id)


def test_settling_again_changes_what_was_used_meanwhile(searched: Search, bob: Person) -> None:
    settling.settle(at=NOW - after(minutes=30))
    Usage.objects.create(asset_id=searched.shown[0], action="share", person=bob, at=NOW - after(minutes=20))
    settling.settle(at=NOW)
    assert SearchOutcome.objects.get(search=searched).outcome == "used"


def test_a_search_that_comes_in_later_is_settled_too(searched: Search, bob: Person) -> None:
    settling.settle(at=NOW)
    old = Search.objects.create(person=bob, at=NOW - after(days=9), query="roadmap", results=0, source="export")
    settling.settle(at=NOW)
    assert SearchOutcome.objects.get(search=old).outcome == "none"


def test_a_search_of_the_last_five_minutes_waits(bob: Person) -> None:
    Search.objects.create(person=bob, at=NOW - after(minutes=4), query="pricing", results=0)
    assert settling.settle(at=NOW) == 0


def test_a_search_of_nobody_cannot_be_followed(db: None) -> None:
    Search.objects.create(at=NOW - after(hours=1), query="pricing", results=0)
    assert settling.settle(at=NOW) == 0


class _Shown(tuple[int, ...]):
    """What a search showed; notes how often it was asked for an asset."""

    asked = 0

    def __contains__(self, asset: object) -> bool:
        type(self).asked += 1
        return super().__contains__(asset)


def test_a_search_looks_at_the_half_hour_after_it_however_much_somebody_did() -> None:
    shown = _Shown((1, 2, 3))
    asked = [Asked(number, NOW + number * timedelta(minutes=10), "words", 3, shown) for number in range(400)]
    did = [Did(9, "share", NOW + number * timedelta(minutes=5)) for number in range(800)]
    assert {one.outcome for one in outcomes(asked, did)} == {"abandoned"}
    assert _Shown.asked <= 400 * 10

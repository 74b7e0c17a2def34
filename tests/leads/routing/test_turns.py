"""Turns are fair: by weight, at every moment, and without a debt after an absence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.leads.routing.turns import Turn, begin, give, in_order

WEIGHTS = st.lists(st.integers(1, 9), min_size=1, max_size=7)


def _share_out(turns: list[Turn], number: int, away: frozenset[int] = frozenset()) -> None:
    for moment in range(number):
        here = [one for one in in_order(turns) if one.person not in away]
        give(here[0], turns, lambda person: person not in away, now=float(moment + 1))


@settings(deadline=None)
@given(WEIGHTS, st.integers(1, 4))
def test_after_whole_rounds_everybody_has_exactly_the_weight(weights: list[int], rounds: int) -> None:
    turns = [Turn(person, weight) for person, weight in enumerate(weights)]

    _share_out(turns, rounds * sum(weights))

    assert [one.given for one in turns] == [rounds * weight for weight in weights]


@settings(deadline=None)
@given(st.integers(1, 8), st.integers(0, 40))
def test_equal_weights_never_differ_by_more_than_one(persons: int, number: int) -> None:
    turns = [Turn(person) for person in range(persons)]

    _share_out(turns, number)

    counts = [one.given for one in turns]
    assert sum(counts) == number
    assert max(counts) - min(counts) <= 1


@settings(deadline=None)
@given(WEIGHTS, st.integers(0, 80))
def test_nobody_is_two_ahead_of_the_share(weights: list[int], number: int) -> None:
    turns = [Turn(person, weight) for person, weight in enumerate(weights)]

    _share_out(turns, number)

    for one in turns:
        assert abs(one.given - number * one.weight / sum(weights)) < 2


@settings(deadline=None)
@given(st.integers(2, 6), st.integers(1, 60), st.integers(1, 30))
def test_who_comes_back_is_not_flooded(persons: int, meanwhile: int, after: int) -> None:
    turns = [Turn(person) for person in range(persons)]
    _share_out(turns, meanwhile, frozenset({0}))
    before = turns[0].given

    _share_out(turns, after)

    assert turns[0].given - before <= -(-after // persons) + 1


def test_the_longest_ago_comes_first_of_equals() -> None:
    turns = [Turn(1, last=5.0), Turn(2, last=3.0), Turn(3, last=4.0)]

    assert [one.person for one in in_order(turns)] == [2, 3, 1]


def test_without_weight_there_is_no_turn() -> None:
    assert in_order([Turn(1, weight=0)]) == []


def test_who_joins_begins_at_the_pace_of_the_others() -> None:
    assert begin(2, [Turn(1, weight=1, given=10), Turn(2, weight=2, given=22)]) == 20
    assert begin(3, []) == 0

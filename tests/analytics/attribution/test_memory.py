"""Chains that remember equal one linear system for each key, add up over parts, and say what they took together."""

import numpy as np
import pytest

from sameside.analytics.attribution import memory
from tests.analytics.attribution import reference, stories

KEYS = 6


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("with_lost", [True, False])
def test_removal_effects_equal_one_system_for_each_key(order: int, with_lost: bool) -> None:
    told = stories.random_journeys(300, KEYS, seed=order)
    journeys = stories.arrays(told, KEYS)
    all_keys = memory.lump(journeys.keys, np.bincount(journeys.key), 200)
    found = memory.removal(memory.walks(journeys if with_lost else journeys.won(), all_keys, order))
    won, value = reference.removal(told, KEYS, order=order, with_lost=with_lost)
    np.testing.assert_allclose(found.won, won, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.value, value, rtol=0, atol=1e-9)


def test_parts_add_up_to_the_whole() -> None:
    told = stories.random_journeys(200, KEYS, seed=9)
    whole = stories.arrays(told, KEYS)
    keys = memory.lump(whole.keys, np.bincount(whole.key), 200)
    halves = [memory.walks(stories.arrays(part, KEYS), keys, 2) for part in (told[:90], told[90:])]
    added, once = halves[0] + halves[1], memory.walks(whole, keys, 2)
    np.testing.assert_array_equal(added.before, once.before)
    np.testing.assert_array_equal(added.n, once.n)
    np.testing.assert_allclose(memory.removal(added).won, memory.removal(once).won, atol=1e-12)


def test_the_rarest_keys_are_taken_together_and_counted() -> None:
    lumped = memory.lump(["a", "b", "c", "d"], np.array([5, 9, 1, 5]), 3)
    assert lumped.keys == ["a", "b", "(other)"]
    assert lumped.code.tolist() == [0, 1, 2, 2]
    assert lumped.lumped == 2
    told = [
        reference.Journey([(20, 0, False), (10, 2, False)], won=True, amount=10.0),
        reference.Journey([(20, 3, False), (10, 1, False)], won=False, amount=0.0),
    ]
    together = [
        reference.Journey([(20, 0, False), (10, 2, False)], won=True, amount=10.0),
        reference.Journey([(20, 2, False), (10, 1, False)], won=False, amount=0.0),
    ]
    found = memory.removal(memory.walks(stories.arrays(told, 4), lumped, 2))
    np.testing.assert_allclose(found.won, reference.removal(together, 3, order=2)[0], atol=1e-12)


def test_more_runs_than_can_be_told_apart_are_refused() -> None:
    told = stories.arrays(stories.random_journeys(3, KEYS, seed=1), KEYS)
    many = memory.Lumped([str(n) for n in range(300)], np.arange(300), 0)
    with pytest.raises(ValueError, match="take more together"):
        memory.walks(told, many, 4)


def test_nothing_won_has_no_effect() -> None:
    told = stories.arrays([reference.Journey([(5, 0, False)], won=False, amount=0.0)], KEYS)
    keys = memory.lump(told.keys, np.zeros(KEYS, dtype=np.int64), 200)
    assert memory.removal(memory.walks(told, keys, 2)).won.tolist() == [0.0] * KEYS

"""Chains that remember equal one linear system for each key, add up over parts, and say what they took together."""

import numpy as np
import pyarrow.compute as pc
import pytest

from sameside.analytics.attribution import Spec, answered, attribute, measure, memory, statistics, walking
from sameside.analytics.attribution.answering import answer
from sameside.analytics.attribution.commands import as_text
from tests.analytics.attribution import reference, stories, tables

KEYS = 6


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("with_lost", [True, False])
def test_removal_effects_equal_one_system_for_each_key(order: int, with_lost: bool) -> None:
    told = stories.random_journeys(300, KEYS, seed=order)
    journeys = stories.arrays(told, KEYS)
    chain = memory.whole(journeys.keys, order)
    found = walking.removal(memory.steps(journeys if with_lost else journeys.won(), chain), chain)
    won, value = reference.removal(told, KEYS, order=order, with_lost=with_lost)
    np.testing.assert_allclose(found.won, won, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.value, value, rtol=0, atol=1e-9)


def test_parts_add_up_to_the_whole_and_months_can_be_chosen() -> None:
    told = stories.random_journeys(200, KEYS, seed=9)
    spec = Spec(models=("markov",), order=3)
    whole = statistics.measure(stories.arrays(told, KEYS), spec)
    added = statistics.add([statistics.measure(stories.arrays(part, KEYS), spec) for part in (told[:90], told[90:])])
    np.testing.assert_allclose(answer(added, spec).credits[0].n, answer(whole, spec).credits[0].n, atol=1e-9)
    months = answer(whole.between(601, 602), spec).credits[0]
    effects = np.array(reference.removal([one for n, one in enumerate(told) if n % 5 in (1, 2)], KEYS, order=3)[0])
    np.testing.assert_allclose(months.n / months.n.sum(), effects / effects.sum(), atol=1e-9)
    wider = whole.renamed(sorted([*whole.keys, "key 0015"]))
    assert answer(wider, spec).credits[0].n.tolist()[2] == 0
    np.testing.assert_allclose(np.delete(answer(wider, spec).credits[0].n, 2), answer(whole, spec).credits[0].n)


def test_the_rarest_keys_are_taken_together_and_counted() -> None:
    lumped = memory.lump(["a", "b", "c", "d"], np.array([5, 9, 1, 5]), 3, 2)
    assert lumped.keys == ["a", "b", "(taken together)"]
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
    found = walking.removal(memory.steps(stories.arrays(told, 4), lumped), lumped)
    np.testing.assert_allclose(found.won, reference.removal(together, 3, order=2)[0], atol=1e-12)


@pytest.mark.parametrize("order", [2, 3, 4])
def test_from_tables_in_partitions_the_chain_equals_plain_python(order: int) -> None:
    told = stories.random_journeys(250, KEYS, seed=order)
    touches, outcomes = tables.tables(told)
    spec = Spec(models=("markov", "linear"), order=order)
    won, value = (np.array(part) for part in reference.removal(told, KEYS, order=order))
    touched = [one for one in told if one.won and one.touches]
    expected = won / won.sum() * len(touched)
    amounts = value / value.sum() * sum(one.amount for one in touched)
    bounds = []
    for result in (attribute(touches, outcomes, spec), answered(measure(touches, outcomes, spec, at_once=90), spec)):
        chained = result.credits.filter(pc.field("model") == "markov")
        np.testing.assert_allclose(chained["outcomes"], expected, atol=1e-7)
        np.testing.assert_allclose(chained["amount"], amounts, atol=1e-5)
        bounds.append(
            [chained[name].to_numpy() for name in ("outcomes_low", "outcomes_high", "amount_low", "amount_high")]
        )
        assert result.notes == []
    np.testing.assert_allclose(bounds[0], bounds[1], rtol=1e-9, atol=1e-9)
    assert (bounds[0][0] < expected).all()
    assert (expected < bounds[0][1]).all()


def test_of_many_touches_some_buckets_are_told_apart_and_of_very_many_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [memory.apart(10**6 * millions) for millions in (0, 2, 4, 16, 17)] == [256, 256, 128, 32, 0]
    told = stories.random_journeys(2_000, 3, seed=2)
    touches, outcomes = tables.tables(told)
    spec = Spec(models=("markov",), order=2)
    whole = attribute(touches, outcomes, spec)
    monkeypatch.setattr(memory, "_TOUCHES", len(touches) // 2)
    few = attribute(touches, outcomes, spec)
    assert few.notes == [
        "markov remembers 2 touches: of so many, its interval is drawn from 128 of 256 groups of companies."
    ]
    widths = []
    for result in (whole, few):
        np.testing.assert_allclose(result.credits["amount"], whole.credits["amount"], rtol=1e-12)
        low, high = (result.credits[f"outcomes_{end}"].to_numpy() for end in ("low", "high"))
        widths.append(high - low)
    np.testing.assert_allclose(widths[1], widths[0], rtol=0.3)
    monkeypatch.setattr(memory, "_TOUCHES", len(touches) // 9)
    none = attribute(touches, outcomes, spec)
    assert none.credits["outcomes_low"].null_count == 3
    assert none.notes == ["markov remembers 2 touches: of so many, no interval is given for it."]
    added = few.statistics + none.statistics
    assert added.chained.apart == 0
    assert set((added.steps.cell % 256).tolist()) == {255}


def test_keys_beyond_the_most_are_told_as_one_by_the_chain_alone() -> None:
    told = stories.random_journeys(250, KEYS, seed=4)
    touches, outcomes = tables.tables(told)
    result = attribute(touches, outcomes, Spec(models=("linear", "markov"), order=2, most_keys=4))
    rows = {(row["model"], row["channel"]): row["outcomes"] for row in result.credits.to_pylist()}
    assert rows["linear", memory.OTHER] == 0
    together = [key for (model, key), n in rows.items() if model == "markov" and n is None]
    assert together == ["key 001", "key 002", "key 003"]
    touched = sum(one.won and bool(one.touches) for one in told)
    assert sum(n or 0 for (model, _), n in rows.items() if model == "markov") == pytest.approx(touched)
    assert result.notes[0] == (
        "markov tells the 3 most frequent keys apart and takes the other 3 together: they earn as one key, "
        "(taken together)."
    )
    assert "(taken together)" in as_text(result)


def test_a_chain_of_order_1_tells_a_bounded_number_of_keys_apart() -> None:
    assert [memory.limit(Spec(order=order, most_keys=9_999)) for order in (1, 2, 3, 4)] == [2_000, 9_999, 2_045, 442]
    told = stories.random_journeys(60, KEYS, seed=2)
    journeys = stories.arrays(told, KEYS)
    chain = memory.lump(journeys.keys, np.bincount(journeys.key), 3)
    spec = Spec(models=("markov",))
    found = answer(statistics.measure(journeys, spec, chain), spec)
    of = found.credits[0]
    assert of.interval is not None
    assert np.isnan(of.n).tolist() == np.isnan(of.interval.n_low).tolist() == [*(chain.code == 2), False]
    assert found.keys[-1] == memory.OTHER


def test_parts_that_took_other_keys_together_are_not_added() -> None:
    journeys = stories.arrays(stories.random_journeys(60, KEYS, seed=2), KEYS)
    spec = Spec(models=("markov",), order=2)
    parts = [
        statistics.measure(journeys, spec, memory.lump(journeys.keys, counts, 3, 2))
        for counts in (np.arange(KEYS), -np.arange(KEYS))
    ]
    with pytest.raises(ValueError, match="took other keys together"):
        statistics.add(parts)
    with pytest.raises(ValueError, match="only where their keys are the same"):
        parts[0].renamed([*parts[0].keys, "more"])
    with pytest.raises(ValueError, match="remember 2 of the 1 touches"):
        answer(parts[0], Spec(models=("markov",)))


def test_nothing_won_has_no_effect() -> None:
    told = stories.arrays([reference.Journey([(5, 0, False)], won=False, amount=0.0)], KEYS)
    chain = memory.whole(told.keys, 2)
    assert walking.removal(memory.steps(told, chain), chain).won.tolist() == [0.0] * KEYS


def test_keys_are_removed_in_blocks_where_states_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    told = stories.random_journeys(100, KEYS, seed=3)
    journeys, chain = stories.arrays(told, KEYS), memory.whole([str(n) for n in range(KEYS)], 2)
    steps = memory.steps(journeys, chain)
    whole = walking.removal(steps, chain)
    monkeypatch.setattr(walking, "_CELLS", 1)
    np.testing.assert_allclose(walking.removal(steps, chain).value, whole.value, atol=1e-12)

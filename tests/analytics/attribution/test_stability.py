"""The key whose share moves most is named for every look-back, model, and the one deal on which most hangs."""

from datetime import UTC, datetime, timedelta

import pytest

from sameside.analytics.attribution import Spec, attribute
from sameside.analytics.attribution.stability import stability
from tests.analytics.attribution import stories, tables

DAY, CLOSED = timedelta(days=1), datetime(2026, 3, 31, tzinfo=UTC)
OUTCOMES = [("a", CLOSED, True, 90.0), ("b", CLOSED, True, 10.0), ("c", CLOSED, False, 500.0)]
TOUCHES = [("a", CLOSED - 200 * DAY, "fair"), ("a", CLOSED - DAY, "mail"), ("b", CLOSED - DAY, "web")]


def test_what_moves_most_is_named() -> None:
    found = stability(*tables.few(OUTCOMES, TOUCHES), Spec(models=("first", "last")), lookbacks=(100,))
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("model last", "fair", 0.9, 0.0),
        ("look-back 100 days", "fair", 0.9, 0.0),
        ("without deal 0", "fair", 0.9, 0.0),
    ]


def test_nothing_that_succeeded_moves_nothing() -> None:
    found = stability(*tables.few([("c", CLOSED, False, 5.0)], [("c", CLOSED, "web")]), Spec(models=("first",)))
    assert [row["key"] for row in found.to_pylist()] == [None, None]


TOLD = stories.random_journeys(14, 4, 9)


@pytest.mark.parametrize("model", ["first", "time_decay", "shapley", "markov"])
def test_no_other_deal_moves_a_share_more(model: str) -> None:
    """As found by leaving out each deal in turn."""
    touches, outcomes = tables.tables(TOLD)
    spec = Spec(models=(model,), resamples=0, direct=("key 000",))
    row = stability(touches, outcomes, spec, lookbacks=()).to_pylist()[0]
    before = attribute(touches, outcomes, spec).credits["share"].to_numpy()
    moved = {}
    for place in [place for place, is_won in enumerate(outcomes["won"].to_pylist()) if is_won]:
        left = outcomes.take([other for other in range(outcomes.num_rows) if other != place])
        after = attribute(touches, left, spec).credits["share"].to_numpy()
        moved[outcomes["deal_id"][place].as_py()] = abs(after - before).max()
    assert row["change"].removeprefix("without deal ") == max(moved, key=moved.__getitem__)
    assert abs(row["changed"] - row["share"]) == pytest.approx(max(moved.values()), abs=1e-9)


def test_the_deal_is_found_in_any_of_several_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    touches, outcomes = tables.tables(stories.random_journeys(120, 5, 3))
    whole = stability(touches, outcomes, Spec(models=("linear",)), lookbacks=())
    monkeypatch.setattr("sameside.analytics.attribution.engines.duckdb.DuckDB.at_once", 60)
    assert stability(touches, outcomes, Spec(models=("linear",)), lookbacks=()).to_pylist()[0] == pytest.approx(
        whole.to_pylist()[0]
    )

"""The key whose share moves most is named for every look-back, model, and without the most valuable outcome."""

from datetime import UTC, datetime, timedelta

from sameside.analytics.attribution import Spec
from sameside.analytics.attribution.stability import stability
from tests.analytics.attribution import tables

DAY, CLOSED = timedelta(days=1), datetime(2026, 3, 31, tzinfo=UTC)
OUTCOMES = [("a", CLOSED, True, 90.0), ("b", CLOSED, True, 10.0), ("c", CLOSED, False, 500.0)]
TOUCHES = [("a", CLOSED - 200 * DAY, "fair"), ("a", CLOSED - DAY, "mail"), ("b", CLOSED - DAY, "web")]


def test_what_moves_most_is_named() -> None:
    found = stability(*tables.few(OUTCOMES, TOUCHES), Spec(models=("first", "last")), lookbacks=(100,))
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("model last", "fair", 0.9, 0.0),
        ("look-back 100 days", "fair", 0.9, 0.0),
        ("most valuable outcome left out", "fair", 0.9, 0.0),
    ]


def test_nothing_that_succeeded_moves_nothing() -> None:
    found = stability(*tables.few([("c", CLOSED, False, 5.0)], [("c", CLOSED, "web")]), Spec(models=("first",)))
    assert [row["key"] for row in found.to_pylist()] == [None, None]

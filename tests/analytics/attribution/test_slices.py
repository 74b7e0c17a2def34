from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.analytics.attribution import slices
from sameside.analytics.attribution.journeys import Ints, Outcomes
from sameside.analytics.attribution.spec import Spec
from tests.analytics import reference

MODELS = ("first", "last", "linear")


def ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def second(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def shares(
    touches: list[tuple[int, int, int]], deals: list[tuple[int, int]], months: int, model: str
) -> dict[tuple[int, int], float]:
    company, at, key = (ints([touch[place] for touch in touches]) for place in range(3))
    nothing = np.zeros(len(deals), dtype=np.int64)
    outcomes = Outcomes(nothing == 0, nothing * 1.0, nothing, nothing, nothing, nothing)
    of = slices.Sorted(company, at).journeys(outcomes, ints([d[0] for d in deals]), ints([d[1] for d in deals]), months)
    keyed = slices.keyed(of, ("email", "event", "call", "none"), key)
    earned = slices.shares(keyed, slices.weights(keyed, Spec(models=MODELS)))
    pairs = zip(earned.outcome.tolist(), earned.key.tolist(), earned.by_model[model].tolist(), strict=True)
    return {(outcome, key): share for outcome, key, share in pairs if share}


EMAIL, EVENT, CALL, NONE = 0, 1, 2, 3
CLOSED = second("2026-06-30 12:00:00")
JOURNEY = [
    (7, second("2026-06-30 12:00:01"), CALL),  # after the close
    (7, second("2026-02-01 09:00:00"), EVENT),
    (7, second("2025-12-30 11:59:59"), CALL),  # a second before six months
    (7, second("2025-12-30 12:00:00"), EMAIL),
    (8, second("2026-03-01 09:00:00"), CALL),  # another company
    (7, second("2026-05-01 09:00:00"), EMAIL),
    (7, second("2026-06-30 12:00:00"), NONE),
]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {(0, EMAIL): 1.0}),
        ("last", {(0, NONE): 1.0}),
        ("linear", {(0, EMAIL): 0.5, (0, EVENT): 0.25, (0, NONE): 0.25}),
    ],
)
def test_each_model_credits_the_journey_inside_the_window(model: str, expected: dict[tuple[int, int], float]) -> None:
    assert shares(JOURNEY, [(7, CLOSED)], 6, model) == expected


def test_a_deal_without_a_touch_has_no_journey() -> None:
    assert shares(JOURNEY, [(9, CLOSED), (-1, CLOSED)], 6, "linear") == {}
    assert shares([], [(7, CLOSED)], 6, "first") == {}
    assert shares(JOURNEY, [], 6, "last") == {}


def test_within_a_second_the_order_of_the_rows_decides() -> None:
    together = [(7, CLOSED, EVENT), (7, CLOSED, CALL), (7, CLOSED, EMAIL)]
    assert shares(together, [(7, CLOSED)], 3, "first") == {(0, EVENT): 1.0}
    assert shares(together, [(7, CLOSED)], 3, "last") == {(0, EMAIL): 1.0}


def test_months_are_calendar_months_and_end_on_a_month_s_last_day() -> None:
    ends = ints([second("2026-03-31 10:30:00"), second("2024-02-29 00:00:00"), second("2026-01-15 23:59:59")])
    assert slices.months_before(ends, 1).tolist() == [
        second("2026-02-28 10:30:00"),
        second("2024-01-29 00:00:00"),
        second("2025-12-15 23:59:59"),
    ]
    assert slices.months_before(ends, 12).tolist() == [
        second("2025-03-31 10:30:00"),
        second("2023-02-28 00:00:00"),
        second("2025-01-15 23:59:59"),
    ]


touch = st.tuples(
    st.integers(1, 4), st.integers(0, 60 * 86_400) | st.integers(0, 5).map(lambda s: s * 20), st.integers(0, 3)
)
deal = st.tuples(st.integers(-1, 5), st.integers(0, 60 * 86_400).map(lambda s: s * 20))


@settings(max_examples=100, deadline=None)
@given(
    touches=st.lists(touch, max_size=40),
    deals=st.lists(deal, max_size=12),
    months=st.sampled_from([1, 3, 6, 12, 24]),
    model=st.sampled_from(MODELS),
)
def test_slices_equal_the_plain_reference(
    touches: list[tuple[int, int, int]], deals: list[tuple[int, int]], months: int, model: str
) -> None:
    expected = reference.credit(touches, deals, months, model)
    touched = {pair: share for pair, share in expected.items() if pair[1] >= 0}
    assert shares(touches, deals, months, model) == pytest.approx(touched, abs=1e-9)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        slices.Sorted(ints([1]), ints([1, 2]))
    with pytest.raises(ValueError, match="1970"):
        slices.Sorted(ints([1]), ints([-1]))
    with pytest.raises(ValueError, match="companies"):
        slices.Sorted(ints([-1]), ints([1]))
    with pytest.raises(ValueError, match="month"):
        slices.months_before(ints([1]), 0)

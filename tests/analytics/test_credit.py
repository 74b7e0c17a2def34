from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.analytics import credit
from tests.analytics import reference


def ints(values: list[int]) -> credit.Ints:
    return np.array(values, dtype=np.int64)


def second(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def shares(
    touches: list[tuple[int, int, int]], deals: list[tuple[int, int]], months: int, model: str
) -> dict[tuple[int, int], float]:
    columns = [ints([t[i] for t in touches]) for i in range(3)]
    ordered = credit.Sorted(credit.Touches(columns[0], columns[1], {"channel": columns[2]}))
    outcomes = credit.Outcomes(ints([d[0] for d in deals]), ints([d[1] for d in deals]))
    rows = credit.MODELS[model](ordered.journeys(outcomes, months), "channel")
    pairs = list(zip(rows.deal.tolist(), rows.key.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    return dict(zip(pairs, rows.share.tolist(), strict=True))


EMAIL, EVENT, CALL = 0, 1, 2
CLOSED = second("2026-06-30 12:00:00")
JOURNEY = [
    (7, second("2026-06-30 12:00:01"), CALL),  # after the close
    (7, second("2026-02-01 09:00:00"), EVENT),
    (7, second("2025-12-30 11:59:59"), CALL),  # a second before six months
    (7, second("2025-12-30 12:00:00"), EMAIL),
    (8, second("2026-03-01 09:00:00"), CALL),  # another company
    (7, second("2026-05-01 09:00:00"), EMAIL),
    (7, second("2026-06-30 12:00:00"), credit.NO_KEY),
]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("first", {(0, EMAIL): 1.0}),
        ("last", {(0, credit.NO_KEY): 1.0}),
        ("linear", {(0, EMAIL): 0.5, (0, EVENT): 0.25, (0, credit.NO_KEY): 0.25}),
    ],
)
def test_each_model_credits_the_journey_inside_the_window(model: str, expected: dict[tuple[int, int], float]) -> None:
    assert shares(JOURNEY, [(7, CLOSED)], 6, model) == expected


@pytest.mark.parametrize("model", list(credit.MODELS))
def test_a_deal_without_a_touch_keeps_a_row_so_that_totals_reconcile(model: str) -> None:
    assert shares(JOURNEY, [(9, CLOSED), (credit.NO_KEY, CLOSED)], 6, model) == {
        (0, credit.NO_TOUCH): 1.0,
        (1, credit.NO_TOUCH): 1.0,
    }
    assert shares([], [(7, CLOSED)], 6, model) == {(0, credit.NO_TOUCH): 1.0}
    assert shares(JOURNEY, [], 6, model) == {}


def test_within_a_second_the_order_of_the_rows_decides() -> None:
    together = [(7, CLOSED, EVENT), (7, CLOSED, CALL), (7, CLOSED, EMAIL)]
    assert shares(together, [(7, CLOSED)], 3, "first") == {(0, EVENT): 1.0}
    assert shares(together, [(7, CLOSED)], 3, "last") == {(0, EMAIL): 1.0}


def test_months_are_calendar_months_and_end_on_a_month_s_last_day() -> None:
    ends = ints([second("2026-03-31 10:30:00"), second("2024-02-29 00:00:00"), second("2026-01-15 23:59:59")])
    assert credit.months_before(ends, 1).tolist() == [
        second("2026-02-28 10:30:00"),
        second("2024-01-29 00:00:00"),
        second("2025-12-15 23:59:59"),
    ]
    assert credit.months_before(ends, 12).tolist() == [
        second("2025-03-31 10:30:00"),
        second("2023-02-28 00:00:00"),
        second("2025-01-15 23:59:59"),
    ]


touch = st.tuples(
    st.integers(1, 4), st.integers(0, 60 * 86_400) | st.integers(0, 5).map(lambda s: s * 20), st.integers(-1, 3)
)
deal = st.tuples(st.integers(-1, 5), st.integers(0, 60 * 86_400).map(lambda s: s * 20))


@settings(max_examples=300, deadline=None)
@given(
    touches=st.lists(touch, max_size=40),
    deals=st.lists(deal, max_size=12),
    months=st.sampled_from([1, 3, 6, 12, 24]),
    model=st.sampled_from(list(credit.MODELS)),
)
def test_the_kernel_equals_the_plain_reference(
    touches: list[tuple[int, int, int]], deals: list[tuple[int, int]], months: int, model: str
) -> None:
    found, expected = shares(touches, deals, months, model), reference.credit(touches, deals, months, model)
    assert found == pytest.approx(expected, abs=1e-9)
    for number in range(len(deals)):
        assert sum(share for (of, _), share in found.items() if of == number) == pytest.approx(1, abs=1e-9)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        credit.Touches(ints([1]), ints([1, 2]), {})
    with pytest.raises(ValueError, match="1970"):
        credit.Touches(ints([1]), ints([-1]), {})
    with pytest.raises(ValueError, match="companies"):
        credit.Touches(ints([-1]), ints([1]), {})
    with pytest.raises(ValueError, match="length"):
        credit.Outcomes(ints([1]), ints([]))
    with pytest.raises(ValueError, match="month"):
        credit.months_before(ints([1]), 0)


def test_apportioned_cents_sum_to_the_total() -> None:
    assert credit.apportion([33.333333, 33.333333, 33.333333], 100) == [34, 33, 33]
    assert credit.apportion([0.5, 99.5], 100) == [1, 99]
    assert credit.apportion([50.0, 50.0], 100) == [50, 50]
    assert credit.apportion([], 0) == []
    with pytest.raises(ValueError, match="not to 10"):
        credit.apportion([1.0], 10)


def test_amounts_beyond_what_floats_hold_still_sum_to_the_total() -> None:
    total = 900_000_000_000_015_473
    parts = credit.apportion([total * 0.7, total * 0.2, total * 0.1], total)
    assert sum(parts) == total
    assert [round(part / total, 9) for part in parts] == [0.7, 0.2, 0.1]
    with pytest.raises(ValueError, match="not to"):
        credit.apportion([total * 0.7, total * 0.2], total)

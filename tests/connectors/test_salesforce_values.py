"""What a cell means: ids, times, amounts, truth."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sameside.connectors import values
from sameside.connectors.salesforce import ids

LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=15, max_size=15)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("001Ec00000FzlUd", "001Ec00000FzlUdIAJ"),
        ("001Ec00000FzlUdIAJ", "001Ec00000FzlUdIAJ"),
        ("001EC00000FZLUDIAJ", "001Ec00000FzlUdIAJ"),
        (" 006bm00000LKJNNAA5 ", "006bm00000LKJNNAA5"),
        ("000000000000000AAA", None),
        ("#N/A", None),
        ("", None),
    ],
)
def test_ids_become_their_18_characters(cell, expected):
    assert ids.record_id(cell) == expected


@given(LETTERS)
def test_an_id_survives_the_loss_of_case(fifteen):
    eighteen = fifteen + ids.checksum(fifteen)
    for seen in (fifteen, eighteen):
        assert ids.record_id(seen) in (eighteen, None)
    if any(letter.isupper() for letter in eighteen) and any(letter.islower() for letter in eighteen):
        assert ids.record_id(eighteen.upper()) == eighteen


@given(LETTERS, LETTERS)
def test_two_ids_never_share_their_form(one, other):
    if one != other:
        assert one + ids.checksum(one) != other + ids.checksum(other)


def test_what_is_no_id_is_refused():
    with pytest.raises(ValueError, match="no Salesforce id"):
        ids.record_id("TDK+SgtPSM3Vk67zX9aeRA==")


def test_queues_own_nothing():
    assert ids.owner("00G000000000001EAA") is None
    assert ids.owner("005000000000001AAA") == "005000000000001AAA"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-01-19T09:42:24.000+0000", datetime(2024, 1, 19, 9, 42, 24, tzinfo=UTC)),
        ("2025-01-02 03:04:05", datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2025-01-02", datetime(2025, 1, 2, tzinfo=UTC)),
        ("02/23/26 08:55 PM", datetime(2026, 2, 23, 20, 55, tzinfo=UTC)),
        ("02/23/26 12:05 AM", datetime(2026, 2, 23, 0, 5, tzinfo=UTC)),
        ("02/24/26", datetime(2026, 2, 24, tzinfo=UTC)),
        ("07/15/2009 02:14:45+0800", datetime(2009, 7, 14, 18, 14, 45, tzinfo=UTC)),
        ("2010-10-14T12:00:00.000Z", datetime(2010, 10, 14, 12, tzinfo=UTC)),
        ("2010-10-14T12:00:00.000Z-0300", datetime(2010, 10, 14, 15, tzinfo=UTC)),
        ("2010-10-14T12:00:00.000GMT", datetime(2010, 10, 14, 12, tzinfo=UTC)),
        ("14.7.2009", datetime(2009, 7, 14, tzinfo=UTC)),
    ],
)
def test_times_in_every_form(cell, expected):
    assert values.parse_time(cell, day_first="." in cell and "T" not in cell) == expected


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2068, 12, 31)))  # noqa: DTZ001
def test_a_time_reads_the_same_in_every_form(moment):
    minute = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    for form in ("%Y-%m-%d %H:%M:00", "%Y-%m-%dT%H:%M:00.000+0000", "%m/%d/%Y %I:%M %p", "%m/%d/%y %I:%M %p"):
        assert values.parse_time(minute.strftime(form)) == minute
    assert values.parse_time(minute.strftime("%d/%m/%Y %H:%M"), day_first=True) == minute


@pytest.mark.parametrize("cell", ["wrongdate", "2009\\7\\14 22:14:45+0800", "13/13/2024", "0001-01-01", "99/99/99"])
def test_what_is_no_time_is_refused(cell):
    with pytest.raises(ValueError, match=r"no date|cannot be right"):
        values.Days().moment(cell)


def test_the_order_of_day_and_month_is_decided_by_all_values():
    order = values.DayOrder()
    for cell in ("03/04/24", "05/06/24", "25/12/24"):
        order.look(cell)
    assert (order.decided, order.day_first, order.month_first) == (True, 1, 0)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1124741.15", "1124741.15"),
        ("1.39E+08", "139000000.00"),
        ("$4,000.00 ", "4000.00"),
        ("98,000", "98000.00"),
        ("98.000,50 €", "98000.50"),
        ("1.234.567", "1234567.00"),
        ("12,5", "12.50"),
        ("(250)", "-250.00"),
        ("", None),
        ("#N/A", None),
    ],
)
def test_amounts_in_every_form(cell, expected):
    assert values.amount(cell) == expected


@pytest.mark.parametrize("cell", ["12 apples", "1E+40", "1.2.3", "twelve"])
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(ValueError, match=r"no number|too large"):
        values.amount(cell)


@pytest.mark.parametrize(
    ("cell", "expected"), [("1", "t"), ("TRUE", "t"), ("true", "t"), ("", "f"), ("0", "f"), ("False", "f")]
)
def test_truth(cell, expected):
    assert values.boolean(cell) == expected


def test_text_that_is_too_long_is_cut_and_counted():
    text = values.Text(5)
    assert (text(" abcdefgh "), text("abc"), text.clipped) == ("abcde", "abc", 1)

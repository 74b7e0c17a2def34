"""Numbers of every locale: a cell decides for itself where it can, its column where it cannot."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sameside.connectors import numbers, values

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


def written(number: Decimal, thousands: str, decimal: str) -> str:
    return f"{number:,.2f}".translate(str.maketrans({",": thousands, ".": decimal}))


@given(AMOUNTS, st.sampled_from((",.", ".,", " ,", "’.", "'.", "\u00a0,", "\u202f,")))
def test_an_amount_reads_the_same_in_every_locale(number, marks):
    cell = written(number, marks[0], marks[1])
    assert Decimal(values.amount(cell) or "") == number
    for around in (f"€ {cell}", f"{cell} EUR", f"US$ {cell}", f" {cell} "):
        assert Decimal(values.amount(around) or "") == number


@given(AMOUNTS)
def test_parentheses_and_a_minus_behind_are_below_zero(number):
    for form in (f"({abs(number):,.2f})", f"{abs(number):,.2f}-", f"(${abs(number):,.2f})", f"−{abs(number):,.2f}"):
        assert Decimal(values.amount(form) or "") == -abs(number)


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_refused(cell):
    for read in (values.amount, values.percentage, values.whole):
        try:
            found = read(cell)
        except ValueError:
            continue
        assert found is None or Decimal(found).is_finite()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.39E+08", "139000000.00"),
        ("12,34,567.89", "1234567.89"),
        ("1,103,153", "1103153.00"),
        ("0,125", "0.12"),
        ("1234,567", "1234.57"),
        ("٣٫١٤", "3.14"),
        ("١٬٢٣٤٫٥", "1234.50"),
        ("１２３．５", "123.50"),
        ("$-5", "-5.00"),
        ("0.49%", "0.49"),
        ("1'000", "1000.00"),
        ("+7", "7.00"),
        (" --", None),
        ("NULL", None),
        ("n/a", None),
        ("-", None),
    ],
)
def test_numbers_as_people_write_them(cell, expected):
    assert values.amount(cell) == expected


@pytest.mark.parametrize(
    "cell", ["12 apples", "1.2.3", "1,23,4", "abc12", "1_000", "Infinity", "0x10", "1E+40", "12-13"]
)
def test_what_only_looks_like_a_number_is_refused(cell):
    with pytest.raises(ValueError, match=r"no number|too large"):
        values.amount(cell)


@pytest.mark.parametrize(("decimal", "expected"), [(".", "1.23"), (",", "1234.00"), ("", "1.23")])
def test_the_column_decides_what_the_cell_leaves_open(decimal, expected):
    assert values.Numbers(decimal).amount("1.234") == expected


def test_a_cell_that_decides_is_not_overruled_by_its_column():
    assert values.Numbers(",").amount("1,234.50") == "1234.50"
    assert values.Numbers(".").amount("1.234,50") == "1234.50"


def test_micros_cents_and_fractions():
    assert values.Numbers(format="micros").amount("1033330000") == "1033.33"
    assert values.Numbers(format="cents").amount("12345") == "123.45"
    assert values.Numbers(format="fraction").percentage("0.35") == "35.00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amount (EUR)", "EUR"),
        ("Amount spent (USD)", "USD"),
        ("$4,000.00", "USD"),
        ("98.000,50 €", "EUR"),
        ("R$ 5", "BRL"),
        ("CHF 1'000", "CHF"),
        ("AMOUNT", ""),
        ("Employees", ""),
        ("1,234", ""),
    ],
)
def test_the_currency_is_kept(text, expected):
    assert numbers.currency(text) == expected


def test_marks_are_counted_over_the_column():
    marks = numbers.Marks()
    for cell in ("1.234", "12,5", "1.234,50", "7", "x"):
        marks.look(cell)
    assert (marks.point, marks.comma, marks.decimal, marks.mixed, marks.open) == (0, 2, ",", False, ["1.234"])


@pytest.mark.parametrize("name", ["None", "Null", "NULL", "Select", "Nan", "NA", "Nil"])
def test_words_stay_words_in_names_and_are_nothing_among_choices(name):
    assert values.Text(80)(name) == name
    assert values.Text(80, choices=True)(name) == ""
    assert values.text_id(name) is None


@pytest.mark.parametrize("cell", ["#N/A", "#NV", " --", "--Select--", "-- None --", "N/A", "\\N", "(not set)", "#REF!"])
def test_signs_that_nobody_writes_are_nothing_everywhere(cell):
    assert values.Text(80)(cell) == ""


def test_an_id_that_a_spreadsheet_rounded_is_refused():
    with pytest.raises(ValueError, match="spreadsheet rounded"):
        values.text_id("5.1E+10")
    assert values.text_id("51000000041") == "51000000041"

"""Tables as CSV: a spreadsheet runs nothing that came from outside."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sameside.kit.tables import Column, Table, csv_lines, escape_formula, to_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_escaped(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert [escape_formula(-5), escape_formula(None), escape_formula("a=b")] == [-5, "", "a=b"]


def test_a_file_has_the_labels_as_header_and_quotes_what_needs_it() -> None:
    table = Table([Column("a", "First"), Column("b", "Second")], [{"a": 'x,"y"', "b": 2}, {"a": None}])
    assert to_csv(table) == 'First,Second\r\n"x,""y""",2\r\n,\r\n'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4))
def test_what_is_written_is_read_again(values: list[str]) -> None:
    columns = [Column(str(place), str(place)) for place in range(len(values))]
    written = "".join(csv_lines(columns, [{str(place): value for place, value in enumerate(values)}]))
    _, read = list(csv.reader(io.StringIO(written, newline="")))
    assert read == [str(escape_formula(value)) for value in values]

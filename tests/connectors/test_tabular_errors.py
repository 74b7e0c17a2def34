"""The error file can be mended in a spreadsheet and brought in alone: every cell comes back as it was."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.connectors import tabular
from sameside.connectors.tabular import Broken, ErrorFile, Rows, guarded, original

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "+49 30 1", "-5", "@x", "'=1", "''-a", "--", "51000000041", "007", "'", "-1,5", "=", "\t"]
)


@given(CELLS)
def test_every_cell_comes_back_as_it_was(cell):
    assert original(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+1+cmd|x", "-1+cmd|x", "@SUM(A1)", "\t=1", "'=1", "51000000041", "00123"])
def test_no_cell_is_run_or_spoilt_by_a_spreadsheet(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Acme", "-5", "-1,250.00", "--", "12", "0", "O'Neill", "", "2026-01-02"])
def test_harmless_cells_stay_as_they_are(cell):
    assert guarded(cell) == cell


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_an_error_file_is_read_like_the_file_it_is_of(tmp_path, rows):
    path = tmp_path / "a.errors.csv"
    path.unlink(missing_ok=True)
    ErrorFile(path, ("Id", "Amount (EUR)", "=odd"), kept=0).add(
        [(number, row, "no, “reason”") for number, row in enumerate(rows, 2)]
    )
    layout = tabular.layout(path)
    assert layout.header == ("Id", "Amount (EUR)", "=odd", "row", "reason")
    assert [cells[:3] for _, cells in Rows(path, layout)] == rows


def test_cells_beyond_the_header_and_broken_text_are_kept(tmp_path):
    path = tmp_path / "a.errors.csv"
    broken = Broken("a quotation mark is never closed", '2,"open\n')
    ErrorFile(path, ("Id", "Name"), kept=0).add([(1, ["x", "y", "z"], "too many"), (2, broken.cells, str(broken))])
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines == [
        ["Id", "Name", "row", "reason"],
        ["x", "y", "1", "too many", "z"],
        ['2,"open', "", "2", "a quotation mark is never closed"],
    ]


def test_errors_of_a_mended_file_do_not_pile_up_columns(tmp_path):
    path = tmp_path / "b.errors.csv"
    ErrorFile(path, ("Id", "Name", "row", "reason"), kept=0).add([(1, ["x", "", "7", "old"], "new")])
    assert path.read_text(encoding="utf-8-sig").splitlines()[0] == "Id,Name,row,reason"


def test_spreadsheets_see_the_accents(tmp_path):
    path = tmp_path / "a.errors.csv"
    ErrorFile(path, ("Id", "Größe"), kept=0).add([(1, ["é"], "ü")])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")

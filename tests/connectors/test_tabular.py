"""CSV files in every encoding, with any separator, quoting and damage."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.connectors import tabular
from sameside.connectors.tabular import ErrorFile, Rows

# Without the four control characters that Python's strip() takes for blanks, and readers of tables do not.
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\x1c\x1d\x1e\x1f"), max_size=20)


def rows_of(path: Path) -> list[list[str]]:
    return [cells for _, cells in Rows(path, tabular.layout(path)) if not isinstance(cells, csv.Error)]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "read as UTF-16"),
        ("utf-16-le", "read as UTF-16"),
        ("utf-16-be", "read as UTF-16"),
        ("utf-32", "read as UTF-32"),
        ("iso-8859-1", "read as ISO-8859-1"),
    ],
)
def test_every_encoding_is_recognised(tmp_path, encoding, note):
    path = tmp_path / "a.csv"
    path.write_bytes('"Id","Name"\n"1","Müller"\n'.encode(encoding))
    assert rows_of(path) == [["1", "Müller"]]
    assert tabular.layout(path).note == note


def test_windows_quotes_tell_windows_from_iso(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Id,Name\n1,“Größe”\n".encode("cp1252"))
    assert rows_of(path) == [["1", "“Größe”"]]
    assert tabular.layout(path).note == "read as Windows-1252"


@pytest.mark.parametrize(("separator", "note"), [(";", "separated by “;”"), ("\t", "separated by tabs")])
def test_every_separator_is_recognised(tmp_path, separator, note):
    path = tmp_path / "a.csv"
    path.write_text(f"Id{separator}Name{separator}City\n1{separator}A, B{separator}C\n")
    assert rows_of(path) == [["1", "A, B", "C"]]
    assert tabular.layout(path).note == note


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_whatever_is_written_is_read(tmp_path, rows):
    path = tmp_path / "a.csv"
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    assert rows_of(path) == [row for row in rows if any(cell.strip() for cell in row)]


def test_cells_may_hold_lines_and_be_huge(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,"line\nline"\n\n2,"' + "x" * 200_000 + '"\n')
    assert [len(cells[1]) for cells in rows_of(path)] == [9, 200_000]


def test_a_quote_that_is_never_closed_is_told_not_swallowed(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "LARGEST_CELL", 1000)
    csv.field_size_limit(1000)
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,"never closed\n' + "2,x\n" * 2000)
    try:
        found = list(Rows(path, tabular.layout(path)))
    finally:
        csv.field_size_limit(10_000_000)
    assert any(isinstance(cells, csv.Error) for _, cells in found)


def test_an_empty_file_says_so(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(tabular.Unreadable, match="empty"):
        tabular.layout(tmp_path / "a.csv")


def test_a_resumed_run_keeps_only_the_refused_rows_it_counted(tmp_path):
    path = tmp_path / "a.errors.csv"
    errors = ErrorFile(path, ("Id", "Name"), kept=0)
    errors.add([(1, ["x"], "first"), (2, ["y", "z"], "second")])
    ErrorFile(path, ("Id", "Name"), kept=1).add([(3, ["w"], "third")])
    assert path.read_text(encoding="utf-8-sig").splitlines() == ["Id,Name,row,reason", "x,,1,first", "w,,3,third"]

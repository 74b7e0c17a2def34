"""Whatever is written is read; whatever is broken is refused alone."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.connectors import tabular
from sameside.connectors.tabular import Broken, Choices, Rows

CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t\"';,|"), max_size=12
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6)
HEADER = ["Name", "Remark", "City"]


def records(path: Path, layout: tabular.Layout | None = None) -> list[tuple[int, list[str] | Broken]]:
    return list(Rows(path, layout or tabular.layout(path)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    TABLES,
    st.sampled_from(",;\t|"),
    st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32")),
    st.sampled_from(("\n", "\r\n", "\r")),
    st.sampled_from((csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC)),
)
def test_every_dialect_is_read_as_it_was_written(tmp_path, rows, separator, encoding, newline, quoting):
    path = tmp_path / "a.csv"
    quoting = csv.QUOTE_ALL if newline == "\r" else quoting  # the csv module forgets to quote a \n there
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=newline).writerows([HEADER, *rows])
    path.write_bytes(buffer.getvalue().encode(encoding))
    layout = tabular.layout(path, Choices(separator=separator, header_row=1))
    reading = Rows(path, layout)
    found = [cells for _, cells in reading]
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert layout.header == tuple(HEADER)
    assert [*found, *[list(each.cells) for each in reading.left_out]] == kept


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["1,a", '2,"b', '3,"c"d"', "", '4,e"f', '"5","g\nh"', "6", "Total,1", "7,x,y"]), max_size=12
    )
)
def test_no_line_is_lost_or_invented(tmp_path, lines):
    """Every line of the file is in some record, in a broken one's text, in the footer, or blank."""
    path = tmp_path / "a.csv"
    path.write_text("Id,Text\n" + "".join(f"{line}\n" for line in lines), newline="")
    reading = Rows(path, tabular.layout(path, Choices(separator=",", header_row=1)))
    texts = ["\n".join(cells.cells if isinstance(cells, Broken) else cells) for _, cells in reading] + [
        "\n".join(each.cells) for each in reading.left_out
    ]
    read = "\n".join(texts)
    for letter in "abcdefghxy":
        assert sum(line.count(letter) for line in lines if line != "Total,1") == read.replace("Total", "").count(letter)


def test_numbers_are_those_of_a_spreadsheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,"two\nlines"\n\n2,x\n,\n3,y\n')
    assert [number for number, _ in records(path)] == [1, 3, 5]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,a\n2,"never closed\n' + "".join(f"{number},x\n" for number in range(3, 3000)))
    found = records(path)
    broken = [cells for _, cells in found if isinstance(cells, Broken)]
    assert len(found) == 2999
    assert [str(each) for each in broken] == ["a quotation mark is never closed"]
    assert broken[0].cells == ['2,"never closed']


def test_an_open_quotation_mark_before_a_quoted_cell_breaks_only_its_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,"open\n2,"x"\n3,"y ""z"""\n')
    found = records(path)
    assert [cells for _, cells in found[1:]] == [["2", "x"], ["3", 'y "z"']]
    assert isinstance(found[0][1], Broken)


def test_quotation_marks_inside_cells_are_read_as_they_stand(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,"The "Best" Account"\n2,"Best" deal\n3,5" pipe\n')
    reading = Rows(path, tabular.layout(path))
    assert [cells for _, cells in reading] == [["1", 'The "Best" Account'], ["2", '"Best" deal'], ["3", '5" pipe']]
    assert reading.notes == ["2 × quotation marks that do not fit, read as they stand"]


def test_a_broken_cell_of_several_lines_is_refused_as_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text,End\n1,"<p class="x">\nline\nlast",end\n2,ok,end\n')
    found = records(path)
    assert found[1] == (2, ["2", "ok", "end"])
    assert isinstance(found[0][1], Broken)
    assert "lines 2 to 4 of the file" in str(found[0][1])


def test_a_cell_of_eleven_million_letters_is_refused_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Id,Text\n1,a\n2,"' + "xxxxxxxxx\n" * 1_100_000 + '"\n3,' + "y" * 180_000 + "\n")
    found = records(path)
    assert [number for number, _ in found] == [1, 2, 3]
    assert isinstance(found[1][1], Broken)
    assert len(found[2][1][1]) == 180_000


def test_one_line_without_end_needs_no_memory(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("Id,Text\n1,a\n2,")
        for _ in range(60):
            file.write("x" * 1_000_000)
        file.write("\n3,c\n")
    layout = tabular.layout(path)
    tracemalloc.start()
    found = records(path, layout)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [number for number, _ in found] == [1, 2, 3]
    assert "longer than 32,000,000 characters" in str(found[1][1])
    assert peak < 400_000_000


def test_zero_bytes_are_text_like_any_other(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"Id,Text\n1,a\x00b\n2,c\n")
    assert [cells for _, cells in records(path)] == [["1", "a\x00b"], ["2", "c"]]


@pytest.mark.parametrize("length", [65_530, 65_536, 131_070])
def test_the_edge_of_a_block_is_no_edge(tmp_path, length):
    path = tmp_path / "a.csv"
    path.write_bytes(b"Id,Text\r\n" + b"1," + b"x" * length + b'\r\n2,"a\r\nb"\r\n')
    assert [cells[1][-4:] for _, cells in records(path)] == ["xxxx", "a\r\nb"]


def test_a_thousand_broken_rows_are_a_thousand_refusals(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Id,Text,City\n" + "".join(f'{n},"open,x\n{n},"fine",y\n' for n in range(1000)))
    found = records(path)
    assert sum(isinstance(cells, Broken) for _, cells in found) == 1000
    assert sum(cells[1] == "fine" for _, cells in found if not isinstance(cells, Broken)) == 1000

"""What a person chose: kept as JSON, tolerant of nonsense, which is said to the one who chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sameside.connectors import tabular
from sameside.connectors.tabular import Choices, ColumnChoices, Rows

COLUMNS = st.builds(
    ColumnChoices,
    format=st.sampled_from(("", "day first", "month first", "excel", "micros")),
    decimal=st.sampled_from(("", ".", ",")),
    zone=st.sampled_from(("", "UTC", "Europe/Berlin")),
    currency=st.sampled_from(("", "EUR", "USD")),
)
CHOICES = st.builds(
    Choices,
    encoding=st.sampled_from(("", "utf-8", "cp1252")),
    separator=st.sampled_from(("", ";", "\t")),
    header_row=st.sampled_from((None, 0, 1, 5)),
    sheet=st.sampled_from(("", "Sheet1")),
    zone=st.sampled_from(("", "America/New_York")),
    decimal=st.sampled_from(("", ",")),
    columns=st.dictionaries(st.text(min_size=1, max_size=8), COLUMNS.filter(lambda each: each.to_json()), max_size=3),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=10,
)


@given(CHOICES)
def test_choices_survive_json(choices):
    assert Choices.from_json(choices.to_json()) == choices
    assert Choices.problems(choices.to_json()) == []


@given(
    JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(("encoding", "separator", "header_row", "columns"), JSON))
)
def test_nonsense_is_left_out_and_never_raised(given_json):
    Choices.problems(given_json)
    Choices.from_json(given_json).to_json()


def test_what_makes_no_sense_is_said():
    nonsense = {
        "encoding": "klingon",
        "separator": "ab",
        "header_row": -1,
        "zone": "Mars/Olympus",
        "colour": "red",
        "columns": {"Amount": {"decimal": "x", "currency": "euro"}, "Date": {"format": "backwards"}},
    }
    assert Choices.from_json(nonsense).to_json() == {}
    assert Choices.problems(nonsense) == [
        "“klingon” is no encoding that is known.",
        "“ab” is no separator that is known.",
        "“-1” is no header row that is known.",
        "“Mars/Olympus” is no zone that is known.",
        "“red” is no colour that is known.",
        "Amount: “x” is no decimal that is known.",
        "Amount: “euro” is no currency that is known.",
        "Date: “backwards” is no format that is known.",
    ]


def test_a_column_is_found_whatever_its_case_and_blanks():
    choices = Choices(columns={"Close Date": ColumnChoices(format="day first")})
    assert choices.column("closedate").format == "day first"
    assert choices.column("Amount").format == ""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be", "utf-7", "punycode", "idna", "unicode_escape"])
def test_an_encoding_that_does_not_fit_is_read_wrongly_or_refused_but_breaks_nothing(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(b"Id,Name\n1,M\xfcller\n2,\\x\n")
    try:
        layout = tabular.layout(path, tabular.Choices.from_json({"encoding": encoding}))
    except tabular.Unreadable:
        return
    list(Rows(path, layout))


def test_wide_text_without_a_mark_is_read_when_its_encoding_is_chosen(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("Id,Name\n1,Müller\n".encode("utf-16-be"))
    assert tabular.layout(path, tabular.Choices.from_json({"encoding": "utf-16"})).header == ("Id", "Name")

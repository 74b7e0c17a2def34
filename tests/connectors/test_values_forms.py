"""How a column is written is decided from all of it, said, asked where it stays open, and overruled by a person."""

from pathlib import Path

import pytest

from sameside.connectors.objects import Field, Key, Object
from sameside.connectors.reading import Reader
from sameside.connectors.tabular import Choices, ColumnChoices, Rows, layout

DEAL = Object(
    "Deal",
    "crm_deal",
    (
        Field("name", ("name",), most=80),
        Field("industry", ("industry",), most=80),
        Field("closes_on", ("close",), kind="day"),
        Field("created_at", ("created",), kind="moment"),
        Field("amount", ("amount",), kind="amount"),
        Field("budget", ("budget",), kind="amount"),
    ),
    "test",
    Key(("id",)),
)


def read(folder: Path, text: str, choices: Choices | None = None) -> tuple[Reader, list[dict[str, str | None]]]:
    path = folder / "deals.csv"
    path.write_text(text)
    found = layout(path, choices or Choices())
    reader = Reader(Rows(path, found), found, DEAL, choices or Choices())
    rows = [
        dict(zip(batch.columns, values, strict=True))
        for batch in reader.batches()
        for values in zip(*batch.columns.values(), strict=True)
    ]
    return reader, rows


@pytest.mark.parametrize(
    ("cells", "expected", "said"),
    [
        (("02/03/2024", "25/12/2024"), "2024-03-02", "dates read day first"),
        (("02/03/2024", "12/25/2024"), "2024-02-03", "dates read month first"),
        (("02.03.2024", "04.05.2024"), "2024-03-02", "dates read day first"),
        (("45353", "45354"), "2024-03-02", "“Close” read as Excel's day numbers"),
        (("2 March 2024", "2024-03-03"), "2024-03-02", None),
    ],
)
def test_dates_are_decided_by_the_whole_column(tmp_path, cells, expected, said):
    reader, rows = read(tmp_path, "Id,Name,Close\n" + "".join(f"{n},x,{cell}\n" for n, cell in enumerate(cells, 1)))
    assert (rows[0]["closes_on"], reader.notes) == (expected, [said] if said else [])
    assert reader.survey.questions == []


def test_dates_that_nothing_decides_are_asked_and_said(tmp_path):
    reader, rows = read(tmp_path, "Id,Name,Close\n1,x,02/03/2024\n2,y,04/05/2024\n3,z,06/06/2024\n")
    (question,) = reader.survey.questions
    assert (question.header, question.key, question.default) == ("Close", "format", "month first")
    assert set(question.samples) == {"02/03/2024", "04/05/2024"}
    assert [form for form, _ in question.options] == ["day first", "month first"]
    assert dict(question.options)["day first"] in ("2 March 2024", "4 May 2024")
    assert reader.notes == ["dates read month first (nothing in the file decides it)"]
    assert rows[0]["closes_on"] == "2024-02-03"


def test_an_answer_goes_before_everything(tmp_path):
    text = "Id,Name,Close\n1,x,02/03/2024\n2,y,04/05/2024\n"
    choices = Choices(columns={"Close": ColumnChoices(format="day first")})
    reader, rows = read(tmp_path, text, choices)
    assert (reader.survey.questions, reader.notes) == ([], ["dates read day first"])
    assert rows[0]["closes_on"] == "2024-03-02"


def test_a_column_that_leaves_it_open_follows_the_others(tmp_path):
    reader, rows = read(tmp_path, "Id,Name,Close,Created\n1,x,02/03/2024,25/12/2023 10:00\n")
    assert (rows[0]["closes_on"], reader.survey.questions) == ("2024-03-02", [])


def test_numbers_are_decided_by_the_whole_column(tmp_path):
    reader, rows = read(tmp_path, "Id;Name;Amount;Budget\n1;x;1.234;2.000\n2;y;12,5;3.000\n")
    assert [(row["amount"], row["budget"]) for row in rows] == [("1234.00", "2000.00"), ("12.50", "3000.00")]
    assert (reader.survey.questions, reader.notes) == ([], ["numbers read with a decimal comma"])


def test_numbers_that_nothing_decides_are_asked_and_said(tmp_path):
    text = "Id,Name,Amount\n1,x,1.234\n"
    reader, rows = read(tmp_path, text)
    (question,) = reader.survey.questions
    assert (question.key, question.options, question.default) == ("decimal", ((".", "1.234"), (",", "1234")), ".")
    assert rows[0]["amount"] == "1.23"
    assert reader.notes == ["“Amount”: 1.234 read as 1.234 (nothing in the file decides it)"]
    _, rows = read(tmp_path, text, Choices(columns={"Amount": ColumnChoices(decimal=",")}))
    assert rows[0]["amount"] == "1234.00"


def test_times_are_read_in_the_zone_that_was_chosen(tmp_path):
    text = "Id,Name,Created\n1,x,2026-07-01 12:00:00\n2,y,2026-03-29 02:30:00\n"
    reader, rows = read(tmp_path, text, Choices(zone="Europe/Berlin"))
    assert rows[0]["created_at"] == "2026-07-01T10:00:00+00:00"
    assert reader.notes == ["times without a zone read in Europe/Berlin", "1 × a time that clocks skipped"]


def test_micros_of_one_column(tmp_path):
    _, rows = read(
        tmp_path, "Id,Name,Amount\n1,x,1033330000\n", Choices(columns={"amount": ColumnChoices(format="micros")})
    )
    assert rows[0]["amount"] == "1033.33"


def test_names_keep_their_words_and_choices_do_not(tmp_path):
    _, rows = read(tmp_path, "Id,Name,Industry\n1,Null,Select\n")
    assert (rows[0]["name"], rows[0]["industry"]) == ("Null", "")


def test_a_broken_row_is_refused_with_its_text(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text('Id,Name\n1,"open\n2,fine\n')
    found = layout(path)
    (batch,) = Reader(Rows(path, found), found, DEAL).batches()
    assert batch.refused == [(1, ['1,"open'], "The row cannot be read: a quotation mark is never closed")]
    assert batch.columns["name"] == ["fine"]

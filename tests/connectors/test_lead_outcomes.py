"""Any export of leads can be tried: what gives the outcome away is left out, and the order is that of time."""

import csv
from pathlib import Path

import numpy as np
import pytest

from sameside.cli import main
from sameside.connectors import lead_outcomes
from sameside.connectors.lead_outcomes import Asked, Unsuitable

HEADER = ("Id", "Last Name", "Industry", "Created Date", "Converted Date", "Points", "Result")


def _export(folder: Path, rows: int = 900, *, outcome: tuple[str, str] = ("Yes", "No")) -> Path:
    dice = np.random.default_rng(4)
    path = folder / "leads.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        for number in range(rows):
            bank = dice.random() < 0.5
            won = dice.random() < (0.5 if bank else 0.1)
            day = f"{number % 28 + 1:02}.{number // 28 % 12 + 1:02}.{2023 + number // 336}"
            writer.writerow(
                [
                    f"L{number}", f"Name {number}", "Banking" if bank else "Retail", day, "2024-01-01" if won else "",
                    round(float(dice.normal()) * 10), outcome[0] if won else outcome[1],
                ]
            )  # fmt: skip
    return path


def test_columns_are_found_and_what_tells_the_ending_is_left_out(tmp_path: Path) -> None:
    found = lead_outcomes.read(_export(tmp_path), Asked("Result"))
    assert [(one.name, one.kind) for one in found.columns] == [("Industry", "choice"), ("Points", "number")]
    assert found.left_out == {
        "Id": "Almost every lead has a value of its own: a name, an id, a date or free text.",
        "Last Name": "It names the person.",
        "Created Date": "Almost every lead has a value of its own: a name, an id, a date or free text.",
        "Converted Date": "It was written afterwards: where it is filled, the outcome is yes.",
    }
    assert 0.25 < found.yes.mean() < 0.35


def test_rows_stand_in_the_order_of_time_whatever_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "turned.csv"
    lines = _export(tmp_path).read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([lines[0], *reversed(lines[1:])]))
    straight, turned = (lead_outcomes.read(one, Asked("result")) for one in (tmp_path / "leads.csv", path))
    assert np.array_equal(straight.yes, turned.yes)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked("Outcome"), "There is no column “Outcome”"),
        (Asked("Result", yes="Maybe"), "No lead has “Maybe” in Result"),
        (Asked("Industry"), "name what counts as success with --yes"),
        (Asked("Result", when="Industry"), "No cell of Industry is a date"),
        (Asked("Result", score="Industry"), "no number in Industry"),
    ],
)
def test_what_cannot_be_tried_is_said(asked: Asked, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Unsuitable, match=sentence):
        lead_outcomes.read(_export(tmp_path, 60), asked)


def test_the_command_says_area_calibration_and_lift(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _export(tmp_path, outcome=("Gewonnen!", "weg"))
    assert main(["leads", "evaluate", str(path), "--outcome", "Result", "--yes", "gewonnen!", "--score", "Points"]) == 0
    said = capsys.readouterr().out
    assert "Area under the curve" in said
    assert "The model is surely better than the given score." in said
    assert "Converted Date: It was written afterwards" in said


def test_too_few_leads_and_missing_files_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leads", "evaluate", str(_export(tmp_path, 80)), "--outcome", "Result"]) == 2
    assert "it takes 200 leads" in capsys.readouterr().err
    assert main(["leads", "evaluate", str(tmp_path / "none.csv"), "--outcome", "Result"]) == 2

"""What the command line says, and with which exit code, when it is given something wrong."""

import io
from pathlib import Path

import pytest

from sameside import cli
from sameside.project import diagnosis


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["import"], ["import", "salesforce"], ["report"], ["report", "nope"]]
)
def test_a_command_given_wrongly_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_setting_that_is_no_number_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMESIDE_PORT", "abc")
    assert cli.main(["serve"]) == 1
    assert capsys.readouterr().err == "sameside: SAMESIDE_PORT must be a whole number, not “abc”.\n"


@pytest.mark.parametrize("address", ["postgresql://nobody@127.0.0.1:1/none", "nonsense"])
def test_a_database_that_cannot_be_reached_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert cli.main(["report", "content"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("sameside: the database cannot be reached: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("address", ["postgresql://nobody@127.0.0.1:1/none", "nonsense", "postgresql://[/x"])
def test_the_doctor_says_that_the_database_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    [finding] = diagnosis._database()
    assert finding.level == "problem"
    assert "(given by DATABASE_URL) cannot be reached" in finding.what


@pytest.mark.django_db
def test_a_new_person_needs_an_address(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    assert cli.main(["person", "no address", "--role", "admin", "--password-stdin"]) == 2
    assert "valid email" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_path_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["import", "content", str(tmp_path / "gone")]) == 2
    said = capsys.readouterr()
    assert (said.out, "does not exist" in said.err) == ("", True)

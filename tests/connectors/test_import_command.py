"""`sameside import` from the command line: a table or JSON, and exit codes that mean something."""

import json

import pytest
from django.conf import settings

from sameside import cli
from sameside.connectors.models import ImportRun
from sameside.crm.models import Company
from tests.connectors import exports

pytestmark = pytest.mark.django_db


def test_a_clean_import_ends_with_0_and_a_table(tmp_path, capsys):
    exports.write(tmp_path, {"User.csv": exports.USER})
    assert cli.main(["import", "salesforce", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "User.csv  User        2        2" in out
    assert "done in" in out


def test_refused_rows_end_with_3_and_say_where_they_lie(tmp_path, capsys):
    exports.write(tmp_path, {"OpportunityHistory.csv": exports.HISTORY})
    assert cli.main(["import", "salesforce", str(tmp_path), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert [(file["read as"], file["refused"]) for file in told["files"]] == [("OpportunityHistory", 4)]
    assert told["files"][0]["error_file"].endswith("OpportunityHistory.csv.errors.csv")


def test_a_path_that_is_not_there_ends_with_2(tmp_path, capsys):
    assert cli.main(["import", "salesforce", str(tmp_path / "nowhere")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_background_leaves_the_work_to_the_worker(tmp_path, capsys):
    exports.write(tmp_path, {"User.csv": exports.USER})
    assert cli.main(["import", "salesforce", str(tmp_path), "--background"]) == 0
    assert ImportRun.objects.get().state == ImportRun.State.QUEUED


def test_any_recognises_everything_of_several_paths(tmp_path, capsys):
    exports.write(tmp_path / "a", {"User.csv": exports.USER})
    exports.write(tmp_path / "b", {"Account.csv": exports.ACCOUNT})
    assert cli.main(["import", "any", str(tmp_path / "a"), str(tmp_path / "b" / "Account.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {file["file"]: file["created"] for file in told["files"]} == {"a/User.csv": 2, "Account.csv": 2}


def test_a_preview_writes_nothing(tmp_path, capsys):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    assert cli.main(["import", "any", str(tmp_path), "--preview"]) == 0
    assert "preview" in capsys.readouterr().out
    assert not Company.objects.exists()
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEW


def test_what_is_decided_beforehand_must_exist(tmp_path, capsys):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    assert cli.main(["import", "any", str(tmp_path), "--zone", "Middle/Earth"]) == 2
    assert cli.main(["import", "any", str(tmp_path), "--mapping", "nothing"]) == 2
    assert "There is no mapping named" in capsys.readouterr().err


def test_a_mended_error_file_comes_in_alone(tmp_path, capsys):
    header, acme, globex = exports.ACCOUNT
    exports.write(tmp_path, {"Account.csv": [header, acme, ["no id", *globex[1:]]]})
    assert cli.main(["import", "any", str(tmp_path), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    errors = settings.DATA / "imports" / told["files"][0]["error_file"]
    errors.write_text(errors.read_text().replace("no id", "001000000000077"))
    assert cli.main(["import", "any", str(errors), "--mends", str(told["run"])]) == 0
    assert Company.objects.count() == 2


def test_imports_are_listed_shown_and_steered(tmp_path, capsys):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    cli.main(["import", "any", str(tmp_path), "--background"])
    number = str(ImportRun.objects.get().pk)
    assert cli.main(["imports", "pause", number]) == 0
    assert cli.main(["imports", "resume", number]) == 0
    assert Company.objects.count() == 2
    assert cli.main(["imports", "cancel", number]) == 3
    assert cli.main(["imports", "show", number]) == 0
    assert cli.main(["imports", "list"]) == 0
    assert cli.main(["imports", "show", "999999"]) == 2
    said = capsys.readouterr()
    assert "Salesforce export" in said.out
    assert "has ended already" in said.err


def test_names_that_a_terminal_would_obey_are_not_printed(tmp_path, capsys):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    (tmp_path / "a\x1b[2J.bin").write_bytes(b"\x00")
    cli.main(["import", "any", str(tmp_path)])
    assert "\x1b" not in capsys.readouterr().out

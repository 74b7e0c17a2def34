"""`sameside import` from the command line: a table or JSON, and exit codes that mean something."""

import json

import pytest

from sameside import cli
from sameside.connectors.models import ImportRun
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

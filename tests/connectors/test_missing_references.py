"""What rows refer to and is not here is listed with every id, to be taken away or looked up."""

import json

import pytest

from sameside import cli
from sameside.connectors import lacking
from sameside.connectors.intake import missing_path
from sameside.connectors.lacking import MissingFile
from sameside.people.models import AuditEntry
from tests.conftest import signed_in
from tests.connectors import exports

pytestmark = pytest.mark.django_db
OWNERS = [f"0050000000000{number:02}AAA" for number in range(10, 22)]


def accounts(owners):
    header = ["Id", "Name", "Website", "Industry", "BillingCountry", "OwnerId"]
    rows = [[f"0010000000000{place:02}AAA", f"No {place}", "", "", "", owner] for place, owner in enumerate(owners)]
    return {"Account.csv": [header, *rows]}


def test_every_missing_id_is_listed_once(tmp_path, gus):
    run = exports.bring_in(exports.write(tmp_path, accounts([*OWNERS, OWNERS[0]])))
    file = run.files.get()
    assert (file.missing_references, file.missing_listed) == (13, 12)
    assert len(file.missing["owner"]["ids"]) == 5
    assert lacking.read(missing_path(file)) == [("owner", each) for each in OWNERS]
    answer = signed_in(gus).post(f"/imports/{run.pk}/files/{file.pk}/missing/")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").splitlines() == [
        "reference,id",
        *[f"owner,{guard(each)}" for each in OWNERS],
    ]
    assert AuditEntry.objects.filter(action="export", subject="Missing references of Account.csv").count() == 1


def guard(cell):
    return lacking.guarded(cell)


def test_a_reference_to_a_row_further_down_is_not_missing(tmp_path):
    header, north, fair = exports.CAMPAIGN
    alone = [*north[:3], "701000000000099AAA", *north[4:]]
    alone[0] = "701000000000003AAA"
    run = exports.bring_in(exports.write(tmp_path, {"Campaign.csv": [header, north, alone, fair]}))
    listed = lacking.read(missing_path(run.files.get()))
    assert [pair for pair in listed if pair[0] == "parent"] == [("parent", "701000000000099AAA")]


def test_the_command_names_the_place(tmp_path, capsys):
    folder = exports.write(tmp_path, accounts(OWNERS))
    cli.main(["import", "any", str(folder), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["files"][0]["missing_file"].endswith("Account.csv.missing.csv")


def test_who_may_not_export_does_not_get_the_list(tmp_path, dora):
    run = exports.bring_in(exports.write(tmp_path, accounts(OWNERS)))
    assert signed_in(dora).post(f"/imports/{run.pk}/files/{run.files.get().pk}/missing/").status_code in (403, 404)


def test_the_list_is_bounded_and_goes_on_where_a_run_was_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(lacking, "MOST", 3)
    path = tmp_path / "list.csv"
    first = MissingFile(path, kept=0)
    first.add({"owner": ["=1+1", "b"]})
    second = MissingFile(path, kept=1)  # the batch that named b did not end
    second.add({"owner": ["=1+1", "c", "d", "e"]})
    assert lacking.read(path) == [("owner", "=1+1"), ("owner", "c"), ("owner", "d")]
    assert "'=1+1" in path.read_text("utf-8-sig")

"""Mended rows are read as those of the file they are of."""

import csv

import pytest
from django.conf import settings

from sameside.connectors import intake, runs, steering, uploads, values
from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Company, Deal
from tests.connectors import exports

pytestmark = pytest.mark.django_db
OPPORTUNITY = [
    ["Id", "Name", "StageName", "Amount", "CloseDate", "IsClosed", "IsWon", "CreatedDate"],
    [exports.WIDGETS, "Widgets", "New", "1.250,50", "31/12/2026", "0", "0", "13/02/2026"],
    [exports.GADGETS, "Gadgets", "New", "none of it", "03/04/2026", "0", "0", "05/06/2026"],
]


def test_a_few_mended_rows_are_read_like_all_the_rows_they_were_among(tmp_path):
    run = exports.bring_in(exports.write(tmp_path / "a", {"Opportunity.csv": OPPORTUNITY}))
    file = run.files.get()
    assert exports.counts(run) == {"Opportunity.csv": (1, 0, 0, 1, 0)}
    with (settings.DATA / "imports" / file.error_file).open(encoding="utf-8-sig", newline="") as errors:
        header, row = csv.reader(errors)
    row[header.index("Amount")] = "1.250"
    exports.write(tmp_path / "b", {"mended.csv": [header, row]})
    mended = steering.mend(file, tmp_path / "b" / "mended.csv", origin="mended", by=None, at=exports.NOW)
    assert exports.counts(runs.execute(mended.pk)) == {"mended.csv": (1, 0, 0, 0, 0)}
    gadgets = Deal.objects.get(external_id=exports.GADGETS)
    assert (str(gadgets.close_on), str(gadgets.created_at.date())) == ("2026-04-03", "2026-06-05")
    assert gadgets.amount == 1250


def test_the_refused_rows_of_two_files_never_lie_in_one(tmp_path):
    run = ImportRun.objects.create(connector="any", origin="x", folder=str(tmp_path), created_at=exports.NOW)
    names = ("a/b.csv", "a__b.csv", "x" * 300 + ".csv", "y" * 300 + ".csv", "€" * 300)
    files = [ImportFile.objects.create(run=run, name=name) for name in names]
    paths = [intake.error_path(file) for file in files]
    assert len(set(paths)) == len(names)
    assert all(len(path.name.encode()) <= 255 for path in paths)


def test_ids_that_are_too_long_stay_two():
    one, two = (values.text_id("urn:" + "a" * 80 + end) for end in "12")
    assert one is not None
    assert two is not None
    assert one != two
    assert (len(one), len(two), one) == (64, 64, values.text_id("urn:" + "a" * 80 + "1"))


def test_names_that_would_act_are_shown_and_read(tmp_path):
    text = exports.text(exports.ACCOUNT)
    for name in ("Acc\u202eount\x1b[2J.csv", "b\x07.csv", "b\x08.csv"):
        (tmp_path / name).write_text(text)
    run = runs.execute(runs.create("salesforce", tmp_path, origin="a\x1b[2J\u202e\n", by=None, at=exports.NOW).pk)
    assert run.origin == "a�[2J��"
    assert set(exports.counts(run)) == {"Acc�ount�[2J.csv", "b�.csv", "b�.csv (2)"}
    assert Company.objects.count() == 2
    assert uploads.safe_name("a\x1b\u202e.csv") == "a__.csv"

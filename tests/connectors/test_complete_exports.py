"""Rows that are no longer in an export which somebody called complete are marked as deleted, and only then."""

import pytest
from django.db import connection
from django.urls import reverse

from sameside.connectors import runs, steering, undoing
from sameside.connectors.models import ImportFile, ImportRun, RowBefore, SeenId
from sameside.connectors.table import saved
from sameside.connectors.table.mapping import MappedColumn, TableSpec
from sameside.crm.models import Activity, Company, Contact, Touch
from sameside.leads.models import Lead
from sameside.people.models import AuditEntry
from sameside.people.policies import Refused
from tests.conftest import signed_in
from tests.connectors import exports, hubspot_exports

pytestmark = pytest.mark.django_db
NOW = exports.NOW
Full = ImportFile.Full
COMMITTED = pytest.mark.django_db(transaction=True, databases=["default", "aside"])


def accounts(*numbers, **changed):
    rows = [
        [f"0010000000000{number:02}AAA", changed.get(f"n{number}", f"Company {number}"), "", "Banking", "", "0"]
        for number in numbers
    ]
    return {"Account.csv": [["Id", "Name", "Website", "Industry", "BillingCountry", "IsDeleted"], *rows]}


def bring_in(folder, files, full=Full.NO, *, dry=False):
    exports.write(folder, files)
    made = runs.create("any", folder, origin="an export", by=None, at=NOW, preview=True)
    steering.decide(made, by=None, at=NOW, full=full)
    steering.start(made, by=None, at=NOW, dry=dry, queue=False)
    return runs.execute(made.pk)


def gone():
    return sorted(Company.objects.filter(deleted_in_source=True).values_list("name", flat=True))


@pytest.fixture
def five(request, tmp_path):
    if "committed" in request.fixturenames:
        request.getfixturevalue("committed")
    return bring_in(tmp_path / "first", accounts(1, 2, 3, 4, 5))


def test_what_is_no_longer_in_a_complete_export_is_marked(five, tmp_path):
    run = bring_in(tmp_path / "a", accounts(1, 2, 4, 6), Full.YES)
    assert gone() == ["Company 3", "Company 5"]
    file = run.files.get()
    assert (file.vanished, file.created, file.unchanged) == (2, 1, 3)
    assert file.note == "2 rows that are no longer in it are marked as deleted in the source."
    assert SeenId.objects.count() == 0
    assert RowBefore.objects.filter(run=run, table="crm_company").count() == 2


def test_an_export_that_nobody_called_complete_marks_nothing(five, tmp_path):
    run = bring_in(tmp_path / "a", accounts(1, 2))
    assert gone() == []
    assert run.files.get().vanished is None


def test_the_work_table_is_not_logged():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'connectors_seenid'")
        assert cursor.fetchone() == ("u",)


def test_a_row_that_comes_back_loses_its_mark(five, tmp_path):
    bring_in(tmp_path / "a", accounts(1, 2, 4, 5), Full.YES)
    again = bring_in(tmp_path / "b", accounts(1, 2, 3, 4, 5), Full.YES)
    assert gone() == []
    assert again.files.get().note == "Every row that was here is still in it."


@COMMITTED
@pytest.mark.usefixtures("committed")
def test_an_undo_takes_the_marks_away(five, tmp_path):
    run = bring_in(tmp_path / "a", accounts(1, 2, 4), Full.YES)
    undoing.ask(run, by=None, at=NOW, queue=False)
    done = undoing.execute(run.pk)
    assert done.undo["restored"] == {"companies": 2}
    assert gone() == []
    assert set(Company.objects.values_list("changed_by_run", flat=True)) == {five.pk}


def test_when_more_than_half_are_gone_somebody_must_say_so(five, tmp_path, gus):
    run = bring_in(tmp_path / "a", accounts(1, 2), Full.YES)
    assert gone() == []
    assert run.files.get().note == (
        "3 of 5 rows that were here are not in it. This is more than half: nothing is marked as deleted until somebody"
        " says that it is so."
    )
    page = signed_in(gus).get(reverse("connectors:run", args=[run.pk])).content.decode()
    assert "Mark them as deleted" in page
    sure = steering.again(run, by=gus, at=NOW, preview=False, sure=True)
    runs.execute(sure.pk)
    assert gone() == ["Company 3", "Company 4", "Company 5"]


def test_parts_of_one_export_count_together(five, tmp_path):
    parts = {"a/Account.csv": accounts(1, 2)["Account.csv"], "b/Account.csv": accounts(3, 4)["Account.csv"]}
    for name in ("a", "b"):
        (tmp_path / "parts" / name).mkdir(parents=True)
    run = bring_in(tmp_path / "parts", parts, Full.YES)
    assert gone() == ["Company 5"]
    assert sorted(run.files.values_list("vanished", flat=True)) == [0, 1]


def test_a_part_that_was_left_out_leaves_all_in_doubt(five, tmp_path):
    parts = {"a/Account.csv": accounts(1, 2, 3)["Account.csv"], "b/Account.csv": accounts(4, 5)["Account.csv"]}
    for name in ("a", "b"):
        (tmp_path / "parts" / name).mkdir(parents=True)
    exports.write(tmp_path / "parts", parts)
    made = runs.create("any", tmp_path / "parts", origin="parts", by=None, at=NOW, preview=True)
    steering.decide(made, by=None, at=NOW, full=Full.YES)
    saved.leave_out(made.files.get(name="b/Account.csv"), by=None, at=NOW)
    steering.start(made, by=None, at=NOW, queue=False)
    run = runs.execute(made.pk)
    assert gone() == []
    note = run.files.get(name="a/Account.csv").note
    assert note == "No row is marked as deleted, because b/Account.csv was left out."


def test_refused_rows_were_there_but_an_unreadable_id_leaves_all_in_doubt(five, tmp_path):
    refused = accounts(1, 2, 3, 4)
    refused["Account.csv"][1][5] = "perhaps"
    run = bring_in(tmp_path / "a", refused, Full.YES)
    assert run.files.get().refused == 1
    assert gone() == ["Company 5"]
    broken = accounts(1, 2, 3)
    broken["Account.csv"].append(["", "No id", "", "", "", "0"])
    note = bring_in(tmp_path / "b", broken, Full.YES).files.get().note
    assert note == "No row is marked as deleted, because 1 row has no id that can be read."
    assert gone() == ["Company 5"]


@COMMITTED
@pytest.mark.usefixtures("committed")
def test_a_dry_run_tells_the_count_and_marks_nothing(five, tmp_path):
    run = bring_in(tmp_path / "a", accounts(1, 2, 3), Full.YES, dry=True)
    assert run.files.get().vanished == 2
    assert gone() == []
    assert SeenId.objects.count() == 0


def test_a_run_that_is_taken_up_again_has_seen_every_batch(five, tmp_path, monkeypatch):
    monkeypatch.setattr("sameside.connectors.reading.BATCH", 2)
    monkeypatch.setattr("sameside.connectors.progress.SECONDS_BETWEEN_WRITES", 0)
    exports.write(tmp_path / "a", accounts(1, 2, 3, 4, n1="Renamed"))
    made = runs.create("any", tmp_path / "a", origin="cut", by=None, at=NOW, preview=True)
    steering.decide(made, by=None, at=NOW, full=Full.YES)
    steering.start(made, by=None, at=NOW, queue=False)

    def interrupt(run):
        if run.files.get().rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.execute(made.pk, show=interrupt)
    made.refresh_from_db()
    assert made.state == ImportRun.State.PAUSED
    steering.resume(made, by=None, at=NOW, queue=False)
    assert runs.execute(made.pk).files.get().vanished == 1
    assert gone() == ["Company 5"]


def test_a_work_table_that_was_lost_marks_nothing(five, tmp_path, monkeypatch):
    exports.write(tmp_path / "a", accounts(1, 2, 3))
    made = runs.create("any", tmp_path / "a", origin="cut", by=None, at=NOW, preview=True)
    steering.decide(made, by=None, at=NOW, full=Full.YES)
    steering.start(made, by=None, at=NOW, queue=False)

    def lose(sentence):
        if sentence.startswith("Looking for rows"):
            SeenId.objects.all().delete()

    assert "the database was restarted" in runs.execute(made.pk, tell=lose).files.get().note
    assert gone() == []


def test_the_touches_of_a_lead_that_vanished_are_retired(tmp_path):
    bring_in(tmp_path / "a", exports.WHOLE)
    assert Touch.objects.filter(current=True, lead__external_id=exports.LEO).exists()
    bring_in(tmp_path / "b", {"Lead.csv": exports.LEAD[:2]}, Full.YES)
    assert Lead.objects.get(external_id=exports.LEO).deleted_in_source
    assert not Touch.objects.filter(current=True, external_id=f"Lead:{exports.LEO}").exists()


def test_objects_that_share_a_table_do_not_take_each_other_away(tmp_path):
    bring_in(tmp_path / "a", exports.WHOLE)
    bring_in(tmp_path / "b", {"Task.csv": exports.TASK[:3]}, Full.YES)
    marked = Activity.objects.filter(deleted_in_source=True).values_list("external_id", flat=True)
    assert list(marked) == ["00T000000000003EAA"]


def test_a_contact_of_hubspot_goes_with_the_lead_it_was(tmp_path):
    hubspot_exports_whole = {"contacts.csv": hubspot_exports.CONTACTS}
    bring_in(tmp_path / "a", hubspot_exports_whole)
    assert Lead.objects.filter(external_id=hubspot_exports.BO, deleted_in_source=False).exists()
    header, zoe, _, mia, *_ = hubspot_exports.CONTACTS
    bring_in(tmp_path / "b", {"contacts.csv": [header, zoe, mia]}, Full.YES)
    gone_contacts = Contact.objects.filter(deleted_in_source=True).values_list("external_id", flat=True)
    assert list(gone_contacts) == [hubspot_exports.BO]
    assert list(Lead.objects.filter(deleted_in_source=True).values_list("external_id", flat=True)) == [
        hubspot_exports.BO
    ]


def mapped(folder, text, source):
    folder.mkdir()
    (folder / "people.csv").write_text(text)
    made = runs.create("any", folder, origin="people.csv", by=None, at=NOW, preview=True)
    columns = (MappedColumn("Number", "id"), MappedColumn("Surname", "last_name"), MappedColumn("Mail", "email"))
    file = saved.use(made.files.get(), TableSpec("contacts", columns, source), by=None, at=NOW)
    steering.claim(file, Full.YES, by=None, at=NOW)
    steering.start(made, by=None, at=NOW, queue=False)
    return runs.execute(made.pk)


def test_a_mapped_table_may_be_complete_within_its_own_system(tmp_path):
    head = "Number,Surname,Mail\n"
    mapped(tmp_path / "a", head + "1,Lang,l@a.example\n2,Klein,k@a.example\n3,Gross,g@a.example\n", "erp")
    mapped(tmp_path / "b", head + "1,Other,o@b.example\n", "shop")
    mapped(tmp_path / "c", head + "1,Lang,l@a.example\n3,Gross,g@a.example\n", "erp")
    assert list(Contact.objects.filter(deleted_in_source=True).values_list("last_name", flat=True)) == ["Klein"]


def test_the_choice_stands_on_the_preview_and_is_recorded(five, tmp_path, gus):
    exports.write(tmp_path / "a", accounts(1, 2, 3))
    run = runs.create("any", tmp_path / "a", origin="an export", by=gus, at=NOW, preview=True)
    file = run.files.get()
    client = signed_in(gus)
    assert "This export is complete" in client.get(reverse("connectors:preview", args=[run.pk])).content.decode()
    client.post(reverse("connectors:choices", args=[run.pk, file.pk]), {"full": ["", "yes"]})
    file.refresh_from_db()
    assert file.full == Full.YES
    assert AuditEntry.objects.filter(action="import.claimed", subject="Account.csv").count() == 1
    client.post(reverse("connectors:choices", args=[run.pk, file.pk]), {"full": [""]})
    file.refresh_from_db()
    assert file.full == Full.NO


def test_who_may_not_import_cannot_call_it_complete(five, tmp_path, bob):
    exports.write(tmp_path / "a", accounts(1))
    run = runs.create("any", tmp_path / "a", origin="an export", by=None, at=NOW, preview=True)
    with pytest.raises(Refused):
        steering.claim(run.files.get(), Full.YES, by=bob, at=NOW)

"""The pages of a run: drop anything, watch, pause, mend, undo."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sameside.connectors import figures, runs, terminal, uploads
from sameside.connectors.models import ImportRun
from sameside.crm.models import Company
from sameside.people.models import AuditEntry
from tests.conftest import signed_in
from tests.connectors import exports

pytestmark = pytest.mark.django_db
NEW = "/imports/new/"


def packed(name, files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="application/zip")


def plain(name, rows):
    return SimpleUploadedFile(name, exports.text(rows).encode(), content_type="text/csv")


def names(run):
    return sorted(run.files.values_list("name", flat=True))


def test_anything_is_dropped_and_shown_before_anything_is_written(gus):
    files = [plain("Account.csv", exports.ACCOUNT), SimpleUploadedFile("strange.bin", b"\x00\x01")]
    answer = signed_in(gus).post(NEW, {"files": files})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == f"/imports/{run.pk}/preview/"
    assert run.state == ImportRun.State.PREVIEW
    assert {file.name: file.recognised_as for file in run.files.all()} == {"Account.csv": "Account", "strange.bin": ""}
    assert not Company.objects.exists()


def test_the_script_gets_an_address_or_a_sentence(gus):
    client = signed_in(gus)
    given = {"files": [plain("Account.csv", exports.ACCOUNT)]}
    told = client.post(NEW, given, headers={"Accept": "application/json"}).json()
    assert told == {"address": f"/imports/{ImportRun.objects.get().pk}/preview/"}
    broken = client.post(NEW, {"files": [SimpleUploadedFile("a.zip", b"PK")]}, headers={"Accept": "application/json"})
    assert (broken.status_code, "cannot be unpacked" in broken.json()["problem"]) == (422, True)


def test_parts_of_an_export_keep_files_of_one_name_apart(gus):
    text = exports.text(exports.ACCOUNT)
    files = [packed("WE_1.zip", {"Account.csv": text}), packed("WE_2.zip", {"Account.csv": text})]
    signed_in(gus).post(NEW, {"files": files})
    assert names(ImportRun.objects.get()) == ["WE_1/Account.csv", "WE_2/Account.csv"]


def test_a_folder_keeps_its_paths_and_none_leads_out(gus):
    files = [plain("Account.csv", exports.ACCOUNT), plain("Account.csv", exports.ACCOUNT)]
    signed_in(gus).post(NEW, {"files": files, "paths": ["week/a/Account.csv", "../../etc/Account.csv"]})
    assert names(ImportRun.objects.get()) == ["etc/Account.csv", "week/a/Account.csv"]


def test_an_archive_in_an_archive_is_unpacked_but_not_a_third(gus):
    third = packed("third.zip", {"Lead.csv": exports.text(exports.LEAD)}).read()
    second = packed("second.zip", {"Account.csv": exports.text(exports.ACCOUNT), "third.zip": third}).read()
    signed_in(gus).post(NEW, {"files": [packed("first.zip", {"second.zip": second})]})
    assert names(ImportRun.objects.get()) == ["second/Account.csv", "second/third.zip"]


def test_an_archive_that_lies_about_its_sizes_is_refused(gus, settings):
    honest = bytearray(packed("a.zip", {"Account.csv": "0" * 30_000_000}).read())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = honest.index(mark) + offset
        honest[place : place + 4] = (1000).to_bytes(4, "little")
    answer = signed_in(gus).post(NEW, {"files": [SimpleUploadedFile("a.zip", bytes(honest))]})
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()


def test_too_many_files_at_once_are_refused(gus, monkeypatch):
    monkeypatch.setattr(uploads.Budget.__init__, "__defaults__", (3, *uploads.Budget.__init__.__defaults__[1:]))
    answer = signed_in(gus).post(NEW, {"files": [packed("a.zip", {f"{n}.csv": "Id\n" for n in range(4)})]})
    assert answer.status_code == 422


def test_who_may_bring_in_nothing_is_told_so(erik):
    assert signed_in(erik).get(NEW).status_code == 403


def test_a_run_is_paused_resumed_and_cancelled_by_its_page(gus, tmp_path):
    run = runs.create(
        "any", exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}), origin="x", by=gus, at=exports.NOW
    )
    client = signed_in(gus)
    page = f"/imports/{run.pk}/"
    assert "Pause" in client.get(page).content.decode()
    client.post(f"{page}pause/")
    assert "It goes on exactly where it was." in client.get(page).content.decode()
    client.post(f"{page}resumption/")
    client.post(f"{page}cancellation/")
    run.refresh_from_db()
    assert run.state == ImportRun.State.CANCELLED
    assert "has ended already" in client.post(f"{page}cancellation/", follow=True).content.decode()


def refused(tmp_path):
    header, acme, globex = exports.ACCOUNT
    return exports.bring_in(exports.write(tmp_path, {"Account.csv": [header, acme, ["no id", *globex[1:]]]}), "any")


def test_the_page_says_why_rows_were_refused_and_takes_the_mended_file(gus, tmp_path):
    run = refused(tmp_path)
    client, file = signed_in(gus), run.files.get()
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Why rows were refused" in page
    assert "is no Salesforce id" in page
    assert "Import the mended file" in page
    taken = b"".join(client.post(f"/imports/{run.pk}/files/{file.pk}/errors/").streaming_content)
    mended = SimpleUploadedFile("Account.csv.errors.csv", taken.replace(b"no id", b"001000000000077"))
    answer = client.post(f"/imports/{run.pk}/files/{file.pk}/mending/", {"files": [mended]})
    second = ImportRun.objects.latest("pk")
    assert answer.headers["Location"] == f"/imports/{second.pk}/"
    assert exports.counts(runs.execute(second.pk)) == {"Account.csv.errors.csv": (1, 0, 0, 0, 1)}
    assert Company.objects.count() == 2


def test_missing_ids_can_be_taken_away_and_that_is_recorded(gus, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}), "any")
    file = run.files.get()
    client = signed_in(gus)
    assert "What rows refer to and is not here" in client.get(f"/imports/{run.pk}/").content.decode()
    text = b"".join(client.post(f"/imports/{run.pk}/files/{file.pk}/missing/").streaming_content).decode()
    assert "owner" in text
    assert AuditEntry.objects.filter(action="export", subject="Missing references of Account.csv").exists()


def test_an_undo_is_asked_for_after_it_said_what_happens(gus, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}), "any")
    client = signed_in(gus)
    told = client.get(f"/imports/{run.pk}/undo/").content.decode()
    assert "<dt>2 created</dt><dd>go again, with their touches" in told
    assert "become exactly what they were before" not in told
    Company.objects.update(changed_by_run=run.pk + 7)
    sentence = f"2 companies were changed by import {run.pk + 7} since."
    assert sentence in client.get(f"/imports/{run.pk}/undo/").content.decode()
    assert sentence in client.post(f"/imports/{run.pk}/undo/", follow=True).content.decode()
    Company.objects.update(changed_by_run=run.pk)
    client.post(f"/imports/{run.pk}/undo/")
    run.refresh_from_db()
    assert (run.state, run.undone_by) == (ImportRun.State.UNDOING, gus)


def test_a_marketer_sees_no_button_for_crm_data(alice, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}), "any")
    client = signed_in(alice)
    assert "Undo…" not in client.get(f"/imports/{run.pk}/").content.decode()
    assert client.post(f"/imports/{run.pk}/undo/").status_code == 403


def test_a_page_costs_the_same_however_many_files_there_are(gus, tmp_path, django_assert_num_queries):
    client = signed_in(gus)
    seen = []
    for count in (1, 6):
        files = {f"{n}/Account.csv": exports.ACCOUNT for n in range(count)}
        for name in files:
            (tmp_path / str(count) / name).parent.mkdir(parents=True)
        run = exports.bring_in(exports.write(tmp_path / str(count), files), "any")
        address = reverse("connectors:run", args=[run.pk])
        client.get(address)
        with django_assert_num_queries(10, exact=False) as queries:
            client.get(address)
        seen.append(len(queries))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "a few seconds"), (40, "less than a minute"), (170, "about 3 minutes"), (7000, "about 2 hours")],
)
def test_a_time_to_come_is_told_in_round_words(seconds, words):
    assert figures.about(seconds) == words


def test_what_a_terminal_would_obey_never_reaches_it():
    assert terminal.clean("a\x1b[31mb\rc\u202ed\n") == "a�[31mb�c�d�"


def test_an_editor_sees_no_table_of_somebody_elses_upload_not_even_one_that_was_not_read(gus, dora):
    files = [
        SimpleUploadedFile("guide.md", b"# Guide\n\nHow to buy."),
        plain("secret.csv", [["A", "B"], ["x", "Zoë Q"]]),
    ]
    signed_in(gus).post(NEW, {"files": files})
    run = ImportRun.objects.get()
    assert run.connector == "documents"
    table, client = run.files.get(name="secret.csv"), signed_in(dora)
    page = client.get(f"/imports/{run.pk}/preview/").content.decode()
    assert "guide.md" in page or "Documents" in page
    assert "Zoë Q" not in page
    assert client.get(f"/imports/{run.pk}/files/{table.pk}/preview/").status_code == 404
    assert "Eve" in signed_in(gus).get(f"/imports/{run.pk}/files/{table.pk}/preview/").content.decode()


def test_who_brings_only_what_they_may_not_bring_in_is_told_so(dora, alice):
    client = signed_in(dora)
    answer = client.post(NEW, {"files": [plain("Account.csv", exports.ACCOUNT)]}, follow=True)
    assert answer.status_code == 200
    assert "Your role does not let you bring in CRM data" in answer.content.decode()
    run = ImportRun.objects.get()
    ImportRun.objects.update(started_by=alice)
    assert client.get(f"/imports/{run.pk}/preview/").status_code == 404


def test_a_mapping_for_nothing_that_is_known_is_refused_in_a_sentence(gus):
    client = signed_in(gus)
    client.post(NEW, {"files": [plain("people.csv", [["Name", "Mail"], ["Anna Berg", "anna@acme.example"]])]})
    run = ImportRun.objects.get()
    page = f"/imports/{run.pk}/files/{run.files.get().pk}/mapping/"
    answer = client.post(page, {"target": "1e999"}, follow=True)
    assert answer.status_code == 200
    assert "Say first what the table becomes." in answer.content.decode()

"""The pages of imports: upload, watch, read the verdicts, take the refused rows away."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sameside.connectors import runs, uploads
from sameside.connectors.models import ImportRun
from sameside.crm.models import Company
from sameside.people.models import AuditEntry
from tests.conftest import signed_in
from tests.connectors import exports

pytestmark = pytest.mark.django_db


def archive(files: dict[str, str]) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return SimpleUploadedFile("export.zip", buffer.getvalue(), content_type="application/zip")


def test_an_administrator_uploads_an_export_and_it_waits_for_the_worker(gus):
    client = signed_in(gus)
    files = [archive({"weekly/Account.csv": exports.text(exports.ACCOUNT), "User.csv": exports.text(exports.USER)})]
    answer = client.post(reverse("connectors:new"), {"connector": "salesforce", "files": files})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == reverse("connectors:run", args=[run.pk])
    assert [file.name for file in run.files.all()] == ["User.csv", "weekly/Account.csv"]
    assert (run.state, run.started_by) == (ImportRun.State.QUEUED, gus)
    runs.execute(run.pk)
    assert Company.objects.count() == 2


def test_a_marketer_may_not_bring_in_crm_data(alice):
    files = [SimpleUploadedFile("Account.csv", exports.text(exports.ACCOUNT).encode())]
    answer = signed_in(alice).post(reverse("connectors:new"), {"connector": "salesforce", "files": files})
    assert answer.status_code == 403
    assert not ImportRun.objects.exists()


def test_a_seller_does_not_see_imports(bob):
    assert signed_in(bob).get(reverse("connectors:runs")).status_code == 403


def test_an_editor_does_not_see_a_crm_run(dora, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    assert signed_in(dora).get(reverse("connectors:run", args=[run.pk])).status_code == 404


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "C:evil.csv"])
def test_an_archive_may_not_lead_out_of_its_folder(gus, name):
    answer = signed_in(gus).post(
        reverse("connectors:new"), {"connector": "salesforce", "files": [archive({name: "Id\n1\n"})]}
    )
    assert answer.status_code == 422
    assert "leads out of its folder" in answer.content.decode()


def test_an_archive_may_not_unpack_out_of_proportion(gus):
    bomb = archive({"Account.csv": "0" * 20_000_000})
    answer = signed_in(gus).post(reverse("connectors:new"), {"connector": "salesforce", "files": [bomb]})
    assert answer.status_code == 422
    assert "200 times its size" in answer.content.decode()


def test_a_file_of_another_kind_is_refused_with_a_sentence(gus):
    files = [SimpleUploadedFile("virus.exe", b"MZ")]
    answer = signed_in(gus).post(reverse("connectors:new"), {"connector": "salesforce", "files": files})
    assert answer.status_code == 422
    assert "virus.exe is none of .csv" in answer.content.decode()


def damaged() -> bytes:
    packed = bytearray(archive({"Account.csv": "Id,Name\n" * 500}).read())
    packed[60:70] = b"\xff" * 10
    return bytes(packed)


@pytest.mark.parametrize(
    "packed",
    [
        b"PK\x05\x06" + b"\0" * 10,
        damaged(),
        archive({"a": "x", "a/b.csv": "Id\n"}).read(),
        archive({f"{'n' * 600}.csv": "Id\n"}).read(),
        archive({".": "x"}).read(),
    ],
    ids=["cut off", "damaged", "file and folder", "long name", "no name"],
)
def test_a_broken_archive_is_refused_with_a_sentence_and_leaves_nothing(gus, packed, settings, tmp_path):
    settings.DATA = tmp_path
    files = [SimpleUploadedFile("export.zip", packed)]
    answer = signed_in(gus).post(reverse("connectors:new"), {"connector": "salesforce", "files": files})
    assert answer.status_code == 422
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_long_name_of_many_bytes_is_cut_for_the_file_system(gus):
    files = [SimpleUploadedFile("ü" * 220 + ".csv", b"Id,Name,Industry,OwnerId\n", "text/csv")]
    answer = signed_in(gus).post(reverse("connectors:new"), {"connector": "salesforce", "files": files})
    assert answer.status_code == 302


@pytest.mark.parametrize("path", ["/imports/new/", "/accounts/login/"])
def test_what_is_larger_than_an_upload_may_be_is_refused_before_it_is_kept(client, path, settings):
    settings.UPLOAD_MB = 1
    answer = client.post(path, {"file": SimpleUploadedFile("a.csv", b"x" * 2_500_000)})
    assert answer.status_code == 413
    assert "You sent 3 MB at once; 1 MB is the most." in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../a.csv", "a.csv"),
        ("C:\\x\\b.csv", "b.csv"),
        ("a<b>.csv", "a_b_.csv"),
        ("..", "file"),
        ("report\u202efdp.exe", "report_fdp.exe"),
        ("Bob’s “guide”: 50 % off!.pdf", "Bob’s “guide”_ 50 % off!.pdf"),
        ("02-大模型：实践.pdf", "02-大模型：实践.pdf"),
    ],
)
def test_names_lose_what_means_something_to_a_file_system(given, kept):
    assert uploads.safe_name(given) == kept


@pytest.mark.parametrize(
    ("names", "paths", "said"),
    [
        (["a.csv", "b.csv"], ["a.csv", "b.csv"], "a.csv, b.csv"),
        (["a.csv", "b.csv"], ["export/a.csv", "export/deep/b.csv"], "export (2 files)"),
        (["a.csv"], ["export/a.csv"], "export (1 file)"),
        (["a.csv", "b.csv"], ["export/a.csv", "b.csv"], "a.csv, b.csv"),
        (["a", "b", "c", "d", "e", "f"], [], "a, b, c, d and 2 more"),
    ],
)
def test_an_upload_is_called_by_its_folder_or_its_first_files(names, paths, said):
    assert uploads.told(names, paths) == said


def test_the_page_shows_the_same_as_the_part_that_is_fetched(gus, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, exports.WHOLE))
    client = signed_in(gus)
    page = client.get(reverse("connectors:run", args=[run.pk])).content.decode()
    part = client.get(reverse("connectors:progress", args=[run.pk])).content.decode()
    for words in ("OpportunityHistory.csv", "Done, 1 refused", "1 × owner missing."):
        assert words in page
        assert words in part
    assert "hx-trigger" not in part
    assert "<html" not in part


def test_a_run_that_goes_on_asks_for_itself_every_second(gus, tmp_path):

    folder = exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    run = runs.create("salesforce", folder, origin="x", by=gus, at=exports.NOW)
    part = signed_in(gus).get(reverse("connectors:progress", args=[run.pk])).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "Waiting for the worker." in part


def test_refused_rows_can_be_taken_away_and_that_is_recorded(gus, tmp_path):
    run = exports.bring_in(exports.write(tmp_path, exports.WHOLE))
    file = run.files.get(name="OpportunityHistory.csv")
    answer = signed_in(gus).post(reverse("connectors:errors", args=[run.pk, file.pk]))
    assert b"the opportunity is not here" in b"".join(answer.streaming_content)
    assert 'filename="OpportunityHistory.csv.errors.csv"' in answer.headers["Content-Disposition"]
    assert AuditEntry.objects.filter(action="export", person=gus).exists()


def test_the_list_of_runs_costs_the_same_however_many_there_are(gus, tmp_path, django_assert_num_queries):
    folder = exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    client = signed_in(gus)
    counts = []
    for _ in range(2):
        exports.bring_in(folder)
        client.get(reverse("connectors:runs"))
        with django_assert_num_queries(7, exact=False) as seen:
            assert "Account" not in client.get(reverse("connectors:runs")).content.decode()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_empty_list_says_how_to_begin(gus):
    assert "Nothing brought in yet" in signed_in(gus).get(reverse("connectors:runs")).content.decode()

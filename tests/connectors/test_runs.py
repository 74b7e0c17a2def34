"""A run that was cut off goes on; one that stops again and again is given up."""

import os
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.connectors import reading, runs
from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Company
from tests.connectors import exports

pytestmark = pytest.mark.django_db


def created(folder):
    return runs.create("salesforce", folder, origin="x", by=None, at=exports.NOW)


def many(count):
    header, acme, _ = exports.ACCOUNT
    return [header, *([f"001{number:012d}", "0", f"Company {number}", *acme[3:]] for number in range(count))]


def test_a_run_that_was_cut_off_continues_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 10)
    run = created(exports.write(tmp_path, {"Account.csv": many(25)}))
    file = run.files.get()
    ImportFile.objects.filter(pk=file.pk).update(state="running", rows=10, created=10)
    run.state, run.attempts = ImportRun.State.RUNNING, 1
    run.save()
    done = runs.execute(run.pk)
    assert exports.counts(done) == {"Account.csv": (25, 0, 0, 0, 15)}
    assert Company.objects.count() == 15  # the ten before were only pretended


def test_a_finished_run_is_not_executed_again(tmp_path):
    done = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    assert runs.execute(done.pk).finished_at == done.finished_at


def test_a_run_whose_worker_is_gone_is_queued_again(tmp_path):
    run = created(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    run.state, run.attempts, run.heartbeat_at = ImportRun.State.RUNNING, 1, exports.NOW
    run.save()
    assert runs.requeue_stalled(at=exports.NOW + timedelta(minutes=1)) == 0
    assert runs.requeue_stalled(at=exports.NOW + timedelta(minutes=3)) == 1
    assert ProcrastinateJob.objects.filter(task_name="connectors.execute", args={"run_id": run.pk}).count() == 1


def test_a_run_that_stops_three_times_is_given_up(tmp_path):
    run = created(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    run.state, run.attempts, run.heartbeat_at = ImportRun.State.RUNNING, 3, exports.NOW
    run.save()
    assert runs.requeue_stalled(at=exports.NOW + timedelta(minutes=3)) == 0
    run.refresh_from_db()
    assert (run.state, run.problem) == (ImportRun.State.FAILED, "It stopped 3 times without finishing.")


def test_an_empty_folder_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(runs.NothingToImport, match="holds no file"):
        created(tmp_path)


@pytest.fixture
def elsewhere():
    """Another process that is importing."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [runs.LOCK])
        yield other


def test_a_silent_run_is_not_queued_again_while_an_import_goes_on(tmp_path, elsewhere):
    run = created(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    at = exports.NOW + timedelta(hours=1)
    ImportRun.objects.filter(pk=run.pk).update(state="running", attempts=1, heartbeat_at=exports.NOW)
    assert runs.requeue_stalled(at=at) == 0
    elsewhere.execute("SELECT pg_advisory_unlock(%s)", [runs.LOCK])
    assert runs.requeue_stalled(at=at) == 1


def test_an_import_waits_for_another_one_and_says_so(tmp_path, elsewhere):
    run = created(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    told = []

    def tell(sentence):
        told.append(sentence)
        elsewhere.execute("SELECT pg_advisory_unlock_all()")

    assert runs.execute(run.pk, tell=tell).state == ImportRun.State.DONE
    assert told[0] == "Another import is going on; this one waits for it."


def test_a_file_whose_name_cannot_be_stored_is_left_out_and_stops_nothing(tmp_path):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    (tmp_path / os.fsdecode(b"Acc\xffount.csv")).write_text("Id,Name\n")
    deep = tmp_path / "/".join(["d" * 200] * 3)
    deep.mkdir(parents=True)
    (deep / "Account.csv").write_text("Id,Name\n")
    run = exports.bring_in(tmp_path)
    assert run.state == ImportRun.State.DONE
    told = {file.name[:10]: (file.state, file.note[:26]) for file in run.files.all()}
    assert told == {
        "Account.cs": ("done", "2 × owner missing."),
        "Acc?ount.c": ("ignored", "Its name cannot be stored:"),
        "d" * 10: ("ignored", "Its name cannot be stored:"),
    }


def test_a_file_that_vanished_is_refused_and_the_others_are_read(tmp_path):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT, "User.csv": exports.USER})
    run = runs.create("salesforce", tmp_path, origin="x", by=None, at=exports.NOW)
    (tmp_path / "User.csv").unlink()
    done = runs.execute(run.pk)
    assert done.state == ImportRun.State.DONE
    assert {file.name: (file.state, file.note) for file in done.files.all()} == {
        "Account.csv": ("done", "2 × owner missing."),
        "User.csv": ("refused", "It is no longer there."),
    }


def test_the_origin_of_a_run_holds_no_secret_of_an_address(tmp_path):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    given = "https://bob:hush@files.example.com/a/b.csv?signature=abc123&x=1#part, other.csv"
    run = runs.create("salesforce", tmp_path, origin=given, by=None, at=exports.NOW)
    assert run.origin == "https://files.example.com/a/b.csv, other.csv"

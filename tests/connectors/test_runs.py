"""A run that was cut off goes on; one that stops again and again is given up."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.connectors import registry, runs
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.salesforce import reading
from sameside.crm.models import Company
from tests.connectors import exports

pytestmark = pytest.mark.django_db


def created(folder):
    return runs.create(registry.connector("salesforce"), folder, origin="x", by=None, at=exports.NOW)


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

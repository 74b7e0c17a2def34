"""A run is looked at, rehearsed, paused, resumed, cancelled, repeated; and it loses and repeats nothing."""

import csv
import json

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.connectors import progress as progress_module
from sameside.connectors import reading, runs, steering
from sameside.connectors.models import ImportFile, ImportRun, RowBefore
from sameside.connectors.progress import Pace, Progress
from sameside.connectors.steering import NotNow
from sameside.conversations.models import Conversation
from sameside.crm.models import Campaign, Company, Touch
from sameside.people.models import AuditEntry
from sameside.people.policies import Refused
from tests.connectors import exports

pytestmark = pytest.mark.django_db
NOW = exports.NOW


def many(count, bad=()):
    header, acme, _ = exports.ACCOUNT
    rows = [[f"001{number:012d}", "0", f"Company {number}", *acme[3:]] for number in range(count)]
    for number in bad:
        rows[number][0] = f"no id {number}"
    return [header, *rows]


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 10)
    monkeypatch.setattr(progress_module, "SECONDS_BETWEEN_WRITES", 0)


def made(folder, **given):
    return runs.create("any", folder, origin="x", by=None, at=NOW, **given)


def wish_after(monkeypatch, batches, wish):
    """Ask for `wish` once that many batches are through, as a person at the page would."""
    seen = []
    advance = Progress.advance

    def advanced(self, file):
        seen.append(file.rows)
        if len(seen) == batches:
            ImportRun.objects.filter(pk=self.run.pk).update(wish=wish)
        advance(self, file)

    monkeypatch.setattr(Progress, "advance", advanced)


def test_a_preview_writes_nothing_and_begins_when_asked(tmp_path):
    run = made(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT, "notes.tmp": [["x"]]}), preview=True)
    assert run.state == ImportRun.State.PREVIEW
    assert runs.execute(run.pk).state == ImportRun.State.PREVIEW
    assert not Company.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    steering.start(run, by=None, at=NOW)
    assert ProcrastinateJob.objects.filter(task_name="connectors.execute", args={"run_id": run.pk}).count() == 1
    assert runs.execute(run.pk).state == ImportRun.State.DONE
    assert Company.objects.count() == 2
    with pytest.raises(NotNow, match="started already"):
        steering.start(run, by=None, at=NOW)


def test_a_preview_of_nothing_cannot_be_started(tmp_path):
    (tmp_path / "strange.csv").write_text("a,b\n1,2\n")
    run = made(tmp_path, preview=True)
    with pytest.raises(NotNow, match="None of its files was recognised"):
        steering.start(run, by=None, at=NOW)


def test_a_paused_run_continues_exactly_where_it_was(tmp_path, small_batches, monkeypatch):
    run = made(exports.write(tmp_path, {"Account.csv": many(47, bad=(3, 12, 40))}))
    with monkeypatch.context() as patched:
        wish_after(patched, 2, "pause")
        paused = runs.execute(run.pk)
    assert (paused.state, paused.wish, paused.finished_at) == (ImportRun.State.PAUSED, "", None)
    assert Company.objects.count() == 18
    assert runs.execute(run.pk).state == ImportRun.State.PAUSED
    steering.resume(run, by=None, at=NOW)
    done = runs.execute(run.pk)
    assert exports.counts(done) == {"Account.csv": (44, 0, 0, 3, 44)}
    assert Company.objects.count() == 44
    with (settings.DATA / "imports" / done.files.get().error_file).open(newline="") as lines:
        assert [row[-2] for row in csv.reader(lines)] == ["row", "4", "13", "41"]


def test_a_file_whose_rows_name_each_other_continues_too(tmp_path, small_batches, monkeypatch):
    header, row, _ = exports.CAMPAIGN
    ids = [f"701{number:012d}" for number in range(25)]
    rows = [[each, "0", f"Campaign {n}", ids[n - 1], *row[4:]] for n, each in enumerate(ids)]
    run = made(exports.write(tmp_path, {"Campaign.csv": [header, *rows]}))
    with monkeypatch.context() as patched:
        wish_after(patched, 2, "pause")
        assert runs.execute(run.pk).state == ImportRun.State.PAUSED
    steering.resume(run, by=None, at=NOW)
    assert exports.counts(runs.execute(run.pk)) == {"Campaign.csv": (25, 0, 0, 0, 25)}  # their owner
    assert Campaign.objects.exclude(parent=None).count() == 25


def test_a_cancelled_run_keeps_what_came_in_and_settles_it(tmp_path, small_batches, monkeypatch):
    leads = [exports.LEAD[0], *([f"00Q{n:012d}", *exports.LEAD[1][1:]] for n in range(25))]
    run = made(exports.write(tmp_path, {"Lead.csv": leads}))
    wish_after(monkeypatch, 1, "cancel")
    ended = runs.execute(run.pk)
    assert ended.state == ImportRun.State.CANCELLED
    assert Touch.objects.count() == 10
    with pytest.raises(NotNow, match="has ended already"):
        steering.cancel(ended, by=None, at=NOW)
    assert AuditEntry.objects.filter(action="import.cancelled").count() == 1


def test_a_run_that_is_cancelled_while_it_is_settled_is_settled_all_the_same(tmp_path, monkeypatch):
    run = made(exports.write(tmp_path, exports.WHOLE))
    phase = Progress.phase

    def told(self, sentence):
        if sentence == "Writing the touch log":
            ImportRun.objects.filter(pk=self.run.pk).update(wish="cancel")
        phase(self, sentence)

    monkeypatch.setattr(Progress, "phase", told)
    assert runs.execute(run.pk).state == ImportRun.State.CANCELLED
    assert Touch.objects.exists()
    assert Conversation.objects.exists()


def test_what_waits_is_paused_and_cancelled_at_once(tmp_path):
    run = made(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    assert steering.pause(run, by=None, at=NOW).state == ImportRun.State.PAUSED
    assert runs.execute(run.pk).state == ImportRun.State.PAUSED
    assert steering.cancel(run, by=None, at=NOW).state == ImportRun.State.CANCELLED
    assert runs.execute(run.pk).state == ImportRun.State.CANCELLED
    assert not Company.objects.exists()


def test_a_run_that_goes_on_is_asked_and_the_wish_can_be_taken_back(tmp_path):
    run = made(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    ImportRun.objects.filter(pk=run.pk).update(state="running")
    assert steering.pause(run, by=None, at=NOW).wish == "pause"
    assert steering.resume(run, by=None, at=NOW).wish == ""
    assert steering.cancel(run, by=None, at=NOW).wish == "cancel"


def test_only_who_may_bring_it_in_may_steer_it(tmp_path, dora, gus):
    run = made(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}), preview=True)
    for verb in (steering.start, steering.pause, steering.cancel, steering.again):
        with pytest.raises(Refused, match="bring in CRM data"):
            verb(run, by=dora, at=NOW)
    assert steering.start(run, by=gus, at=NOW).state == ImportRun.State.QUEUED


def test_what_a_person_may_not_bring_in_is_left_out_with_the_reason(tmp_path, dora):
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    (tmp_path / "guide.md").write_text("# A guide\n\nHow to begin.\n")
    run = runs.create("any", tmp_path, origin="x", by=dora, at=NOW)
    told = {file.name: (file.state, file.note[:31]) for file in run.files.all()}
    assert told["Account.csv"] == ("ignored", "Your role does not let you brin")
    assert told["guide.md"][0] == "waiting"
    assert run.connector == "documents"


def test_a_run_is_repeated_with_what_was_decided(tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    run.files.update(choices={"zone": "UTC"})
    second = steering.again(run, by=None, at=NOW, preview=False)
    assert second.files.get().choices == {"zone": "UTC"}
    assert exports.counts(runs.execute(second.pk)) == {"Account.csv": (0, 0, 2, 0, 2)}


def test_files_that_are_gone_cannot_be_read_again(tmp_path):
    folder = exports.write(tmp_path / "x", {"Account.csv": exports.ACCOUNT})
    run = exports.bring_in(folder)
    (folder / "Account.csv").unlink()
    folder.rmdir()
    with pytest.raises(NotNow, match="no longer kept"):
        steering.again(run, by=None, at=NOW)


def test_the_mended_error_file_comes_in_alone(tmp_path):
    run = exports.bring_in(exports.write(tmp_path / "a", {"Account.csv": many(5, bad=(2,))}))
    file = run.files.get()
    ImportFile.objects.filter(pk=file.pk).update(choices={"encoding": "utf-16", "zone": "Europe/Berlin"})
    file.refresh_from_db()
    text = (settings.DATA / "imports" / file.error_file).read_text()
    mended = tmp_path / "mended.csv"
    mended.write_text(text.replace("no id 2", "001000000000099"))
    second = runs.execute(steering.mend(file, mended, origin="mended.csv", by=None, at=NOW).pk)
    assert exports.counts(second) == {"mended.csv": (1, 0, 0, 0, 1)}
    assert second.files.get().choices == {"zone": "Europe/Berlin"}
    assert second.files.get().mends == file
    assert Company.objects.count() == 5


def test_a_file_without_refused_rows_needs_no_mending(tmp_path):
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    with pytest.raises(NotNow, match="there is nothing to mend"):
        steering.mend(run.files.get(), tmp_path / "Account.csv", origin="x", by=None, at=NOW)


@pytest.mark.usefixtures("committed")
@pytest.mark.django_db(transaction=True, databases=["default", "aside"])
def test_a_dry_run_counts_everything_and_writes_nothing(tmp_path):
    run = made(exports.write(tmp_path, exports.WHOLE), preview=True)
    steering.start(run, by=None, at=NOW, dry=True, queue=False)
    shown = []
    jobs = ProcrastinateJob.objects.count()
    rehearsed = runs.execute(run.pk, show=lambda one: shown.append(one.phase))
    assert (rehearsed.state, rehearsed.dry) == (ImportRun.State.DONE, True)
    rehearsed_counts = exports.counts(rehearsed)
    assert rehearsed_counts["Account.csv"][:2] == (2, 0)
    assert not Company.objects.exists()
    assert not Touch.objects.exists()
    assert not RowBefore.objects.exists()
    assert ProcrastinateJob.objects.count() == jobs
    assert "Settling what became of every lead" in shown
    real = steering.again(rehearsed, by=None, at=NOW, preview=False)
    assert exports.counts(runs.execute(real.pk)) == rehearsed_counts
    assert Company.objects.count() == 2


@pytest.mark.usefixtures("committed")
@pytest.mark.django_db(transaction=True, databases=["default", "aside"])
def test_the_page_sees_how_far_a_dry_run_is_and_cancels_it(tmp_path, small_batches, monkeypatch):
    run = made(exports.write(tmp_path, {"Account.csv": many(40)}), preview=True)
    steering.start(run, by=None, at=NOW, dry=True, queue=False)
    with pytest.raises(NotNow, match="cannot be paused"):
        steering.pause(run, by=None, at=NOW)
    seen = []

    def show(one):
        seen.append(ImportFile.objects.using("aside").get(run_id=run.pk).rows)
        if seen[-1] == 20:  # as another process would, beside the long transaction
            ImportRun.objects.using("aside").filter(pk=run.pk).update(wish="cancel")

    ended = runs.execute(run.pk, show=show)
    assert ended.state == ImportRun.State.CANCELLED
    assert 20 in seen
    assert not Company.objects.exists()


@pytest.mark.usefixtures("committed")
@pytest.mark.django_db(transaction=True, databases=["default", "aside"])
def test_a_dry_run_that_was_cut_off_starts_anew(tmp_path, small_batches):
    run = made(exports.write(tmp_path, {"Account.csv": many(25, bad=(1,))}))
    ImportRun.objects.filter(pk=run.pk).update(dry=True, state="running", attempts=1)
    run.files.update(state="running", rows=20, created=20, refused=1)
    done = runs.execute(run.pk)
    assert exports.counts(done) == {"Account.csv": (24, 0, 0, 1, 24)}
    assert not Company.objects.exists()


def test_the_pace_is_smoothed_and_pauses_do_not_count():
    file = ImportFile(pk=1, bytes_read=0)
    pace = Pace(seconds=60.0, speed=0.0, at=0.0)
    times = iter([10.0, 20.0])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(progress_module.time, "monotonic", lambda: next(times))
        pace.read[1] = 0
        file.bytes_read = 10_000
        pace.tell(file)
        assert (pace.seconds, pace.speed) == (70.0, 1000.0)
        file.bytes_read = 10_000
        pace.tell(file)
    assert pace.seconds == 80.0
    assert round(pace.speed) == 513


def test_an_unexpected_fault_is_kept_with_the_run_which_can_go_on(tmp_path, monkeypatch):
    run = made(exports.write(tmp_path, {"Account.csv": exports.ACCOUNT}))
    with monkeypatch.context() as patched:
        patched.setattr(Progress, "phase", lambda self, sentence: json.loads("{"))
        with pytest.raises(json.JSONDecodeError):
            runs.execute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem[:9]) == (ImportRun.State.FAILED, "Expecting")
    steering.resume(run, by=None, at=NOW)
    assert runs.execute(run.pk).state == ImportRun.State.DONE

"""A whole import is undone, while nothing depends on it: its rows go, the rows it changed are as they were before.

It is one transaction in the background: whoever looks meanwhile sees either all of the import or nothing of it, and an
undo that is cut off has done nothing and begins anew. What came in as persons stays, because they may be named
elsewhere. `ImportRun.undo` keeps what was found and done: the state before, what stood in the way, how many rows.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.connectors import aftermath, obstacles, reversal, runs, steering, withdrawal
from sameside.connectors.aside import open_aside
from sameside.connectors.models import ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.steering import NotNow
from sameside.people import audit
from sameside.people.models import Person

State = ImportRun.State
ENDED = (State.DONE, State.FAILED, State.CANCELLED)


class InTheWay(NotNow):
    """Something depends on the import; `obstacles` are sentences fit for the screen."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("It cannot be undone, because something depends on it: " + " ".join(found))
        self.obstacles = found


def check_state(run: ImportRun) -> None:
    """Raise `NotNow` unless the run is in a state that can be undone."""
    if run.dry:
        raise NotNow("A dry run wrote nothing: there is nothing to undo.")
    if run.state == State.UNDONE:
        raise NotNow(f"Import {run.pk} was undone already.")
    if run.state == State.UNDOING:
        raise NotNow(f"Import {run.pk} is being undone already.")
    if run.state not in ENDED:
        raise NotNow(f"Import {run.pk} has not ended yet. Cancel it first, or wait.")
    if run.started_at is None:
        raise NotNow(f"Import {run.pk} never began: there is nothing to undo.")


def obstacles_of(run: ImportRun) -> list[str]:
    """What stands in the way, as sentences; empty when the run can be undone."""
    try:
        check_state(run)
    except NotNow as sentence:
        return [str(sentence)]
    return obstacles.find(run)


@transaction.atomic
def ask(run: ImportRun, *, by: Person | None, at: datetime, queue: bool = True) -> ImportRun:
    """Have the run undone in the background; `NotNow` or `InTheWay` says why it can not be."""
    steering.check_may_steer(run, by)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    check_state(run)
    if found := obstacles.find(run):
        raise InTheWay(found)
    run.undo = {"from": run.state, "asked_at": at.isoformat()}
    run.state, run.undone_by, run.heartbeat_at = State.UNDOING, by, at
    run.phase, run.problem, run.attempts = "Waiting for the worker", "", 0
    run.save()
    if queue:
        app.configure_task(runs.UNDO).defer(run_id=run.pk)
    audit.record("import.undo", by=by, at=at, subject=run.origin, details={"run": run.pk})
    return run


def execute(run_id: int, *, tell: runs.Tell | None = None) -> ImportRun:
    """Undo a run that was asked for. What came to stand in the way meanwhile is kept with the run."""
    with runs.one_at_a_time(tell), open_aside() as aside:
        run = ImportRun.objects.using(aside).get(pk=run_id)
        if run.state != State.UNDOING:
            return run
        run.attempts += 1
        run.save(update_fields=["attempts"])
        progress = Progress(run, tell=tell)
        progress.deaf = True
        try:
            done = _undo(run, progress, at=timezone.now())
        except InTheWay as found:
            return _give_up(run, obstacles=found.obstacles)
        except BaseException as problem:
            _give_up(run, problem=str(problem) or type(problem).__name__)
            raise
        return _finish(run, done)


def _undo(run: ImportRun, progress: Progress, *, at: datetime) -> dict[str, dict[str, int]]:
    with transaction.atomic():
        progress.phase("Looking for what depends on it")
        if found := obstacles.find(run):
            raise InTheWay(found)
        reversal.begin()
        reversal.unmerge(run, by=run.undone_by, at=at)
        progress.phase("Taking away what follows from it")
        reversal.drop_derived(run)
        progress.phase("Putting back what it changed")
        restored = reversal.restore(run)
        progress.phase("Taking away what it brought")
        removed = reversal.remove(run) + withdrawal.withdraw(run, at=at)
        reversal.revive_touches()
        aftermath.follow({each.after for each in steering.connectors_of(run)}, run, progress)
        reversal.begin()
        reversal.forget(run)
        progress.phase("Keeping what is left")
    return {"removed": _counts(removed), "restored": _counts(restored)}


def _counts(counted: "Counter[str]") -> dict[str, int]:
    return {name: count for name, count in counted.items() if count}


def _finish(run: ImportRun, done: dict[str, dict[str, int]]) -> ImportRun:
    now = timezone.now()
    run.state, run.phase, run.heartbeat_at, run.attempts = State.UNDONE, "", now, 0
    run.undo = {**run.undo, **done, "at": now.isoformat()}
    run.save()
    found = ImportRun.objects.get(pk=run.pk)
    audit.record(
        "import.undone", by=found.undone_by, at=now, subject=found.origin, details={"run": found.pk, **_flat(done)}
    )
    return found


def _flat(done: dict[str, dict[str, int]]) -> dict[str, Any]:
    return {key: sum(counts.values()) for key, counts in done.items()}


def _give_up(run: ImportRun, *, obstacles: list[str] | None = None, problem: str = "") -> ImportRun:
    run.state, run.phase, run.undone_by = run.undo["from"], "", None
    run.undo = {**run.undo, "obstacles": obstacles or [], "problem": problem}
    run.save()
    return ImportRun.objects.get(pk=run.pk)

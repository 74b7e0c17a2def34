"""The background jobs of this part."""

from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.connectors import aftermath, runs, undoing
from sameside.connectors.documents import watching
from sameside.crm import money


@app.task(name="connectors.execute", lock="connectors.execute")
def execute(run_id: int) -> None:
    runs.execute(run_id)


@app.task(name=runs.UNDO, lock="connectors.execute")
def undo(run_id: int) -> None:
    undoing.execute(run_id)


@app.task(name=money.JOB, queueing_lock=money.JOB, lock="connectors.execute")
def reconvert() -> None:
    aftermath.reconvert(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="connectors.requeue_stalled", queueing_lock="connectors.requeue_stalled")
def requeue_stalled(timestamp: int) -> None:
    runs.requeue_stalled(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="connectors.scan_watched", queueing_lock="connectors.scan_watched", lock="connectors.scan_watched")
def scan_watched(timestamp: int) -> None:
    watching.scan_all(at=timezone.now())

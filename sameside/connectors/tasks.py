"""The background jobs of this part."""

from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.connectors import runs


@app.task(name="connectors.execute", lock="connectors.execute")
def execute(run_id: int) -> None:
    runs.execute(run_id)


@app.periodic(cron="* * * * *")
@app.task(name="connectors.requeue_stalled", queueing_lock="connectors.requeue_stalled")
def requeue_stalled(timestamp: int) -> None:
    runs.requeue_stalled(at=timezone.now())

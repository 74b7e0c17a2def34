"""The whole job schedule in one table; a task is one line that calls a verb."""

from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.conversations import derivation
from sameside.kit import snapshots


@app.task(name="snapshots.refresh", queueing_lock="snapshots.refresh", lock="snapshots")
def refresh_snapshots() -> None:
    snapshots.compute_all(at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="snapshots.refresh_regularly", queueing_lock="snapshots.refresh_regularly", lock="snapshots")
def refresh_regularly(timestamp: int) -> None:
    snapshots.compute_all(at=timezone.now())


@app.task(name="conversations.derive", queueing_lock="conversations.derive", lock="conversations")
def derive_conversations() -> None:
    derivation.derive(at=timezone.now())
    snapshots.compute("conversations", at=timezone.now())

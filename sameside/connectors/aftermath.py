"""What follows an import: everything derived from the rows that came in is settled, in this order, set by set."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.connectors.models import ImportRun
from sameside.connectors.progress import Progress
from sameside.conversations import derivation, mapping
from sameside.crm import touches
from sameside.leads import fates
from sameside.library import mentions


def follow(kind: str, run: ImportRun, progress: Progress) -> None:
    """`kind` is the connector's `after`: "crm", "content" or "usage"."""
    at = run.started_at or run.created_at
    if kind in ("crm", "usage"):
        progress.phase("Finding the companies of touches")
        touches.settle()
    if kind in ("crm", "content"):
        progress.phase("Finding content that activities name")
        mentions.record(since_run=run.pk if kind == "crm" else None)
    if kind == "crm":
        progress.phase("Deriving conversations from the stage history")
        mapping.propose(at=at)
        derivation.derive(at=at)
        progress.phase("Settling what became of every lead")
        fates.settle(at=at)
    refresh_reports()


def refresh_reports() -> None:
    """Have the reports computed anew in the background, once, however many imports ask for it."""
    try:
        with transaction.atomic():
            app.configure_task("snapshots.refresh", queueing_lock="snapshots.refresh").defer()
    except AlreadyEnqueued:
        return

"""What follows an import: everything derived from the rows that came in is settled, in this order, set by set."""

from collections.abc import Set
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.connectors.models import ImportRun
from sameside.connectors.progress import Progress
from sameside.conversations import derivation, mapping
from sameside.crm import adcosts, money, touches
from sameside.identity import rules, tasks
from sameside.leads import fates
from sameside.leads.handover import attempting
from sameside.leads.history import owners, rebuilding
from sameside.leads.models import HandOver
from sameside.leads.scoring import runs as scoring
from sameside.library import mentions


def follow(kinds: Set[str], run: ImportRun, progress: Progress) -> None:
    """`kinds` are what the connectors of the run have for `after`: "crm", "costs", "content", "usage"."""
    at = run.started_at or run.created_at
    if not kinds.isdisjoint({"crm", "costs"}):
        progress.phase("Converting amounts")
        money.convert(run_id=None if run.state == ImportRun.State.UNDOING else run.pk)  # rates may have gone
        adcosts.settle()
    if "crm" in kinds:
        progress.phase("Merging what is certainly the same")
        rules.settle(at=at, run_id=run.pk)
        progress.phase("Writing the touch log")
        touches.log(run_id=run.pk, at=at, assets_named=mentions.Matcher.load().find)
    if not kinds.isdisjoint({"crm", "usage"}):
        progress.phase("Finding the companies of touches")
        touches.settle()
    if not kinds.isdisjoint({"crm", "content"}):
        progress.phase("Finding content that activities name")
        mentions.record(since_run=None if "content" in kinds else run.pk)
    if "crm" in kinds:
        progress.phase("Deriving conversations from the stage history")
        mapping.propose(at=at)
        derivation.derive(at=at)
        progress.phase("Following changes of owner")
        owners.follow(at=at)
        progress.phase("Settling what became of every lead")
        fates.settle(at=at)
        progress.phase("Rebuilding hand-overs from what the CRM tells")
        rebuilding.rebuild(at=at)
        attempting.settle_all(at=at, handovers=HandOver.objects.filter(derived=False).values_list("pk", flat=True))
        if run.state != ImportRun.State.UNDOING:
            progress.phase("Scoring and qualifying leads")
            scoring.after_import(run.pk, at=at)
        tasks.ask_for_proposals()
    refresh_reports()


def reconvert(*, at: datetime) -> None:
    """The rates or the organisation's currency are different: convert every amount, and settle what adds them up."""
    if money.convert() + adcosts.settle():
        fates.settle(at=at)
        refresh_reports()


def refresh_reports() -> None:
    """Have the reports computed anew in the background, once, however many imports ask for it."""
    try:
        with transaction.atomic():
            app.configure_task("snapshots.refresh", queueing_lock="snapshots.refresh").defer()
    except AlreadyEnqueued:
        return

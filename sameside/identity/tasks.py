"""The background jobs of this part, and the one way to ask for them, however many ask."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.crm import touches
from sameside.identity import proposals
from sameside.leads import fates


@app.task(name="identity.propose", queueing_lock="identity.propose", lock="identity.propose", priority=-5)
def propose() -> None:
    proposals.propose(at=timezone.now())


@app.task(name="identity.follow", queueing_lock="identity.follow", lock="identity.follow")
def follow() -> None:
    """What is derived from rows that were merged or taken apart."""
    touches.settle()
    fates.settle(at=timezone.now())
    _ask("snapshots.refresh")


def ask_for_proposals() -> None:
    _ask("identity.propose")


def ask_to_follow() -> None:
    """After a merge or its undoing by a person: leads' fates, touches and reports follow in the background."""
    _ask("identity.follow")
    _ask("identity.propose")


def _ask(name: str) -> None:
    try:
        with transaction.atomic():
            app.configure_task(name, queueing_lock=name).defer()
    except AlreadyEnqueued:
        return

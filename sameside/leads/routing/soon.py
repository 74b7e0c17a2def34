"""Leads that wait are routed at once when something changed by which somebody may take them now.

That is: a route, who is away, how many somebody takes, who is in a team, a hand-over that ended, data that was put
right. The job is asked for once the change holds, so that it sees it; the sweep of every minute tries again whatever a
lost job left, and is what notices that a day has begun.
"""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.leads.models import Lead

JOB = "leads.route_soon"


def if_any_waits() -> None:
    """Try again the leads that wait, once this transaction holds; nothing where none waits then."""
    transaction.on_commit(lambda: _ask() if Lead.objects.exclude(not_routed="").exists() else None)


def ask() -> None:
    """Judge what was put right, and try again the leads that wait, once this transaction holds."""
    transaction.on_commit(_ask)


def _ask() -> None:
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB).defer()
    except AlreadyEnqueued:
        return

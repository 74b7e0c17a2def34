"""Having leads scored in the background, and what the last run came to."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.leads.models import ScoringRun
from sameside.people import policies
from sameside.people.models import Person

JOB = "leads.score"


def last() -> ScoringRun | None:
    return ScoringRun.objects.order_by("-at", "-pk").first()


def ask(*, by: Person) -> None:
    """Have every lead scored anew in the background, once, however many ask for it."""
    policies.check(by, "route_leads")
    transaction.on_commit(lambda: _enqueue(by))


def _enqueue(by: Person) -> None:
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB).defer(person_id=by.pk)
    except AlreadyEnqueued:
        return

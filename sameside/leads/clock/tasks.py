"""Asking for the due times that a change of hours moves to be set anew now, rather than with the next sweep."""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

JOB = "leads.settle_hours"


def settle_soon() -> None:
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB).defer()
    except AlreadyEnqueued:
        return

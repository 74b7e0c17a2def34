"""Asks for pictures of pages, which `previews` draws in the background.

What people get is drawn first. A version that was replaced before its turn came is drawn when somebody looks at it,
after all of those.
"""

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.library.models import AssetVersion

JOB = "library.draw"
OLDER_JOB = "library.draw_older"
PRIORITY = -10
"""Pictures wait for reports and imports."""
OLDER_PRIORITY = -20


def ask_for() -> None:
    """Have what is not drawn yet of current versions drawn."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB, lock=JOB, priority=PRIORITY).defer()
    except AlreadyEnqueued:
        return


def ask_for_older(version: AssetVersion) -> None:
    """Have one version drawn, though people get another one."""
    lock = f"{OLDER_JOB}.{version.pk}"
    try:
        with transaction.atomic():
            job = app.configure_task(OLDER_JOB, queueing_lock=lock, lock=JOB, priority=OLDER_PRIORITY)
            job.defer(version=version.pk)
    except AlreadyEnqueued:
        return

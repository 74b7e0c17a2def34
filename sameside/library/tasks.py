"""The background jobs of this part."""

from django.utils import timezone
from procrastinate.contrib.django import app

from sameside.library import previews


@app.task(name="library.draw", queueing_lock="library.draw", lock="library.draw", priority=-10)
def draw() -> None:
    previews.draw_waiting(at=timezone.now())

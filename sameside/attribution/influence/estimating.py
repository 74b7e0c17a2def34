"""A closer look at one thing, in the background: the doubly robust estimate of each result."""

import time
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from sameside.analytics.influence import doubly_robust
from sameside.attribution.influence import findings, material
from sameside.attribution.influence.likeness import ALIKE
from sameside.attribution.influence.material import RESULTS
from sameside.attribution.influence.models import Estimate, Influence
from sameside.people.models import Person

JOB = "influence.estimate"


@transaction.atomic
def ask(of: Influence, *, by: Person, at: datetime) -> Estimate:
    """Have it computed; whoever asks while it waits or runs waits for the same one."""
    estimate, made = Estimate.objects.select_for_update().get_or_create(
        kind=of.kind, key=of.key, defaults={"asked_by": by, "asked_at": at}
    )
    if not made:
        if estimate.state != Estimate.State.DONE:
            return estimate
        estimate.state, estimate.done, estimate.asked_by, estimate.asked_at = Estimate.State.WAITING, 0, by, at
        estimate.save(update_fields=["state", "done", "asked_by", "asked_at"])
    transaction.on_commit(lambda: _enqueue(estimate.pk))
    return estimate


def _enqueue(estimate: int) -> None:
    app.configure_task(JOB, lock=JOB).defer(estimate_id=estimate)


def run(estimate_id: int, *, at: datetime) -> Estimate:
    """Compute it and store what was found, the progress meanwhile; again from the start where a worker was killed."""
    estimate = Estimate.objects.get(pk=estimate_id)
    began = time.process_time()
    _progress(estimate, 0.0, Estimate.State.RUNNING)
    known = material.load().within(estimate.kind, estimate.key)
    found: dict[str, Any] = {}
    for place, result in enumerate(RESULTS):
        of = known.of(result)
        # Models need no twins, so they take everything that is recorded, and not only what leaves somebody alike.
        alike = [name for name in ALIKE if name in of.alike]
        keys, prepared = findings.prepare(of, estimate.kind, result, alike=alike)
        if estimate.key in keys:

            def told(share: float, place: int = place) -> None:
                _progress(estimate, (place + share) / len(RESULTS), Estimate.State.RUNNING)

            robust = doubly_robust.associate(prepared.held, prepared.met, keys.index(estimate.key), progress=told)
            found[result] = asdict(robust) | {"alike": alike} if robust else None
    Estimate.objects.filter(pk=estimate.pk).update(
        state=Estimate.State.DONE, done=1.0, found=found, finished_at=at, seconds=time.process_time() - began
    )
    estimate.refresh_from_db()
    return estimate


def _progress(estimate: Estimate, done: float, state: Estimate.State) -> None:
    Estimate.objects.filter(pk=estimate.pk).update(done=done, state=state)

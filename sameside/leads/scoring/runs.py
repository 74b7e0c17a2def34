"""When leads are scored and qualified: after imports, on new touches, and every night, because points decay with age.

Each run is a row that says why, how far it is and what came of it. It holds the number of the last touch that was there
when it began, so that the next one looks at newer ones only; the first run of all, and the first under an agreement,
goes through every lead.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.utils import timezone

from sameside.crm.models import Touch
from sameside.leads.agreement.force import in_force
from sameside.leads.models import Lead, ScoreRule, ScoringRun
from sameside.leads.scoring import qualifying
from sameside.leads.scoring.qualifying import Tally
from sameside.people.models import Person

Why = ScoringRun.Why
_LOCK = 7_361_014  # any constant: one run after the other


@contextmanager
def alone() -> Iterator[None]:
    """No other run of any process meanwhile; whoever has it may run all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def everything(why: ScoringRun.Why, *, at: datetime, by: Person | None = None) -> ScoringRun | None:
    """Go through every lead that is not converted; nothing to do without a rule and an agreement."""
    if in_force(at) is None and not ScoreRule.objects.exists():
        return None
    return _run(why, None, at=at, by=by)


def after_import(run_id: int, *, at: datetime) -> ScoringRun | None:
    """The leads that import run `run_id` brought or changed, and those of newer touches."""
    if _must_go_through_all(at):
        return everything(Why.IMPORT, at=at)
    changed = set(Lead.objects.filter(changed_by_run=run_id).values_list("pk", flat=True))
    return _some(Why.IMPORT, changed | _touched(), at)


def new_touches(*, at: datetime) -> ScoringRun | None:
    """The leads that did something since the last run; all of them when another agreement or rule is in force."""
    if _must_go_through_all(at):
        return everything(Why.TOUCHES, at=at)
    return _some(Why.TOUCHES, _touched(), at)


def _some(why: ScoringRun.Why, lead_ids: set[int], at: datetime) -> ScoringRun | None:
    if not lead_ids or (in_force(at) is None and not ScoreRule.objects.exists()):
        return None
    return _run(why, sorted(lead_ids), at=at)


def _last_touch() -> int | None:
    return Touch.objects.order_by("-pk").values_list("pk", flat=True).first()


def _touched() -> set[int]:
    """Leads with a touch that came after the last run began."""
    seen = ScoringRun.objects.exclude(touch_id=None).order_by("-touch_id").values_list("touch_id", flat=True).first()
    return set(Touch.objects.filter(pk__gt=seen or 0, lead__isnull=False).values_list("lead", flat=True))


def _must_go_through_all(at: datetime) -> bool:
    """No run yet, or none since the agreement in force began or its rule was made."""
    whole = ScoringRun.objects.filter(is_whole=True, ended_at__isnull=False).order_by("-at").first()
    if whole is None:
        return True
    agreement = in_force(at)
    since = agreement.begins_at if agreement else None
    newest = ScoreRule.objects.order_by("-number").values_list("created_at", flat=True).first()
    changes = [moment for moment in (since, None if agreement else newest) if moment is not None]
    return any(moment > whole.at for moment in changes)


def _run(why: ScoringRun.Why, lead_ids: Sequence[int] | None, *, at: datetime, by: Person | None = None) -> ScoringRun:
    run = ScoringRun.objects.create(
        why=why, by=by, at=at, touch_id=_last_touch(), is_whole=lead_ids is None,
        total=qualifying.to_score() if lead_ids is None else len(lead_ids),
    )  # fmt: skip

    def tell(tally: Tally) -> None:
        run.done, run.changed = tally.done, tally.changed
        run.qualified, run.handed_over = tally.qualified, tally.handed_over
        run.save(update_fields=["done", "changed", "qualified", "handed_over"])

    with alone():
        tell(qualifying.qualify(lead_ids, at=at, tell=tell))
    run.ended_at = timezone.now()
    run.save(update_fields=["ended_at"])
    return run

"""The sweep of every minute: what time brings about happens here, from rows and not from a queue.

Hand-overs whose `look_at` has come are taken in batches by the partial index on it, locked, and skipped where another
sweep holds them, so two sweeps share the work. A batch is one transaction with a fixed number of statements; each row
leaves with a later `look_at` or none. So a sweep that was killed is taken up by the next, and doing it twice does
nothing: breaches and notices are unique. Mails go out after it, from the notices (`mailing`).
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from sameside.leads.clock import calendars, coming_back, due, mailing, passing_on, resettling
from sameside.leads.clock.looking import Look, look
from sameside.leads.handover import pausing
from sameside.leads.models import Breach, ClockNotice, HandOver
from sameside.people.models import Person
from sameside.people.policies import Refused

BATCH = 500
MOST = 20_000

log = logging.getLogger(__name__)


@dataclass
class Swept:
    """What one sweep did."""

    settled: int = 0
    resumed: int = 0
    looked: int = 0
    breaches: int = 0
    notices: int = 0
    passed_on: int = 0
    revived: int = 0
    mails: int = 0


def sweep(*, at: datetime) -> Swept:
    """Do what is due by `at`, at most `MOST` hand-overs of it; the rest is the next sweep's."""
    done = Swept(settled=resettling.settle_changes(at=at), resumed=pausing.go_on(at=at))
    while done.looked < MOST:
        seen = _look_at_some(done, at=at)
        done.looked += seen
        if seen < BATCH:
            break
    done.revived = coming_back.revive(at=at)
    done.mails = mailing.deliver(at=at)
    if any(vars(done).values()):
        log.info("clock.swept %s", " ".join(f"{name}={count}" for name, count in vars(done).items()))
    return done


def _look_at_some(done: Swept, *, at: datetime) -> int:
    with transaction.atomic():
        rows = list(
            HandOver.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(look_at__lte=at)
            .order_by("look_at", "pk")[:BATCH]
        )
        if not rows:
            return 0
        looks = _looks(rows, at=at)
        _write(done, rows, looks, at=at)
    for handover, seen in zip(rows, looks, strict=True):
        if seen.passes_on:
            done.passed_on += _pass_on(handover, at=at)
    return len(rows)


def _pass_on(handover: HandOver, *, at: datetime) -> bool:
    try:
        return passing_on.pass_on(handover, at=at) is not None
    except Refused as refusal:  # it was converted, merged or passed on meanwhile
        log.info("clock.not_passed_on handover=%d because=%s", handover.pk, type(refusal).__name__)
        return False


def _looks(rows: Sequence[HandOver], *, at: datetime) -> list[Look]:
    settings = due.settings_of(rows)
    hours = {one.owner_id: settings[one.pk].hours for one in rows}
    absences = calendars.away(hours, hours, at=at)
    breaches: dict[int, dict[str, Breach]] = defaultdict(dict)
    for breach in Breach.objects.filter(handover__in=[one.pk for one in rows]):
        breaches[breach.handover_id][breach.promise] = breach
    return [look(one, settings[one.pk], breaches[one.pk], absences.get(one.owner_id), at=at) for one in rows]


def _write(done: Swept, rows: Sequence[HandOver], looks: Sequence[Look], *, at: datetime) -> None:
    written = [breach for one in looks for breach in one.written]
    Breach.objects.bulk_create(written, ignore_conflicts=True)
    changed = [breach for one in looks for breach in one.changed]
    Breach.objects.bulk_update(changed, ["due_at", "kept_at", "escalated_at"], batch_size=BATCH)
    Breach.objects.filter(pk__in=[breach.pk for one in looks for breach in one.taken_back]).delete()
    done.breaches += len(written)
    done.notices += _claim([notice for one in looks for notice in one.notices])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE leads_handover AS h SET look_at = n.look_at
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS n (id, look_at) WHERE h.id = n.id
            """,
            [[one.pk for one in rows], [one.look_at for one in looks]],
        )


def _claim(notices: Sequence[ClockNotice]) -> int:
    """Write who is to be told of what and was not told yet, of those who may sign in; gives how many it were."""
    if not notices:
        return 0
    able = set(
        Person.objects.who_may_sign_in().filter(pk__in={one.person_id for one in notices}).values_list("pk", flat=True)
    )
    wanted = [one for one in notices if one.person_id in able]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO leads_clocknotice (handover_id, promise, step, due_at, person_id, at)
            SELECT * FROM unnest(
              %s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::bigint[], %s::timestamptz[]
            )
            ON CONFLICT DO NOTHING
            """,
            [
                [one.handover_id for one in wanted],
                [str(one.promise) for one in wanted],
                [one.step for one in wanted],
                [one.due_at for one in wanted],
                [one.person_id for one in wanted],
                [one.at for one in wanted],
            ],
        )
        return int(cursor.rowcount)

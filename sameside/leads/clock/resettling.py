"""After somebody changed when people work, the due times of open hand-overs are settled anew, in the background.

What waits is the change itself (`HoursChange.settled_at` is null), so nothing is lost with a queue. What had passed or
was met before stays: see `due.set_due`.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from sameside.leads.clock import due
from sameside.leads.models import Calendar, HandOver, HoursChange, WorkingPlace

BATCH = 500


def settle_changes(*, at: datetime) -> int:
    """Settle what the changes that wait touch; gives how many changes there were."""
    waiting = list(HoursChange.objects.filter(settled_at=None).order_by("pk"))
    for change in waiting:
        _settle(change, at=at)
    return len(waiting)


def touched_by(change: HoursChange) -> "QuerySet[HandOver]":
    """The open hand-overs whose due times may move. An absence moves none."""
    handovers = HandOver.objects.open().exclude(agreement=None)
    if change.what == HoursChange.What.ABSENCE:
        return handovers.none()
    if change.what == HoursChange.What.PLACE:
        return handovers.filter(owner=change.person_id)
    calendar = change.calendar
    if calendar is None:
        return handovers
    return handovers.exclude(owner__in=_by_others(calendar)) if _was_default(change) else handovers.filter(
        owner__in=WorkingPlace.objects.filter(calendar=calendar).values("person")
    )  # fmt: skip


def _was_default(change: HoursChange) -> bool:
    return any((state or {}).get("is_default") for state in (change.before, change.after))


def _by_others(calendar: Calendar) -> "QuerySet[WorkingPlace]":
    places = WorkingPlace.objects.filter(calendar__isnull=False).exclude(calendar=calendar)
    return places.values("person")  # type: ignore[return-value]


def _settle(change: HoursChange, *, at: datetime) -> None:
    looked, moved, last = 0, 0, 0
    while True:
        with transaction.atomic():
            rows = list(touched_by(change).select_for_update(of=("self",)).filter(pk__gt=last).order_by("pk")[:BATCH])
            if not rows:
                break
            moved += settle_rows(rows, at=at)
        looked, last = looked + len(rows), rows[-1].pk
    HoursChange.objects.filter(pk=change.pk).update(due_of=looked, due_moved=moved, settled_at=at)


def settle_rows(rows: Sequence[HandOver], *, at: datetime) -> int:
    """Set and store the due times of these, which are locked; gives how many moved."""
    settings = due.settings_of(rows)
    moved = [one for one in rows if set(due.set_with(one, settings[one.pk], at=at)) - {"look_at"}]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE leads_handover SET {', '.join(f'{column} = %s' for column in due.COLUMNS)} WHERE id = %s",
            [[*(getattr(one, column) for column in due.COLUMNS), one.pk] for one in moved],
        )
    return len(moved)

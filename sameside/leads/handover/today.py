"""What Today says of hand-overs: to a seller what is new and due, to marketing what came back. One statement each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from sameside.leads.handover import back
from sameside.leads.models import HandOver
from sameside.people.models import Person

SOON = timedelta(hours=24)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class ForSeller:
    new: int
    soon: int
    overdue: int


@dataclass(frozen=True)
class ForMarketing:
    """`mine`: of the campaigns of the reader; else of all, where none came back to theirs."""

    count: int
    mine: bool
    reason: str
    reason_count: int


def for_seller(person: Person, *, at: datetime) -> ForSeller:
    there = HandOver.objects.open().filter(owner=person, lead__merged_into=None, lead__deleted_in_source=False)
    counted = there.aggregate(
        new=Count("pk", filter=Q(accepted_at=None)),
        soon=Count("pk", filter=Q(next_due_at__gte=at, next_due_at__lt=at + SOON)),
        overdue=Count("pk", filter=Q(next_due_at__lt=at)),
    )
    return ForSeller(**counted)


def for_marketing(person: Person, *, at: datetime) -> ForMarketing:
    rows = back.waiting(person).filter(came_at__gte=at - LATELY).values_list("handover__reason__label")
    of_mine = Count("pk", filter=Q(lead__campaign__owner=person))
    found = [(label or "", mine, every) for label, mine, every in rows.annotate(mine=of_mine, every=Count("pk"))]
    is_mine = any(mine for _, mine, _ in found)
    counts = sorted(((mine if is_mine else every, label) for label, mine, every in found), reverse=True)
    most, label = next(((count, label) for count, label in counts if label), (0, ""))
    return ForMarketing(sum(count for count, _ in counts), is_mine, label, most)

"""What the library waits for from those who edit it, in counts: each line leads to the rows that it counts.

Dates come first: what the person answers for, then everybody's. Then what is asked for and not there, and what people
open and nobody uses. The counts are read live, three bounded queries beside the settings, from the same rows as the
pages behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from sameside.library.models import ContentRequest
from sameside.library.plays import listing
from sameside.library.truth import count
from sameside.library.upkeep import queue, validity
from sameside.people.models import Person
from sameside.people.policies import can


@dataclass(frozen=True)
class Duty:
    """`number` rows stand at `url`."""

    number: int
    text: str
    url: str
    tone: str


def of(person: Person, at: datetime) -> Sequence[Duty]:
    """What waits for `person`; nothing for who may not edit the library. Lines without rows are left out."""
    if not can(person, "edit_library"):
        return []
    return [one for one in (*_dates(person, at), _requests(), *_opened(person)) if one.number]


def _dates(person: Person, at: datetime) -> list[Duty]:
    today, mine = timezone.localdate(at), Q(owner=person)
    over, soon = queue.state("overdue", today), queue.state("soon", today)
    near = queue.answerable(person).filter(verified_until__lte=today + validity.SOON)
    number = near.aggregate(
        my_over=Count("pk", filter=over & mine),
        my_soon=Count("pk", filter=soon & mine),
        over=Count("pk", filter=over),
        soon=Count("pk", filter=soon),
    )
    reviews = reverse("library:reviews")
    lines = [
        ("my_over", "of yours is past its date", "of yours are past their date", "overdue&whose=mine", "bad"),
        ("my_soon", "of yours is due within 30 days", "of yours are due within 30 days", "soon&whose=mine", "warn"),
        ("over", "is past its date", "are past their date", "overdue", "bad"),
        ("soon", "is due within 30 days", "are due within 30 days", "soon", "warn"),
    ]
    repeated = {key for key in ("over", "soon") if number[f"my_{key}"] == number[key]}
    return [
        Duty(number[key], _said(number[key], one, many), f"{reviews}?state={query}", tone)
        for key, one, many, query, tone in lines
        if key not in repeated
    ]


def _said(number: int, one: str, many: str) -> str:
    return f"{count(number, 'asset')} {one if number == 1 else many}"


def _requests() -> Duty:
    number = ContentRequest.objects.filter(state=ContentRequest.State.OPEN).count()
    waits = "waits" if number == 1 else "wait"
    return Duty(
        number, f"{count(number, 'request')} {waits} for an answer", f"{reverse('library:requests')}?state=open", "warn"
    )


def _opened(person: Person) -> list[Duty]:
    number = listing.opened_only(person).aggregate(
        missing=Count("pk", filter=Q(play__isnull=True)), there=Count("pk", filter=Q(play__isnull=False))
    )
    place = reverse("library:play_proposals")
    missing, there = number["missing"], number["there"]
    return [
        Duty(
            missing,
            _said(missing, "is opened and never used: write its play", "are opened and never used: write their play"),
            f"{place}?play=missing",
            "warn",
        ),
        Duty(
            there,
            _said(there, "is opened and never used, with a play", "are opened and never used, with a play"),
            f"{place}?play=there",
            "neutral",
        ),
    ]

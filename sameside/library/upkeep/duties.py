"""What the library waits for from those who edit it, in counts: each line leads to the rows that it counts.

Dates come first: what the person answers for, then everybody's. Then what is asked for and not there, and what people
open and nobody uses. The counts are read live, by one statement, from the same rows as the pages behind them, and no
further than a thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone

from sameside.kit import bounded
from sameside.kit.bounded import BoundedCounts
from sameside.kit.prepared import place
from sameside.library import report
from sameside.library.models import ContentRequest, Sight
from sameside.library.plays import listing
from sameside.library.upkeep import queue, validity
from sameside.people.models import Person
from sameside.people.policies import can


@dataclass(frozen=True)
class Duty:
    """`number` rows stand at `url`, as `BoundedCounts` has them."""

    number: int
    text: str
    url: str
    tone: str


def of(person: Person, at: datetime) -> Sequence[Duty]:
    """What waits for `person`; nothing for who may not edit the library. Lines without rows are left out."""
    if not can(person, "edit_library"):
        return []
    today = timezone.localdate(at)
    counted = _counts(Sight.of(person))(person=person.pk, today=today, soon=today + validity.SOON, **report.read({}))
    number = dict(zip(COUNTED, counted, strict=True))
    return [one for one in (*_dates(number), _requests(number), *_opened(number)) if one.number]


COUNTED = ("my_over", "my_soon", "over", "soon", "requests", "missing", "there")


@lru_cache(maxsize=256)
def _counts(sight: Sight) -> BoundedCounts:
    states = queue.states_between(place("today"), place("soon"))
    dated = [queue.answerable(sight).filter(states[name]) for name in ("overdue", "soon")]
    opened = listing.opened_only(sight, {"window": place("window"), "k": place("k")})
    return BoundedCounts(
        *(rows.filter(owner=place("person")) for rows in dated),
        *dated,
        ContentRequest.objects.filter(state=ContentRequest.State.OPEN),
        opened.filter(asset__play__isnull=True),
        opened.filter(asset__play__isnull=False),
    )


def _dates(number: Mapping[str, int]) -> list[Duty]:
    reviews = reverse("library:reviews")
    lines = [
        ("my_over", "of yours is past its date", "of yours are past their date", "overdue&whose=mine", "bad"),
        ("my_soon", "of yours is due within 30 days", "of yours are due within 30 days", "soon&whose=mine", "warn"),
        ("over", "is past its date", "are past their date", "overdue", "bad"),
        ("soon", "is due within 30 days", "are due within 30 days", "soon", "warn"),
    ]
    repeated = {key for key in ("over", "soon") if number[f"my_{key}"] == number[key] <= bounded.MOST}
    return [
        Duty(number[key], _said(number[key], one, many), f"{reviews}?state={query}", tone)
        for key, one, many, query, tone in lines
        if key not in repeated
    ]


def _said(number: int, one: str, many: str, what: str = "asset") -> str:
    return f"{bounded.said(number)} {what}{'' if number == 1 else 's'} {one if number == 1 else many}"


def _requests(number: Mapping[str, int]) -> Duty:
    text = _said(number["requests"], "waits for an answer", "wait for an answer", "request")
    return Duty(number["requests"], text, f"{reverse('library:requests')}?state=open", "warn")


def _opened(number: Mapping[str, int]) -> list[Duty]:
    place_of = reverse("library:play_proposals")
    missing, there = number["missing"], number["there"]
    return [
        Duty(
            missing,
            _said(missing, "is opened and never used: write its play", "are opened and never used: write their play"),
            f"{place_of}?play=missing",
            "warn",
        ),
        Duty(
            there,
            _said(there, "is opened and never used, with a play", "are opened and never used, with a play"),
            f"{place_of}?play=there",
            "neutral",
        ),
    ]

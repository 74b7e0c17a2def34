"""What waits for a head, on Today: a review whose day has come, and a version that waits for their signature."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone

from sameside.kit.prepared import Prepared, place
from sameside.leads.models import Agreement
from sameside.people.models import Person
from sameside.ui.formats import date


@dataclass(frozen=True)
class Waits:
    text: str
    url: str


def waiting(person: Person, at: datetime) -> list[Waits]:
    """For the two heads, with one query; nothing for anybody else."""
    rows = _headed()(person=person.pk, at=at)
    prefetch_related_objects(rows, "signatures")
    return [one for agreement in rows for one in _of(agreement, person, at)]


@lru_cache(maxsize=1)
def _headed() -> Prepared[Agreement]:
    mine = Q(marketing_head=place("person")) | Q(sales_head=place("person"))
    return Prepared(Agreement.objects.filter(mine, Q(ends_at=None) | Q(ends_at__gt=place("at")), withdrawn_at=None))


def _of(agreement: Agreement, person: Person, at: datetime) -> Iterator[Waits]:
    signed = {one.person_id for one in agreement.signatures.all()}
    if agreement.begins_at is None:
        if signed - {person.pk} and person.pk not in signed:
            text = f"Version {agreement.number} of the agreement waits for your signature"
            yield Waits(text, reverse("leads:agreement_version", args=[agreement.number]))
    elif agreement.begins_at <= at and agreement.review_on and agreement.review_on <= timezone.localdate(at):
        text = f"The agreement is due for its review since {date(agreement.review_on)}"
        yield Waits(text, reverse("leads:agreement"))

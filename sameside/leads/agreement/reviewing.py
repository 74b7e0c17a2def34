"""What waits for a head, on Today: a review whose day has come, and a version that waits for their signature."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from sameside.leads.models import Agreement
from sameside.people.models import Person
from sameside.ui.formats import date


@dataclass(frozen=True)
class Waits:
    text: str
    url: str


def waiting(person: Person, at: datetime) -> list[Waits]:
    """For the two heads, with one query; nothing for anybody else."""
    mine = Agreement.objects.filter(Q(marketing_head=person) | Q(sales_head=person), withdrawn_at=None)
    rows = mine.filter(Q(ends_at=None) | Q(ends_at__gt=at)).prefetch_related("signatures")
    return [one for agreement in rows for one in _of(agreement, person, at)]


def _of(agreement: Agreement, person: Person, at: datetime) -> Iterator[Waits]:
    signed = {one.person_id for one in agreement.signatures.all()}
    if agreement.begins_at is None:
        if signed - {person.pk} and person.pk not in signed:
            text = f"Version {agreement.number} of the agreement waits for your signature"
            yield Waits(text, reverse("leads:agreement_version", args=[agreement.number]))
    elif agreement.begins_at <= at and agreement.review_on and agreement.review_on <= timezone.localdate(at):
        text = f"The agreement is due for its review since {date(agreement.review_on)}"
        yield Waits(text, reverse("leads:agreement"))

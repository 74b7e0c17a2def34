"""Tarnwick's big rocks: three topics with a flagship, derivatives, campaigns that spread them, and what they cost.

Made after documents, usage and activities, of the topics that most was done with. May be repeated.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count

from sameside.attribution.bigrock import marking
from sameside.attribution.bigrock.models import BigRock
from sameside.crm.models import Campaign
from sameside.demo.members import CAST
from sameside.library.models import USED, Asset, Usage
from sameside.people.models import Person
from sameside.people.roles import Role


@dataclass(frozen=True)
class Launch:
    """How many days ago one was launched, how many pieces were made of it, for whom, and what was paid by hand."""

    days: int
    pieces: int
    personas: tuple[str, ...]
    seniorities: tuple[str, ...]
    costs: tuple[tuple[int, str, int], ...]  # days before the launch, what for, EUR at scale 1


LAUNCHES = (
    Launch(
        430, 5, ("operations", "finance"), ("c-level", "vp", "director"),
        ((48, "Interviews and writing", 18_400), (20, "Design and layout", 7_250), (-35, "Print run", 3_900)),
    ),
    Launch(
        210, 4, ("it", "operations"), ("vp", "director", "manager"),
        ((30, "Field study", 24_000), (9, "Film and cutting", 11_800)),
    ),
    Launch(55, 3, ("finance", "procurement"), ("c-level", "director"), ((21, "Writing and design", 9_600),)),
)  # fmt: skip
CAMPAIGNS = 2
FLAGSHIPS = ("white paper", "study", "benchmark", "guide", "briefing")
FEWEST_PIECES = 2


def topic(title: str) -> str:
    return title.partition(":")[0].strip()


@transaction.atomic
def launch(*, today: date, scale: float, at: datetime) -> int:
    """Mark the big rocks unless there are some; returns how many there are."""
    by = Person.objects.filter(email=CAST[Role.MARKETER].email).first()
    if by is None or BigRock.objects.exists():
        return BigRock.objects.count()
    for one, pieces in zip(LAUNCHES, _topics(), strict=False):
        launched_on = today - timedelta(days=one.days)
        rock = marking.mark(pieces[0], launched_on, by=by, at=at)
        for asset in pieces[1 : 1 + one.pieces]:
            marking.add_derivative(rock, asset, by=by, at=at)
        for campaign in _campaigns(launched_on):
            marking.add_campaign(rock, campaign, by=by, at=at)
        for days, what, amount in one.costs:
            cost = Decimal(max(round(amount * scale, -1), 10))
            marking.spend(rock, launched_on - timedelta(days=days), what, cost, "EUR", by=by, at=at)
        marking.aim(
            rock, launched_on=launched_on, personas=one.personas, seniorities=one.seniorities, verticals=(),
            by=by, at=at,
        )  # fmt: skip
    return BigRock.objects.count()


def _topics() -> list[list[Asset]]:
    """The English pieces of each topic, what is used most first; the topics with most use first."""
    rows = Asset.objects.filter(status=Asset.Status.ACTIVE, language="en", is_restricted=False)
    found: dict[str, list[Asset]] = {}
    uses: dict[str, int] = {}
    used = dict(Usage.objects.filter(action__in=USED).values_list("asset").annotate(n=Count("pk")))
    for asset in sorted(rows, key=lambda one: (-used.get(one.pk, 0), one.pk)):
        number = used.get(asset.pk, 0)
        if ":" in asset.title:
            name = topic(asset.title)
            found.setdefault(name, []).append(asset)
            uses[name] = uses.get(name, 0) + number
    order = sorted(found, key=lambda name: (-uses[name], name))
    return [sorted(found[name], key=_is_derived) for name in order if len(found[name]) >= FEWEST_PIECES]


def _is_derived(asset: Asset) -> bool:
    return not any(word in asset.title.lower() for word in FLAGSHIPS)


def _campaigns(launched_on: date) -> list[Campaign]:
    """Paid ones that ran around the launch and spread nothing else."""
    rows = Campaign.objects.filter(actual_cost__isnull=False, amplifies=None, ends_on__gt=launched_on)
    paid = rows.filter(channel__in=("paid-search", "content-syndication", "webinar"))
    return list(paid.filter(starts_on__gte=launched_on - timedelta(days=60)).order_by("starts_on", "pk")[:CAMPAIGNS])

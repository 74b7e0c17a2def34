"""An agreement that both heads signed, for tests that are not about signing."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sameside.leads.agreement import terms
from sameside.leads.agreement.terms import Behaved, OnBreach, Segment, Service, Supply, Terms
from sameside.leads.criteria import Condition
from sameside.leads.models import Agreement, Calendar, ScoreRule, Signature
from sameside.people.models import Person

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TERMS = Terms(
    segments=(
        Segment(
            "dach-banks", "Banks in DACH", fit=(
                Condition("country", "is", ("Germany", "Austria", "Switzerland")),
                Condition("vertical", "is", ("banking",)),
            ),
            behaved=(Behaved(("webinar",), times=1, days=90),), min_score=40,
        ),
        Segment("everybody", "Everybody else", min_score=60),
    ),
    supply=(Supply(per="month", leads=100, acceptance=0.8, conversion=0.2, cost_per_lead=24.0),),
    service=(
        Service(accept_hours=4, attempt_hours=8, attempts=4, over_days=10, channels={"call": 2}, end_days=30),
        Service("dach-banks", accept_hours=2, attempt_hours=4, attempts=6, over_days=10, end_days=30),
    ),
    on_breach=OnBreach(remind_at=(50, 75), escalate_hours=4),
)  # fmt: skip
OFFICE_HOURS = [[["09:00", "17:00"]]] * 5 + [[], []]


def office_hours(zone: str = "Europe/Berlin", **more: Any) -> Calendar:
    """Monday to Friday, nine to five: everybody's."""
    return Calendar.objects.create(
        name=f"Office hours {zone}", time_zone=zone, week=OFFICE_HOURS, is_default=True, changed_at=BEGAN, **more
    )


def agree(marketing: Person, sales: Person, *, said: Terms = TERMS, begins: datetime = BEGAN) -> Agreement:
    """A version signed by both, in force from `begins`; the one before it ends then."""
    number = Agreement.objects.count() + 1
    rule = ScoreRule.objects.order_by("-number").first()
    Agreement.objects.filter(begins_at__isnull=False, ends_at=None).update(ends_at=begins)
    made = Agreement.objects.create(
        number=number, title="Sales and marketing", terms=terms.write(said), score_rule=rule,
        marketing_head=marketing, sales_head=sales, in_force_from=begins.date(), created_by=marketing,
        created_at=begins, changed_at=begins, digest=sha256(repr(said).encode()).hexdigest(), agreed_at=begins,
        begins_at=begins,
    )  # fmt: skip
    for side, person in ((Agreement.Side.MARKETING, marketing), (Agreement.Side.SALES, sales)):
        Signature.objects.create(
            agreement=made, side=side, person=person, name=person.name, digest=made.digest, at=begins
        )
    return made

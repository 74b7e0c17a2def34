"""Hand-overs at random, each as it is stored and as the rules in Python see it."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from sameside.crm.models import Campaign, Deal
from sameside.leads.measures import Row
from sameside.leads.models import Breach, HandOver, Lead, Reason
from sameside.people.models import Person
from tests.conftest import NOW

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
OUTCOMES = ("", "", *HandOver.Outcome.values, "converted", "returned")
_numbers = count(1)


def reason(key: str = "no-need", ending: str = "return") -> Reason:
    made, _ = Reason.objects.get_or_create(
        key=key, defaults={"label": key.replace("-", " ").capitalize(), "endings": [ending]}
    )
    return made


def lead(**said: object) -> Lead:
    number = next(_numbers)
    created = {"created_at": FIRST, "last_name": f"Lead {number}", "source": "t", "external_id": f"H{number}"}
    return Lead.objects.create(**{**created, **said})


def deal(*, won: bool | None = None, amount: int = 1_000, created: datetime = FIRST) -> Deal:
    number = next(_numbers)
    return Deal.objects.create(
        source="t", external_id=f"HD{number}", name=f"Deal {number}", stage="Any", created_at=created,
        is_closed=won is not None, is_won=bool(won), amount=Decimal(amount),
        closed_at=None if won is None else created + timedelta(days=30),
    )  # fmt: skip


def hand_over(of: Lead, owner: Person, at: datetime = FIRST, **said: object) -> HandOver:
    return HandOver.objects.create(lead=of, owner=owner, at=at, number=of.handovers.count() + 1, **said)


def _maybe(chance: random.Random, after: datetime, share: float = 0.5) -> datetime | None:
    return after + timedelta(hours=chance.randrange(3_000)) if chance.random() < share else None


def random_handover(
    chance: random.Random, owners: list[Person], campaigns: list[Campaign | None]
) -> tuple[HandOver, Row]:
    at = FIRST + timedelta(hours=chance.randrange(3_400))
    outcome = chance.choice(OUTCOMES)
    the_deal = None
    if outcome == "converted" and chance.random() < 0.7:
        the_deal = deal(won=chance.choice((None, True, False)), created=at)
    of = lead(
        deal=the_deal, lead_source=chance.choice(("Web", "Event", "")), campaign=chance.choice(campaigns),
        created_at=at - timedelta(days=chance.randrange(9)),
    )  # fmt: skip
    known = {
        "outcome": outcome,
        "ended_at": at + timedelta(hours=chance.randrange(2_000)) if outcome else None,
        "accepted_at": _maybe(chance, at),
        "first_attempt_at": _maybe(chance, at),
        **{f"{promise}_due_at": _maybe(chance, at, 0.7) for promise in Breach.Promise.values},
    }
    known["attempts"] = chance.randrange(1, 7) if known["first_attempt_at"] else 0
    derived, gave_up = chance.random() < 0.5, chance.random() < 0.3
    has_reason = bool(outcome) and (not derived or chance.random() < 0.6)
    made = hand_over(
        of, chance.choice(owners), at, **known,
        reason=reason() if has_reason else None, derived=derived,
        segment=chance.choice(("", "dach-banks")),
        accepted_after=chance.randrange(9_000) if known["accepted_at"] else None,
        attempted_after=chance.randrange(9_000) if known["first_attempt_at"] else None,
    )  # fmt: skip
    if gave_up:
        due = known["persist_due_at"] or NOW
        Breach.objects.create(handover=made, promise="persist", owner=made.owner, due_at=due, noticed_at=due)
    row = Row(
        at=at, **known, has_reason=has_reason, gave_up=gave_up, has_deal=the_deal is not None,
        is_won=bool(the_deal and the_deal.is_won), is_closed=bool(the_deal and the_deal.is_closed),
    )  # type: ignore[arg-type]  # fmt: skip
    return made, row


def day(at: datetime) -> date:
    return at.astimezone(UTC).date()

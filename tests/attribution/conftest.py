"""Three won deals and two open ones with known touches.

Acme's deal (10,000.00): paid search, e-mail (a campaign), e-mail (the same), and Bob's call with an asset.
Acme's second deal (100.01) was won before any touch. Borealis' deal (500.00) had one event. Open: Acme 2,000.00; Cirrus
without an amount and without a touch.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from sameside.attribution import crediting, material
from sameside.attribution.models import CreditRun
from sameside.crm.models import Campaign, Company, Deal, Touch
from sameside.leads.models import Lead
from sameside.library.models import Asset
from sameside.people.models import Person, Team
from tests.conftest import NOW

_number = count(1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def company(name: str) -> Company:
    return Company.objects.create(name=name, source="test", external_id=f"A{next(_number)}")


def deal(of: Company | None, name: str, amount: str | None, *, won: str = "", **more: Any) -> Deal:
    closed = at(won) if won else None
    return Deal.objects.create(
        company=of,
        name=name,
        stage="Closed Won" if won else "Qualification",
        amount=amount,
        created_at=at("2025-01-01"),
        closed_at=closed,
        is_closed=bool(won),
        is_won=bool(won),
        source="test",
        external_id=f"D{next(_number)}",
        **more,
    )


def touch(of: Company, when: str, channel: str, **more: Any) -> Touch:
    return Touch.objects.create(
        company=of, occurred_at=at(when), channel=channel, source="test", external_id=f"T{next(_number)}", **more
    )


def lead(of: Company, when: str, **more: Any) -> Lead:
    return Lead.objects.create(
        company=of, created_at=at(when), last_name="Lead", source="test", external_id=f"L{next(_number)}", **more
    )


def asset(title: str, slug: str) -> Asset:
    return Asset.objects.create(title=title, slug=slug, format="pdf", created_at=NOW, updated_at=NOW)


def credit(lookback: int, *, at: datetime = NOW) -> CreditRun:
    return crediting.compute(lookback, material.load(at), at=at)


@pytest.fixture
def story(bob: Person, erik: Person) -> SimpleNamespace:
    acme, borealis, cirrus = company("Acme"), company("Borealis"), company("Cirrus")
    newsletter = Campaign.objects.create(
        name="Spring newsletter", channel="email", actual_cost="500.00", source="test", external_id="C1"
    )
    guide = asset("Buyer's guide", "buyers-guide")
    touch(acme, "2025-09-01", "paid-search", paid=True)
    touch(acme, "2025-10-01", "email", campaign=newsletter)
    touch(acme, "2025-11-01", "email", campaign=newsletter)
    touch(acme, "2026-02-01", "sales-call", asset=guide, person=bob)
    touch(borealis, "2026-01-10", "event")
    elsewhere = Person.objects.create_user(
        "hugo@example.com", name="Hugo", role="seller", team=Team.objects.create(name="Sales South", side="sales")
    )
    return SimpleNamespace(
        acme=acme,
        newsletter=newsletter,
        guide=guide,
        hugo=elsewhere,
        big=deal(acme, "Acme platform", "10000.00", won="2026-03-01", owner=bob),
        early=deal(acme, "Acme pilot", "100.01", won="2025-08-01", owner=bob),
        event=deal(borealis, "Borealis start", "500.00", won="2026-02-01", owner=elsewhere),
        open=deal(acme, "Acme expansion", "2000.00", owner=bob),
        bare=deal(cirrus, "Cirrus idea", None, owner=elsewhere),
    )


Story = SimpleNamespace
Make = Callable[..., Any]

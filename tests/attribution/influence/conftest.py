"""A company of 240 closed deals: every second one met the guide ten days after it began and is won more often.

Of those that met it 60 of 120 were won, of the others 30 of 120; nothing else tells them apart. Ten met a webinar.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from sameside.crm.models import Campaign, Company, Deal, Touch
from sameside.library.models import Asset
from sameside.people.models import Person
from tests.conftest import NOW

BEGAN = datetime(2026, 1, 10, tzinfo=UTC)
Story = SimpleNamespace


@pytest.fixture
def story(bob: Person) -> Story:
    guide = Asset.objects.create(
        title="Buyer's guide", slug="buyers-guide", format="pdf", created_at=NOW, updated_at=NOW
    )
    webinar = Campaign.objects.create(name="Spring webinar", channel="webinar", source="test", external_id="C1")
    companies = Company.objects.bulk_create(
        Company(name=f"Company {n}", source="test", external_id=f"A{n}", employees=100) for n in range(240)
    )
    deals = Deal.objects.bulk_create(
        Deal(
            company=companies[n],
            name=f"Deal {n}",
            stage="Closed",
            amount="100.00",
            created_at=BEGAN,
            closed_at=BEGAN + timedelta(days=60),
            is_closed=True,
            is_won=n % 4 == 0 if n % 2 == 0 else n % 8 == 1,
            owner=bob,
            source="test",
            external_id=f"D{n}",
        )
        for n in range(240)
    )
    touches = [_touch(companies[n], n, "content-share", 10, asset=guide) for n in range(0, 240, 2)]
    touches += [_touch(companies[n], n + 1000, "webinar", 3, campaign=webinar) for n in range(10)]
    touches += [_touch(companies[n], n + 2000, "sales-call", 58) for n in range(1, 240, 2)]
    Touch.objects.bulk_create(touches)
    return SimpleNamespace(guide=guide, webinar=webinar, deals=deals, companies=companies)


def _touch(of: Company, number: int, channel: str, days: int, **more: object) -> Touch:
    return Touch(
        company=of,
        occurred_at=BEGAN + timedelta(days=days),
        channel=channel,
        source="test",
        external_id=f"T{number}",
        **more,
    )

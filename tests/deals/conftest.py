"""Acme's deal of Bob: two conversations behind it, a buying group, a used guide, an activity and a touch."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from sameside.conversations.models import Conversation, StageMapping
from sameside.crm.models import Activity, Company, Contact, Deal, DealContact, StageChange, Touch
from sameside.library.models import Asset, AssetFacet, Usage
from sameside.people.models import Person, Team
from tests.conftest import NOW


def day(number: int) -> datetime:
    return datetime(2026, 4, number, 9, tzinfo=UTC)


def asset(title: str, slug: str, **facets: str) -> Asset:
    made = Asset.objects.create(title=title, slug=slug, format="pdf", language="de", created_at=NOW, updated_at=NOW)
    for facet, value in facets.items():
        AssetFacet.objects.create(asset=made, facet=facet, value=value, state=AssetFacet.State.CONFIRMED)
    return made


def deal(name: str, company: Company | None, owner: Person | None, **more: object) -> Deal:
    return Deal.objects.create(
        **{  # type: ignore[arg-type]
            "name": name, "company": company, "owner": owner, "stage": "Needs Analysis", "amount": "42000",
            "created_at": day(1), "close_on": date(2026, 7, 1), "source": "t", "external_id": name, **more,
        }
    )  # fmt: skip


def conversation(of: Deal, kind: str, state: str, opened: int, ended: int | None = None) -> Conversation:
    change = StageChange.objects.create(deal=of, stage=kind, at=day(opened), source="t", external_id=f"{of.pk}{kind}")
    return Conversation.objects.create(
        deal=of, kind=kind, state=state, opened_at=day(opened), ended_at=day(ended) if ended else None, opened_by=change
    )


@pytest.fixture
def story(bob: Person) -> SimpleNamespace:
    acme = Company.objects.create(name="Acme", vertical="banking", language="de", source="t", external_id="A1")
    hugo = Person.objects.create_user(
        "hugo@example.com", name="Hugo", role="seller", team=Team.objects.create(name="Sales South", side="sales")
    )
    StageMapping.objects.create(stage="Needs Analysis", kind="relevant_meeting")
    platform = deal("Acme platform", acme, bob)
    conversation(platform, "tailored_pov", "succeeded", 1, 5)
    conversation(platform, "right_people", "succeeded", 5, 9)
    conversation(platform, "relevant_meeting", "open", 9)
    vera = Contact.objects.create(first_name="Vera", last_name="Vogt", title="CFO", source="t", external_id="C1")
    DealContact.objects.create(
        deal=platform, contact=vera, role="Economic Buyer", is_primary=True, source="t", external_id="R1"
    )
    guide = asset("Leitfaden Bank", "leitfaden-bank", conversation="relevant_meeting", vertical="banking")
    general = asset("Leitfaden", "leitfaden", conversation="relevant_meeting")
    asset("Guide d'achat", "guide-retail", conversation="relevant_meeting", vertical="retail")
    asset("Plan", "plan", conversation="tangible_value", vertical="banking")
    Usage.objects.create(asset=guide, action="share", at=day(10), person=bob, deal=platform)
    Activity.objects.create(
        kind="call", subject="First call", at=day(2), deal=platform, owner=bob, source="t", external_id="X1"
    )
    Touch.objects.create(company=acme, channel="event", occurred_at=day(1), source="t", external_id="T1")
    return SimpleNamespace(
        acme=acme,
        hugo=hugo,
        platform=platform,
        guide=guide,
        general=general,
        secret=deal("Secret", acme, hugo, amount="7", close_on=date(2026, 6, 1)),
        lost=deal("Lost one", acme, bob, amount=None, is_closed=True, closed_at=day(20), lost_reason="No budget"),
    )

"""Two companies, two contacts and two leads that are the same, with rows of every table that point to them."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from sameside.crm.models import Activity, Campaign, CampaignMember, Company, Contact, Deal, DealContact, Touch
from sameside.leads.models import Lead
from tests.conftest import NOW

_NUMBER = itertools.count(1)


def company(name: str, source: str = "salesforce", **fields: Any) -> Company:
    return Company.objects.create(source=source, external_id=f"C{next(_NUMBER)}", name=name, **fields)


def contact(first: str, last: str, source: str = "salesforce", **fields: Any) -> Contact:
    return Contact.objects.create(
        source=source, external_id=f"P{next(_NUMBER)}", first_name=first, last_name=last, **fields
    )


def lead(first: str, last: str, source: str = "salesforce", **fields: Any) -> Lead:
    fields.setdefault("created_at", NOW - timedelta(days=30))
    return Lead.objects.create(
        source=source, external_id=f"L{next(_NUMBER)}", first_name=first, last_name=last, **fields
    )


def deal(of: Company, **fields: Any) -> Deal:
    fields = {"name": "Deal", "stage": "New", "created_at": NOW, **fields}
    return Deal.objects.create(source="salesforce", external_id=f"D{next(_NUMBER)}", company=of, **fields)


def touch(**fields: Any) -> Touch:
    fields = {"occurred_at": NOW, "channel": "webinar", "source": "t", "external_id": f"T{next(_NUMBER)}", **fields}
    return Touch.objects.create(**fields)


def activity(**fields: Any) -> Activity:
    fields = {"kind": "call", "subject": "Call", "at": NOW, **fields}
    return Activity.objects.create(source="salesforce", external_id=f"A{next(_NUMBER)}", **fields)


def role(of: Deal, who: Contact, **fields: Any) -> DealContact:
    return DealContact.objects.create(
        source="salesforce", external_id=f"R{next(_NUMBER)}", deal=of, contact=who, **fields
    )


def member(campaign: Campaign, **fields: Any) -> CampaignMember:
    fields = {"at": NOW, **fields}
    return CampaignMember.objects.create(
        source="salesforce", external_id=f"M{next(_NUMBER)}", campaign=campaign, **fields
    )


@pytest.fixture
def fair(db: None) -> Campaign:
    return Campaign.objects.create(source="salesforce", external_id="K1", name="Fair", channel="event")


@pytest.fixture
def acme(db: None) -> Company:
    return company("Acme Inc", domain="acme.com", country="Germany", language="de")


@pytest.fixture
def acme_again(db: None) -> Company:
    return company("ACME, Inc.", "hubspot", domain="acme.com", phone="+49 30 1234", country="France", employees=40)

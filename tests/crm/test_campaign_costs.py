"""A campaign's page shows what it cost by month and what became of its e-mails, in a bounded number of queries."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sameside.crm import adcosts
from sameside.crm.models import Campaign, CampaignCost, Contact, EmailEvent
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Campaign:
    return Campaign.objects.create(
        source="google_ads", external_id="99", name="Brand | DACH", kind="SEARCH", channel="paid-search"
    )


def cost(campaign: Campaign, day: date, amount: str | None, given: str, currency: str = "EUR") -> CampaignCost:
    return CampaignCost.objects.create(
        source="google_ads", external_id=f"99:{day}", campaign=campaign, day=day, until=day, clicks=10,
        impressions=1000, amount=amount, amount_given=given, currency=currency,
    )  # fmt: skip


def test_the_sum_of_the_days_is_what_the_campaign_cost(brand):
    cost(brand, date(2026, 4, 30), "10.50", "10.50")
    cost(brand, date(2026, 5, 1), "2.25", "2.25")
    assert adcosts.settle() == 1
    brand.refresh_from_db()
    assert (brand.actual_cost, brand.currency) == (Decimal("12.75"), "EUR")
    assert adcosts.settle() == 0


def test_a_day_without_a_rate_leaves_the_sum_open_and_is_said(brand, alice):
    cost(brand, date(2026, 4, 30), "10.50", "10.50")
    cost(brand, date(2026, 5, 1), None, "2.25", "USD")
    adcosts.settle()
    brand.refresh_from_db()
    assert brand.actual_cost is None
    shown = signed_in(alice).get(f"/crm/campaigns/{brand.pk}/").content.decode()
    assert "1 days in USD have no rate and are in no sum." in shown


def test_a_crm_campaign_keeps_its_own_cost(brand):
    fair = Campaign.objects.create(
        source="salesforce", external_id="701", name="Fair", channel="event", actual_cost=Decimal(900)
    )
    adcosts.settle()
    fair.refresh_from_db()
    assert fair.actual_cost == 900


def test_the_page_shows_costs_by_month(brand, alice):
    cost(brand, date(2026, 4, 30), "10.50", "10.50")
    cost(brand, date(2026, 5, 1), "20", "20")
    adcosts.settle()
    shown = signed_in(alice).get(f"/crm/campaigns/{brand.pk}/").content.decode()
    assert "Cost by month" in shown
    assert "Apr 2026" in shown
    assert "€1.52" in shown  # a click: 30.50 for 20
    assert "Google Ads" in shown


def event(campaign: Campaign, number: int, kind: str, **more: object) -> EmailEvent:
    at = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=number)
    return EmailEvent.objects.create(
        source="hubspot", external_id=f"e{number}", kind=kind, at=at, campaign=campaign, recipient="a@b.example", **more
    )


def test_the_page_shows_what_became_of_its_emails(alice):
    mail = Campaign.objects.create(source="hubspot", external_id="email:75", name="Offer", channel="email")
    event(mail, 1, "sent")
    event(mail, 2, "clicked")
    event(mail, 3, "clicked", suspicion="Within 10 seconds of the delivery")
    table = signed_in(alice).get(f"/crm/campaigns/{mail.pk}/").context["emails"]
    assert [(row["kind"], row["events"], row["people"], row["suspected"]) for row in table.rows] == [
        ("Sent", 1, 1, None),
        ("Clicked", 2, 1, 1),
    ]


def test_queries_of_the_page_do_not_grow_with_the_days(brand, alice):
    client = signed_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/crm/campaigns/{brand.pk}/")
        return len(asked)

    cost(brand, date(2026, 1, 1), "1", "1")
    few = queries()
    for number in range(1, 60):
        cost(brand, date(2026, 1, 1) + timedelta(days=number), "1", "1")
    assert queries() == few


def test_who_cannot_be_written_to_is_marked(bob):
    vera = Contact.objects.create(
        source="t", external_id="C1", last_name="Vogt", email="vera@acme.example", email_status="unsubscribed"
    )
    assert "Unsubscribed" in signed_in(bob).get(f"/crm/contacts/{vera.pk}/").content.decode()


def test_an_editor_sees_no_costs(brand, dora):
    assert signed_in(dora).get(f"/crm/campaigns/{brand.pk}/").status_code in (403, 404)

"""Amounts in several currencies are converted by dated rates, and what has no rate is told and never invented."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sameside.crm import money
from sameside.crm.models import Campaign, Deal, ExchangeRate, StageChange
from sameside.people.models import Organisation

MADE = datetime(2026, 1, 10, 9, tzinfo=UTC)


def a_rate(currency: str, day: str, rate: str, *, base: str = "EUR", source: str = money.HAND) -> ExchangeRate:
    return ExchangeRate.objects.create(
        source=source, external_id=f"{source}:{base}:{currency}:{day}", base=base, currency=currency,
        starts_on=date.fromisoformat(day), rate=Decimal(rate),
    )  # fmt: skip


def a_deal(number: int, amount: str | None, currency: str, close_on: str | None = None) -> Deal:
    return Deal.objects.create(
        source="salesforce", external_id=f"006{number}", name=f"Deal {number}", stage="Proposal", created_at=MADE,
        amount_given=Decimal(amount) if amount else None, currency=currency,
        close_on=date.fromisoformat(close_on) if close_on else None,
    )  # fmt: skip


def worth(deal: Deal) -> Decimal | None:
    deal.refresh_from_db()
    return deal.amount


@pytest.mark.django_db
def test_the_rate_in_force_on_the_close_date_counts() -> None:
    a_rate("USD", "2026-01-01", "1.10")
    a_rate("USD", "2026-03-01", "1.25")
    before, after = a_deal(1, "1100", "USD", "2026-02-28"), a_deal(2, "1250", "usd", "2026-03-01")
    undated = a_deal(3, "220", "USD")
    assert money.convert() == 3
    assert [worth(deal) for deal in (before, after, undated)] == [Decimal(1000), Decimal(1000), Decimal(200)]
    assert money.convert() == 0


@pytest.mark.django_db
def test_no_currency_and_the_organisations_own_need_no_rate() -> None:
    assert [a_deal(1, "70", ""), a_deal(2, "80.55", "EUR"), a_deal(3, None, "EUR")]
    money.convert()
    assert list(Deal.objects.order_by("external_id").values_list("amount", flat=True)) == [
        Decimal(70), Decimal("80.55"), None,
    ]  # fmt: skip


@pytest.mark.django_db
def test_without_a_rate_the_amount_stays_empty_and_is_told() -> None:
    a_rate("USD", "2026-06-01", "1.10")
    early, other = a_deal(1, "100", "USD", "2026-05-31"), a_deal(2, "100", "CHF", "2026-07-01")
    money.convert()
    assert (worth(early), worth(other)) == (None, None)
    assert [one.sentence for one in money.missing()] == [
        "1 deal in CHF has no rate: not in any total.", "1 deal in USD has no rate: not in any total.",
    ]  # fmt: skip


@pytest.mark.django_db
def test_rates_of_another_base_convert_through_it() -> None:
    Organisation.objects.filter(pk=1).update(currency="USD")
    a_rate("USD", "2026-01-01", "1.20", source=money.ECB)
    a_rate("GBP", "2026-01-01", "0.80", source=money.ECB)
    pounds, euros = a_deal(1, "800", "GBP", "2026-02-01"), a_deal(2, "1000", "EUR", "2026-02-01")
    money.convert()
    assert (worth(pounds), worth(euros)) == (Decimal(1200), Decimal(1200))


@pytest.mark.django_db
def test_a_source_that_does_not_name_its_base_is_compared_with_itself() -> None:
    for currency, rate in (("USD", "1"), ("EUR", "0.9"), ("SEK", "9")):
        a_rate(currency, "1900-01-01", rate, base="", source="salesforce")
    deal = a_deal(1, "900", "SEK", "2026-02-01")
    money.convert()
    assert worth(deal) == Decimal(90)


@pytest.mark.django_db
def test_a_rate_set_by_hand_counts_before_the_others() -> None:
    a_rate("USD", "2026-01-15", "1.5", source=money.ECB)
    a_rate("USD", "2026-01-01", "2")
    deal = a_deal(1, "300", "USD", "2026-02-01")
    money.convert()
    assert worth(deal) == Decimal(150)


@pytest.mark.django_db
def test_the_stage_history_and_campaign_costs_are_converted_too() -> None:
    a_rate("USD", "2026-01-01", "2")
    deal = a_deal(1, "300", "USD", "2026-02-01")
    change = StageChange.objects.create(
        source="salesforce", external_id="008", deal=deal, stage="Proposal", at=MADE, amount_given=Decimal(250)
    )
    campaign = Campaign.objects.create(
        source="salesforce", external_id="701", name="Fair", channel="event", currency="USD",
        starts_on=date(2026, 2, 1), budgeted_cost_given=Decimal(1000), actual_cost_given=Decimal(900),
    )  # fmt: skip
    money.convert()
    change.refresh_from_db()
    campaign.refresh_from_db()
    assert (change.amount, campaign.budgeted_cost, campaign.actual_cost) == (Decimal(125), Decimal(500), Decimal(450))


@pytest.mark.django_db
def test_a_run_converts_its_own_rows_and_all_when_it_brought_rates() -> None:
    a_rate("USD", "2026-01-01", "2")
    mine, other = a_deal(1, "300", "USD"), a_deal(2, "400", "USD")
    Deal.objects.filter(pk=mine.pk).update(changed_by_run=7)
    assert money.convert(run_id=7) == 1
    assert (worth(mine), worth(other)) == (Decimal(150), None)
    ExchangeRate.objects.update(changed_by_run=8, rate=Decimal(4))
    assert money.convert(run_id=8) == 2
    assert (worth(mine), worth(other)) == (Decimal(75), Decimal(100))


@pytest.mark.django_db
def test_an_amount_that_would_be_too_large_is_left_out() -> None:
    a_rate("IDR", "2026-01-01", "0.0000000001")
    deal = a_deal(1, "9000000000000", "IDR", "2026-02-01")
    money.convert()
    assert worth(deal) is None

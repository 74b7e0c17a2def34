from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from sameside.attribution import crediting
from sameside.attribution.models import Credit, CreditRun
from sameside.crm.models import Touch
from tests.attribution.conftest import Story, company, deal, touch
from tests.conftest import NOW


def shares(of: int, model: str, dimension: str, lookback: int = 12) -> dict[str, float]:
    rows = Credit.objects.filter(deal_id=of, model=model, dimension=dimension, lookback_months=lookback)
    return {row.key: row.share for row in rows}


def test_each_model_and_dimension_credits_the_deal(story: Story) -> None:
    crediting.compute(12, at=NOW)
    big, campaign, asset = story.big.pk, str(story.newsletter.pk), str(story.guide.pk)
    assert shares(big, "first", "channel") == {"paid-search": 1.0}
    assert shares(big, "last", "channel") == {"sales-call": 1.0}
    assert shares(big, "linear", "channel") == {"paid-search": 0.25, "email": 0.5, "sales-call": 0.25}
    assert shares(big, "linear", "campaign") == {campaign: 0.5, "none": 0.5}
    assert shares(big, "linear", "asset") == {asset: 0.25, "none": 0.75}
    assert shares(big, "linear", "origin") == {"paid": 0.25, "organic": 0.5, "seller": 0.25}
    assert shares(story.early.pk, "first", "channel") == {"": 1.0}
    assert shares(story.bare.pk, "linear", "asset") == {"": 1.0}


def test_a_shorter_look_back_leaves_out_older_touches(story: Story) -> None:
    crediting.compute(3, at=NOW)
    crediting.compute(6, at=NOW)
    assert shares(story.big.pk, "linear", "channel", 3) == {"sales-call": 1.0}
    assert shares(story.big.pk, "linear", "channel", 6) == {"paid-search": 0.25, "email": 0.5, "sales-call": 0.25}
    assert set(Credit.objects.values_list("lookback_months", flat=True)) == {3, 6}


def test_the_shares_of_every_deal_sum_to_one(story: Story) -> None:
    crediting.compute(24, at=NOW)
    sums = Credit.objects.values("deal", "model", "dimension").annotate(total=Sum("share"))
    assert len(sums) == 5 * 3 * 4
    assert all(row["total"] == pytest.approx(1, abs=1e-9) for row in sums)


def test_lost_deals_corrected_touches_and_rows_deleted_in_the_crm_do_not_count(story: Story) -> None:
    lost = deal(story.acme, "Acme lost", "7.00", won="2026-03-01")
    gone = deal(story.acme, "Acme gone", "7.00", won="2026-03-01", deleted_in_source=True)
    type(lost).objects.filter(pk=lost.pk).update(is_won=False)
    Touch.objects.filter(channel="sales-call").update(current=False)
    crediting.compute(12, at=NOW)
    assert not Credit.objects.filter(deal__in=[lost, gone]).exists()
    assert shares(story.big.pk, "last", "channel") == {"email": 1.0}


def test_computing_again_replaces_the_credit(story: Story) -> None:
    crediting.compute(12, at=NOW)
    before = Credit.objects.count()
    touch(story.big.company, "2026-02-20", "made-up")
    run = crediting.compute(12, at=NOW + timedelta(hours=1))
    assert shares(story.big.pk, "last", "channel") == {"other": 1.0}
    assert Credit.objects.count() == before + 2  # the linear channels of Acme's two later deals
    assert (run.touches, CreditRun.objects.count()) == (6, 1)


def test_the_credit_of_one_moment_is_computed_once(story: Story) -> None:
    first = crediting.ensure(12, at=NOW)
    Credit.objects.all().delete()
    assert crediting.ensure(12, at=NOW) == first
    assert not Credit.objects.exists()
    crediting.ensure(12, at=NOW + timedelta(seconds=1))
    assert Credit.objects.exists()


def test_an_empty_company_has_no_credit(db: None) -> None:
    assert crediting.compute(12, at=NOW).touches == 0
    deal(company("Alone"), "Alone", str(Decimal("1.00")), won="2026-01-01")
    crediting.compute(12, at=NOW)
    assert Credit.objects.count() == 12

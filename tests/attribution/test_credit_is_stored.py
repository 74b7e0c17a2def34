from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from sameside.attribution import crediting
from sameside.attribution.models import Credit, CreditRun
from sameside.crm.models import Campaign, Deal, Touch
from sameside.people.models import Person
from tests.attribution.conftest import Story, company, credit, deal, lead, touch
from tests.attribution.conftest import at as moment
from tests.conftest import NOW


def shares(of: int, model: str, dimension: str, lookback: int = 12) -> dict[str, float]:
    rows = Credit.objects.filter(deal_id=of, dimension=dimension, lookback_months=lookback)
    return {row.key: getattr(row, model) for row in rows if getattr(row, model)}


def test_each_model_and_dimension_credits_the_deal(story: Story) -> None:
    credit(12)
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
    credit(3)
    credit(6)
    assert shares(story.big.pk, "linear", "channel", 3) == {"sales-call": 1.0}
    assert shares(story.big.pk, "linear", "channel", 6) == {"paid-search": 0.25, "email": 0.5, "sales-call": 0.25}
    assert set(Credit.objects.values_list("lookback_months", flat=True)) == {3, 6}


def test_the_shares_of_every_deal_sum_to_one_under_every_model(story: Story) -> None:
    credit(24)
    rows = Credit.objects.values("deal", "dimension").annotate(**{f"of_{name}": Sum(name) for name in crediting.MODELS})
    assert len(rows) == 5 * 5
    assert all(row[f"of_{name}"] == pytest.approx(1, abs=1e-9) for row in rows for name in crediting.MODELS)


def test_the_lead_and_the_deal_say_which_touch_made_them(story: Story) -> None:
    Deal.objects.filter(pk=story.big.pk).update(created_at=moment("2025-12-24"))
    credit(12)
    assert shares(story.big.pk, "lead_creation", "channel") == {"paid-search": 1.0}  # nobody knows: the first
    assert shares(story.big.pk, "opportunity_creation", "channel") == {"email": 1.0}
    lead(story.acme, "2025-10-15")
    lead(story.acme, "2026-02-15")  # after the deal: not what it came from
    credit(12, at=NOW + timedelta(hours=1))
    assert shares(story.big.pk, "lead_creation", "channel") == {"email": 1.0}
    lead(story.acme, "2026-02-15", deal=story.big)
    credit(12, at=NOW + timedelta(hours=2))
    assert shares(story.big.pk, "lead_creation", "channel") == {"sales-call": 1.0}


def test_positions_decay_and_shapley_share_one_journey(story: Story) -> None:
    credit(12)
    big = story.big.pk
    assert shares(big, "u_shape", "channel") == pytest.approx({"paid-search": 0.4, "email": 0.2, "sales-call": 0.4})
    assert shares(big, "shapley", "channel") == pytest.approx(
        {"paid-search": 1 / 3, "email": 1 / 3, "sales-call": 1 / 3}
    )
    parts = [2 ** (-days / 30) for days in (153, 123, 92, 0)]
    assert shares(big, "time_decay", "channel") == pytest.approx(
        {"paid-search": parts[0] / sum(parts), "email": sum(parts[1:3]) / sum(parts), "sales-call": 1 / sum(parts)}
    )


def test_a_visit_of_the_website_is_direct_and_passed_over(story: Story) -> None:
    touch(story.acme, "2026-02-20", "website")
    credit(12)
    assert shares(story.big.pk, "last", "channel") == {"website": 1.0}
    assert shares(story.big.pk, "last_non_direct", "channel") == {"sales-call": 1.0}


def test_a_touch_earns_for_its_person_s_team_else_its_campaign_s(story: Story, alice: Person, bob: Person) -> None:
    Campaign.objects.update(owner=alice)
    credit(12)
    assert shares(story.big.pk, "linear", "team") == {
        str(bob.team_id): 0.25,
        str(alice.team_id): 0.5,
        "none": 0.25,
    }


def test_lost_deals_corrected_touches_and_rows_deleted_in_the_crm_do_not_count(story: Story) -> None:
    lost = deal(story.acme, "Acme lost", "7.00", won="2026-03-01")
    gone = deal(story.acme, "Acme gone", "7.00", won="2026-03-01", deleted_in_source=True)
    type(lost).objects.filter(pk=lost.pk).update(is_won=False)
    Touch.objects.filter(channel="sales-call").update(current=False)
    credit(12)
    assert not Credit.objects.filter(deal__in=[lost, gone]).exists()
    assert shares(story.big.pk, "last", "channel") == {"email": 1.0}


def test_computing_again_replaces_the_credit(story: Story) -> None:
    credit(12)
    before = Credit.objects.count()
    touch(story.big.company, "2026-02-20", "made-up")
    run = credit(12, at=NOW + timedelta(hours=1))
    assert shares(story.big.pk, "last", "channel") == {"other": 1.0}
    assert Credit.objects.count() == before + 2  # the channel of Acme's two later deals
    assert (run.touches, CreditRun.objects.count()) == (6, 1)


def test_an_empty_company_has_no_credit(db: None) -> None:
    assert credit(12).touches == 0
    deal(company("Alone"), "Alone", str(Decimal("1.00")), won="2026-01-01")
    credit(12)
    assert Credit.objects.count() == 5

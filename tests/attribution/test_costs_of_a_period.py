from datetime import date, timedelta

import pytest

from sameside.attribution import pages, spending
from sameside.crm.models import Campaign, CampaignCost
from sameside.kit import snapshots
from tests.attribution.conftest import Story, at
from tests.conftest import NOW


def cost(of: Campaign, day: str, until: str, amount: str | None, **more: object) -> None:
    number = CampaignCost.objects.count()
    CampaignCost.objects.create(
        campaign=of, day=day, until=until, amount=amount, source="test", external_id=f"K{number}", **more
    )


def spent(of: Campaign, since: str, until: str) -> float | None:
    return spending.within(at(since), at(until)).campaign.get(str(of.pk))


def test_a_cost_of_a_month_is_spread_over_its_days(story: Story) -> None:
    cost(story.newsletter, "2026-04-01", "2026-04-30", "300.00")
    cost(story.newsletter, "2026-05-10", "2026-05-10", "7.00")
    assert spent(story.newsletter, "2026-04-21", "2026-05-31") == 107.0
    assert spent(story.newsletter, "2026-01-01", "2026-04-10") == 100.0


def test_a_whole_cost_is_spread_over_the_days_of_the_campaign(story: Story) -> None:
    assert spent(story.newsletter, "2026-04-01", "2026-04-10") == 500.0  # no dates: all of it
    Campaign.objects.update(starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 10))
    assert spent(story.newsletter, "2026-04-09", "2026-06-01") == 100.0
    Campaign.objects.update(ends_on=None)
    assert spent(story.newsletter, "2026-04-16", "2026-04-20") == 125.0  # it lasts until the day of the report
    assert spent(story.newsletter, "2026-01-01", "2026-03-01") == 0.0


def test_a_day_without_a_rate_leaves_the_cost_unknown(story: Story) -> None:
    cost(story.newsletter, "2026-05-01", "2026-05-01", "10.00")
    cost(story.newsletter, "2026-05-02", "2026-05-02", None, amount_given="9.00", currency="JPY")
    assert spent(story.newsletter, "2026-05-01", "2026-06-01") is None


@pytest.mark.parametrize(("model", "per_deal"), [("linear", 1000.0), ("first", None)])
def test_campaigns_and_channels_carry_cost_per_won_deal_and_return(
    story: Story, model: str, per_deal: float | None
) -> None:
    data = snapshots.compute("revenue", at=NOW + timedelta(seconds=1)).data
    view = pages.View(12, "12", model)
    for dimension in ("campaign", "channel"):
        row = next(one for one in pages.dimension_table(data, dimension, view).rows if one["cost"] is not None)
        assert (row["cost"], row["per_deal"]) == (500.0, per_deal)
        assert row["return"] == ("10.0×" if per_deal else "0.0×")

"""The background report: what it finds, what it leaves unsaid, and that it computes nothing twice."""

from datetime import timedelta

import numpy as np
import pytest

from sameside.attribution.influence import likeness, words
from sameside.attribution.influence.models import Influence
from sameside.attribution.influence.ranking import rank_correlation
from sameside.crm.models import Deal, Touch
from sameside.kit import snapshots
from tests.attribution.influence.conftest import BEGAN, Story
from tests.conftest import NOW


@pytest.fixture
def computed(story: Story) -> Story:
    snapshots.compute("influence", at=NOW)
    return story


def test_content_that_better_deals_met_has_credit_and_influence_side_by_side(computed: Story) -> None:
    guide = Influence.objects.get(kind="asset", key=str(computed.guide.pk))
    assert (guide.deals, guide.exposed, guide.compared, guide.verdict) == (120, 120, 120, "better")
    assert guide.difference == pytest.approx(0.25)
    assert guide.low is not None
    assert guide.high is not None
    assert 0.1 < guide.low < 0.25 < guide.high < 0.4
    assert guide.found["won"]["crude"] == pytest.approx(0.25)
    # 60 won deals of 100.00, of which the five that were in the webinar too gave it half.
    assert guide.linear == pytest.approx(6000 - 3 * 50)
    assert words.says("asset", "won", guide.found["won"]).startswith(
        "Deals that met this content were won more often than alike deals that did not: 50 % against 25 %."
    )


def test_too_few_says_how_many_are_missing(computed: Story) -> None:
    webinar = Influence.objects.get(kind="campaign", key=str(computed.webinar.pk))
    assert (webinar.verdict, webinar.difference, webinar.deals) == ("few", None, 10)
    assert words.says("campaign", "won", webinar.found["won"]) == (
        "Too few: 10 deals that met this campaign, in time to be compared. 10 more deals are needed."
    )


def test_what_was_met_on_the_last_days_counts_for_nothing(computed: Story) -> None:
    call = Influence.objects.get(kind="channel", key="sales-call")
    assert (call.deals, call.exposed, call.difference, call.verdict) == (120, 0, None, "few")


def test_a_touch_after_the_close_or_a_year_before_it_began_is_none(story: Story) -> None:
    for number, days in ((1, 61), (2, -366)):
        Touch.objects.create(
            company=story.companies[0],
            occurred_at=BEGAN + timedelta(days=days),
            channel="event",
            source="test",
            external_id=f"E{number}",
        )
    snapshots.compute("influence", at=NOW)
    assert not Influence.objects.filter(kind="channel", key="event").exists()


def test_nothing_is_computed_anew_while_nothing_changed(computed: Story) -> None:
    before = list(Influence.objects.order_by("pk").values_list("pk", flat=True))
    snapshots.compute("influence", at=NOW + timedelta(hours=1))
    assert list(Influence.objects.order_by("pk").values_list("pk", flat=True)) == before
    Deal.objects.filter(pk=computed.deals[0].pk).update(is_won=False)
    snapshots.compute("influence", at=NOW + timedelta(hours=2))
    assert not Influence.objects.filter(pk__in=before).exists()


def test_what_few_values_tell_apart_is_one_thing(story: Story) -> None:
    codes, names = likeness._coded([f"value {n}" for n in range(12)] + ["value 3"] * 5 + [None])
    assert len(names) == 8
    assert names[-1] == "other"
    assert codes.max() == 7


def test_an_empty_company_has_a_report_that_says_so(db: None) -> None:
    data = snapshots.compute("influence", at=NOW).data
    assert (data["deals"], data["kinds"]["asset"]["keys"]) == (0, 0)


def test_ranks_agree_disagree_or_say_nothing() -> None:
    up = np.array([1.0, 2.0, 2.0, 5.0])
    assert rank_correlation(up, up * 3) == pytest.approx(1.0)
    assert rank_correlation(up, -up) == pytest.approx(-1.0)
    assert rank_correlation(up, np.ones(4)) is None

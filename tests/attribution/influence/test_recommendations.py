"""Deals that followed what was recommended for them, against those that were recommended something and did not."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from sameside.analytics.influence.cases import DAY
from sameside.attribution.influence import estimating, material, recommended
from sameside.attribution.influence.models import Influence
from sameside.attribution.influence.recommended import Recommended
from sameside.crm.models import Deal
from sameside.kit import snapshots
from sameside.leads.models import Lead
from sameside.library.models import Search, Usage
from sameside.people.models import Person
from tests.attribution.influence.conftest import BEGAN, Story
from tests.conftest import NOW, signed_in


def day(days: int) -> datetime:
    return BEGAN + timedelta(days=days)


def use(of: Story, deal: Deal | None, action: str, days: int, bob: Person, **more: object) -> Usage:
    return Usage(asset=of.guide, action=action, at=day(days), person=bob, deal=deal, **more)


@pytest.fixture
def advised(story: Story, bob: Person) -> Story:
    """Of the 240 deals the first 200 were recommended the guide on the second day; the even ones used it on the tenth.

    The other 40 used it too, and 20 of them had found it by a search: nothing was recommended for these.
    """
    search = Search.objects.create(person=bob, at=day(2), query="guide", results=1, shown=[story.guide.pk])
    rows = [use(story, deal, "impression", 2, bob, recommended=True) for deal in story.deals[:200]]
    rows += [use(story, deal, "share", 10, bob) for deal in story.deals[:200:2]]
    rows += [use(story, deal, "impression", 2, bob, search=search) for deal in story.deals[200:220]]
    rows += [use(story, deal, "present", 10, bob) for deal in story.deals[200:]]
    Usage.objects.bulk_create(rows)
    return story


def test_followed_counts_among_deals_with_a_recommendation_that_was_not(advised: Story) -> None:
    snapshots.compute("influence", at=NOW)
    found = {one.key: one for one in Influence.objects.filter(kind="recommendation")}
    assert sorted(found) == ["any", "deal"]
    one = found["deal"]
    assert (one.deals, one.exposed, one.compared, one.linear) == (100, 100, 100, None)
    assert one.found["won"]["others"] == 100
    assert one.found["won"]["trials"][0]["after"] == 14
    assert (one.found["won"]["with"], one.found["won"]["without"]) == (0.5, 0.25)
    assert found["any"].difference == one.difference == pytest.approx(0.25)


def test_what_the_lead_was_recommended_counts_for_the_deal_it_became(story: Story, bob: Person) -> None:
    for number, deal in enumerate(story.deals[:80]):
        lead = Lead.objects.create(
            last_name="Lead", created_at=day(-30), deal=deal, source="test", external_id=f"L{number}"
        )
        rows = [use(story, None, "impression", -20, bob, lead=lead, recommended=True)]
        rows += [use(story, None, "share", -10, bob, lead=lead)] if number % 2 == 0 else []
        Usage.objects.bulk_create(rows)
    snapshots.compute("influence", at=NOW)
    found = {one.key: one for one in Influence.objects.filter(kind="recommendation")}
    assert sorted(found) == ["any", "lead"]
    assert found["lead"].found["won"]["trials"][0]["after"] == 0  # before the deal began
    assert (found["lead"].exposed, found["lead"].found["won"]["others"]) == (40, 40)
    assert found["lead"].difference == pytest.approx(20 / 40 - 10 / 40)


def test_a_case_begins_at_its_first_recommendation() -> None:
    begins, ends = np.array([0, 0, 0]) * DAY, np.array([60, 60, 10]) * DAY
    never = np.iinfo(np.int64).max // 1_000_000
    of = Recommended("deal", np.array([7, 8, 9]), np.array([-5, 20, 30]) * DAY, np.array([never, 25 * DAY, never]))
    case, since, followed = of.cases(np.array([7, 8, 9]), begins, ends)
    assert case.tolist() == [0, 1]  # the third had ended before
    assert (since // DAY).tolist() == [0, 20]
    assert recommended.waited(begins[case], since).tolist() == [0, 1]
    exposed = of.exposures(since, ends[case], followed)["recommendation"]
    assert (exposed.case.tolist(), (exposed.age // DAY).tolist()) == ([1], [5])


def test_following_is_found_whatever_tells_apart_who_is_recommended_something() -> None:
    """By simulation: 60 % against 40 % won, following or not; deals that nothing is recommended for are all lost. They
    are recommended something late, and those that end before are in no comparison."""
    chance = np.random.default_rng(7)
    rows = []
    for _ in range(60):
        deals = np.arange(600)
        ends = chance.integers(40, 200, 600) * DAY
        shown = chance.integers(0, 120, 600) * DAY
        has = chance.random(600) < 0.7
        follows = chance.random(600) < 0.5
        followed = np.where(follows, shown + chance.integers(0, 25, 600) * DAY, np.iinfo(np.int64).max // 1_000_000)
        of = Recommended("any", deals[has], shown[has], followed[has])
        case, since, then = of.cases(deals, np.zeros(600, dtype=np.int64), ends)
        met = then <= ends[case]
        won = np.where(met, chance.random(len(case)) < 0.6, chance.random(len(case)) < 0.4)
        assert has[case].all()
        assert (ends[case] > since).all()
        rows.append(won[met].mean() - won[~met].mean())
    assert np.mean(rows) == pytest.approx(0.2, abs=0.02)


def test_its_page_says_among_which_deals_and_lists_them(alice: Person, advised: Story) -> None:
    snapshots.compute("influence", at=NOW)
    client = signed_in(alice)
    shown = client.get("/revenue/influence/?kind=recommendation").content.decode()
    assert "Recommendation for the deal followed" in shown
    page = client.get("/revenue/influence/recommendation/deal/").content.decode()
    assert "Only deals that something was recommended for are compared" in page
    assert "in which something recommended was used were won more often" in page
    rows = client.get("/revenue/influence/recommendation/deal/deals/?met=yes").context["listing"].rows
    assert {row["first"].isoformat() for row in rows} == {"2026-01-20"}
    rows = client.get("/revenue/influence/recommendation/deal/deals/?met=no").context["listing"].rows
    assert {row["deal"] for row in rows} <= {deal.name for deal in advised.deals[1:200:2]}


def test_a_closer_look_takes_the_same_cases(alice: Person, advised: Story) -> None:
    snapshots.compute("influence", at=NOW)
    of = Influence.objects.get(kind="recommendation", key="any")
    done = estimating.run(estimating.ask(of, by=alice, at=NOW).pk, at=NOW)
    assert "waited" in done.found["won"]["alike"]
    assert done.found["won"]["difference"] == pytest.approx(0.2, abs=0.07)


def test_what_was_used_before_or_only_listed_is_no_recommendation(advised: Story, bob: Person) -> None:
    before = material.load().recommended["deal"].deals
    used = advised.deals[220:]
    Usage.objects.bulk_create(use(advised, deal, "impression", 20, bob, recommended=True) for deal in used)
    Usage.objects.bulk_create(use(advised, deal, "impression", 1, bob) for deal in advised.deals[200:220])
    after = material.load().recommended["deal"].deals
    assert (len(before), len(after)) == (200, 200)
    Usage.objects.bulk_create(use(advised, deal, "impression", 5, bob, recommended=True) for deal in used)
    later = material.load().recommended["deal"].deals
    assert [len(of.exposed["recommendation"].case) for of in (before, later)] == [100, 120]
    assert later.length[-1] == 55 * DAY  # from its recommendation to its close


def test_a_new_recommendation_is_computed_anew(advised: Story, bob: Person) -> None:
    before = material.load().digest
    use(advised, advised.deals[1], "share", 12, bob).save()
    assert material.load().digest != before


def test_without_any_the_page_says_what_is_missing(alice: Person, charlie: Person, story: Story) -> None:
    snapshots.compute("influence", at=NOW)
    assert not Influence.objects.filter(kind="recommendation").exists()
    assert "Nothing was recommended for a deal that is closed now." in (
        signed_in(alice).get("/revenue/influence/").content.decode()
    )
    assert signed_in(charlie).get("/revenue/influence/").status_code == 403


def test_figures_of_a_version_without_them_are_computed_anew(alice: Person, story: Story) -> None:
    snapshot = snapshots.compute("influence", at=NOW)
    del snapshot.data["kinds"]["recommendation"]
    snapshot.save()
    assert "Computing the figures" in signed_in(alice).get("/revenue/influence/").content.decode()

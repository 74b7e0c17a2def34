"""What was known of leads at a time, read from the rows."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sameside.crm.models import Campaign, CampaignMember, Company, Deal, Touch
from sameside.leads.criteria import Condition
from sameside.leads.models import Lead
from sameside.leads.scoring import facts, many
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.facts import Case
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Rule
from sameside.library.models import AssetFacet
from tests.conftest import NOW
from tests.library.shelf import shelve

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def lead(number: int = 1, **more: object) -> Lead:
    given = {"last_name": "Reader", "email": f"r{number}@Alpen-Bank.example", "created_at": NOW - 30 * DAY, **more}
    return Lead.objects.create(source="t", external_id=f"L{number}", **given)


def company(**more: object) -> Company:
    given = {
        "name": "Alpen Bank", "domain": "alpen-bank.example", "country": "Austria", "vertical": "banking",
        "employees": 900, "annual_revenue": Decimal(5_000_000), "created_at": NOW - 400 * DAY, **more,
    }  # fmt: skip
    return Company.objects.create(source="t", external_id=f"C{Company.objects.count()}", **given)


def touch(of: Lead, days: float, channel: str = "webinar", **more: object) -> Touch:
    return Touch.objects.create(
        lead=of, occurred_at=NOW - days * DAY, channel=channel, source="t", external_id=f"T{Touch.objects.count()}",
        **more,
    )  # fmt: skip


def test_what_the_lead_does_not_say_its_company_does() -> None:
    company()
    one = lead(vertical="insurance")
    found = facts.facts_of([one.pk], at=NOW)[one.pk]
    assert (found.country, found.vertical, found.employees, found.language) == ("Austria", "insurance", 900, "de")
    assert found.is_customer is False


def test_nothing_known_is_nothing_known() -> None:
    one = lead(email="")
    found = facts.facts_of([one.pk], at=NOW)[one.pk]
    assert (found.country, found.employees, found.is_customer, found.behaviours) == ("", None, None, ())


def test_a_company_that_came_after_the_time_asked_was_not_known_then() -> None:
    company(created_at=NOW - DAY)
    one = lead()
    assert facts.facts_of([one.pk], at=NOW - 2 * DAY)[one.pk].employees is None
    assert facts.facts_of([one.pk], at=NOW)[one.pk].employees == 900


def test_the_company_a_conversion_gave_says_nothing_of_the_lead_before() -> None:
    other = company(domain="other.example")
    one = lead(company=other, is_converted=True)
    assert facts.facts_of([one.pk], at=NOW)[one.pk].employees is None


def test_a_company_is_a_customer_from_its_first_deal_won() -> None:
    own = company()
    Deal.objects.create(
        source="t", external_id="D1", name="D", company=own, stage="Won", is_closed=True, is_won=True,
        created_at=NOW - 20 * DAY, closed_at=NOW - 10 * DAY,
    )  # fmt: skip
    one = lead()
    assert facts.facts_of([one.pk], at=NOW - 11 * DAY)[one.pk].is_customer is False
    assert facts.facts_of([one.pk], at=NOW)[one.pk].is_customer is True


def test_behaviour_is_what_was_done_by_then_within_a_year_in_order() -> None:
    one = lead()
    touch(one, 400)
    touch(one, 20, "email", interaction="click")
    touch(one, 25)
    touch(one, 5, "content")
    touch(one, 4, "event", current=False)
    found = facts.facts_of([one.pk], at=NOW - 10 * DAY)[one.pk]
    assert [(did.channel, did.interaction) for did in found.behaviours] == [("webinar", ""), ("email", "click")]
    assert found.channel == "webinar"


def test_a_flood_of_touches_is_read_to_a_bound_the_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST", 3)
    one = lead()
    for days in range(1, 6):
        touch(one, days)
    found = facts.facts_of([one.pk], at=NOW)[one.pk]
    assert [(NOW - did.at) // DAY for did in found.behaviours] == [3, 2, 1]


def test_the_first_campaign_counts_from_when_the_lead_joined_it() -> None:
    spring = Campaign.objects.create(source="t", external_id="K1", name="Spring", channel="webinar", kind="Webinar")
    one = lead(campaign=spring)
    CampaignMember.objects.create(source="t", external_id="M1", campaign=spring, lead=one, at=NOW - 3 * DAY)
    touch(one, 3, campaign=spring)
    assert facts.facts_of([one.pk], at=NOW - 4 * DAY)[one.pk].campaign is None
    now = facts.facts_of([one.pk], at=NOW)[one.pk]
    assert (now.campaign, now.behaviours[0].kind) == (spring.pk, "Webinar")


def test_a_touch_with_content_has_its_facets_but_rejected_ones() -> None:
    asset = shelve("A guide")
    AssetFacet.objects.filter(asset=asset).delete()
    AssetFacet.objects.create(asset=asset, facet="persona", value="cfo", state=AssetFacet.State.CONFIRMED)
    AssetFacet.objects.create(asset=asset, facet="persona", value="cio", state=AssetFacet.State.REJECTED)
    one = lead()
    touch(one, 1, "content", asset=asset)
    assert facts.facts_of([one.pk], at=NOW)[one.pk].behaviours[0].facets == {"persona:cfo"}


def test_rows_are_scored_the_same_as_facts() -> None:
    """The way of a million leads, from the rows, is that of one, from its facts."""
    company()
    asset = shelve("A guide")
    AssetFacet.objects.filter(asset=asset).delete()
    AssetFacet.objects.create(asset=asset, facet="persona", value="cfo")
    leads = [lead(1), lead(2, email=""), lead(3, title="CIO", country="France", email="x@nowhere.example")]
    for number, one in enumerate(leads):
        for days in range(number * 3):
            touch(one, days * 7.3, ("webinar", "content")[days % 2], asset=asset if days % 3 else None)
    rule = Rule(
        (
            FieldPoints(15, Condition("title", "contains", ("cio",)), 0.3),
            FieldPoints(20, Condition("language", "is", ("de", "fr")), 0.4),
            FieldPoints(10, Condition("employees", "at_least", ("500",)), 0.25),
            FieldPoints(-10, Condition("is_customer", "is", ("yes",)), 0.1),
            BehaviourPoints(9, ("webinar",), cap=20),
            BehaviourPoints(12, facets=("persona:cfo",), each=False, half_life=10),
        )
    )
    cases = [Case(one.pk, NOW - back * DAY) for one in leads for back in (0, 9)]
    found = many.scores(rule, many.from_rows(facts.read(cases)))
    expected = [rules.scored(rule, one, at=case.at).points for case, one in facts.facts_at(cases)]
    assert found.tolist() == expected
    assert len(set(expected)) > 3


def test_many_leads_are_read_with_as_many_statements_as_one(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    leads = [lead(number) for number in range(20)]
    for one in leads:
        touch(one, 1)
    with django_assert_num_queries(2):
        assert len(facts.facts_of([one.pk for one in leads], at=NOW)) == 20


def test_a_lead_that_is_gone_has_no_facts() -> None:
    assert facts.facts_of([987_654_321], at=NOW) == {}

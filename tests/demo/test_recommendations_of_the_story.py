"""What was proposed in the demo: before it was followed, of what is in use, once however often it is told."""

from datetime import timedelta

from sameside.crm.models import Deal
from sameside.demo import advising
from sameside.demo.assets import HELPER_TITLE
from sameside.leads.models import Lead
from sameside.library.models import Usage
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library.shelf import shelve, use


def test_what_sellers_used_was_often_proposed_before_and_the_rest_was_passed_over(bob: Person) -> None:
    plan, guide, forgotten = shelve(HELPER_TITLE), shelve("Guide"), shelve("Forgotten")
    briefs = [shelve(f"Brief {number}") for number in range(6)]
    for asset in (guide, *briefs):
        use(asset, "share", bob, days_ago=20)
    deals = [
        Deal.objects.create(
            name=f"Deal {n}", stage="Closed", owner=bob, is_closed=True, is_won=n % 2 == 0, source="test",
            created_at=NOW - timedelta(days=90), closed_at=NOW - timedelta(days=2), external_id=f"D{n}",
        )
        for n in range(40)
    ]  # fmt: skip
    for deal in deals[:20]:
        use(plan, "share", bob, days_ago=30, deal=deal)
    use(forgotten, "share", bob, days_ago=200, deal=deals[39])
    for number in range(20):
        Lead.objects.create(
            last_name="Lead", created_at=NOW - timedelta(days=9), owner=bob, source="test", external_id=f"L{number}"
        )
    told = advising.advise(at=NOW)
    shown = Usage.objects.filter(recommended=True)
    rows = set(shown.values_list("pk", flat=True))
    assert advising.advise(at=NOW) == told
    assert set(shown.values_list("pk", flat=True)) == rows  # once
    of_plan = shown.filter(asset=plan, deal__in=deals[:20])
    assert len({one.deal_id for one in of_plan}) == 14
    assert all(one.at < NOW - timedelta(days=30) for one in of_plan)
    assert shown.filter(asset=plan, deal__in=deals[20:]).exists()
    assert not shown.filter(asset=forgotten).exists()
    assert shown.filter(lead__isnull=False).count() == 18
    assert set(shown.values_list("person", "action", "search")) == {(bob.pk, "impression", None)}


def test_nothing_is_proposed_where_nothing_is_used(bob: Person) -> None:
    shelve("Guide")
    assert advising.advise(at=NOW) == 0

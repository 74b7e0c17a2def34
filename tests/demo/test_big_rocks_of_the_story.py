"""The demo's big rocks: a flagship of the most used topic, its derivatives, campaigns and costs; made once."""

from datetime import date, timedelta

from sameside.attribution.bigrock.models import BigRock
from sameside.crm.models import Campaign
from sameside.demo import rocking
from sameside.demo.members import CAST
from sameside.library.models import Usage
from sameside.people.models import Person
from sameside.people.roles import Role
from tests.conftest import NOW
from tests.library.shelf import shelve

TODAY = date(2026, 6, 1)


def test_topics_become_big_rocks_once(db: None) -> None:
    Person.objects.create_user(CAST[Role.MARKETER].email, name="Nora", role="marketer")
    brief = shelve("Cleaner books: solution brief")
    paper = shelve("Cleaner books: white paper")
    shelve("Alone: white paper")
    shelve("Other topic: brief")
    shelve("Other topic: checklist")
    Usage.objects.create(asset=brief, action="share", at=NOW)
    for number in range(3):
        Campaign.objects.create(
            name=f"Paid {number}", channel="paid-search", actual_cost=1000, source="test", external_id=f"C{number}",
            starts_on=TODAY - timedelta(days=440 - number), ends_on=TODAY - timedelta(days=300),
        )  # fmt: skip
    assert rocking.launch(today=TODAY, scale=0.1, at=NOW) == 2
    assert rocking.launch(today=TODAY, scale=0.1, at=NOW) == 2
    first = BigRock.objects.get(asset=paper)
    assert [one.asset for one in first.derivatives.all()] == [brief]
    assert [one.campaign.name for one in first.amplifications.all()] == ["Paid 0", "Paid 1"]
    assert [int(one.amount or 0) for one in first.expenses.all()] == [1840, 720, 390]
    assert first.launched_on == TODAY - timedelta(days=430)
    assert first.personas == ["operations", "finance"]

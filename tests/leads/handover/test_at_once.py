"""Two who work one lead at the same moment: one of them does it, the other hears why not, and nothing is done twice."""

from functools import partial

import pytest

from sameside.crm.models import Activity
from sameside.leads.handover import answering, attempting
from sameside.leads.models import HandOver, LeadEvent, Reason, Recycling
from sameside.people.models import Person
from tests.connectors.conftest import committed
from tests.leads.handover.handed import MONDAY, handed
from tests.leads.test_conversion_at_once import at_once

__all__ = ["committed"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


@pytest.fixture
def new(alice: Person, bob: Person) -> HandOver:
    return handed(bob, alice)


def test_two_accept(new: HandOver, bob: Person, gus: Person) -> None:
    refused = at_once(*(partial(answering.accept, new, by=one, at=MONDAY) for one in (bob, gus)))
    assert refused == ["It was accepted on 1 June 2026 already."]
    assert LeadEvent.objects.filter(kind="accepted").count() == 1


def test_one_accepts_and_one_returns(new: HandOver, bob: Person, gus: Person) -> None:
    why, _ = Reason.objects.get_or_create(key="no_need", defaults={"label": "No need", "endings": ["return"]})
    refused = at_once(
        partial(answering.accept, new, by=bob, at=MONDAY), partial(answering.return_, new, why, by=gus, at=MONDAY)
    )
    new.refresh_from_db()
    assert (new.outcome, Recycling.objects.count()) == ("returned", 1)
    assert refused in ([], ["It was returned to marketing on 1 June 2026."])


def test_a_double_tap_logs_one_attempt(new: HandOver, bob: Person) -> None:
    assert at_once(*[partial(attempting.log, new, "call", once="tap", by=bob, at=MONDAY)] * 2) == []
    assert (Activity.objects.count(), HandOver.objects.get().attempts) == (1, 1)

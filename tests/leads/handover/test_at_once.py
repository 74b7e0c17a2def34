"""Two who work one lead at the same moment: one of them does it, the other hears why not, and nothing is done twice."""

from functools import partial

import pytest

from sameside.crm.models import Activity, Contact
from sameside.leads.handover import answering, attempting, ending, handing, undoing
from sameside.leads.models import Conversion, HandOver, LeadEvent, Reason, Recycling
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


def _reason() -> Reason:
    return Reason.objects.get_or_create(key="no_need", defaults={"label": "No need", "endings": ["return"]})[0]


def test_one_returns_while_marketing_passes_it_on(new: HandOver, alice: Person, bob: Person, gus: Person) -> None:
    other = Person.objects.create_user("ann@example.com", None, name="Ann", role="seller")
    refused = at_once(
        partial(answering.return_, new, _reason(), by=bob, at=MONDAY),
        partial(handing.reassign, new, other, by=alice, at=MONDAY),
    )
    new.refresh_from_db()
    returned = new.outcome == "returned"
    assert refused == [
        "This hand-over has ended on 1 June 2026: Returned."
        if returned
        else "It was passed on to somebody else on 1 June 2026."
    ]
    assert HandOver.objects.open().count() == (0 if returned else 1)
    assert Recycling.objects.count() == (1 if returned else 0)


def test_one_undoes_while_another_returns(new: HandOver, bob: Person, gus: Person) -> None:
    """Either the acceptance is taken back before it is returned, or it was returned and stays."""
    answering.accept(new, by=bob, at=MONDAY)
    event = LeadEvent.objects.get(kind="accepted")
    refused = at_once(
        partial(undoing.undo, event, by=bob, at=MONDAY), partial(answering.return_, new, _reason(), by=gus, at=MONDAY)
    )
    new.refresh_from_db()
    assert new.outcome == "returned"
    undone = LeadEvent.objects.filter(kind="undone").exists()
    assert (new.accepted_at is None) == undone
    assert len(refused) == (0 if undone else 1)


def test_two_undo_the_same(new: HandOver, bob: Person, gus: Person) -> None:
    answering.return_(new, _reason(), by=bob, at=MONDAY)
    event = LeadEvent.objects.get(kind="returned")
    refused = at_once(*(partial(undoing.undo, event, by=one, at=MONDAY) for one in (bob, gus)))
    assert refused == ["This was undone already."]
    assert (HandOver.objects.open().count(), LeadEvent.objects.filter(kind="undone").count()) == (1, 1)


def test_two_convert(new: HandOver, bob: Person, gus: Person) -> None:
    refused = at_once(*(partial(ending.convert, new, by=one, at=MONDAY) for one in (bob, gus)))
    assert len(refused) == 1
    assert refused[0].endswith("was converted on 1 June 2026 already.")
    assert (Conversion.objects.count(), Contact.objects.count()) == (1, 1)
    assert HandOver.objects.get().outcome == "converted"

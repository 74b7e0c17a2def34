import pytest

from sameside.leads.models import Agreement, HandOver
from sameside.people.models import Person
from tests.leads.agreed import agree, office_hours
from tests.leads.handover.handed import handed


@pytest.fixture
def agreement(alice: Person, bob: Person) -> Agreement:
    office_hours()
    return agree(alice, bob)


@pytest.fixture
def handover(agreement: Agreement, alice: Person, bob: Person) -> HandOver:
    """Handed to bob on Monday the 1st of June 2026 at ten in Berlin; to be accepted within four business hours."""
    return handed(bob, alice)

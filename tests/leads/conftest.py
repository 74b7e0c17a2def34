import pytest

from sameside.people.models import Person, Team
from sameside.people.roles import Role
from tests.leads.story import Story, told


@pytest.fixture
def colleague(db: None) -> Person:
    """Sells in another team than bob."""
    south = Team.objects.create(name="Sales South", side=Team.Side.SALES)
    return Person.objects.create_user("south@example.com", None, name="Susan", role=Role.SELLER, team=south)


@pytest.fixture
def story(bob: Person, colleague: Person, alice: Person) -> Story:
    return told(bob, colleague, alice)

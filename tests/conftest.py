"""The cast: alice markets, bob sells, charlie is an outsider with an account; one person for every other role."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from sameside.people.models import Person, Team
from sameside.people.roles import Role

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PASSWORD = "a long enough password"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def sales(db: None) -> Team:
    return Team.objects.create(name="Sales North", side=Team.Side.SALES)


@pytest.fixture
def marketing(db: None) -> Team:
    return Team.objects.create(name="Demand generation", side=Team.Side.MARKETING)


def _person(name: str, role: str, team: Team | None = None) -> Person:
    return Person.objects.create_user(
        f"{name.lower()}@example.com", PASSWORD, name=name, role=role, team=team
    )


@pytest.fixture
def alice(marketing: Team) -> Person:
    return _person("Alice", Role.MARKETER, marketing)


@pytest.fixture
def bob(sales: Team) -> Person:
    return _person("Bob", Role.SELLER, sales)


@pytest.fixture
def charlie(db: None) -> Person:
    """Has an account but no role: sees nothing."""
    return _person("Charlie", "")


@pytest.fixture
def dora(db: None) -> Person:
    return _person("Dora", Role.EDITOR)


@pytest.fixture
def erik(db: None) -> Person:
    return _person("Erik", Role.SUCCESS)


@pytest.fixture
def fay(db: None) -> Person:
    return _person("Fay", Role.EXECUTIVE)


@pytest.fixture
def gus(db: None) -> Person:
    return _person("Gus", Role.ADMIN)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client

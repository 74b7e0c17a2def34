"""The cast: alice markets, bob sells, charlie is an outsider with an account; one person for every other role."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sameside.people.models import Person, Team
from sameside.people.roles import Role
from sameside.search import readers
from sameside.ui import access, lists
from sameside.ui.access import Company
from tests import databases
from tests.search.inline import Inline

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the cast need not be safe, but quick

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PASSWORD = "a long enough password"


class LostBlocks(logging.Filter):
    """Django leaves out `{{ block.super }}` without a word when a variable within is missing: a headless page."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and record.args[:1] == ("super",):
            raise AssertionError("block.super was left out") from (record.exc_info or (None, None))[1]
        return record.levelno > logging.DEBUG


logging.getLogger("django.template").addFilter(LostBlocks())
logging.getLogger("django.template").setLevel(logging.DEBUG)


@pytest.fixture(autouse=True)
def known_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page knows the organisation without a query, so that pinned query counts do not depend on the clock.

    A test that changes the organisation past its verb calls `access.current().forget()`.
    """
    lists.forget_choices()
    monkeypatch.setattr(access.current(), "_company", Company("My company", is_demo=False, currency="EUR"))
    monkeypatch.setattr(access.current(), "_read_at", float("inf"))


@pytest.fixture(autouse=True)
def _searching_inline() -> Iterator[None]:
    """A test commits nothing, so its searches read the change log inside its transaction."""
    readers.use(Inline())
    yield
    readers.use(None)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """The database is there already, a copy; `--create-db` migrates a new one all the same."""
    return not request.config.getvalue("create_db")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_keepdb: bool, django_db_blocker: Any
) -> None:
    if django_db_keepdb:
        with django_db_blocker.unblock():
            databases.copy(connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            databases.give_back_what_migrations_made(patch)
        yield


@pytest.fixture
def django_assert_num_queries() -> Callable[..., AbstractContextManager[CaptureQueriesContext]]:
    return _asked


@pytest.fixture
def django_assert_max_num_queries() -> Callable[..., AbstractContextManager[CaptureQueriesContext]]:
    return partial(_asked, exact=False)


@contextmanager
def _asked(number: int, *, exact: bool = True) -> Iterator[CaptureQueriesContext]:
    """Fails with the queries, a line each, unless what happens inside asks `number` of them."""
    __tracebackhide__ = True
    with CaptureQueriesContext(connection) as queries:
        yield queries
    made = len(queries)
    if made > number or (exact and made != number):
        lines = "\n".join(f"{place:3} {' '.join(one['sql'].split())[:300]}" for place, one in enumerate(queries, 1))
        pytest.fail(f"{made} queries instead of {'' if exact else 'at most '}{number}:\n{lines}")


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
    return Person.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name, role=role, team=team)


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

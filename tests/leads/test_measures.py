"""Every measure: its SQL counts what its rule in Python counts, and a share is of what holds it."""

import random

import pytest
from django.db import connection

from sameside.crm.models import Campaign
from sameside.leads.cohorts import Cohort
from sameside.leads.measures import ALL, BY_KEY, ROWS, Row
from sameside.leads.tallies import DIMENSIONS, tally
from sameside.people.models import Person
from tests.conftest import NOW
from tests.leads.handed import FIRST, random_handover


def _by_sql(at: object = NOW) -> dict[int, frozenset[str]]:
    columns = ", ".join(one.sql for one in ALL)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT m.id, {columns} FROM ({ROWS}) m", {"at": at})
        return {
            row[0]: frozenset(one.key for one, holds in zip(ALL, row[1:], strict=True) if holds)
            for row in cursor.fetchall()
        }


@pytest.fixture
def handed(bob: Person, colleague: Person) -> dict[int, Row]:
    chance = random.Random(5)
    campaigns = [None, *(Campaign.objects.create(source="t", external_id=f"R{n}", name=f"R{n}") for n in range(2))]
    made = (random_handover(chance, [bob, colleague], campaigns) for _ in range(300))
    return {one.pk: row for one, row in made}


def test_each_statement_agrees_with_its_rule(handed: dict[int, Row]) -> None:
    counted = _by_sql()
    assert counted == {pk: frozenset(one.key for one in ALL if one.holds(row, NOW)) for pk, row in handed.items()}
    assert frozenset().union(*counted.values()) == frozenset(BY_KEY)
    assert len({len(keys) for keys in counted.values()}) > 3


def test_a_share_is_of_what_holds_it(handed: dict[int, Row]) -> None:
    for row in handed.values():
        for one in ALL:
            if one.of and one.holds(row, NOW) and one.key != "open":
                assert BY_KEY[one.of].holds(row, NOW) or row.outcome in ("reassigned", "withdrawn"), one.key


def test_the_steps_of_the_funnel_hold_each_other(handed: dict[int, Row]) -> None:
    steps = ("delivered", "accepted", "converted", "opportunity", "won")
    for row in handed.values():
        held = [BY_KEY[key].holds(row, NOW) for key in steps]
        assert held == sorted(held, reverse=True)


def test_every_dimension_adds_up_to_the_total(handed: dict[int, Row]) -> None:
    found = tally(Cohort(), DIMENSIONS, at=NOW)
    total = found[""][0]
    assert total["passed"] == len(handed)
    for dimension in DIMENSIONS:
        for one in ALL:
            assert sum(row[one.key] for row in found[dimension]) == total[one.key]
        assert sum(row["won_amount"] for row in found[dimension]) == total["won_amount"]


def test_what_was_handed_over_later_is_not_counted(handed: dict[int, Row]) -> None:
    assert _by_sql(FIRST) == {}

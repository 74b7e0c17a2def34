"""Keyset paging: every row exactly once, forwards and back, whatever nulls and ties there are."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.kit import paging
from sameside.kit.models import Snapshot
from sameside.kit.paging import Order
from sameside.people.models import Person, Team

START = datetime(2026, 1, 1, tzinfo=UTC)


def snapshots(minutes: list[int]) -> None:
    Snapshot.objects.bulk_create(
        Snapshot(name=f"n{minute}", key=str(place), params={}, data={}, computed_at=START + timedelta(minutes=minute))
        for place, minute in enumerate(minutes)
    )


def walk(order: Order, size: int) -> list[list[int]]:
    """The ids of all pages, forwards."""
    pages, after = [], ""
    while True:
        page = paging.page(Snapshot.objects.all(), order, after=after, size=size)
        pages.append([row.pk for row in page.rows])
        if not page.next:
            return pages
        after = page.next


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minutes=st.lists(st.integers(0, 5), max_size=14),
    size=st.integers(1, 5),
    descending=st.booleans(),
    field=st.sampled_from(["computed_at", "name", "id"]),
)
def test_every_row_comes_once_and_back_again(minutes: list[int], size: int, descending: bool, field: str) -> None:
    Snapshot.objects.all().delete()
    snapshots(minutes)
    order = Order(field, descending=descending)
    expected = [row.pk for row in paging.ordered(Snapshot.objects.all(), order)]
    forwards = walk(order, size)
    assert [pk for page in forwards for pk in page] == expected

    last, seen = paging.page(Snapshot.objects.all(), order, size=size), []
    while last.next:
        last = paging.page(Snapshot.objects.all(), order, after=last.next, size=size)
    seen = [[row.pk for row in last.rows]]
    while last.previous:
        last = paging.page(Snapshot.objects.all(), order, before=last.previous, size=size)
        seen.insert(0, [row.pk for row in last.rows])
    assert [pk for page in seen for pk in page] == expected


@pytest.mark.parametrize("descending", [False, True])
def test_nulls_come_last_and_paging_crosses_them_both_ways(db: None, descending: bool) -> None:
    teams = {name: Team.objects.create(name=name) for name in ("A", "B")}
    for place, team in enumerate(["A", None, "B", None, "A", None]):
        Person.objects.create_user(f"p{place}@example.com", name=str(place), team=teams[team] if team else None)
    order = Order("team__name", descending=descending, nullable=True)
    rows = Person.objects.select_related("team")
    first = paging.page(rows, order, size=2)
    second = paging.page(rows, order, after=first.next, size=2)
    third = paging.page(rows, order, after=second.next, size=2)
    shown = [[person.name for person in page.rows] for page in (first, second, third)]
    assert shown == ([["2", "4"], ["0", "5"], ["3", "1"]] if descending else [["0", "4"], ["2", "1"], ["3", "5"]])
    assert third.next == ""
    back = paging.page(rows, order, before=third.previous, size=2)
    assert [person.name for person in back.rows] == shown[1]
    again = paging.page(rows, order, before=back.previous, size=2)
    assert [person.name for person in again.rows] == shown[0]
    assert again.previous == ""


NESTED = base64.urlsafe_b64encode(b"[" * 2900).decode()


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm9uc2Vuc2U", "WyJhIiwxXQ", "W251bGwsICJhIl0", "a" * 5000, "WyJcdTAwMDAiLDFd", NESTED]
)
def test_a_cursor_that_makes_no_sense_gives_the_first_page(db: None, cursor: str) -> None:
    snapshots([1, 2, 3])
    page = paging.page(Snapshot.objects.all(), Order("computed_at"), after=cursor, size=2)
    assert [row.name for row in page.rows] == ["n1", "n2"]


@pytest.mark.parametrize("value", ["\ud800", float("nan"), float("inf"), 10**30])
@pytest.mark.parametrize("field", ["name", "computed_at", "id"])
def test_a_cursor_that_no_column_can_hold_gives_the_first_page(db: None, value: object, field: str) -> None:
    snapshots([1, 2, 3])
    cursor = base64.urlsafe_b64encode(json.dumps([value, 1]).encode()).decode()
    page = paging.page(Snapshot.objects.all(), Order(field), after=cursor, size=2)
    assert [row.name for row in page.rows] == ["n1", "n2"]


def test_rows_that_arrive_meanwhile_shift_nothing(db: None) -> None:
    snapshots([10, 20, 30, 40])
    first = paging.page(Snapshot.objects.all(), Order("computed_at"), size=2)
    Snapshot.objects.create(name="early", key="new", params={}, data={}, computed_at=START)
    second = paging.page(Snapshot.objects.all(), Order("computed_at"), after=first.next, size=2)
    assert [row.name for row in second.rows] == ["n30", "n40"]

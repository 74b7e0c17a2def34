"""Counts that stop at a thousand, several of them by one statement."""

from typing import Any

import pytest

from sameside.kit import bounded
from sameside.kit.bounded import BoundedCounts
from sameside.kit.prepared import place
from sameside.people.models import Person

pytestmark = pytest.mark.django_db


def test_each_query_is_counted_by_one_statement(
    alice: Person, bob: Person, dora: Person, django_assert_num_queries: Any
) -> None:
    people = Person.objects.get_queryset()
    counts = BoundedCounts(people.filter(role=place("role")), people.filter(name=place("name")), people.none())
    with django_assert_num_queries(1):
        assert tuple(counts(role="marketer", name="Dora")) == (1, 1, 0)
    assert tuple(counts(role="nobody", name="")) == (0, 0, 0)


def test_it_counts_no_further_than_it_says(alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MOST", 1)
    assert tuple(BoundedCounts(Person.objects.get_queryset())()) == (2,)
    assert [bounded.said(number) for number in (0, 1, 2)] == ["0", "1", "1+"]

"""A stored report is made anew on a schedule, and less often the more it costs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.kit.snapshots import Report
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
made: list[tuple[Any, datetime]] = []


def _compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    made.append((params["months"], at))
    return {}


@pytest.fixture(autouse=True)
def only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made.clear()
    report = Report("spec", _compute, {"months": 12}, lambda _query: {"months": 12}, lambda _data: ())
    monkeypatch.setattr(snapshots, "REGISTRY", {"spec": report})


def test_what_was_never_computed_is_due_and_what_costs_little_soon_again() -> None:
    snapshots.compute_due(at=NOW)
    Snapshot.objects.update(seconds=6)
    snapshots.compute_due(at=NOW + timedelta(minutes=9))
    assert made == [(12, NOW)]
    snapshots.compute_due(at=NOW + timedelta(minutes=10))
    assert made == [(12, NOW), (12, NOW + timedelta(minutes=10))]


def test_each_choice_of_a_costly_report_waits_for_its_own_time() -> None:
    snapshots.compute("spec", at=NOW)
    snapshots.compute("spec", {"months": 36}, at=NOW)
    Snapshot.objects.filter(params={"months": 12}).update(seconds=3)
    Snapshot.objects.filter(params={"months": 36}).update(seconds=30)
    made.clear()
    snapshots.compute_due(at=NOW + timedelta(minutes=15))
    assert made == [(12, NOW + timedelta(minutes=15))]


def test_an_import_has_all_of_them_computed_at_once() -> None:
    snapshots.compute("spec", at=NOW)
    Snapshot.objects.update(seconds=600)
    made.clear()
    snapshots.compute_all(at=NOW + timedelta(minutes=1))
    assert made == [(12, NOW + timedelta(minutes=1))]

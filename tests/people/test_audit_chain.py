"""The audit log can not be changed, and a change that gets past the database shows in the chain."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
import pytest_django
from django.db import IntegrityError, connection, transaction

from sameside.people import audit
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW


def _tamper(statement: str, *values: object) -> None:
    """Change the table as somebody who owns the database could: with its triggers switched off."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        connection.check_constraints()
        cursor.execute("ALTER TABLE people_auditentry ENABLE TRIGGER USER")


def test_each_entry_follows_from_the_one_before(gus: Person) -> None:
    first = audit.record("one", by=gus, at=NOW)
    second = audit.record("two", by=None, at=NOW, subject="Person:1", details={"role": ["", "seller"]})
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    assert audit.verify() == audit.Verdict(2, None, second.hash)


@pytest.mark.parametrize(
    "details",
    [
        {"share": 0.1 + 0.2, "whole": 1.0, "huge": 1e22, "tiny": 1e-9, "minus": -0.0},
        {"rows": 10**18, "none": None, "yes": True},
        {10: "a", 9: "b"},
        {"pair": ("before", "after"), "deep": {"b": [1, {"z": 1, "a": 2}], "a": {}}},
        {"text": 'Größe "quoted" \\ 日本 \u2028'},
    ],
)
def test_what_the_database_rewrites_does_not_break_the_chain(gus: Person, details: dict[str, object]) -> None:
    audit.record("odd", by=gus, at=NOW, details=details)
    assert audit.first_broken() is None


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 6, 1, 12, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 6, 1, 12, 0, 0, 999_999, tzinfo=UTC),
        datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_any_time_zone_and_microsecond_survives(gus: Person, at: datetime) -> None:
    entry = audit.record("timed", by=gus, at=at)
    entry.refresh_from_db()
    assert entry.at == at
    assert audit.first_broken() is None


def test_the_database_refuses_to_change_or_delete(gus: Person) -> None:
    entry = audit.record("kept", by=gus, at=NOW)
    connection.check_constraints()
    for statement in (
        "UPDATE people_auditentry SET action = 'other'",
        "DELETE FROM people_auditentry",
        "TRUNCATE people_auditentry",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AuditEntry.objects.get() == entry


def test_a_changed_entry_is_found(gus: Person) -> None:
    audit.record("one", by=gus, at=NOW)
    changed = audit.record("two", by=gus, at=NOW, details={"role": ["seller", "admin"]})
    audit.record("three", by=gus, at=NOW)
    _tamper("UPDATE people_auditentry SET details = '{}' WHERE id = %s", changed.pk)
    broken = audit.first_broken()
    assert broken is not None
    assert broken.pk == changed.pk
    assert not audit.verify_latest(1_000).holds


def test_a_removed_entry_is_found_by_its_successor(gus: Person) -> None:
    audit.record("one", by=gus, at=NOW)
    removed = audit.record("two", by=gus, at=NOW)
    after = audit.record("three", by=gus, at=NOW)
    _tamper("DELETE FROM people_auditentry WHERE id = %s", removed.pk)
    broken = audit.first_broken()
    assert broken is not None
    assert broken.pk == after.pk


def test_a_removed_beginning_is_found(gus: Person) -> None:
    removed = audit.record("one", by=gus, at=NOW)
    audit.record("two", by=gus, at=NOW)
    _tamper("DELETE FROM people_auditentry WHERE id = %s", removed.pk)
    assert audit.first_broken() is not None


def test_the_latest_entries_are_checked_against_the_one_before_them(gus: Person) -> None:
    for number in range(5):
        audit.record(f"entry {number}", by=gus, at=NOW)
    verdict = audit.verify_latest(3)
    assert verdict.holds
    assert verdict.entries == 3
    third = AuditEntry.objects.order_by("pk")[2]
    _tamper("UPDATE people_auditentry SET action = 'x' WHERE id = %s", third.pk)
    assert not audit.verify_latest(3).holds
    assert audit.verify_latest(2).holds


def test_an_empty_log_holds(db: None) -> None:
    assert audit.verify() == audit.Verdict(0, None, "0" * 64)
    assert audit.verify_latest(1_000).holds


@pytest.mark.usefixtures("django_db_setup")
def test_writers_at_the_same_time_make_one_chain(django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """Committed for real, as concurrent writers are; and taken out again by hand."""

    def write() -> None:
        for number in range(10):
            audit.record(f"entry {number}", by=None, at=NOW)
        connection.close()

    with django_db_blocker.unblock():
        writers = [Thread(target=write) for _ in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        verdict = audit.verify_latest(40)
        _tamper(
            "DELETE FROM people_auditentry WHERE id IN (SELECT id FROM people_auditentry ORDER BY id DESC LIMIT 40)"
        )
    assert verdict.entries == 40
    assert verdict.holds

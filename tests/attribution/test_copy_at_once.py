"""Rows move by ADBC as they are committed, only changed parts are looked at, and two who refresh do the work once."""

import json
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from sameside.attribution.copy import lag, moving, refreshing
from sameside.crm.models import Deal
from sameside.identity import merging
from sameside.people.models import Person, Team
from tests.attribution.conftest import asset, company, deal, touch
from tests.conftest import NOW
from tests.connectors.conftest import committed

__all__ = ["committed"]
FEBRUARY, MARCH = "touches/2026-02.parquet", "touches/2026-03.parquet"
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def test_two_refresh_and_what_is_not_committed_waits(settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    acme = company("Acme")
    touch(acme, "2026-02-01", "email", cost="0.5")
    touch(acme, "2026-03-01", "sales-call", asset=asset("Guide", "guide"))
    deal(acme, "Sold", "12.34", won="2026-04-01")
    done: list[refreshing.Done] = []

    def run() -> None:
        try:
            done.append(refreshing.refresh())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(one.written) for one in done) == [0, 4]
    with moving.opened() as source:
        assert isinstance(source, moving.Adbc)
        by_adbc: dict[str, list[dict[str, object]]] = {}
        for content in refreshing.CONTENTS:
            for batch in source.batches(content.query, content.schema):
                by_adbc[content.id] = batch.to_pylist()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT pg_current_xact_id()")
    with moving.opened() as source:
        assert isinstance(source, moving.OwnConnection)
        for content in refreshing.CONTENTS:
            [batch] = source.batches(content.query, content.schema)
            assert batch.to_pylist() == by_adbc[content.id]
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK")
    assert by_adbc["touch_id"][0]["cost"] == 0.5
    assert by_adbc["deal_id"][0]["amount"] == 12.34


def test_only_where_the_log_names_a_change_is_looked(settings: object, tmp_path: Path, gus: Person) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    acme = company("Acme")
    touch(acme, "2026-02-01", "email")
    touch(acme, "2026-03-01", "email")
    sold = deal(acme, "Sold", "12.34", won="2026-04-01")
    assert len(refreshing.refresh().looked_at) == 4
    assert refreshing.refresh().looked_at == ()

    touch(acme, "2026-03-09", "email")
    found = refreshing.refresh()
    assert (found.looked_at, found.written) == ((MARCH,), (MARCH,))
    Deal.objects.filter(pk=sold.pk).update(name="Another name")
    assert refreshing.refresh().looked_at == ()
    Deal.objects.filter(pk=sold.pk).update(amount="1.00")
    assert refreshing.refresh().written == ("outcomes/outcomes.parquet",)
    merge = merging.merge(company("Borealis"), acme, by=gus, at=NOW)
    assert {FEBRUARY, MARCH} <= set(refreshing.refresh().written)
    merging.undo(merge, by=gus, at=NOW)
    assert {FEBRUARY, MARCH} <= set(refreshing.refresh().written)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL sameside.undoing = 'on'; DELETE FROM crm_touch WHERE occurred_at < '2026-02-15'")
    assert refreshing.refresh().removed == (FEBRUARY,)
    (tmp_path / "copy" / MARCH).write_bytes(b"damaged")
    found = refreshing.refresh()
    assert (found.looked_at, found.written) == ((MARCH,), (MARCH,))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")}
    assert refreshing.check().written == ()
    refreshing.rebuild()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.parquet")} == before


def test_a_team_a_day_and_another_database_make_it_look_everywhere(
    settings: object, tmp_path: Path, bob: Person
) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    acme = company("Acme")
    touch(acme, "2026-02-01", "sales-call", person=bob)
    everything = refreshing.refresh().looked_at
    Person.objects.filter(pk=bob.pk).update(name="Robert")
    assert refreshing.refresh().looked_at == ()
    Person.objects.filter(pk=bob.pk).update(team=Team.objects.create(name="Sales West", side="sales"))
    found = refreshing.refresh()
    assert (found.looked_at, found.written) == (everything, (FEBRUARY,))
    for name, value in (
        ("checked_at", "2026-01-01T00:00:00+00:00"),
        ("database", "1:1"),
        ("snapshot", "9:9999999999:"),
    ):
        written = tmp_path / "copy" / "copy.json"
        written.write_text(json.dumps(json.loads(written.read_text()) | {name: value}))
        assert refreshing.refresh().looked_at == everything
        assert refreshing.refresh().looked_at == ()


def test_what_is_copied_before_it_is_taken_back_leaves_the_copy(settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    acme = company("Acme")
    touch(acme, "2026-02-01", "email")
    refreshing.refresh()
    with transaction.atomic():
        touch(acme, "2026-03-01", "email")
        assert refreshing.refresh().written == (MARCH,)
        transaction.set_rollback(True)
    assert refreshing.refresh().removed == (MARCH,)
    assert lag.state().files == ()


def test_a_change_that_is_committed_late_is_seen(settings: object, tmp_path: Path) -> None:
    """One transaction began before a refresh and ends after it; the refresh after that sees what it wrote."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    acme = company("Acme")
    touch(acme, "2026-02-01", "email")
    refreshing.refresh()
    written, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                touch(acme, "2026-03-01", "email")
                written.set()
                go_on.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert written.wait(60)
    touch(acme, "2026-02-02", "email")
    assert refreshing.refresh().written == (FEBRUARY,)
    go_on.set()
    thread.join()
    assert refreshing.refresh().written == (MARCH,)

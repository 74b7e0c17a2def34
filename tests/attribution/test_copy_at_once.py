"""Rows move by ADBC as they are committed, and two who refresh at the same moment do the work once."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from sameside.attribution.copy import moving, refreshing
from tests.attribution.conftest import asset, company, deal, touch
from tests.connectors.conftest import committed

__all__ = ["committed"]
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

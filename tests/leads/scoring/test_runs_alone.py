"""Two processes never score at the same time; one that began may begin again inside."""

import psycopg
import pytest
from django.db import connection

from sameside.leads.scoring import runs
from sameside.search import indexer


def _free() -> bool:
    with psycopg.connect(indexer.address(), autocommit=True) as other:
        row = other.execute("SELECT pg_try_advisory_lock(%s)", [runs._LOCK]).fetchone()
    return bool(row and row[0])


@pytest.mark.django_db
def test_another_process_waits_until_the_run_has_ended() -> None:
    assert _free()
    with runs.alone():
        with runs.alone():
            assert not _free()
        assert not _free()
    assert _free()
    assert connection.is_usable()

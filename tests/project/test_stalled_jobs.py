"""A job whose worker is gone is queued again; where the same work waits already, the stalled one is given up."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from sameside.project import schedule
from tests.awaiting import awaited


def _job(status: str, worker: int | None, lock: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id)"
            " VALUES ('default', 'snapshots.refresh', %s, '{}', %s::procrastinate_job_status, %s) RETURNING id",
            [lock, status, worker],
        )
        return int(cursor.fetchone()[0])


def _status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


@pytest.fixture
def lost_worker(transactional_db: Any) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        yield int(cursor.fetchone()[0])
        cursor.execute("SET session_replication_role = replica")  # the tables are emptied; ends with the session


def test_a_stalled_job_is_queued_again_unless_its_work_waits_already(lost_worker: int) -> None:
    alone = _job("doing", lost_worker, "alone")
    doubled = _job("doing", lost_worker, "doubled")
    waiting = _job("todo", None, "doubled")
    assert awaited(schedule.take_up_stalled_jobs) == 2
    assert [_status(job) for job in (alone, doubled, waiting)] == ["todo", "failed", "todo"]

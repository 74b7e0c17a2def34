"""A worker that is killed in mid-run loses and repeats nothing: another one goes on after the last finished batch."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from sameside.connectors import runs
from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Company
from sameside.project import schedule
from tests.awaiting import awaited
from tests.connectors import exports

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]
ROWS, BAD = 40_000, (7, 19_999, 39_990)


@contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """`sameside worker` on the database of the tests."""
    given = connection.settings_dict
    address = f"postgresql://{quote(given['USER'])}:{quote(given['PASSWORD'])}@/{given['NAME']}?host={given['HOST']}"
    if given["PORT"]:
        address += f"&port={given['PORT']}"
    environment = os.environ | {"DATABASE_URL": address, "SAMESIDE_DATA": str(settings.DATA)}
    process = subprocess.Popen([sys.executable, "-m", "sameside", "worker"], env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(test: Any, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.005)


def test_a_killed_worker_is_followed_by_another_that_goes_on_exactly(tmp_path: Any) -> None:
    header, acme, _ = exports.ACCOUNT
    rows = [[f"001{number:012d}", "0", f"Company {number}", *acme[3:]] for number in range(ROWS)]
    for number in BAD:
        rows[number][0] = f"no id {number}"
    run = runs.create(
        "any", exports.write(tmp_path, {"Account.csv": [header, *rows]}), origin="x", by=None, at=exports.NOW
    )
    runs.queue(run)
    with worker() as first:
        wait_for(lambda: ImportFile.objects.get(run=run).rows > 0)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    cut_off = ImportFile.objects.get(run=run)
    assert 0 < cut_off.rows < ROWS
    assert ImportRun.objects.get(pk=run.pk).state == ImportRun.State.RUNNING
    with connection.cursor() as cursor:  # half a minute later
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    assert awaited(schedule.take_up_stalled_jobs) >= 1  # and what else the worker had begun
    with worker():
        wait_for(lambda: ImportRun.objects.get(pk=run.pk).state == ImportRun.State.DONE)
    done = ImportRun.objects.get(pk=run.pk)
    assert done.attempts == 2
    assert exports.counts(done) == {"Account.csv": (ROWS - len(BAD), 0, 0, len(BAD), ROWS - len(BAD))}
    assert Company.objects.count() == ROWS - len(BAD)
    with (settings.DATA / "imports" / done.files.get().error_file).open(newline="") as lines:
        assert [row[-2] for row in csv.reader(lines)] == ["row", *(str(number + 1) for number in BAD)]

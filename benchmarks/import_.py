"""Bringing in Salesforce leads, against PostgreSQL's `COPY` of the same file.

Three peers in the same run, alternating with the import: `COPY` of the file into a table of ours (the same columns,
types, unique key and indexes, from rows that were prepared beforehand), and into a bare table of texts, which is the
limit. What counts is rows per second of CPU, of this process and of the database's together. The second import of the
same file, which must change nothing, and the peak memory at a tenth of the rows and at all of them stand beside.
"""

import argparse
import csv
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.servers import cpu_of

SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TARGET = 0.15
HEADER = (
    "Id", "IsDeleted", "LastName", "FirstName", "Salutation", "Title", "Company", "Street", "City", "State",
    "PostalCode", "Country", "Phone", "MobilePhone", "Email", "Website", "Description", "LeadSource", "Status",
    "Industry", "Rating", "AnnualRevenue", "NumberOfEmployees", "OwnerId", "HasOptedOutOfEmail", "IsConverted",
    "ConvertedDate", "ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId", "IsUnreadByOwner",
    "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp",
)  # fmt: skip


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=200_000, help="leads in the file; 1000000 is what the target names")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(".cache/bench"), help="kept between runs")


def record_id(prefix: str, number: int) -> str:
    """A Salesforce id of 18 characters."""
    digits = ""
    for _ in range(12):
        number, digit = divmod(number, 62)
        digits = DIGITS[digit] + digits
    body = prefix + digits
    bits = [sum(1 << place for place in range(5) if body[start + place].isupper()) for start in (0, 5, 10)]
    return body + "".join(SUFFIX[each] for each in bits)


def write(path: Path, rows: int) -> None:
    """A weekly export of leads: every cell quoted, times in GMT without a mark."""
    chance = random.Random(7)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    words = [f"{stem}{end}" for stem in ("Nord", "Bahn", "Holz", "Lumen", "Terra", "Quell") for end in ("werk", "haus")]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(HEADER)
        for number in range(rows):
            at = (begin + timedelta(seconds=number * 50 % 58_000_000)).strftime("%Y-%m-%d %H:%M:%S")
            company = f"{chance.choice(words)} {number % 40_000}"
            out.writerow([
                record_id("00Q", number), "0", f"Name{number % 9_973}", f"First{number % 997}", "", "Head of Sales",
                company, f"Street {number % 300}", "Bern", "", "3000", "Switzerland", f"+41 31 {number:07d}", "",
                f"person{number}@firm{number % 40_000}.example", "", "Met at the fair; wants to hear more.", "Webinar",
                "Working - Contacted", "Banking", "Warm", "", "120", record_id("005", number % 40), "0", "0", "",
                "000000000000000AAA", "000000000000000AAA", "000000000000000AAA", "0", at, record_id("005", 1), at,
                record_id("005", 1), at,
            ])  # fmt: skip


def _database_cpu() -> float:
    """CPU seconds of every process of the embedded database."""
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE pid <> 0")
        pids = [pid for (pid,) in cursor.fetchall()]
    assert settings.DATABASE_URL
    total = 0.0
    for pid in pids:
        if Path(f"/proc/{pid}/stat").exists():
            total += cpu_of(pid)
    return total


def _measured(work: Callable[[], Any]) -> tuple[float, float]:
    """(CPU seconds of us and the database, seconds on the clock)."""
    own, database, clock = time.process_time(), _database_cpu(), time.perf_counter()
    work()
    return time.process_time() - own + _database_cpu() - database, time.perf_counter() - clock


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE leads_lead, connectors_importrun CASCADE")
        cursor.execute("CHECKPOINT")


def _bring_in(folder: Path) -> None:
    from django.utils import timezone

    from sameside.connectors import registry, runs
    from sameside.connectors.models import ImportRun
    from sameside.connectors.progress import Progress

    run = runs.create("salesforce", folder, origin="benchmark", by=None, at=timezone.now())
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.RUNNING, started_at=timezone.now())
    run.refresh_from_db()
    registry.connector("salesforce").execute(run, Progress(run, connector="salesforce"))


def _prepare_peer(path: Path) -> list[str]:
    """Write the rows of ours as CSV, for `COPY` to read; returns its columns."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'leads_lead'::regclass AND attnum > 1"
                       " AND NOT attisdropped ORDER BY attnum")  # fmt: skip
        columns = [name for (name,) in cursor.fetchall()]
        with path.open("wb") as file, cursor.copy(f"COPY leads_lead ({', '.join(columns)}) TO STDOUT CSV") as copy:
            for block in copy:
                file.write(block)
    return columns


def _copy(statement: str, path: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor, path.open("rb") as file, cursor.copy(statement) as copy:
        while block := file.read(1 << 20):
            copy.write(block)


def _copy_bare(path: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute(f"CREATE TABLE bench_bare ({', '.join(f'{name} text' for name in HEADER)})")
    _copy("COPY bench_bare FROM STDIN CSV HEADER", path)


def _peak(folder: Path) -> float:
    """Peak memory in MB of a process that brings in the folder."""
    command = [sys.executable, "-m", "benchmarks.import_", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return float(done.stdout.strip().splitlines()[-1])


def run(given: argparse.Namespace) -> int:
    folder = given.folder.resolve() / "import"
    os.environ["SAMESIDE_DATA"] = str(folder / "data")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
    os.environ["SAMESIDE_LOG_LEVEL"] = "ERROR"
    from sameside.project import commands, embedded

    os.environ["DATABASE_URL"] = embedded.ensure_running()
    commands.prepare()
    whole, tenth = folder / f"leads-{given.rows}", folder / f"leads-{given.rows // 10}"
    for place, rows in ((whole, given.rows), (tenth, given.rows // 10)):
        place.mkdir(parents=True, exist_ok=True)
        if not (place / "Lead.csv").exists():
            write(place / "Lead.csv", rows)
    _empty()
    _bring_in(whole)
    ready = folder / "ready.csv"
    columns = _prepare_peer(ready)
    figures: dict[str, list[tuple[float, float]]] = {"import": [], "again": [], "copy": [], "bare": []}
    for _ in range(given.rounds):
        _empty()
        figures["import"].append(_measured(lambda: _bring_in(whole)))
        figures["again"].append(_measured(lambda: _bring_in(whole)))
        _empty()
        statement = f"COPY leads_lead ({', '.join(columns)}) FROM STDIN CSV"
        figures["copy"].append(_measured(partial(_copy, statement, ready)))
        figures["bare"].append(_measured(lambda: _copy_bare(whole / "Lead.csv")))
    _print(given.rows, figures)
    _empty()
    small = _peak(tenth)
    _empty()
    print(f"\nPeak memory: {small:,.0f} MB for {given.rows // 10:,} rows, {_peak(whole):,.0f} MB for {given.rows:,}.")
    cpu = {name: statistics.median(each[0] for each in rounds) for name, rounds in figures.items()}
    return 0 if cpu["copy"] / cpu["import"] >= TARGET else 1


def _print(rows: int, figures: dict[str, list[tuple[float, float]]]) -> None:
    labels = {
        "import": "Sameside, first import",
        "again": "Sameside, the same again",
        "copy": "COPY of the finished rows, same indexes",
        "bare": "COPY of the file, bare table of texts",
    }
    first = statistics.median(each[0] for each in figures["import"])
    print(f"{rows:,} leads of {len(HEADER)} columns; the import's rate as a share of each peer's\n")
    print("| what | CPU s | clock s | rows per CPU s | import's rate is |\n| --- | ---: | ---: | ---: | ---: |")
    for name, label in labels.items():
        cpu = statistics.median(each[0] for each in figures[name])
        clock = statistics.median(each[1] for each in figures[name])
        print(f"| {label} | {cpu:.1f} | {clock:.1f} | {rows / cpu:,.0f} | {cpu / first:.0%} |")


if __name__ == "__main__":
    import django

    django.setup()
    _bring_in(Path(sys.argv[1]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)

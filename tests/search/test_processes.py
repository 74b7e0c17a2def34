"""Real processes: an indexer that writes, one that stands by, and readers that see the same; a kill loses nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from sameside.crm.models import Company
from sameside.leads.models import Lead
from sameside.library.models import Asset, groups_of
from sameside.people.models import Person
from sameside.retrieval.engine import Request
from sameside.search import health, indexes, kinds, readers
from sameside.search.readers import NotReady
from tests.library.shelf import shelve

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]
SECONDS = 2.0
LEADS = 20_000
READER = """
import sys, time, django
django.setup()
from sameside.retrieval.engine import Request
from sameside.search import readers
for line in sys.stdin:
    words, groups = line.rstrip("\\n").split("|")
    asked = Request(words=words, groups=groups.split(",") if groups else None, typing=False)
    print(*readers.engine("asset").keys(asked), flush=True)
"""


def environment(data: Path) -> dict[str, str]:
    given = connection.settings_dict
    address = f"postgresql://{quote(given['USER'])}:{quote(given['PASSWORD'])}@/{given['NAME']}?host={given['HOST']}"
    if given["PORT"]:
        address += f"&port={given['PORT']}"
    return os.environ | {"DATABASE_URL": address, "SAMESIDE_DATA": str(data), "SAMESIDE_SEARCH_MODEL": "none"}


@contextmanager
def process(data: Path, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    made = subprocess.Popen(
        [sys.executable, *arguments], env=environment(data), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield made
    finally:
        made.kill()
        made.communicate()


def indexer(data: Path) -> "subprocess._GeneratorContextManager[subprocess.Popen[str]]":  # type: ignore[name-defined]
    return process(data, "-m", "sameside", "indexer")


def wait_for(test: Callable[[], bool], seconds: float = 60) -> float:
    began = time.monotonic()
    while not test():
        assert time.monotonic() - began < seconds, "it took too long"
        time.sleep(0.02)
    return time.monotonic() - began


def here(words: str, groups: "list[str] | None" = None) -> list[int]:
    try:
        return list(readers.engine("asset").keys(Request(words=words, groups=groups, typing=False)))
    except NotReady:
        return []


def there(reader: "subprocess.Popen[str]", words: str, groups: "list[str] | None" = None) -> list[int]:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{words}|{','.join(groups or [])}\n")
    reader.stdin.flush()
    return [int(key) for key in reader.stdout.readline().split()]


def documents(kind: str) -> int:
    version = indexes.place(kind).current()
    state = indexes.read_state(version) if version else None
    return state.documents if state else -1


def test_two_processes_see_what_was_committed_within_two_seconds(data: Path, bob: Person) -> None:
    first = shelve("Zebra handbook")
    with indexer(data) as writing, indexer(data) as waiting:
        wait_for(lambda: bool(here("zebra")))
        with process(data, "-c", READER) as reader:
            assert there(reader, "zebra") == here("zebra") == [first.pk]
            second = shelve("Giraffe handbook", pages=["Necks of giraffes"])
            assert wait_for(lambda: here("giraffes") == [second.pk], SECONDS) < SECONDS
            assert there(reader, "giraffes") == [second.pk]
            assert there(reader, "giraffes", groups_of(bob)) == [second.pk]
            Asset.objects.filter(pk=second.pk).update(is_restricted=True, groups=["role:editor"])
            wait_for(lambda: here("giraffes", groups_of(bob)) == [], SECONDS)
            assert there(reader, "giraffes", groups_of(bob)) == []
            assert there(reader, "giraffes") == [second.pk]
        assert waiting.poll() is None
        holder = int((indexes.root() / "writer").read_text())
        assert holder in (writing.pid, waiting.pid)
        os.kill(holder, signal.SIGKILL)
        third = shelve("Okapi handbook")
        wait_for(lambda: here("okapi") == [third.pk])


def test_a_writer_killed_in_the_middle_of_many_leads_is_healed_by_the_next(data: Path) -> None:
    Company.objects.create(source="test", external_id="1", name="Acme")
    with indexer(data) as writing:
        wait_for(lambda: documents("lead") == 0)
        made = (
            Lead(source="test", external_id=str(number), last_name=f"Name{number}", created_at=timezone.now())
            for number in range(LEADS)
        )
        Lead.objects.bulk_create(made, batch_size=5_000)
        wait_for(lambda: 0 < documents("lead") < LEADS)
        os.kill(writing.pid, signal.SIGKILL)
    with indexer(data):
        wait_for(lambda: documents("lead") == LEADS, 120)
        (one,) = readers.engine("lead").keys(Request(words=f"Name{LEADS - 1}", typing=False))
        assert Lead.objects.get(pk=one).last_name == f"Name{LEADS - 1}"
    assert health.compare(kinds.by_name("lead")).is_same


def test_a_rebuild_is_asked_of_the_process_that_writes(data: Path) -> None:
    asset = shelve("Zebra handbook")
    with indexer(data):
        wait_for(lambda: bool(here("zebra")))
        before = indexes.place("asset").current()
        with process(data, "-m", "sameside", "search", "rebuild", "asset") as rebuilding:
            wait_for(lambda: rebuilding.poll() is not None)
            assert rebuilding.returncode == 0
            assert rebuilding.stdout is not None
            assert rebuilding.stdout.read() == "Assets: 1 document.\n"
        assert indexes.place("asset").current() != before
        assert here("zebra") == [asset.pk]

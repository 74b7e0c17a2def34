"""Two sweeps at the same moment share the work: each hand-over is looked at once."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from sameside.leads.clock import sweeping
from sameside.leads.models import Breach, ClockNotice
from sameside.people.models import Person
from tests.connectors.conftest import committed
from tests.leads.agreed import agree, office_hours
from tests.leads.clock.handing import berlin, passed

__all__ = ["committed"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def test_two_sweeps_share_the_work(alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    office_hours()
    agreement = agree(alice, bob)
    for _ in range(40):
        passed(bob, agreement, at=berlin(2026, 6, 1, 10))
    monkeypatch.setattr(sweeping, "BATCH", 4)
    start, counts = Barrier(2), list[int]()

    def run() -> None:
        start.wait(20)
        counts.append(sweeping.sweep(at=berlin(2026, 6, 1, 15)).looked)
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 40
    assert Breach.objects.count() == 40
    assert ClockNotice.objects.filter(step="breach").count() == 40

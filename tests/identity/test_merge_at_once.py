"""Two who merge the same pair at the same moment make one merge."""

import threading

import pytest
from django.db import connection

from sameside.identity import merging
from sameside.identity.models import Merge
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.connectors.conftest import committed
from tests.identity.conftest import company, deal

__all__ = ["committed"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def test_both_ways_round(gus):
    one, other = company("Acme"), company("ACME")
    sold = deal(other)
    refused: list[str] = []

    def run(kept, merged):
        try:
            merging.merge(kept, merged, by=gus, at=NOW)
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = Merge.objects.get()
    sold.refresh_from_db()
    assert len(refused) == 1
    assert "is merged into" in refused[0]
    assert sold.company_id == done.kept_id

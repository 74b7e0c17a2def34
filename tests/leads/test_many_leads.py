"""What a million leads would make slow: large batches are stored, and no list asks for every visible lead first."""

import pytest
from django.urls import reverse

from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.leads.batches import figures
from sameside.leads.handover_lists import address
from sameside.leads.models import HandOver
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.handed import hand_over, lead

SOURCE = "/leads/batches/sources/?source=Web"


@pytest.fixture
def four(bob: Person) -> list[HandOver]:
    return [hand_over(lead(lead_source="Web", owner=bob), bob) for _ in range(4)]


def test_a_large_batch_is_counted_once_then_read_and_forgotten(
    four: list[HandOver], alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST", 3)
    client = signed_in(alice)
    page = client.get(SOURCE).content.decode()
    assert "Computing the figures" in page
    assert "campaign=0&amp;source=Web&amp;month=" in page
    client.post(f"{reverse('computation', args=['batch'])}?campaign=0&source=Web&month=")
    assert "4 handed over" in client.get(SOURCE).content.decode()
    snapshots.compute_all(at=NOW)
    assert not Snapshot.objects.filter(name="batch").exists()
    assert Snapshot.objects.filter(name="hand-overs").exists()


def test_a_batch_that_is_not_large_is_counted_at_once(
    four: list[HandOver], alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST", 4)
    assert "4 handed over" in signed_in(alice).get(SOURCE).content.decode()


def test_the_report_takes_no_nonsense_for_a_batch() -> None:
    assert figures.read({"campaign": "x", "source": "W\x00eb", "month": "2026-13"}) == {
        "campaign": 0, "source": "Web", "month": "",
    }  # fmt: skip
    assert figures.read({"campaign": "7", "source": "Web"}) == {"campaign": 7, "source": "", "month": ""}


def test_whoever_sees_all_leads_asks_for_no_list_of_them(alice: Person, bob: Person, dora: Person) -> None:
    assert str(HandOver.objects.visible_to(alice).query).count("SELECT") == 1
    mine = hand_over(lead(owner=bob), bob)
    assert list(HandOver.objects.visible_to(bob)) == [mine]
    assert list(HandOver.objects.visible_to(dora)) == []


def test_hand_overs_by_campaign_and_measure_cost_the_same_however_many(
    bob: Person, alice: Person, django_assert_max_num_queries
) -> None:
    for _ in range(20):
        hand_over(lead(owner=bob), bob)
    client = signed_in(alice)
    paths = [address(**{"is": key}) for key in ("won", "refused", "not_worked")] + [address(campaign="none")]
    for path in paths:
        client.get(path)
        with django_assert_max_num_queries(11):
            assert client.get(path).status_code == 200

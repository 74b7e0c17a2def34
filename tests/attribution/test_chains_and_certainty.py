"""Markov's credit and the intervals of all models, from all journeys of a period."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sameside.attribution import labels
from sameside.crm.models import Deal
from sameside.kit import snapshots
from tests.attribution.conftest import Story, company, deal, touch
from tests.conftest import NOW


def computed(at: datetime = NOW) -> dict[str, Any]:
    return snapshots.compute("revenue", {"lookback": 12, "period": "12"}, at=at).data


def row(data: dict[str, Any], key: str, dimension: str = "channel") -> dict[str, Any]:
    return next(one for one in data["dimensions"][dimension] if one["key"] == key)


def lose(name: str, *channels: str) -> None:
    of = company(name)
    for day, channel in enumerate(channels, start=1):
        touch(of, f"2026-02-{day:02}", channel)
    lost = deal(of, name, "7.00", won="2026-03-01")
    Deal.objects.filter(pk=lost.pk).update(is_won=False)


def test_the_chain_shares_what_had_a_touch_and_leaves_the_rest_apart(story: Story) -> None:
    data = computed()
    markov = {one["key"]: one["won"]["markov"] for one in data["dimensions"]["channel"]}
    assert round(sum(markov.values()), 2) == 10600.01
    assert markov[""] == 100.01
    # Removing any channel of Acme's loses its win, so the three have one effect; the event's is that of 500.00.
    assert markov["paid-search"] == pytest.approx(markov["email"], abs=0.011)
    assert markov["event"] == pytest.approx(10500 * 500 / 30500, abs=0.011)
    assert data["dimensions"]["channel"][0]["open"]["markov"] is None


def test_a_channel_of_lost_deals_alone_keeps_the_totals_whole(story: Story) -> None:
    lose("Lost by partner", "partner", "event")
    data = computed()
    assert row(data, "partner")["won"]["linear"] == 0
    assert row(data, "partner")["won"]["markov"] > 0
    for model in labels.MODEL_LABELS:
        assert round(sum(one["won"][model] for one in data["dimensions"]["channel"]), 2) == 10600.01


def test_lost_deals_take_credit_from_what_was_lost(story: Story) -> None:
    before = row(computed(), "event")["won"]["markov"]
    for number in range(5):
        lose(f"Lost {number}", "event", "email")
    assert row(computed(NOW + timedelta(hours=1)), "event")["won"]["markov"] != pytest.approx(before, abs=0.01)


def test_intervals_hold_the_amounts_and_none_is_given_for_few_deals(story: Story) -> None:
    assert all(one["bounds"] == {} for one in computed()["dimensions"]["channel"])
    for number in range(30):
        of = company(f"Many {number}")
        touch(of, "2026-02-01", "email" if number % 3 else "event")
        touch(of, "2026-02-10", "meeting")
        deal(of, f"Many {number}", "1000.00", won="2026-03-01")
    found = row(computed(NOW + timedelta(hours=1)), "meeting")
    assert set(found["bounds"]) == set(labels.MODEL_LABELS)
    for model, (low, high) in found["bounds"].items():
        assert low <= found["won"][model] <= high, model
    assert found["bounds"]["last"][0] < found["bounds"]["last"][1]

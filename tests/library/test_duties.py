"""What the library waits for: counts on Today and This week that lead to just the rows they count."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sameside.kit import snapshots
from sameside.library import requests
from sameside.library.models import Asset, AssetVerdict, Play
from sameside.library.upkeep import duties
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

TODAY = timezone.localdate()


def opened(asset: Asset, openers: int) -> None:
    AssetVerdict.objects.create(
        window=90,
        k=5,
        asset=asset,
        verdict="not_relevant",
        reason="",
        impressions=0,
        opens=openers,
        openers=openers,
        uses=0,
        open_deals=0,
        matched_searches=0,
    )


@pytest.fixture
def waiting(alice: Person, dora: Person, bob: Person) -> None:
    """Two of dora's and one of alice's past or near their dates, one request, two opened and never used."""
    for title, days, owner in (("Over", -3, dora), ("Near", 5, dora), ("Hers", -1, alice), ("Far", 90, dora)):
        asset = shelve(title)
        Asset.objects.filter(pk=asset.pk).update(verified_until=TODAY + timedelta(days=days), owner=owner)
    requests.ask("quantum pricing", by=bob, at=NOW)
    far = timedelta(days=400)
    for title, openers in (("Looked at", 3), ("With a play", 4), ("Hardly", 2)):
        asset = shelve(title)
        Asset.objects.filter(pk=asset.pk).update(verified_until=TODAY + far)
        opened(asset, openers)
    Play.objects.create(asset=Asset.objects.get(title="With a play"), when="Now", created_at=NOW, updated_at=NOW)


def test_each_line_counts_the_rows_that_it_leads_to(waiting: None, dora: Person) -> None:
    found = duties.of(dora, timezone.now())
    assert [(one.text, one.url) for one in found] == [
        ("1 asset of yours is past its date", "/library/reviews/?state=overdue&whose=mine"),
        ("1 asset of yours is due within 30 days", "/library/reviews/?state=soon&whose=mine"),
        ("2 assets are past their date", "/library/reviews/?state=overdue"),
        ("1 request waits for an answer", "/library/requests/?state=open"),
        ("1 asset is opened and never used: write its play", "/library/plays/proposals/?play=missing"),
        ("1 asset is opened and never used, with a play", "/library/plays/proposals/?play=there"),
    ]
    client = signed_in(dora)
    for one in found:
        assert len(client.get(one.url).context["listing"].rows) == one.number, one.url


def test_today_and_this_week_say_it_to_those_who_edit(waiting: None, dora: Person, erik: Person) -> None:
    for name in ("content", "leads", "conversations", "suggestions", "today", "week"):
        snapshots.compute(name, at=timezone.now())
    for page in ("/", "/this-week/"):
        assert "1 request waits for an answer" in signed_in(dora).get(page).text
        said = signed_in(erik).get(page).text
        assert "waits for an answer" not in said
        assert "The library waits for" not in said


def test_the_counts_cost_the_same_however_much_waits(
    waiting: None, dora: Person, django_assert_num_queries: Any
) -> None:
    for number in range(15):
        asset = shelve(f"More {number}")
        Asset.objects.filter(pk=asset.pk).update(verified_until=TODAY, owner=dora)
    with django_assert_num_queries(2):
        found = duties.of(dora, timezone.now())
    assert re.match("16 assets of yours are due within 30 days", next(one.text for one in found if "due" in one.text))


def test_nothing_waits_for_who_may_not_edit(waiting: None, bob: Person, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert duties.of(bob, timezone.now()) == []

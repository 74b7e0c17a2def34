"""What is shown, searched and done is recorded once, off the request's path, and never lost while the process lives."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from sameside.library.models import Asset, Search, Usage
from sameside.library.usage import Recorder
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library.shelf import deal


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def assets(db: None) -> list[Asset]:
    return [
        Asset.objects.create(title=f"Guide {n}", slug=f"guide-{n}", format="pdf", created_at=NOW, updated_at=NOW)
        for n in range(3)
    ]


def stored() -> list[tuple[Any, ...]]:
    return list(Usage.objects.order_by("at", "asset_id").values_list("asset__slug", "action", "person__name"))


def test_nothing_is_written_before_the_flush(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    recorder.impressions(bob, [asset.pk for asset in assets], at=NOW)
    assert Usage.objects.count() == 0
    assert recorder.flush() == 3
    assert stored() == [
        ("guide-0", "impression", "Bob"),
        ("guide-1", "impression", "Bob"),
        ("guide-2", "impression", "Bob"),
    ]


def test_the_same_impression_within_ten_minutes_is_one(
    recorder: Recorder, assets: list[Asset], bob: Person, alice: Person
) -> None:
    first = assets[0].pk
    for minutes in (0, 3, 9, 11):
        recorder.impressions(bob, [first], at=NOW + timedelta(minutes=minutes))
        recorder.flush()
    recorder.impressions(alice, [first], at=NOW)
    recorder.flush()
    assert [(row.person.name, row.at - NOW) for row in Usage.objects.order_by("at", "pk") if row.person] == [
        ("Bob", timedelta(0)),
        ("Alice", timedelta(0)),
        ("Bob", timedelta(minutes=11)),
    ]


def test_what_is_proposed_now_and_was_not_before_is_kept(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    one, other = deal(owner=bob), deal(owner=bob)
    first = assets[0].pk
    recorder.impressions(bob, [first], at=NOW)
    for minutes, of in ((1, one), (2, one), (3, other)):
        recorder.impressions(bob, [first], deal_id=of.pk, recommended=True, at=NOW + timedelta(minutes=minutes))
        if minutes != 1:
            recorder.flush()
    recorder.impressions(bob, [first], deal_id=one.pk, at=NOW + timedelta(minutes=4))
    recorder.impressions(bob, [first], recommended=True, at=NOW + timedelta(minutes=20))
    recorder.flush()
    rows = Usage.objects.order_by("at").values_list("deal", "recommended")
    assert list(rows) == [(None, False), (one.pk, True), (other.pk, True), (None, False)]


def test_shares_are_never_merged(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    for _ in range(2):
        recorder.action(bob, assets[0].pk, "share", at=NOW)
    recorder.flush()
    assert stored() == [("guide-0", "share", "Bob"), ("guide-0", "share", "Bob")]


def test_a_search_typed_letter_by_letter_is_one(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    for second, query in enumerate(("b", "ba", "bank", "banking", "bankin", "banking g")):
        shown = [asset.pk for asset in assets[: 1 + second % 3]]
        recorder.search(bob, query, filters={}, results=9 - second, shown=shown, at=NOW + timedelta(seconds=second))
    recorder.search(bob, "roi", filters={"language": ["de"]}, results=0, shown=[], at=NOW + timedelta(seconds=7))
    recorder.flush()
    assert list(Search.objects.order_by("at").values_list("query", "results", "filters")) == [
        ("banking g", 4, {}),
        ("roi", 0, {"language": ["de"]}),
    ]
    search = Search.objects.get(query="banking g")
    assert search.shown == [asset.pk for asset in assets]
    assert set(Usage.objects.values_list("asset", "search")) == {(asset.pk, search.pk) for asset in assets}


def test_a_search_still_being_typed_waits(recorder: Recorder, bob: Person) -> None:
    recorder.search(bob, "bank", filters={}, results=0, shown=[])
    assert recorder.flush(everything=False) == 0
    assert recorder.flush() == 1


def test_the_queue_is_bounded_and_says_what_it_dropped(
    assets: list[Asset], bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    small = Recorder(room=2)
    small.impressions(bob, [asset.pk for asset in assets], at=NOW)
    small.impressions(bob, [assets[0].pk], at=NOW)
    assert small.flush() == 2
    assert "usage.dropped rows=2" in caplog.text


def test_an_asset_deleted_meanwhile_spoils_nothing(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    recorder.impressions(bob, [asset.pk for asset in assets], at=NOW)
    assets[1].delete()
    recorder.flush()
    assert [row[0] for row in stored()] == ["guide-0", "guide-2"]


def test_the_thread_takes_what_waits_by_itself(bob: Person) -> None:
    recorder = Recorder(interval=0.02)
    recorder._serving = True
    recorder.impressions(bob, [999_999_999], at=NOW)
    deadline = time.monotonic() + 10
    while recorder._rows and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not recorder._rows
    recorder.stop()
    for thread in threading.enumerate():
        if thread.name == "usage-recorder":
            thread.join(10)


def test_a_refused_row_takes_no_other_with_it(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    recorder.impressions(bob, [assets[0].pk], deal_id=999_999_999, at=NOW)
    recorder.impressions(bob, [assets[1].pk], at=NOW)
    recorder.flush()
    assert stored() == [("guide-1", "impression", "Bob")]


def test_a_row_that_no_database_takes_is_left_out_and_not_told(
    recorder: Recorder, assets: list[Asset], bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.search(bob, "what he\x00 looks for", filters={}, results=0, shown=[], at=NOW)
    recorder.impressions(bob, [assets[1].pk], at=NOW)
    recorder.flush()
    assert stored() == [("guide-1", "impression", "Bob")]
    assert caplog.messages == ["usage.refused because=DataError"]


def test_what_is_not_written_when_the_database_goes_away_waits(
    recorder: Recorder, assets: list[Asset], bob: Person
) -> None:
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    recorder.impressions(bob, [assets[0].pk], deal_id=999_999_999, at=NOW)
    recorder.impressions(bob, [assets[1].pk, assets[2].pk], at=NOW)
    written = []

    def goes_away(execute: Any, sql: str, *given: Any) -> Any:
        if "INSERT" in sql:
            written.append(sql)
        if "INSERT" in sql and len(written) == 4:  # all at once, the refused one, the second, the third
            raise OperationalError("gone")
        return execute(sql, *given)

    with connection.execute_wrapper(goes_away), pytest.raises(OperationalError):
        recorder.flush()
    assert stored() == [("guide-1", "impression", "Bob")]
    assert recorder.flush() == 1
    assert stored() == [("guide-1", "impression", "Bob"), ("guide-2", "impression", "Bob")]


def test_an_unknown_action_is_refused(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    with pytest.raises(ValueError):
        recorder.action(bob, assets[0].pk, "admire", at=NOW)

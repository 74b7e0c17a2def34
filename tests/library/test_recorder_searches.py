"""A search is recorded with its context, and what its links led to belongs to it, although it is written later."""

from datetime import datetime, timedelta

import pytest

from sameside.library.models import Asset, Search, Usage
from sameside.library.origins import Origin
from sameside.library.usage import Recorder
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library.shelf import deal

DAY = timedelta(days=1)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def assets(db: None) -> list[Asset]:
    return [
        Asset.objects.create(title=f"Guide {n}", slug=f"guide-{n}", format="pdf", created_at=NOW, updated_at=NOW)
        for n in range(3)
    ]


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def did(action: str) -> list[tuple[str, str, int | None]]:
    rows = Usage.objects.filter(action=action).select_related("asset", "search").order_by("at", "position")
    return [(row.asset.slug, row.search.query if row.search else "", row.position) for row in rows]


def test_a_search_keeps_its_context(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    about = deal(owner=bob)
    recorder.search(
        bob, "roi", filters={"vertical": ["banking"]}, results=2, shown=[assets[1].pk, assets[0].pk], at=NOW,
        started_at=seconds(-3), deal_id=about.pk, place="box", corrected="rio",
    )  # fmt: skip
    recorder.flush()
    found = Search.objects.get()
    assert (found.started_at, found.deal_id, found.place, found.corrected) == (seconds(-3), about.pk, "box", "rio")
    assert did("impression") == [("guide-1", "roi", 1), ("guide-0", "roi", 2)]


def test_what_is_typed_on_keeps_the_time_of_the_first_key(recorder: Recorder, bob: Person) -> None:
    recorder.search(bob, "ban", filters={}, results=1, shown=[], at=NOW, started_at=seconds(-1))
    recorder.search(bob, "banking", filters={}, results=1, shown=[], at=seconds(3))
    recorder.flush()
    assert list(Search.objects.values_list("query", "started_at")) == [("banking", seconds(-1))]


def test_an_open_belongs_to_the_search_whose_link_led_to_it(
    recorder: Recorder, assets: list[Asset], bob: Person, alice: Person
) -> None:
    ids = [asset.pk for asset in assets]
    recorder.search(bob, "ban", filters={}, results=3, shown=ids, at=NOW)
    recorder.search(bob, "banking", filters={}, results=3, shown=ids, at=seconds(2))
    recorder.search(bob, "something else", filters={}, results=3, shown=ids, at=seconds(60))
    recorder.search(alice, "hers", filters={}, results=3, shown=ids, at=seconds(1))
    recorder.action(bob, ids[1], "open", origin=Origin(NOW, 2), at=seconds(90))
    recorder.action(bob, ids[2], "open", origin=Origin(NOW - DAY, 1), at=seconds(91))
    recorder.flush()
    assert did("open") == [("guide-1", "banking", 2), ("guide-2", "", 1)]


def test_an_open_waits_until_its_search_is_written(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    recorder.action(bob, assets[0].pk, "open", origin=Origin(NOW, 1))
    assert recorder.flush(everything=False) == 0
    assert recorder.flush() == 1


def test_the_same_asset_opened_from_another_search_is_another_open(
    recorder: Recorder, assets: list[Asset], bob: Person
) -> None:
    for second in (0, 60):
        recorder.search(bob, f"words {second}", filters={}, results=1, shown=[assets[0].pk], at=seconds(second))
        for later in (10, 20):
            moment = seconds(second + later)
            recorder.action(bob, assets[0].pk, "open", origin=Origin(seconds(second), 1), at=moment)
    recorder.action(bob, assets[0].pk, "open", at=seconds(200))
    recorder.flush()
    assert did("open") == [("guide-0", "words 0", 1), ("guide-0", "words 60", 1)]


def test_what_follows_the_open_belongs_to_its_search(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    about = deal(owner=bob)
    pk = assets[0].pk
    recorder.search(bob, "roi", filters={}, results=1, shown=[pk], at=NOW, deal_id=about.pk)
    recorder.action(bob, pk, "open", origin=Origin(NOW, 4), at=seconds(20))
    recorder.flush()
    recorder.record(bob, pk, "download", at=seconds(60))
    recorder.record(bob, pk, "share", at=seconds(29 * 60))
    recorder.record(bob, pk, "present", at=seconds(31 * 60))
    recorder.record(bob, assets[1].pk, "share", at=seconds(70))
    assert did("download") == [("guide-0", "roi", 4)]
    assert did("share") == [("guide-1", "", None), ("guide-0", "roi", 4)]
    assert did("present") == [("guide-0", "", None)]
    assert set(Usage.objects.filter(deal=about).values_list("action", flat=True)) == {"open", "download"}


def test_the_next_page_of_results_goes_on_counting(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    recorder.search(bob, "roi", filters={}, results=3, shown=[assets[0].pk], at=NOW)
    recorder.impressions(bob, [assets[1].pk, assets[2].pk], origin=Origin(NOW, 1), at=seconds(30))
    recorder.flush()
    assert did("impression") == [("guide-0", "roi", 1), ("guide-1", "roi", 2), ("guide-2", "roi", 3)]


def test_hostile_values_are_bounded(recorder: Recorder, assets: list[Asset], bob: Person) -> None:
    shown = [assets[0].pk] * 5_000
    recorder.search(bob, "x" * 900, filters={}, results=1, shown=shown, at=NOW, place="p" * 90, corrected="c" * 900)
    recorder.flush()
    found = Search.objects.get()
    lengths = (len(found.query), len(found.place), len(found.corrected), len(found.shown))
    assert lengths == (900, 20, 900, 100)

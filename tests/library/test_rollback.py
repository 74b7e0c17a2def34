"""Which version stands behind the link: the newest, an older one again, or the one that is pinned."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.library import intake, pinning, previews, searching
from sameside.library.facets import Narrowing
from sameside.library.intake import Verdict
from sameside.library.models import Asset, AssetVersion, VersionChange
from sameside.library.refusals import NotPossible
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in

FILLER = "Customers close their books faster with fewer people and no late nights, and they say so to others. " * 8


@pytest.fixture
def bring(tmp_path: Path, alice: Person, settings: Any) -> Any:
    settings.DATA = tmp_path / "data"

    def bring_in(text: str) -> intake.Intake:
        path = tmp_path / "guide.md"
        path.write_text(f"# Pricing guide\n\n{FILLER}\n\n{text}\n")
        return intake.bring_in(path, by=alice, at=timezone.now(), source_path="Pricing/guide.md")

    return bring_in


@pytest.fixture
def asset(bring: Any) -> Asset:
    for text in ("The price is 100 euro, called alpha.", "The price is 120 euro, called bravo."):
        found = bring(text).asset
    assert found is not None
    return Asset.objects.get(pk=found.pk)


def current(asset: Asset) -> int:
    return asset.versions.get(is_current=True).number


def version(asset: Asset, number: int) -> AssetVersion:
    return AssetVersion.objects.select_related("asset").get(asset=asset, number=number)


def found(words: str, person: Person) -> list[str]:
    return [one.title for one in searching.search(words, Narrowing(), person).assets]


def test_new_content_has_an_owner_and_a_date(asset: Asset, alice: Person) -> None:
    assert asset.owner == alice
    assert asset.verified_until is not None
    assert 360 < (asset.verified_until - timezone.localdate()).days < 370


def test_each_change_of_the_version_people_get_is_a_row(asset: Asset, alice: Person) -> None:
    change = VersionChange.objects.get()
    assert (change.was, change.became, change.by) == (version(asset, 1), version(asset, 2), alice)
    assert change.reason == "It came in."


def test_an_older_version_is_brought_back_found_and_left_again(asset: Asset, alice: Person, bob: Person) -> None:
    pinning.bring_back(version(asset, 1), by=alice, at=NOW, reason="The new price is not approved.")
    assert current(asset) == 1
    assert (found("alpha", bob), found("bravo", bob)) == (["Pricing guide"], [])
    pinning.bring_back(version(asset, 2), by=alice, at=NOW)
    assert current(asset) == 2
    assert [row.reason for row in VersionChange.objects.order_by("pk")] == [
        "It came in.",
        "The new price is not approved.",
        "Alice brought it back.",
    ]
    assert AuditEntry.objects.filter(action="library.brought_back").count() == 2
    with pytest.raises(NotPossible, match="Version 2 is the current one"):
        pinning.bring_back(version(asset, 2), by=alice, at=NOW)


def test_while_it_is_pinned_newer_versions_wait(asset: Asset, bring: Any, alice: Person) -> None:
    pinning.pin(version(asset, 1), by=alice, at=NOW, reason="Legal reads the new one.")
    result = bring("The price is 140 euro, called charlie.")
    assert result.verdict is Verdict.UPDATED
    assert "It waits behind the version that is pinned." in result.reason
    assert current(asset) == 1
    assert AssetVersion.objects.filter(asset=asset).count() == 3
    with pytest.raises(NotPossible, match="pinned at version 1: take the pin out first"):
        pinning.bring_back(version(asset, 3), by=alice, at=NOW)
    assert pinning.unpin(asset, by=alice, at=NOW).number == 3
    assert current(asset) == 3
    with pytest.raises(NotPossible, match="not pinned any more"):
        pinning.unpin(asset, by=alice, at=NOW)


def test_the_same_file_again_does_not_move_a_pinned_asset(asset: Asset, bring: Any, alice: Person) -> None:
    pinning.pin(version(asset, 1), by=alice, at=NOW)
    assert bring("The price is 120 euro, called bravo.").verdict is Verdict.UNCHANGED
    assert current(asset) == 1


def test_a_seller_sees_the_pin_and_the_differences_and_changes_nothing(
    asset: Asset, alice: Person, bob: Person
) -> None:
    pinning.pin(version(asset, 1), by=alice, at=timezone.now())
    client = signed_in(bob)
    assert "pinned at version 1" in client.get(f"/library/{asset.slug}/").text
    page = client.get(f"/library/{asset.slug}/versions/").text
    assert "Pinned at version 1 by Alice" in page
    assert "rollback/" not in page
    shown = client.get(f"/library/{asset.slug}/versions/2/differences/1/").text
    assert "<del>100 </del><ins>120 </ins>" in shown
    for place in ("versions/2/rollback", "versions/2/pin", "pin/removal"):
        assert client.post(f"/library/{asset.slug}/{place}/").status_code == 403
    with pytest.raises(Refused):
        pinning.unpin(asset, by=bob, at=NOW)


def test_by_the_browser(asset: Asset, alice: Person) -> None:
    client = signed_in(alice)
    assert "People get version 1 now." in client.post(f"/library/{asset.slug}/versions/1/rollback/", follow=True).text
    assert "Pinned at version 2" in client.post(f"/library/{asset.slug}/versions/2/pin/", follow=True).text
    assert "The pin is out" in client.post(f"/library/{asset.slug}/pin/removal/", follow=True).text
    assert client.get(f"/library/{asset.slug}/versions/9/differences/1/").status_code == 404


def test_a_version_replaced_before_it_was_drawn_is_drawn_when_it_is_looked_at(asset: Asset, bob: Person) -> None:
    old = version(asset, 1)
    place = f"/library/{asset.slug}/versions/1/pictures/"
    drawn = previews.draw_waiting(at=NOW)
    assert (drawn, old.drawn_at) == (1, None)
    client = signed_in(bob)
    assert f'hx-post="{place}"' in client.get(f"/library/{asset.slug}/versions/2/differences/1/").content.decode()
    assert f'hx-post="{place}"' in client.get(f"/library/compare/?a={asset.slug}.1&b={asset.slug}").content.decode()
    for _ in range(2):
        assert f'hx-get="{place}"' in client.post(place).content.decode()
    job = ProcrastinateJob.objects.get(task_name="library.draw_older")
    assert (job.args, job.priority, job.lock) == ({"version": old.pk}, -20, "library.draw")
    assert "HX-Refresh" not in client.get(place).headers
    assert previews.draw_older(old, at=NOW) == 1
    assert client.get(place).headers["HX-Refresh"] == "true"
    page = client.get(f"/library/{asset.slug}/versions/2/differences/1/").content.decode()
    assert (place in page, f"/library/{asset.slug}/versions/1/pages/1/image/" in page) == (False, True)
    assert previews.draw_older(version(asset, 1), at=NOW) == 0


def test_who_has_no_role_has_no_older_version_drawn(asset: Asset, charlie: Person) -> None:
    assert signed_in(charlie).post(f"/library/{asset.slug}/versions/1/pictures/").status_code == 403
    assert not ProcrastinateJob.objects.filter(task_name="library.draw_older").exists()


def test_a_version_that_becomes_current_undrawn_is_drawn(asset: Asset, alice: Person) -> None:
    previews.draw_waiting(at=NOW)
    ProcrastinateJob.objects.all().delete()
    pinning.bring_back(version(asset, 1), by=alice, at=NOW)
    assert ProcrastinateJob.objects.filter(task_name="library.draw").count() == 1
    assert previews.draw_waiting(at=NOW) == 1


def test_drawing_locks_the_asset_before_its_version_as_decisions_do(asset: Asset) -> None:
    with CaptureQueriesContext(connection) as asked:
        previews.draw_waiting(at=NOW)
    locked = [re.search(r'FROM "(\w+)"', one["sql"]) for one in asked if " FOR " in one["sql"]]
    assert [found[1] for found in locked if found] == ["library_asset", "library_assetversion"]

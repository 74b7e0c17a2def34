"""An asset gets a title in the words that people search for, keeps it under new versions, and gets the old one back."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sameside.library import intake, renaming, searching
from sameside.library.facets import Narrowing
from sameside.library.models import Asset
from sameside.library.refusals import NotPossible
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in

FILLER = "Customers close their books faster with fewer people and no late nights, and they say so to others. " * 8


@pytest.fixture
def bring(tmp_path: Path, alice: Person, settings: Any) -> Any:
    settings.DATA = tmp_path / "data"

    def bring_in(text: str, title: str = "Pricing guide") -> Asset:
        path = tmp_path / "guide.md"
        path.write_text(f"# {title}\n\n{FILLER}\n\n{text}\n")
        found = intake.bring_in(path, by=alice, at=timezone.now(), source_path="Pricing/guide.md").asset
        assert found is not None
        return Asset.objects.get(pk=found.pk)

    return bring_in


def test_a_title_that_was_given_is_found_and_outlives_versions(bring: Any, alice: Person, bob: Person) -> None:
    asset = bring("Version one.")
    assert renaming.rename(asset, "  What it   costs ", by=alice, at=NOW) == "Pricing guide"
    assert [one.title for one in searching.search("costs", Narrowing(), bob).assets] == ["What it costs"]
    assert bring("Version two, with more in it.").title == "What it costs"
    assert (asset.slug, asset.versions.count()) == ("pricing-guide", 2)


def test_without_one_the_files_own_title_is_followed(bring: Any, alice: Person) -> None:
    asset = bring("Version one.")
    renaming.rename(asset, "What it costs", by=alice, at=NOW)
    renaming.rename(asset, "Pricing guide", by=alice, at=NOW)
    assert bring("Version two, with more in it.", "Price list").title == "Price list"


def test_by_the_browser_one_renames_and_takes_it_back(bring: Any, alice: Person, bob: Person) -> None:
    asset, client = bring("Version one."), signed_in(alice)
    place = f"/library/{asset.slug}/title/"
    page = client.post(place, {"title": "What it costs"}, follow=True).content.decode()
    assert "It was called “Pricing guide”. Its links stay." in page
    assert list(AuditEntry.objects.filter(action="library.renamed").values_list("subject", "details")) == [
        ("Pricing guide", {"asset": asset.pk, "to": "What it costs"})
    ]
    client.post(place, {"title": "Pricing guide"})
    assert Asset.objects.get(pk=asset.pk).title == "Pricing guide"
    assert signed_in(bob).post(place, {"title": "Mine"}).status_code == 403
    assert place not in signed_in(bob).get(f"/library/{asset.slug}/").content.decode()
    with pytest.raises(Refused):
        renaming.rename(asset, "Mine", by=bob, at=NOW)


@pytest.mark.parametrize("title", ["", " \x00 ", "Pricing guide", "x" * 301])
def test_no_empty_same_or_endless_title(bring: Any, alice: Person, title: str) -> None:
    with pytest.raises(NotPossible):
        renaming.rename(bring("Version one."), title, by=alice, at=NOW)

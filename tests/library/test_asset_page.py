"""One asset: read page by page, taken along, used for a deal; and what became of the deals in which it was used."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from sameside.kit import snapshots
from sameside.library import outcomes
from sameside.library.models import Asset, AssetPage, AssetVersion, Usage
from sameside.library.usage import recorder
from sameside.people.models import Person, Team
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve, use


@pytest.fixture
def asset(db: None) -> Asset:
    return shelve("Migration guide", pages=["One <b>bold</b>", "Two", "Three"], vertical="banking")


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    for folder in ("originals", "pages"):
        (tmp_path / "files" / folder).mkdir(parents=True)
    return tmp_path / "files"


def url(asset: Asset, rest: str = "") -> str:
    return f"/library/{asset.slug}/{rest}"


def test_the_page_shows_the_document_and_why_its_facets(asset: Asset, bob: Person) -> None:
    page = signed_in(bob).get(url(asset)).content.decode()
    assert "Migration guide" in page
    assert "Page 1 of 3" in page
    assert "One &lt;b&gt;bold&lt;/b&gt;" in page
    assert "Its title says so." in page


@pytest.mark.parametrize(
    ("asked", "shown"), [("2", 2), ("3", 3), ("4", 1), ("0", 1), ("x", 1), ("²", 1), ("9" * 40, 1)]
)
def test_turning_pages(asset: Asset, bob: Person, asked: str, shown: int) -> None:
    assert f"Page {shown} of 3" in signed_in(bob).get(url(asset), {"page": asked}).content.decode()


def test_the_swap_and_the_whole_page_show_the_same_preview(asset: Asset, bob: Person) -> None:
    client = signed_in(bob)
    whole = client.get(url(asset), {"page": "2"}).content.decode()
    part = client.get(url(asset), {"page": "2"}, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section")
    assert part.strip() in whole


def test_opening_is_recorded_off_the_path(asset: Asset, bob: Person) -> None:
    client = signed_in(bob)
    client.get(url(asset))
    client.get(url(asset), {"page": "2"})
    assert Usage.objects.count() == 0
    recorder.flush()
    assert list(Usage.objects.values_list("action", "person__name")) == [("open", "Bob")]


def test_i_used_this(asset: Asset, bob: Person, alice: Person) -> None:
    mine = deal(owner=bob)
    client = signed_in(bob)
    client.post(url(asset, "uses/"), {"action": "present", "deal": str(mine.pk)})
    client.post(url(asset, "uses/"), {"action": "present", "deal": str(mine.pk)})
    client.post(url(asset, "uses/"), {"action": "share", "deal": ""})
    assert list(Usage.objects.order_by("pk").values_list("action", "deal")) == [("present", mine.pk), ("share", None)]
    assert "Used 2 times" in client.get(url(asset)).content.decode()
    page = client.get(url(asset, "evidence/")).content.decode()
    assert "<strong>Bob</strong> presented it" in page
    assert mine.name in page


def test_a_use_from_a_page_that_has_no_address_counts(asset: Asset, bob: Person) -> None:
    assert signed_in(bob).post(url(asset, "uses/"), headers={"Referer": "http://["}).status_code == 302
    assert Usage.objects.count() == 1


def test_a_use_names_only_a_deal_one_may_see(asset: Asset, bob: Person) -> None:
    other = Person.objects.create_user("o@example.com", None, name="O", team=Team.objects.create(name="South"))
    foreign = deal(owner=other)
    answer = signed_in(bob).post(url(asset, "uses/"), {"deal": str(foreign.pk)})
    assert answer.status_code == 404
    assert signed_in(bob).post(url(asset, "uses/"), {"deal": "9" * 30}).status_code == 404
    assert signed_in(bob).post(url(asset, "uses/"), {"deal": "9" * 5_000}).status_code == 404
    assert signed_in(bob).post(url(asset, "uses/"), {"action": "play"}).status_code == 400
    assert Usage.objects.count() == 0
    use(asset, "share", other, deal=foreign)
    for tab in ("", "evidence/"):
        assert foreign.name not in signed_in(bob).get(url(asset, tab)).content.decode()


def test_download_is_an_attachment_and_counts(asset: Asset, bob: Person, files: Path) -> None:
    AssetVersion.objects.update(file="ab/abc", filename='Bad "name"\r\n<svg>.html')
    (files / "originals" / "ab").mkdir()
    (files / "originals" / "ab" / "abc").write_bytes(b"<script>alert(1)</script>")
    answer = signed_in(bob).post(url(asset, "download/"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert Usage.objects.get().action == "download"
    assert signed_in(bob).get(url(asset, "download/")).status_code == 405


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "gone"])
def test_files_outside_the_folder_are_not_served(asset: Asset, bob: Person, files: Path, name: str) -> None:
    (files.parent / "secret").write_text("secret")
    AssetVersion.objects.update(file=name)
    AssetPage.objects.update(image=name, thumbnail=name)
    Asset.objects.update(thumbnail=name)
    client = signed_in(bob)
    assert client.post(url(asset, "download/")).status_code == 404
    for rest in ("thumbnail/", "pages/1/image/", "pages/1/thumbnail/"):
        assert client.get(url(asset, rest)).status_code == 404
    assert Usage.objects.count() == 0


def test_pictures_are_cached_privately(asset: Asset, bob: Person, files: Path) -> None:
    (files / "pages" / "x").mkdir()
    (files / "pages" / "x" / "0002.jpg").write_bytes(b"jpeg")
    AssetPage.objects.filter(number=2).update(image="x/0002.jpg")
    client = signed_in(bob)
    answer = client.get(url(asset, "pages/2/image/"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Cache-Control"] == "private, max-age=86400"
    assert b"".join(answer.streaming_content) == b"jpeg"  # type: ignore[attr-defined]
    again = client.get(url(asset, "pages/2/image/"), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert client.get(url(asset, "pages/9/image/")).status_code == 404


def test_what_it_did(asset: Asset, bob: Person) -> None:
    for state in ("succeeded", "succeeded", "failed", "open"):
        made = deal(owner=bob, state=state, at=NOW - timedelta(days=20))
        use(asset, "share", bob, days_ago=18, deal=made)
        use(asset, "present", bob, days_ago=17, deal=made)
    late = deal(owner=bob, state="succeeded", at=NOW - timedelta(days=20))
    use(asset, "share", bob, days_ago=1, deal=late)
    found = outcomes.outcomes(asset, {"tailored_pov": [40, 100]})
    assert (found.conversations, found.ended, found.succeeded, found.open) == (4, 3, 2, 1)
    assert (found.deals, found.won, found.lost) == (5, 0, 0)
    assert found.average == pytest.approx(0.4)
    assert found.is_small
    assert found.sentence == (
        "3 ended conversations are too few to conclude from: "
        "the true share lies between 21 % and 94 % with 95 % confidence."
    )


def test_one_conversation_is_told_in_the_singular(asset: Asset, bob: Person) -> None:
    use(asset, "share", bob, days_ago=18, deal=deal(owner=bob, state="open", at=NOW - timedelta(days=20)))
    assert outcomes.outcomes(asset, {}).sentence == "Used in 1 conversation that is still open: too early to tell."
    use(asset, "share", bob, days_ago=18, deal=deal(owner=bob, state="failed", at=NOW - timedelta(days=20)))
    assert outcomes.outcomes(asset, {}).sentence.startswith("1 ended conversation is too few to conclude from: ")


def test_retired_content_is_gone_for_sellers(asset: Asset, bob: Person, alice: Person) -> None:
    Asset.objects.update(status="retired")
    assert signed_in(bob).get(url(asset)).status_code == 410
    assert signed_in(bob).post(url(asset, "uses/")).status_code == 403
    assert signed_in(alice).get(url(asset)).status_code == 200


def test_a_stranger_and_a_person_without_role_are_refused(asset: Asset, client: Any, charlie: Person) -> None:
    assert client.get(url(asset)).status_code == 302
    assert signed_in(charlie).get(url(asset)).status_code == 403
    assert signed_in(charlie).post(url(asset, "download/")).status_code == 403


TABS = ("", "versions/", "evidence/", "history/")


@pytest.mark.parametrize("tab", [*TABS, "play/", "findability/"])
def test_a_tab_and_its_swap_are_the_same(asset: Asset, alice: Person, tab: str) -> None:
    client = signed_in(alice)
    whole = client.get(url(asset, tab)).text
    part = client.get(url(asset, tab), headers={"HX-Request": "true"}).text
    assert part.strip().startswith('<div id="asset-tab">')
    assert "<h1>" not in part
    assert _without_tokens(part.strip()) in _without_tokens(whole)
    assert f'href="{url(asset, tab)}" aria-current="page"' in part
    back = client.get(url(asset, tab), headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}).text
    assert "<h1>Migration guide</h1>" in back


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_a_seller_has_no_tabs_for_editors(asset: Asset, bob: Person) -> None:
    page = signed_in(bob).get(url(asset)).text
    assert re.findall(r'<a id="tab-(\w+)"', page) == ["pages", "versions", "evidence", "history"]
    assert signed_in(bob).get(url(asset, "findability/")).status_code == 403
    assert signed_in(bob).get(url(asset, "play/")).headers["Location"] == url(asset)


@pytest.mark.parametrize(
    ("tab", "whole", "swapped"), [("", 8, 7), ("versions/", 11, 10), ("evidence/", 13, 12), ("history/", 8, 7)]
)
def test_each_tab_asks_its_own_queries(
    asset: Asset,
    bob: Person,
    tab: str,
    whole: int,
    swapped: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    snapshots.compute("content", at=NOW)
    client = signed_in(bob)
    client.get(url(asset, tab))
    for number in range(12):
        use(asset, "share", bob, days_ago=number + 1, deal=deal(owner=bob))
    with django_assert_num_queries(whole):
        client.get(url(asset, tab))
    with django_assert_num_queries(swapped):
        client.get(url(asset, tab), headers={"HX-Request": "true"})

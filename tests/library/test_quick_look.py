"""The quick look: which page comes first, what it counts as, and that it opens nothing that one may not open."""

from django.utils import timezone

from sameside.library.models import Asset, Play, Usage
from sameside.library.usage import recorder
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

FRAGMENT = {"HX-Request": "true"}


def actions() -> list[str]:
    recorder.flush()
    return list(Usage.objects.order_by("pk").values_list("action", flat=True))


def test_it_shows_the_page_that_matched(bob: Person) -> None:
    asset = shelve("Harbour plan", pages=["First page", "Second page", "Third page"], vertical="logistics")
    page = signed_in(bob).get(f"/library/{asset.slug}/look/?page=2", headers=FRAGMENT).text
    assert "Second page" in page
    assert "Page 2 of 3" in page
    assert "Logistics" in page
    assert f"/library/{asset.slug}/look/?page=3&amp;turned=1" in page
    assert "<html" not in page


def test_a_page_that_is_not_there_is_the_first(bob: Person) -> None:
    asset = shelve("Harbour plan", pages=["First page"])
    for asked in ("9", "-1", "x", "٣"):
        assert "First page" in signed_in(bob).get(f"/library/{asset.slug}/look/", {"page": asked}).text


def test_it_tells_how_to_use_the_asset(bob: Person) -> None:
    asset = shelve("Harbour plan")
    Play.objects.create(
        asset=asset, when="After the first site visit.", for_whom="Harbour masters", created_at=NOW, updated_at=NOW
    )
    page = signed_in(bob).get(f"/library/{asset.slug}/look/", headers=FRAGMENT).text
    assert "After the first site visit." in page
    assert "Harbour masters" in page


def test_looking_is_shown_and_turning_is_opened(bob: Person) -> None:
    asset = shelve("Harbour plan", pages=["First page", "Second page"])
    client = signed_in(bob)
    client.get(f"/library/{asset.slug}/look/", headers=FRAGMENT)
    assert actions() == ["impression"]
    client.get(f"/library/{asset.slug}/look/?page=2&turned=1", headers=FRAGMENT)
    assert actions() == ["impression", "open"]


def test_looking_for_long_is_opened(bob: Person) -> None:
    asset = shelve("Harbour plan")
    assert signed_in(bob).post(f"/library/{asset.slug}/look/").status_code == 204
    assert actions() == ["open"]


def test_a_prefetch_and_a_head_count_as_nothing(bob: Person) -> None:
    asset = shelve("Harbour plan")
    signed_in(bob).head(f"/library/{asset.slug}/look/")
    signed_in(bob).get(f"/library/{asset.slug}/look/", headers={"Sec-Purpose": "prefetch"})
    assert actions() == []


def test_what_one_may_not_find_is_not_looked_at(bob: Person) -> None:
    secret, old = shelve("Board minutes"), shelve("Old prices")
    Asset.objects.filter(pk=secret.pk).update(groups=["role:executive"])
    Asset.objects.filter(pk=old.pk).update(verified_until=timezone.localdate().replace(year=2020))
    for asset in (secret, old):
        assert signed_in(bob).get(f"/library/{asset.slug}/look/").status_code == 404
        assert signed_in(bob).post(f"/library/{asset.slug}/look/").status_code == 404
    assert actions() == []

"""Two assets or two versions side by side."""

from sameside.library.models import Asset, AssetPage, AssetVersion
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

URL = "/library/compare/"


def test_words_that_differ_are_marked_and_the_rest_is_not(bob: Person) -> None:
    one = shelve("Plan for banks", pages=["The plan for banks takes three weeks in all"])
    other = shelve("Plan for shops", pages=["The plan for shops takes three weeks in all", "Prices <b>from</b> May"])
    page = signed_in(bob).get(URL, {"a": one.slug, "b": other.slug}).text
    assert "The plan for <del>banks</del> takes three weeks in all" in page
    assert "The plan for <ins>shops</ins> takes three weeks in all" in page
    assert "<ins>Prices &lt;b&gt;from&lt;/b&gt; May</ins>" in page
    assert "Pages: 1 changed, 1 only on the right." in page


def test_two_ticked_results_are_compared(bob: Person) -> None:
    one, other = shelve("Plan one", pages=["Same words"]), shelve("Plan two", pages=["Same words"])
    page = signed_in(bob).get(URL, {"asset": [one.pk, other.pk]}).text
    assert "Pages: 1 the same." in page


def test_two_versions_of_one_asset(bob: Person) -> None:
    asset = shelve("Plan", pages=["Three weeks in all"])
    older = AssetVersion.objects.create(
        asset=asset, number=2, file="x", filename="x.pdf", sha256="2" * 64, bytes=1, created_at=NOW, is_current=False
    )
    AssetPage.objects.create(version=older, number=1, text="Four weeks in all")
    page = signed_in(bob).get(URL, {"a": f"{asset.slug}.2", "b": asset.slug}).text
    assert "<del>Four</del> weeks in all" in page
    assert "<ins>Three</ins> weeks in all" in page
    assert signed_in(bob).get(URL, {"a": f"{asset.slug}.9", "b": asset.slug}).status_code == 404


def test_without_two_it_says_how_to_choose(bob: Person) -> None:
    assert "Choose two to compare" in signed_in(bob).get(URL).text
    assert "Choose two to compare" in signed_in(bob).get(URL, {"a": shelve("Plan").slug}).text


def test_what_one_may_not_find_is_not_compared(bob: Person) -> None:
    one, secret = shelve("Plan"), shelve("Board minutes")
    Asset.objects.filter(pk=secret.pk).update(groups=["role:executive"])
    assert signed_in(bob).get(URL, {"a": one.slug, "b": secret.slug}).status_code == 404
    assert "Board minutes" not in signed_in(bob).get(URL, {"asset": [one.pk, secret.pk]}).text


def test_a_partner_compares_only_what_is_current(db: None) -> None:
    partner = Person.objects.create_user("pat@partner.example", "a long enough password", name="Pat", role="partner")
    asset = shelve("Plan")
    Asset.objects.update(groups=["all", "partner"])
    AssetVersion.objects.create(
        asset=asset, number=2, file="x", filename="x.pdf", sha256="2" * 64, bytes=1, created_at=NOW, is_current=False
    )
    assert signed_in(partner).get(URL, {"a": asset.slug, "b": asset.slug}).status_code == 200
    assert signed_in(partner).get(URL, {"a": f"{asset.slug}.2", "b": asset.slug}).status_code == 404

"""Editing facets in bulk by the browser: choose, see the effect, change, look at it, undo; and rules likewise."""

from sameside.library.models import AssetFacet, FacetEdit, FacetRule
from sameside.people.models import Person
from tests.conftest import signed_in
from tests.library.shelf import shelve
from tests.library.test_facet_edits import states

FORM = {"verb-1": "add", "facet-1": "vertical", "value-1": "Banking"}


def test_from_a_search_to_the_edit_and_back(alice: Person) -> None:
    one, two, other = shelve("Treasury guide"), shelve("Treasury deck", vertical="banking"), shelve("Hiring plan")
    client = signed_in(alice)
    page = client.get("/library/facets/edits/new/?q=treasury").content.decode()
    assert "All 2 found" in page
    assert "Hiring plan" not in page
    form = {**FORM, "query": "q=treasury", "which": "all"}
    effect = client.post("/library/facets/edits/preview/", form).content.decode()
    assert "2 assets get Vertical: Banking" in effect
    assert not FacetEdit.objects.exists()
    page = client.post("/library/facets/edits/new/", form, follow=True).content.decode()
    assert "2 of 2 assets changed" in page
    assert states(one) == states(two) == {"banking": "confirmed"}
    assert states(other) == {}
    edit = FacetEdit.objects.get()
    assert "Add Vertical: Banking" in client.get("/library/facets/edits/").content.decode()
    page = client.post(f"/library/facets/edits/{edit.pk}/undo/", follow=True).content.decode()
    assert "2 values are as before." in page
    assert (states(one), states(two)) == ({}, {"banking": "proposed"})


def test_only_what_is_ticked(alice: Person) -> None:
    one, two = shelve("Treasury guide"), shelve("Treasury deck")
    form = {**FORM, "query": "q=treasury", "which": "ticked", "asset": [one.pk]}
    signed_in(alice).post("/library/facets/edits/new/", form)
    assert (states(one), states(two)) == ({"banking": "confirmed"}, {})


def test_a_value_the_product_does_not_know_is_said(alice: Person) -> None:
    one = shelve("Treasury guide")
    form = {"verb-1": "add", "facet-1": "depth", "value-1": "Abyss", "which": "ticked", "asset": [one.pk]}
    client = signed_in(alice)
    assert "Depth has no value “Abyss”" in client.post("/library/facets/edits/preview/", form).content.decode()
    page = client.post("/library/facets/edits/new/", form, follow=True).content.decode()
    assert "Depth has no value “Abyss”" in page
    assert not AssetFacet.objects.exists()


def test_a_rule_shows_its_effect_before_it_works(alice: Person) -> None:
    shelve("Treasury guide", path="Banking/guide.pdf")
    client = signed_in(alice)
    rule = {"where": "path", "words": "banking", "facet": "vertical", "value": "Banking"}
    effect = client.get("/library/facets/rules/preview/", rule).content.decode()
    assert "1 asset gets Vertical: Banking" in effect
    assert "Banking/guide.pdf" in effect
    assert not FacetRule.objects.exists()
    client.post("/library/facets/rules/", rule)
    page = client.get("/library/facets/rules/").content.decode()
    assert "1 asset has it by this rule" in page
    client.post(f"/library/facets/rules/{FacetRule.objects.get().pk}/rest/")
    assert "Rests" in client.get("/library/facets/rules/").content.decode()


def test_edits_as_csv(alice: Person) -> None:
    one = shelve("Treasury guide")
    client = signed_in(alice)
    client.post("/library/facets/edits/new/", {**FORM, "which": "ticked", "asset": [one.pk]})
    edit = FacetEdit.objects.get()
    exported = b"".join(client.post(f"/library/facets/edits/{edit.pk}/", {"export": "csv"}).streaming_content)  # type: ignore[attr-defined]
    assert exported.decode().splitlines()[1] == "Treasury guide,Vertical,Banking,Not there,Confirmed"

"""The panel that says who may see an asset, the page that changes it, and what a partner's page leaves out."""

from django.test import Client

from sameside.library import access
from sameside.library.models import Asset, AssetVerdict, Usage
from sameside.people.models import AuditEntry, Organisation, Person, Team
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve, use
from tests.library.test_access import collect, partner_person


def test_the_panel_counts_persons_in_words(alice: Person, bob: Person, erik: Person, charlie: Person) -> None:
    asset = shelve("Price floor")
    client = signed_in(bob)
    page = client.get(f"/library/{asset.slug}/history/").content.decode()
    assert "Everybody of the company." in page
    assert "3 persons who may sign in" in page
    assert f'href="/library/{asset.slug}/access/"' not in page
    access.restrict(asset, ["role:seller"], by=alice, at=NOW)
    page = client.get(f"/library/{asset.slug}/history/").content.decode()
    assert "Role Seller." in page
    assert "2 persons who may sign in" in page
    page = signed_in(alice).get(f"/library/{asset.slug}/history/").content.decode()
    assert f'href="/library/{asset.slug}/access/"' in page


def test_the_panel_names_the_collection_that_decides(alice: Person, fay: Person) -> None:
    asset = shelve("Price floor")
    access.restrict(collect("Board", asset), ["role:executive"], by=alice, at=NOW)
    page = signed_in(fay).get(f"/library/{asset.slug}/history/").content.decode()
    assert "Because of the restricted collection “Board”." in page


def _save(client: Client, asset: Asset, **data: object) -> str:
    return client.post(f"/library/{asset.slug}/access/", data, follow=True).content.decode()


def test_a_change_can_be_undone(alice: Person, bob: Person, sales: Team) -> None:
    asset, client = shelve("Price floor"), signed_in(alice)
    page = _save(client, asset, restricted="yes", group=[f"team:{sales.pk}"])
    assert "Changed; it holds from now on." in page
    assert "<strong>Alice</strong> restricted it; let in team Sales North" in page
    assert Asset.objects.get().groups == [f"team:{sales.pk}"]
    assert 'name="restricted" value="yes">' not in page.split("Undo")[0].rpartition("<form")[2]
    _save(client, asset)
    assert Asset.objects.get().groups == ["all"]
    assert AuditEntry.objects.filter(action="access changed").count() == 2


def test_see_as_says_who_finds_it_and_how_much_in_all(alice: Person, bob: Person, erik: Person, sales: Team) -> None:
    open_to_all, secret = shelve("Overview"), shelve("Price floor")
    access.restrict(secret, [f"team:{sales.pk}"], by=alice, at=NOW)
    access.grant(open_to_all, "partner", by=alice, at=NOW)
    client = signed_in(alice)
    page = client.get(f"/library/{secret.slug}/access/").content.decode()
    assert f'<a href="/library/access/?as=team:{sales.pk}">2</a>' in page
    assert page.count("No trace of it") == 1  # customer success
    assert page.count("All 1") == 3  # the role seller, the team, and the team of marketers, who see everything
    assert '<a href="/library/access/?as=role:seller">1</a>' in page
    assert '<a href="/library/access/?as=partner">1</a>' in page
    found = client.get("/library/access/?as=partner").content.decode()
    assert "Overview" in found
    assert "Price floor" not in found
    narrow = client.get("/library/access/?who=restricted").content.decode()
    assert "Price floor" in narrow
    assert "Team Sales North" in narrow
    assert "Overview" not in narrow
    exported = b"".join(client.post("/library/access/?as=partner", {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert exported.splitlines()[1].startswith("Overview,Everybody of the company and all partners,,PDF,")


def test_the_list_costs_the_same_however_many_there_are(alice: Person, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(alice)
    for count in (2, 20):
        for number in range(count):
            shelve(f"Asset {number}")
        client.get("/library/access/")
        with django_assert_num_queries(5):
            client.get("/library/access/")


def test_a_seller_may_not_open_the_page(bob: Person) -> None:
    asset = shelve("Price floor")
    client = signed_in(bob)
    for address in ("/library/access/", f"/library/{asset.slug}/access/"):
        response = client.get(address)
        assert response.status_code == 403
        assert b"Your role does not let you decide who may open content" in response.content
    assert client.post(f"/library/{asset.slug}/access/", {"restricted": "yes"}).status_code == 403
    assert Asset.objects.get().is_restricted is False


def test_a_group_that_is_gone_is_said_in_a_sentence(alice: Person) -> None:
    asset = shelve("Price floor")
    response = signed_in(alice).post(f"/library/{asset.slug}/access/", {"restricted": "yes", "group": "team:999"})
    assert response.status_code == 422
    assert b"One of those you chose is not there any more." in response.content


def test_a_collection_has_the_page_too(alice: Person, bob: Person) -> None:
    asset = shelve("Price floor")
    collection = collect("Board", asset)
    client = signed_in(alice)
    client.post(f"/library/collections/{collection.slug}/access/", {"restricted": "yes", "group": "role:executive"})
    assert Asset.objects.get().groups == ["role:executive"]
    assert "1 asset in it" in client.get(f"/library/collections/{collection.slug}/access/").content.decode()
    assert signed_in(bob).get(f"/library/collections/{collection.slug}/access/").status_code == 403


def test_a_partner_reads_the_document_and_nothing_from_inside(alice: Person, bob: Person) -> None:
    ines = partner_person("Ines")
    asset = shelve("For partners", vertical="banking")
    access.grant(asset, "partner", by=alice, at=NOW)
    use(asset, Usage.Action.SHARE, bob)
    client = signed_in(ines)
    for address in (f"/library/{asset.slug}/", "/library/", "/library/?q=partners"):
        page = client.get(address).content.decode()
        assert "For partners" in page
        for inside in ("Bob", "Alice", "The truth", "Who uses it", "Its title says so", "Who may see it", "Truth: all"):
            assert inside not in page, (address, inside)
    for tab in ("versions", "evidence", "history", "findability"):
        assert client.get(f"/library/{asset.slug}/{tab}/").status_code == 403
    assert "Bob" in signed_in(alice).get(f"/library/{asset.slug}/evidence/").content.decode()
    assert client.post("/library/", {"export": "csv"}).status_code == 403


def test_partners_are_not_told_how_much_is_used(alice: Person, bob: Person) -> None:
    ines = partner_person("Ines")
    asset = shelve("For partners")
    access.grant(asset, "partner", by=alice, at=NOW)
    company = Organisation.current()
    AssetVerdict.objects.create(
        asset=asset, verdict="not_relevant", window=company.truth_window_days, k=company.truth_min_impressions,
        reason="Shown, never used.", uses=0, opens=0, impressions=31, open_deals=0, matched_searches=0,
    )  # fmt: skip
    seen = signed_in(bob).get("/library/").content.decode()
    assert "31 shown" in seen
    assert "Most deals won" in seen
    page = signed_in(ines).get("/library/").content.decode()
    assert "For partners" in page
    assert "31 shown" not in page
    assert "Not relevant" not in page
    assert "Most deals won" not in page

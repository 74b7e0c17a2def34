"""The name of restricted content stands nowhere for somebody who may not open it: deals, leads, companies, reports."""

from datetime import timedelta

import pytest

from sameside.attribution import labels as revenue
from sameside.crm.models import Touch
from sameside.deals import page as deal_page
from sameside.leads import way
from sameside.leads.models import Lead
from sameside.library import access
from sameside.library.models import Asset, Usage
from sameside.people.models import Person
from sameside.weekly import points
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve, use

SECRET = "Price floor of the board"


@pytest.fixture
def secret(alice: Person) -> Asset:
    asset = shelve(SECRET, pages=["Zanzibar discounts"], vertical="banking")
    access.restrict(asset, ["role:executive"], by=alice, at=NOW)
    return asset


def test_its_addresses_are_not_found(secret: Asset, bob: Person, fay: Person) -> None:
    url = f"/library/{secret.slug}/"
    for address in (url, f"{url}thumbnail/", f"{url}pages/1/image/", f"{url}pages/1/thumbnail/"):
        assert signed_in(bob).get(address).status_code == 404
    for address in (f"{url}download/", f"{url}uses/"):
        assert signed_in(bob).post(address, {"action": "share"}).status_code == 404
    assert signed_in(fay).get(url).status_code == 200
    assert not Usage.objects.exists()


def test_a_deal_says_that_content_was_used_but_not_which(secret: Asset, bob: Person, fay: Person) -> None:
    sold = deal(owner=bob)
    use(secret, Usage.Action.SHARE, fay, deal=sold)
    client = signed_in(bob)
    page = client.get(f"/deals/{sold.pk}/").content.decode()
    assert SECRET not in page
    assert secret.slug not in page
    assert "Restricted content" in page
    used = {row["asset"] for row in deal_page.content(sold, fay)["used"].table.rows}
    assert used == {SECRET}


def test_a_lead_and_a_company_neither(secret: Asset, bob: Person, fay: Person) -> None:
    sold = deal(owner=bob)
    lead = Lead.objects.create(source="t", external_id="1", last_name="Carter", owner=bob, created_at=NOW, deal=sold)
    use(secret, Usage.Action.SHARE, fay, deal=sold)
    Touch.objects.create(
        occurred_at=NOW, channel="content-share", asset=secret, company=sold.company, source="t", external_id="t1"
    )
    client = signed_in(bob)
    for address in (f"/leads/{lead.pk}/", f"/crm/companies/{sold.company_id}/"):
        page = client.get(address).content.decode()
        assert SECRET not in page
        assert secret.slug not in page
    touches = client.get(f"/crm/companies/{sold.company_id}/touches/").content.decode()
    assert "Restricted content" in touches
    assert SECRET not in touches
    exported = client.post(f"/crm/companies/{sold.company_id}/touches/", {"export": "csv"})
    assert SECRET not in b"".join(exported.streaming_content).decode()
    assert SECRET in str([event.text for event in way.of(lead, fay, at=NOW).events])


def test_tables_of_revenue_keep_the_figures_without_the_name(secret: Asset, bob: Person, fay: Person) -> None:
    money = {"first": 1.0, "last": 1.0, "linear": 1.0}
    row = {"key": str(secret.pk), "label": SECRET, "slug": secret.slug, "format": "pdf", "won": money}
    data = {"dimensions": {"asset": [row, {"key": "none", "label": "Touches without content"}], "channel": []}}
    assert revenue.for_reader(data, bob)["dimensions"]["asset"] == [
        {"key": str(secret.pk), "label": "Restricted content", "won": money},
        {"key": "none", "label": "Touches without content"},
    ]
    assert revenue.for_reader(data, fay)["dimensions"]["asset"][0] == row


def test_the_agenda_names_it_to_those_who_may_open_it(secret: Asset, bob: Person, fay: Person) -> None:
    found = {"id": secret.pk, "slug": secret.slug, "title": SECRET}
    shown = {"open_deals": 1, "matched_searches": 0, "impressions": 0}
    content = {"unfound": [{**found, **shown}]}
    assert points.unfound_table(content, bob).rows == []
    assert [row["title"] for row in points.unfound_table(content, fay).rows] == [SECRET]


def test_search_counts_and_lists_know_nothing_of_it(secret: Asset, bob: Person, fay: Person) -> None:
    shelve("Overview of banking", vertical="retail")
    for query in ("", "?q=zanzibar", "?q=price+floor", "?vertical=banking"):
        page = signed_in(bob).get(f"/library/{query}").content.decode()
        assert SECRET not in page
        assert "Zanzibar" not in page
        assert ("Banking</span>" in page) is ("vertical=banking" in query)  # chosen, with 0 beside it
    assert SECRET in signed_in(fay).get("/library/?q=zanzibar").content.decode()
    exported = signed_in(bob).post("/library/", {"export": "csv"})
    assert SECRET not in b"".join(exported.streaming_content).decode()


def test_a_closed_grant_closes_at_once(secret: Asset, alice: Person, fay: Person) -> None:
    client = signed_in(fay)
    assert client.get(f"/library/{secret.slug}/").status_code == 200
    access.revoke(secret, "role:executive", by=alice, at=NOW + timedelta(minutes=1))
    assert client.get(f"/library/{secret.slug}/").status_code == 404

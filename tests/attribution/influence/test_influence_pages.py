"""Credit and influence side by side, one thing's page, its deals, its card, and the closer look."""

import re

import pytest

from sameside.attribution.influence import estimating
from sameside.attribution.influence.models import Estimate, Influence
from sameside.kit import snapshots
from sameside.library import access
from sameside.library.models import Asset
from sameside.people.models import AuditEntry, Person
from tests.attribution.influence.conftest import Story
from tests.conftest import NOW, signed_in


@pytest.fixture
def computed(story: Story) -> Story:
    snapshots.compute("influence", at=NOW)
    return story


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_the_list_shows_credit_beside_influence_and_what_it_cannot_claim(alice: Person, computed: Story) -> None:
    shown = text_of(signed_in(alice).get("/revenue/influence/?kind=asset"))
    assert "Buyer&#x27;s guide" in shown
    assert "+25 pt" in shown
    assert "Won more often" in shown
    assert "An adjusted association" in shown
    assert "age of the deal and touches so far" in shown
    assert "The CRM does not tell deals apart by" in shown


def test_before_the_first_computation_the_page_asks_for_it(alice: Person) -> None:
    assert "Computing the figures" in text_of(signed_in(alice).get("/revenue/influence/"))


def test_an_empty_company_is_told_what_to_import(alice: Person) -> None:
    snapshots.compute("influence", at=NOW)
    shown = text_of(signed_in(alice).get("/revenue/influence/"))
    assert "No closed deal is known. Import the CRM&#x27;s opportunities" in shown


def test_one_thing_shows_its_trials_and_its_groups(alice: Person, computed: Story) -> None:
    page = signed_in(alice).get(f"/revenue/influence/asset/{computed.guide.pk}/")
    assert page.context["trials"].rows[0] == {
        "after": "Within 14 days", "exposed": 120, "alone": 0, "others": 120, "with": 0.5, "without": 0.25,
    }  # fmt: skip
    assert "50 % against 25 %" in text_of(page)


def test_the_deals_behind_it_are_those_that_the_reader_may_see(alice: Person, bob: Person, computed: Story) -> None:
    client = signed_in(alice)
    address = f"/revenue/influence/asset/{computed.guide.pk}/deals/"
    rows = client.get(f"{address}?met=yes").context["listing"].rows
    assert len(rows) == 50
    assert {str(row["met"]) for row in rows} == {"Met it"}
    assert {row["first"].isoformat() for row in rows} == {"2026-01-20"}
    rows = client.get(f"{address}?met=no&state=won").context["listing"].rows
    assert {(str(row["met"]), row["first"]) for row in rows} == {("Compared with", None)}
    computed.deals[0].__class__.objects.exclude(pk=computed.deals[0].pk).update(owner=None)
    assert [row["deal"] for row in signed_in(bob).get(address).context["listing"].rows] == ["Deal 0"]


def test_the_card_says_credit_influence_and_interval(alice: Person, computed: Story) -> None:
    client = signed_in(alice)
    shown = text_of(client.get(f"/revenue/influence/asset/{computed.guide.pk}/card/"))
    assert "€5,850" in shown
    assert "+25 pt" in shown
    other = Asset.objects.create(title="Other", slug="other", format="pdf", created_at=NOW, updated_at=NOW)
    assert "No closed deal is known to have met it" in text_of(client.get(f"/revenue/influence/asset/{other.pk}/card/"))
    assert f"/revenue/influence/asset/{computed.guide.pk}/card/" in client.get(
        "/library/buyers-guide/evidence/"
    ).content.decode()  # fmt: skip
    assert f"/revenue/influence/campaign/{computed.webinar.pk}/card/" in client.get(
        f"/crm/campaigns/{computed.webinar.pk}/"
    ).content.decode()  # fmt: skip


def test_content_that_the_reader_may_not_open_keeps_its_name(bob: Person, dora: Person, computed: Story) -> None:
    access.restrict(computed.guide, ["role:executive"], by=dora, at=NOW)
    client = signed_in(bob)
    row = client.get("/revenue/influence/?kind=asset").context["listing"].rows[0]
    assert (row["label"].text, row["link"]) == ("Restricted content", "")
    for part in ("", "card/", "deals/", "estimate/"):
        assert client.get(f"/revenue/influence/asset/{computed.guide.pk}/{part}").status_code == 404


def test_the_export_is_recorded(alice: Person, computed: Story) -> None:
    response = signed_in(alice).post("/revenue/influence/?kind=asset", {"export": "csv"})
    lines = b"".join(response).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0].startswith('What,Deals,"Credit, linear",Markov,Influence,Share won')
    assert lines[1].startswith("Buyer's guide (Content),120,5850.0,")
    assert AuditEntry.objects.filter(action="export", person=alice).count() == 1


def test_a_closer_look_is_computed_in_the_background_once(alice: Person, computed: Story) -> None:
    client = signed_in(alice)
    address = f"/revenue/influence/asset/{computed.guide.pk}/estimate/"
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    estimate = Estimate.objects.get()
    assert estimate.state == "waiting"
    assert "every 2s" in client.get(address).content.decode()
    estimating.run(estimate.pk, at=NOW)
    estimate.refresh_from_db()
    assert (estimate.state, estimate.done) == ("done", 1.0)
    assert estimate.found["won"]["difference"] == pytest.approx(0.25, abs=0.02)
    shown = text_of(client.get(address))
    assert "+25 pt" in shown
    assert "every 2s" not in shown


def test_the_number_of_queries_does_not_grow_with_the_rows(
    alice: Person, computed: Story, django_assert_num_queries: object
) -> None:
    client = signed_in(alice)
    client.get("/revenue/influence/")
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get("/revenue/influence/")
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get(f"/revenue/influence/asset/{computed.guide.pk}/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(f"/revenue/influence/asset/{computed.guide.pk}/card/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(f"/revenue/influence/asset/{computed.guide.pk}/deals/")


def test_outsiders_are_refused_and_editors_do_not_see_deals(charlie: Person, dora: Person, computed: Story) -> None:
    assert signed_in(charlie).get("/revenue/influence/").status_code == 403
    assert signed_in(dora).get("/revenue/influence/").status_code == 200
    assert signed_in(dora).get("/revenue/influence/channel/sales-call/deals/").status_code == 403
    assert Influence.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["weather/x/", "asset/0/", "channel/unheard-of/", "channel/unheard-of/card/", f"asset/{'9' * 5_000}/card/"],
)
def test_what_is_not_there_is_not_found(alice: Person, computed: Story, address: str) -> None:
    assert signed_in(alice).get(f"/revenue/influence/{address}").status_code == 404

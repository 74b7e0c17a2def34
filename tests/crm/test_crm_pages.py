from datetime import UTC, date, datetime

import pytest

from sameside.crm.models import Activity, Campaign, CampaignMember, Company, Contact, Deal, DealContact, Touch
from sameside.leads.models import Lead
from sameside.people.models import Person, Team
from tests.conftest import NOW, signed_in


@pytest.fixture
def acme(bob: Person) -> Company:
    return Company.objects.create(
        name="Acme", domain="acme.example", vertical="public-sector", country="Germany", owner=bob, source="t",
        external_id="A1",
    )  # fmt: skip


@pytest.fixture
def vera(acme: Company) -> Contact:
    return Contact.objects.create(
        company=acme, first_name="Vera", last_name="Vogt", title="CFO", seniority="c-level", department="finance",
        email="vera@acme.example", source="t", external_id="C1",
    )  # fmt: skip


@pytest.fixture
def webinar() -> Campaign:
    return Campaign.objects.create(
        name="June webinar",
        channel="webinar",
        starts_on=date(2026, 6, 1),
        actual_cost="1200",
        source="t",
        external_id="K1",
    )


def deal(company: Company, owner: Person | None, name: str = "Acme platform") -> Deal:
    return Deal.objects.create(
        name=name, company=company, owner=owner, stage="Qualification", amount="5000", created_at=NOW, source="t",
        external_id=name,
    )  # fmt: skip


def other_seller() -> Person:
    team = Team.objects.create(name="Sales South", side="sales")
    return Person.objects.create_user("hugo@example.com", name="Hugo", role="seller", team=team)


def lead(company: Company, owner: Person, name: str) -> Lead:
    return Lead.objects.create(
        last_name=name,
        company=company,
        owner=owner,
        created_at=NOW,
        source="t",
        external_id=name,
        fate=Lead.Fate.RETURNED,
    )


def test_a_company_shows_its_deals_people_leads_and_touches(
    bob: Person, acme: Company, vera: Contact, webinar: Campaign
) -> None:
    deal(acme, bob)
    lead(acme, bob, "Lindner")
    for number in range(3):
        Touch.objects.create(
            company=acme, contact=vera, campaign=webinar, channel="webinar", source="t", external_id=f"T{number}",
            occurred_at=datetime(2026, 5, number + 1, tzinfo=UTC),
        )  # fmt: skip
    page = signed_in(bob).get(f"/crm/companies/{acme.pk}/")
    shown = page.content.decode()
    assert all(words in shown for words in ("Public sector", "Acme platform", "Vera Vogt", "Lindner", "June webinar"))
    assert page.context["figures"] == [("Deals", "1"), ("Won", "0"), ("Contacts", "1"), ("Touches", "3")]
    rows = signed_in(bob).get(f"/crm/companies/{acme.pk}/touches/").context["listing"].rows
    assert [row["at"].day for row in rows] == [3, 2, 1]


def test_a_seller_does_not_see_another_team_s_deals_and_leads_of_a_company(bob: Person, acme: Company) -> None:
    hugo = other_seller()
    deal(acme, hugo, "Secret platform")
    lead(acme, hugo, "Secretlead")
    shown = signed_in(bob).get(f"/crm/companies/{acme.pk}/").content.decode()
    assert "Secret" not in shown
    assert "No deal that you may see." in shown


def test_a_contact_shows_deals_campaigns_and_activities(
    bob: Person, acme: Company, vera: Contact, webinar: Campaign
) -> None:
    mine = deal(acme, bob)
    theirs = deal(acme, other_seller(), "Secret platform")
    for number, one in enumerate((mine, theirs)):
        DealContact.objects.create(deal=one, contact=vera, role="Economic Buyer", source="t", external_id=f"R{number}")
        Activity.objects.create(
            kind="call", subject=f"Call on {one.name}", at=NOW, contact=vera, deal=one, owner=bob, source="t",
            external_id=f"X{number}",
        )  # fmt: skip
    CampaignMember.objects.create(
        campaign=webinar, contact=vera, status="Attended", at=NOW, source="t", external_id="M1"
    )
    shown = signed_in(bob).get(f"/crm/contacts/{vera.pk}/").content.decode()
    assert all(
        words in shown for words in ("Acme platform", "Economic Buyer", "June webinar", "C-level", "Call on Acme")
    )
    assert "Secret platform" not in shown


def test_a_campaign_lists_its_members_and_leads_on(
    bob: Person, acme: Company, vera: Contact, webinar: Campaign
) -> None:
    hidden = lead(acme, other_seller(), "Secretlead")
    CampaignMember.objects.create(campaign=webinar, lead=hidden, at=NOW, source="t", external_id="M1")
    CampaignMember.objects.create(campaign=webinar, contact=vera, responded=True, at=NOW, source="t", external_id="M2")
    page = signed_in(bob).get(f"/crm/campaigns/{webinar.pk}/")
    shown = page.content.decode()
    assert "Vera Vogt" in shown
    assert "Secretlead" not in shown
    assert "€1,200" in shown
    assert f"/leads/all/?campaign={webinar.pk}" in shown
    assert f"/revenue/campaign/{webinar.pk}/" in shown
    assert page.context["figures"] == [("Members", "2"), ("Responded", "1")]


def test_lists_are_filtered_and_sorted_by_the_address(alice: Person, acme: Company, webinar: Campaign) -> None:
    Company.objects.create(name="Borealis", vertical="banking", source="t", external_id="A2")
    client = signed_in(alice)
    names = [str(row["name"]) for row in client.get("/crm/companies/").context["listing"].rows]
    assert names == ["Acme (acme.example)", "Borealis"]
    banks = client.get("/crm/companies/?vertical=banking").context["listing"].rows
    assert [str(row["name"]) for row in banks] == ["Borealis"]
    assert len(client.get("/crm/companies/?q=ac").context["listing"].rows) == 1
    assert len(client.get("/crm/campaigns/?channel=event").context["listing"].rows) == 0


def test_empty_lists_say_which_import_brings_the_rows(alice: Person) -> None:
    client = signed_in(alice)
    for address, file in (("companies", "Account.csv"), ("contacts", "Contact.csv"), ("campaigns", "Campaign.csv")):
        assert file in client.get(f"/crm/{address}/").content.decode()


@pytest.mark.parametrize(("address", "queries"), [("companies", 3), ("contacts", 3), ("campaigns", 3)])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    alice: Person, acme: Company, address: str, queries: int, django_assert_num_queries: object
) -> None:
    client = signed_in(alice)
    for number in range(30):
        Company.objects.create(name=f"C{number}", owner=alice, source="t", external_id=f"N{number}")
        Contact.objects.create(last_name=f"C{number}", company=acme, source="t", external_id=f"N{number}")
        Campaign.objects.create(name=f"C{number}", channel="email", owner=alice, source="t", external_id=f"N{number}")
    client.get(f"/crm/{address}/")
    with django_assert_num_queries(queries):  # type: ignore[operator]
        assert len(client.get(f"/crm/{address}/").context["listing"].rows) >= 30


def test_an_outsider_and_an_editor_are_refused(charlie: Person, dora: Person, acme: Company, vera: Contact) -> None:
    for person in (charlie, dora):
        client = signed_in(person)
        for address in ("companies/", f"companies/{acme.pk}/", "contacts/", f"contacts/{vera.pk}/", "campaigns/"):
            assert client.get(f"/crm/{address}").status_code == 403

"""The list of leads and the page of one: who sees what, what the filters leave, what it costs."""

from datetime import timedelta

import pytest

from sameside.crm.models import Touch
from sameside.leads import way
from sameside.leads.models import Lead
from sameside.library.models import Asset, Usage
from sameside.people.models import AuditEntry, Organisation, Person
from tests.conftest import NOW, signed_in
from tests.leads.story import MAY, Story


def _names(person: Person, query: str = "") -> list[str]:
    response = signed_in(person).get(f"/leads/all/{query}")
    return [row["object"].last_name for row in response.context["listing"].rows]


def test_all_leads_the_newest_first(story: Story, alice: Person) -> None:
    assert _names(alice) == ["Queuer", "Returner", "Worker", "Waiter", "Winner"]


def test_a_seller_sees_the_teams_leads_and_the_queue(story: Story, bob: Person) -> None:
    assert _names(bob) == ["Queuer", "Waiter", "Winner"]


def test_a_seller_sees_all_where_the_organisation_says_so(story: Story, bob: Person) -> None:
    Organisation.objects.update(seller_scope=Organisation.SellerScope.EVERYONE)
    assert len(_names(bob)) == 5


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?fate=untouched", ["Waiter"]),
        ("?fate=converted_all", ["Winner"]),
        ("?source=Event", ["Returner", "Worker"]),
        ("?source=none", ["Queuer"]),
        ("?owner=none", ["Queuer"]),
        ("?team=none", ["Queuer"]),
        ("?campaign=none", ["Queuer", "Returner", "Worker", "Waiter"]),
        ("?touch=never", ["Waiter"]),
        ("?touch=tried", ["Returner", "Worker", "Winner"]),
        ("?created_from=2026-05-07&created_to=2026-05-08", ["Returner", "Worker"]),
        ("?sort=won", ["Winner", "Queuer", "Returner", "Worker", "Waiter"]),
        ("?sort=-created&fate=nonsense", ["Winner", "Waiter", "Worker", "Returner", "Queuer"]),
    ],
)
def test_filters_and_orders(story: Story, alice: Person, query: str, names: list[str]) -> None:
    assert _names(alice, query) == names


def test_the_first_campaign_is_a_filter(story: Story, alice: Person) -> None:
    assert _names(alice, f"?campaign={story.webinar.pk}") == ["Winner"]


def test_a_list_of_many_leads_costs_no_more_queries(story: Story, alice: Person, django_assert_num_queries) -> None:
    client = signed_in(alice)
    client.get("/leads/all/")
    with django_assert_num_queries(3):
        client.get("/leads/all/")
    Lead.objects.bulk_create(
        Lead(source="t", external_id=f"X{n}", created_at=MAY, campaign=story.webinar, owner=alice) for n in range(60)
    )
    with django_assert_num_queries(3):
        client.get("/leads/all/")


def test_the_export_is_recorded(story: Story, alice: Person) -> None:
    response = signed_in(alice).post("/leads/all/?fate=won", {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "Lead,What became of it,Source,First campaign,Owner,Created,First touch,Won"
    assert lines[1].startswith("Winner,Won,Web,Spring webinar,Bob,2026-05-05")
    assert len(lines) == 2
    assert AuditEntry.objects.get(action="export").details == {"filters": {"fate": "won"}}


def test_a_lead_of_another_team_is_not_there_for_a_seller(story: Story, bob: Person) -> None:
    assert signed_in(bob).get(f"/leads/{story.worked.pk}/").status_code == 404


def test_an_editor_sees_no_leads(story: Story, dora: Person) -> None:
    assert signed_in(dora).get("/leads/all/").status_code == 403
    assert signed_in(dora).get(f"/leads/{story.won.pk}/").status_code == 403


def _read(lead: Lead) -> Lead:
    return Lead.objects.select_related("owner__team", "campaign", "company", "contact", "deal").get(pk=lead.pk)


def test_the_way_of_a_won_lead(story: Story, bob: Person) -> None:
    steps = way.of(_read(story.won), bob, at=NOW).steps
    assert [(step.label, step.text, step.state) for step in steps] == [
        ("Source", "Spring webinar", "done"),
        ("Handed over", "Bob", "done"),
        ("First attempt", "2 attempts", "done"),
        ("Converted", "Contact and deal", "done"),
        ("Conversations", "1 of 1 succeeded", "done"),
        ("Won", "€42,000", "done"),
    ]


def test_the_way_of_an_untouched_lead_says_where_it_stopped(story: Story, bob: Person) -> None:
    steps = way.of(_read(story.untouched), bob, at=NOW).steps
    assert [(step.label, step.state) for step in steps] == [
        ("Source", "done"),
        ("Handed over", "done"),
        ("First attempt", "failed"),
        ("Converted", "ahead"),
        ("Deal", "ahead"),
    ]


def test_events_stand_in_order_and_each_once(story: Story, bob: Person) -> None:
    lead = story.won
    for number, external_id in enumerate(("Visit:1", "CampaignMember:M1", "Task:A1")):
        Touch.objects.create(
            occurred_at=MAY + timedelta(hours=number), channel="website", lead=lead, source="t", external_id=external_id
        )
    asset = Asset.objects.create(title="Risk guide", slug="risk-guide", format="pdf", created_at=NOW, updated_at=NOW)
    Usage.objects.create(asset=asset, action="share", at=MAY + timedelta(days=9), person=bob, deal=story.deal)
    assert [event.text for event in way.of(_read(lead), bob, at=NOW).events] == [
        "Website",
        "The lead was created",
        "Handed over to Bob",
        "Answered “Spring webinar”",
        "Call: First call",
        "Call: First call",
        "Converted into a contact and a deal",
        "Shared “Risk guide”",
        "Deal entered “Closed Won”",
        "Won: €42,000",
    ]


def test_the_page_of_a_lead(story: Story, bob: Person, django_assert_max_num_queries) -> None:
    client = signed_in(bob)
    client.get(f"/leads/{story.won.pk}/")
    with django_assert_max_num_queries(20):
        page = client.get(f"/leads/{story.won.pk}/").content.decode()
    assert "3 min after hand-over" in page
    assert "Open the deal" in page

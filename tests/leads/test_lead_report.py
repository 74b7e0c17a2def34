"""The report on leads: literal figures of the story, and every table adds up to the same leads."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from sameside.crm.models import Deal
from sameside.kit import snapshots
from sameside.leads import figures, parts, queries, report
from sameside.leads.models import Lead
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.story import Story

FATES = tuple(Lead.Fate.values)


def _data(months: int = 12) -> dict:
    return figures.compute({"months": months}, NOW)


def test_totals_of_the_story(story: Story) -> None:
    total = _data()["total"]
    assert {key: total[key] for key in ("leads", *FATES, "converted_all", "handed_over", "tried", "never")} == {
        "leads": 5,
        "waiting": 1,
        "untouched": 1,
        "worked": 1,
        "returned": 1,
        "converted": 0,
        "open": 0,
        "won": 1,
        "lost": 0,
        "converted_all": 1,
        "handed_over": 4,
        "tried": 3,
        "never": 1,
    }
    assert (total["won_amount"], total["conversion"], total["untouched_share"]) == (42_000.0, 0.2, 0.25)
    assert (total["within_5m_share"], total["within_1h_share"], total["within_24h_share"]) == (0.25, 0.5, 0.75)
    assert total["median_hours"] == 0.75


def test_rows_by_source_owner_and_campaign(story: Story, bob: Person) -> None:
    by = _data()["by"]
    assert [(row["name"], row["leads"], row["won"], row["untouched"]) for row in by["source"]] == [
        ("Event", 2, 0, 0),
        ("Web", 2, 1, 1),
        ("No source", 1, 0, 0),
    ]
    assert [(row["name"], row["leads"]) for row in by["owner"]] == [("Bob", 2), ("Susan", 2), ("Nobody (a queue)", 1)]
    assert [(row["name"], row["leads"], row["won_amount"]) for row in by["campaign"]] == [
        ("No campaign", 4, 0.0),
        ("Spring webinar", 1, 42_000.0),
    ]
    assert [row["id"] for row in by["month"] if row["leads"]] == ["2026-05"]
    assert len(by["month"]) == 12


def test_every_table_adds_up_to_every_lead(bob: Person, alice: Person) -> None:
    chance = random.Random(11)
    for number in range(120):
        deal = None
        if chance.random() < 0.3:
            deal = Deal.objects.create(
                source="t", external_id=str(number), name="D", stage="S", created_at=NOW, is_closed=True, is_won=True,
                closed_at=NOW, amount=Decimal("10.50"),
            )  # fmt: skip
        Lead.objects.create(
            source="t", external_id=str(number), owner=chance.choice([bob, alice, None]), deal=deal,
            lead_source=chance.choice(["Web", "Event", ""]), created_at=NOW - timedelta(days=chance.randrange(700)),
            fate=Lead.Fate.WON if deal else chance.choice(["waiting", "untouched", "worked", "returned", "converted"]),
            won_amount=deal.amount if deal else None, deleted_in_source=chance.random() < 0.1,
        )  # fmt: skip
    for months in (0, 3, 6, 12, 24):
        data = _data(months)
        since = datetime.fromisoformat(f"{data['start'] or '2000-01-01'}T00:00:00+00:00")
        rows = Lead.objects.filter(deleted_in_source=False, created_at__lte=NOW, created_at__gte=since)
        assert data["total"]["leads"] == rows.count() == sum(data["total"][fate] for fate in FATES)
        for dimension in figures.DIMENSIONS:
            for key in ("leads", *FATES, "handed_over", "tried"):
                assert sum(row[key] for row in data["by"][dimension]) == data["total"][key]
            assert sum(row["won_amount"] for row in data["by"][dimension]) == data["total"]["won_amount"]


def test_what_is_beyond_the_largest_rows_is_one_row(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "SHOWN", 1)
    rows = _data()["by"]["source"]
    assert [(row["name"], row["leads"]) for row in rows] == [("Event", 2), ("2 more", 3)]
    assert sum(row["won_amount"] for row in rows) == 42_000.0


def test_the_tables_for_the_terminal_hold_plain_figures(story: Story) -> None:
    first = report.tables(_data())[0]
    assert first.caption == "By source"
    assert first.total is not None
    assert first.total["leads"] == 5
    assert first.rows[0]["won_amount"] == 0.0


@pytest.mark.parametrize(
    ("query", "months"), [({}, 12), ({"months": "3"}, 3), ({"months": "all"}, 0), ({"months": "7"}, 12)]
)
def test_the_period_in_the_address(query: dict[str, str], months: int) -> None:
    assert report.read(query) == {"months": months}


def test_the_page_asks_for_its_computation_and_then_shows_it(story: Story, alice: Person) -> None:
    client = signed_in(alice)
    assert "Computing the figures" in client.get("/leads/").content.decode()
    snapshots.compute("leads", at=NOW)
    page = client.get("/leads/?by=owner").content.decode()
    assert "nobody touched 1 of them" in page
    assert "fate=untouched&amp;owner=" in page
    assert "73 %" not in page  # nor any other figure of a study: none of them has a source with a date


def test_the_page_costs_as_few_queries_however_many_leads(
    story: Story, alice: Person, django_assert_max_num_queries
) -> None:
    snapshots.compute("leads", at=NOW)
    client = signed_in(alice)
    client.get("/leads/")
    with django_assert_max_num_queries(4):
        client.get("/leads/")


def test_someone_without_a_role_sees_no_report(charlie: Person) -> None:
    assert signed_in(charlie).get("/leads/").status_code == 403


def test_leads_waiting_for_a_seller(story: Story, bob: Person, colleague: Person) -> None:
    assert list(queries.waiting_for(bob, 5)) == [story.untouched]
    assert list(queries.waiting_for(colleague, 5)) == []


def test_what_became_of_a_marketers_leads(story: Story, alice: Person, bob: Person) -> None:
    assert queries.fates_of_my_leads(alice) is None
    snapshots.compute("leads", at=NOW)
    mine = queries.fates_of_my_leads(alice)
    everyone = queries.fates_of_my_leads(bob)
    assert mine is not None
    assert everyone is not None
    assert (mine["is_mine"], mine["total"]["leads"], mine["total"]["won"], mine["total"]["conversion"]) == (
        True,
        1,
        1,
        1,
    )
    assert [row["name"] for row in mine["campaigns"]] == ["Spring webinar"]
    assert (everyone["is_mine"], everyone["total"]["leads"]) == (False, 5)

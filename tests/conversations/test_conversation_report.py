"""The report on conversations: literal figures counted by hand, and sums that agree."""

from datetime import timedelta

import pytest

from sameside.analytics.rates import wilson
from sameside.conversations import figures, pages, queries, report
from sameside.conversations.models import Conversation
from sameside.crm.models import Company, Deal, StageChange
from sameside.kit import snapshots
from sameside.people.models import Person
from tests.conftest import NOW, signed_in


def _conversation(deal: Deal, kind: str, state: str, opened: int, took: int | None, attempt: int = 1) -> Conversation:
    """Opened so many days before NOW, ended after `took` days."""
    at = NOW - timedelta(days=opened)
    rows = [
        StageChange.objects.create(
            source="t", external_id=f"{deal.pk}{kind}{attempt}{end}", deal=deal, stage="Any", at=at
        )
        for end in "ab"
    ]
    return Conversation.objects.create(
        deal=deal, kind=kind, state=state, attempt=attempt, opened_at=at, opened_by=rows[0], owner=deal.owner,
        ended_at=None if took is None else at + timedelta(days=took), ended_by=None if took is None else rows[1],
    )  # fmt: skip


def _deal(number: int, owner: Person | None, vertical: str) -> Deal:
    company = Company.objects.create(source="t", external_id=str(number), name=f"Co {number}", vertical=vertical)
    return Deal.objects.create(
        source="t", external_id=str(number), name=f"Deal {number}", stage="Any", company=company, owner=owner,
        created_at=NOW - timedelta(days=400),
    )  # fmt: skip


@pytest.fixture
def told(bob: Person) -> list[Deal]:
    """In banking bob succeeds in 1 to 5 days and fails once; in retail one is open for a month and one for a day."""
    deals = [_deal(number, bob, "banking") for number in range(6)]
    for days, deal in enumerate(deals[:5], 1):
        _conversation(deal, "right_people", "succeeded", 60, days)
    _conversation(deals[5], "right_people", "failed", 60, 2)
    late, fresh = _deal(6, None, "retail"), _deal(7, None, "retail")
    _conversation(late, "right_people", "open", 30, None)
    _conversation(fresh, "right_people", "open", 1, None)
    return [*deals, late, fresh]


def _data(months: int = 12) -> dict:
    return figures.compute({"months": months}, NOW)


def test_a_kind_in_figures(told: list[Deal]) -> None:
    row = next(one for one in _data()["kinds"] if one["kind"] == "right_people")
    low, high = wilson(5, 6)
    assert row == {
        "kind": "right_people",
        "label": "Right people",
        "opened": 8,
        "succeeded": 5,
        "failed": 1,
        "open": 2,
        "ended": 6,
        "rate": 5 / 6,
        "low": low,
        "high": high,
        "median_days": 3.0,
        "p90_days": 4.6,
    }
    assert (round(low, 3), round(high, 3)) == (0.436, 0.970)


def test_teams_verticals_and_months_add_up(told: list[Deal]) -> None:
    data = _data()
    assert [(row["name"], row["opened"]) for row in data["teams"]] == [("Sales North", 6), ("No team", 2)]
    assert [(row["name"], row["opened"], row["open"]) for row in data["verticals"]] == [
        ("banking", 6, 0),
        ("retail", 2, 2),
    ]
    for key in ("opened", "succeeded", "failed", "open"):
        for dimension in ("kinds", "teams", "verticals"):
            assert sum(row[key] for row in data[dimension]) == data["total"][key]
    months = {row["month"]: (row["opened"], row["succeeded"], row["failed"]) for row in data["months"]}
    assert months["2026-04"] == (6, 5, 1)
    assert months["2026-05"] == (2, 0, 0)
    assert sum(row["succeeded"] for row in data["months"]) == 5


def test_a_win_that_took_no_time_counts_for_the_rate_but_not_for_the_days(told: list[Deal]) -> None:
    instant = _conversation(told[0], "tangible_value", "succeeded", 55, 0)
    Conversation.objects.filter(pk=instant.pk).update(ended_by=instant.opened_by)
    row = next(one for one in _data()["kinds"] if one["kind"] == "tangible_value")
    assert (row["succeeded"], row["rate"], row["median_days"]) == (1, 1.0, None)


def test_the_period_leaves_older_ones_out(told: list[Deal]) -> None:
    _conversation(told[0], "tailored_pov", "succeeded", 200, 2)
    assert _data(3)["total"]["opened"] == 8
    assert _data(12)["total"]["opened"] == 9


def test_stuck_is_longer_than_three_of_four_took(told: list[Deal], fay: Person) -> None:
    data = _data()
    row = next(one for one in data["stuck"] if one["kind"] == "right_people")
    assert (row["usual_days"], row["stuck"], row["median_age"]) == (4.0, 1, 30.0)
    assert [(one.deal, one.days) for one in pages.open_longest(data, fay, NOW)] == [("Deal 6", 30)]


def test_with_few_successes_nobody_knows_how_long_is_long(told: list[Deal]) -> None:
    Conversation.objects.filter(deal=told[0]).delete()
    assert [row["usual_days"] for row in _data()["stuck"]] == [None] * 5


def test_a_seller_sees_stuck_conversations_of_the_own_team_only(told: list[Deal], bob: Person) -> None:
    assert pages.open_longest(_data(), bob, NOW) == []


def test_the_sentence(told: list[Deal]) -> None:
    assert pages.sentence(_data()) == (
        "5 of 6 conversations that ended succeeded (83 %). “Right people” succeeds least often (83 %); "
        "half of all successes take less than 3 days."
    )


def test_tables_for_the_terminal(told: list[Deal]) -> None:
    assert [table.caption for table in report.tables(_data())] == [
        "By kind",
        "By team",
        "By vertical",
        "What happened in each month",
        "Where they get stuck",
    ]


def test_the_next_conversation_of_deals_in_one_query(told: list[Deal], django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = queries.next_for(told)
    assert {pk: one.kind for pk, one in found.items() if one} == {
        told[6].pk: "right_people",
        told[7].pk: "right_people",
    }
    assert found[told[0].pk] is None


def test_the_page(told: list[Deal], fay: Person, django_assert_max_num_queries) -> None:
    client = signed_in(fay)
    assert "Computing the figures" in client.get("/conversations/").content.decode()
    snapshots.compute("conversations", at=NOW)
    client.get("/conversations/")
    with django_assert_max_num_queries(6):
        page = client.get("/conversations/").content.decode()
    assert "A confirmed opportunity" in page
    assert "95 % interval: 44 % to 97 %" in page
    assert "Deal 6" in page


def test_an_editor_sees_the_report_but_no_deal(told: list[Deal], dora: Person) -> None:
    snapshots.compute("conversations", at=NOW)
    page = signed_in(dora).get("/conversations/").content.decode()
    assert "83 %" in page
    assert "Deal 6" not in page


def test_someone_without_a_role_sees_nothing(charlie: Person) -> None:
    assert signed_in(charlie).get("/conversations/").status_code == 403

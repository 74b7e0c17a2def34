"""The agenda of the joint meeting: its figures, its days, and who reads which names."""

from datetime import UTC, datetime, timedelta

import pytest

from sameside.conversations.models import Kind
from sameside.kit import snapshots
from sameside.people.models import Person, Team
from sameside.weekly import agenda, report, weeks
from sameside.weekly.weeks import Week
from tests.conftest import NOW, signed_in
from tests.weekly.story import Story


def _week(at: datetime = NOW, week: str = "") -> dict[str, object]:
    return report.compute_week({"week": week}, at)


def test_this_week_is_the_last_seven_days() -> None:
    week = weeks.chosen("", NOW)
    assert (week.start, week.end) == (NOW - timedelta(days=7), NOW)
    assert weeks.earlier(week) == "2026-W22"


def test_a_named_week_runs_from_monday_to_monday() -> None:
    assert weeks.chosen("2026-W21", NOW) == Week(
        "2026-W21", datetime(2026, 5, 18, tzinfo=UTC), datetime(2026, 5, 25, tzinfo=UTC)
    )


@pytest.mark.parametrize("name", ["2026-W54", "2026-W00", "2026-21", "", "2031-W01", "２026-W21", "2026-W23"])
def test_what_is_no_week_or_not_over_yet_is_the_last_seven_days(name: str) -> None:
    assert weeks.chosen(name, NOW).name == ""


def test_one_can_walk_back_and_forth() -> None:
    week = weeks.chosen("2026-W20", NOW)
    assert weeks.earlier(week) == "2026-W19"
    assert weeks.later(week, NOW) == "2026-W21"
    assert weeks.later(weeks.chosen("2026-W22", NOW), NOW) == ""
    assert weeks.earlier(weeks.chosen("2026-W01", NOW)) == "2025-W52"


def test_wins_and_losses_of_the_last_seven_days(story: Story, bob: Person) -> None:
    acme = story.company()
    story.deal("Big", acme, bob, amount=5000, won=2)
    story.deal("Small", acme, bob, amount=200, won=6.9)
    story.deal("Gone", acme, bob, amount=700, lost=1, reason="Price")
    story.deal("Before", acme, bob, amount=900, won=8)
    data = _week()
    assert data["now"]["won"] == 2  # type: ignore[index]
    assert data["now"]["won_amount"] == 5200.0  # type: ignore[index]
    assert data["before"]["won_amount"] == 900.0  # type: ignore[index]
    assert [(one["name"], one["amount"]) for one in data["won"]] == [("Big", 5000.0), ("Small", 200.0)]  # type: ignore[attr-defined]
    assert data["reasons"] == [{"reason": "Price", "deals": 1, "amount": 700.0}]


def test_a_deal_in_a_currency_without_a_rate_adds_nothing(story: Story, bob: Person) -> None:
    deal = story.deal("Dollars", story.company(), bob, amount=5000, won=2)
    deal.currency, deal.amount_given, deal.amount = "USD", deal.amount, None
    deal.save()
    data = _week()
    assert (data["now"]["won"], data["now"]["won_amount"]) == (1, 0.0)  # type: ignore[index]


def test_untouched_leads_by_owner(story: Story, bob: Person) -> None:
    story.lead("Old One", bob, created=30)
    story.lead("New One", bob, created=1)
    story.lead("Tried Late", bob, created=12, fate="worked", tried=9)
    story.lead("Given Back", bob, created=12, fate="returned")
    story.lead("Nobody's", None, created=3, fate="waiting")
    data = _week()["untouched"]
    assert (data["leads"], data["old"], data["oldest"]) == (2, 1, 30.0)  # type: ignore[index]
    assert data["owners"] == [  # type: ignore[index]
        {"owner": bob.pk, "name": "Bob", "team": "Sales North", "leads": 2, "oldest": 30.0}
    ]


def test_an_earlier_week_knows_who_waited_then(story: Story, bob: Person) -> None:
    story.lead("Tried Late", bob, created=12, fate="worked", tried=5)
    assert _week()["now"]["untouched"] == 0  # type: ignore[index]
    assert _week(week="2026-W21")["now"]["untouched"] == 1  # type: ignore[index]


def test_searches_without_a_result_are_counted_by_their_words(story: Story, bob: Person, alice: Person) -> None:
    story.search("Basel IV", bob, days=1)
    story.search("basel iv ", alice, days=2)
    story.search("pricing", bob, days=1, results=3)
    story.search("long ago", bob, days=9)
    data = _week()
    assert data["zero_searches"] == [{"query": "basel iv", "searches": 2, "persons": 2, "latest": "2026-05-31"}]


def test_open_demand_without_content(story: Story, bob: Person) -> None:
    bank, mill = story.company(), story.company("Mill", "manufacturing")
    for company in (bank, mill):
        story.conversation(story.deal(company.name, company, bob), Kind.TAILORED_POV, opened=5)
    story.asset("For banks", Kind.TAILORED_POV, "banking")
    story.asset("For anybody", Kind.TAILORED_POV)
    assert _week()["demand"] == [
        {"kind": "tailored_pov", "vertical": "manufacturing", "deals": 1, "amount": 1000.0, "general": 1}
    ]


def test_a_conversation_older_than_most_successful_ones_is_stuck(story: Story, bob: Person) -> None:
    acme = story.company()
    for number in range(5):
        deal = story.deal(f"Won {number}", acme, bob, created=100, won=50)
        story.conversation(deal, Kind.RIGHT_PEOPLE, opened=80, succeeded=70)
    story.conversation(story.deal("Slow", acme, bob), Kind.RIGHT_PEOPLE, opened=11)
    story.conversation(story.deal("Quick", acme, bob), Kind.RIGHT_PEOPLE, opened=9)
    data = _week()["stuck"]
    assert data["total"] == 1  # type: ignore[index]
    stuck = data["conversations"][0]  # type: ignore[index]
    assert (stuck["name"], stuck["days"], stuck["usual"]) == ("Slow", 11.0, 10.0)


def test_what_changed_says_whether_it_is_welcome(story: Story, bob: Person) -> None:
    deal = story.deal("One", story.company(), bob)
    story.conversation(deal, Kind.TAILORED_POV, opened=20, succeeded=3)
    story.lead("Waits", bob, created=2)
    changes = {one.label: (one.value, one.difference, one.tone) for one in agenda.changes(_week())}
    assert changes["Successful conversations"] == ("1", "+1", "good")
    assert changes["Leads waiting untouched at the end"] == ("1", "+1", "bad")
    assert changes["Deals lost"] == ("0", "±0", "neutral")


def test_a_seller_reads_only_the_names_of_the_own_team(
    story: Story, bob: Person, fay: Person, dora: Person, marketing: Team
) -> None:
    other = Person.objects.create_user("olga@example.com", None, name="Olga", role="seller")
    acme = story.company()
    story.deal("Bob's", acme, bob, won=1)
    story.deal("Olga's", acme, other, won=1)
    data = _week()

    def named(reader: Person) -> list[str]:
        point = next(one for one in agenda.build(data, None, reader).points if one.key == "won")
        return [row["name"] for row in point.tables[0].rows]

    assert sorted(named(fay)) == ["Bob's", "Olga's"]
    assert named(bob) == ["Bob's"]
    assert named(dora) == []
    seen = next(one for one in agenda.build(data, None, bob).points if one.key == "won")
    assert seen.title.startswith("2 deals won")
    assert seen.text == "What made them say yes? 1 more is not named here."


def test_the_page_prints_its_points_and_walks_to_the_week_before(story: Story, fay: Person, bob: Person) -> None:
    story.deal("Big", story.company(), bob, won=2)
    snapshots.compute("week", at=NOW)
    page = signed_in(fay).get("/this-week/").content.decode()
    assert "1 deal won" in page
    assert "?week=2026-W22" in page
    assert "25 May to 1 June 2026" in page


def test_an_earlier_week_is_computed_when_somebody_asks(fay: Person, db: None) -> None:
    client = signed_in(fay)
    assert b"Computing the figures" in client.get("/this-week/?week=2026-W21").content
    assert client.post("/reports/week/computation/?week=2026-W21", headers={"HX-Request": "true"}).status_code == 204
    assert b"Week 21, 18 May to 24 May 2026" in client.get("/this-week/?week=2026-W21").content


def test_a_stranger_is_sent_to_sign_in(client, db: None) -> None:  # type: ignore[no-untyped-def]
    assert client.get("/this-week/")["Location"] == "/accounts/login/?next=%2Fthis-week%2F"


def test_somebody_without_a_role_is_refused(charlie: Person) -> None:
    assert signed_in(charlie).get("/this-week/").status_code == 403


def test_the_page_costs_the_same_however_much_there_is(story: Story, bob: Person, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(bob)
    acme = story.company()
    for size in (1, 30):
        for number in range(size):
            story.deal(f"Deal {number}", acme, bob, won=1)
            story.lead(f"Lead {number}", bob, created=2)
        snapshots.compute("today", at=NOW)
        snapshots.compute("week", at=NOW)
        client.get("/this-week/")
        with django_assert_num_queries(6):
            client.get("/this-week/")

"""How a promise stands, by hand-counted cases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sameside.kit import snapshots
from sameside.leads.agreement import calendar, keeping, standing
from sameside.leads.agreement.calendar import Period
from sameside.leads.agreement.keeping import Promise
from sameside.leads.models import HandOver, Lead, Reason
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.agreed import agree

LEADS = Promise("marketing", "k", "", "Leads", "number", 100, "month", "delivered")
SHARE = Promise("sales", "k", "", "In time", "percent", 0.9, "month", "accept_kept", "accept_judged", "passed")
COST = Promise("marketing", "k", "", "Cost", "money", 24, "month", "cost", "costed_delivered")


@pytest.mark.parametrize(
    ("delivered", "passed", "state"),
    [(100, 0.5, "kept"), (50, 0.5, "on_course"), (49, 0.5, "at_risk"), (0, 0.05, "early"), (99, 1, "breached")],
)
def test_a_number_is_held_to_the_weekdays_that_have_passed(delivered: int, passed: float, state: str) -> None:
    assert keeping.judge(LEADS, 100, {"delivered": delivered}, passed=passed).state == state


@pytest.mark.parametrize(
    ("kept", "judged", "handed", "passed", "state"),
    [
        (90, 100, 100, 1, "kept"),
        (89, 100, 100, 1, "breached"),
        (89, 100, 110, 1, "at_risk"),
        (89, 100, 100, 0.5, "at_risk"),
        (95, 100, 100, 0.5, "on_course"),
        (3, 4, 20, 0.5, "early"),
        (0, 0, 20, 0.5, "early"),
        (1, 2, 2, 1, "breached"),
    ],
)
def test_a_share_is_at_risk_while_it_can_still_be_lifted(
    kept: int, judged: int, handed: int, passed: float, state: str
) -> None:
    counts = {"accept_kept": kept, "accept_judged": judged, "passed": handed}
    assert keeping.judge(SHARE, 0.9, counts, passed=passed).state == state


def test_a_difference_that_could_be_chance_says_so() -> None:
    few = keeping.judge(SHARE, 0.9, {"accept_kept": 8, "accept_judged": 10, "passed": 10}, passed=1)
    many = keeping.judge(SHARE, 0.9, {"accept_kept": 800, "accept_judged": 1000, "passed": 1000}, passed=1)
    assert (few.state, few.could_be_chance) == ("breached", True)
    assert (many.state, many.could_be_chance) == ("breached", False)


def test_a_cost_is_kept_below_and_not_known_without_costs() -> None:
    assert keeping.judge(COST, 24, {"cost": 0, "costed_delivered": 0}, passed=1).state == "unknown"
    assert keeping.judge(COST, 24, {"cost": 240, "costed_delivered": 10}, passed=1).state == "kept"
    assert keeping.judge(COST, 24, {"cost": 250, "costed_delivered": 10}, passed=1).state == "breached"
    assert keeping.judge(COST, 24, {"cost": 100, "costed_delivered": 4}, passed=0.5).state == "early"


def test_what_was_not_promised_then_is_not_judged() -> None:
    assert keeping.judge(LEADS, None, {"delivered": 3}, passed=1).state == "none"


def test_weekdays_are_counted_across_weekends() -> None:
    assert calendar.weekdays(date(2026, 6, 1), date(2026, 6, 30)) == 22
    assert calendar.weekdays(date(2026, 6, 6), date(2026, 6, 7)) == 0
    assert calendar.weekdays(date(2026, 6, 2), date(2026, 6, 1)) == 0
    assert (
        calendar.share(Period(date(2026, 6, 16), date(2026, 6, 30)), Period(date(2026, 6, 1), date(2026, 6, 30))) == 0.5
    )


def test_quarters_and_months_begin_where_they_do() -> None:
    assert [one.first for one in calendar.periods("quarter", NOW)][:2] == [date(2026, 4, 1), date(2026, 1, 1)]
    assert [one.name for one in calendar.periods("quarter", NOW)][:2] == ["Q2 2026", "Q1 2026"]
    assert [one.last for one in calendar.periods("month", NOW)][1] == date(2026, 5, 31)
    new_year = datetime(2026, 1, 2, tzinfo=UTC)
    assert [one.name for one in calendar.periods("month", new_year)][:2] == ["Jan 2026", "Dec 2025"]


def _hand_over(number: int, owner: Person, at: datetime, **more: Any) -> HandOver:
    lead = Lead.objects.create(
        source="t", external_id=f"K{number}", last_name=f"Lead {number}", owner=owner, created_at=at
    )
    due = at + timedelta(hours=8)
    return HandOver.objects.create(lead=lead, owner=owner, at=at, accept_due_at=due, **more)


@pytest.fixture
def may_leads(alice: Person, bob: Person) -> None:
    """In May: 4 handed over, 3 answered, 2 of these in time, 1 returned."""
    agree(alice, bob)
    at = datetime(2026, 5, 5, 8, tzinfo=UTC)
    reason = Reason.objects.filter(endings__contains="return").first()
    _hand_over(1, bob, at, accepted_at=at + timedelta(hours=1), accepted_by=bob)
    _hand_over(2, bob, at, accepted_at=at + timedelta(hours=9), accepted_by=bob)
    _hand_over(3, bob, at, ended_at=at + timedelta(hours=2), outcome="returned", reason=reason)
    _hand_over(4, bob, at)


def _may(data: dict[str, Any], key: str) -> dict[str, Any]:
    row = next(one for one in data["promises"] if one["key"] == key)
    return next(one for one in row["periods"] if one["name"] == "May 2026")


def test_both_columns_are_counted_from_the_same_hand_overs(may_leads: None) -> None:
    data = snapshots.compute("agreement", at=NOW).data
    leads, accepted = _may(data, "supply::month:leads"), _may(data, "supply::month:acceptance")
    answered = _may(data, "service::accept")
    assert (leads["value"], leads["level"], leads["state"]) == (4, 100.0, "breached")
    assert (accepted["kept"], accepted["of"], accepted["state"]) == (2, 3, "breached")
    assert (answered["kept"], answered["of"]) == (2, 4)


def test_the_page_says_it_in_one_line_and_leads_to_the_rows(may_leads: None, fay: Person) -> None:
    snapshots.compute("agreement", at=NOW)
    page = standing.present(snapshots.read("agreement").data)["standing"]  # type: ignore[union-attr]
    assert page.sentence.startswith("Marketing delivered 0 of 100 leads in Jun 2026 so far.")
    assert "Sales" in page.sentence
    before = {name: url for name, _, _, _, url in page.sides[0].cards[0].before}
    assert before["May 2026"] == "/leads/handovers/?from=2026-05-01&to=2026-05-31&is=delivered"
    rows = signed_in(fay).get(before["May 2026"])
    assert rows.status_code == 200
    assert b"Lead 4" in rows.content


def test_a_promise_for_all_other_leads_leads_to_as_many_rows_as_it_counts(
    may_leads: None, bob: Person, fay: Person
) -> None:
    at = datetime(2026, 5, 6, 8, tzinfo=UTC)
    for number in range(5, 8):
        _hand_over(number, bob, at, accepted_at=at + timedelta(hours=1), accepted_by=bob, segment="dach-banks")
    data = snapshots.compute("agreement", at=NOW).data
    rest = next(one for one in data["promises"] if one["key"] == "service::accept")
    banks = next(one for one in data["promises"] if one["key"] == "service:dach-banks:accept")
    reader = signed_in(fay)
    for promise, in_time, late in ((rest, 2, 2), (banks, 3, 0)):
        may = next(one for one in promise["periods"] if one["name"] == "May 2026")
        found = {link.label: link.url for link in standing.links(promise, may)}
        shown = {label: len(reader.get(url).context["listing"].rows) for label, url in found.items()}
        assert shown == {"Late or never": late, "In time": in_time}
        assert (may["kept"], may["of"]) == (in_time, in_time + late)


def test_a_page_reads_what_is_stored_however_many_leads(
    may_leads: None, fay: Person, django_assert_num_queries: Any
) -> None:
    snapshots.compute("agreement", at=NOW)
    client = signed_in(fay)
    client.get("/leads/agreement/")
    with django_assert_num_queries(6):
        assert client.get("/leads/agreement/").status_code == 200

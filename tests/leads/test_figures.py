"""The figures of hand-overs: literal ones of a small story, and each opens a list of exactly what it counts."""

import random
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from sameside.crm.models import Campaign
from sameside.kit import snapshots
from sameside.leads import handover_lists
from sameside.leads.cohorts import Cohort
from sameside.leads.measured import benefit, pages, report
from sameside.leads.measures import ALL
from sameside.leads.tallies import total
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in
from tests.leads.agreed import agree
from tests.leads.handed import FIRST, deal, hand_over, lead, random_handover, reason

FIGURES = "/leads/figures/"


@pytest.fixture
def many(bob: Person, colleague: Person) -> None:
    chance = random.Random(3)
    campaigns = [None, *(Campaign.objects.create(source="t", external_id=f"R{n}", name=f"R{n}") for n in range(2))]
    for _ in range(150):
        random_handover(chance, [bob, colleague], campaigns)


@pytest.fixture
def told(bob: Person) -> None:
    """Ten of one campaign that cost 1,000: six accepted, of which three converted, two with a deal, one won."""
    webinar = Campaign.objects.create(source="t", external_id="C9", name="Webinar", actual_cost=1_000)
    ended = FIRST + timedelta(days=9)
    for number in range(10):
        of = lead(campaign=webinar, lead_source="Web")
        more: dict[str, object] = {"accepted_at": FIRST, "accepted_after": 3_600 * (number + 1)} if number < 6 else {}
        if number < 3:
            of.deal = deal(won=number == 0, amount=500) if number < 2 else None
            of.save(update_fields=["deal"])
            more |= {"outcome": "converted", "ended_at": ended}
        if number in (6, 7, 8):
            more |= {"outcome": "returned", "ended_at": ended, "reason": reason()}
        hand_over(of, bob, attempts=1 if number < 5 else 0, first_attempt_at=FIRST if number < 5 else None, **more)


def test_literal_figures(told: None) -> None:
    figures = total(Cohort(), at=NOW)
    keys = ("delivered", "answered", "accepted", "refused", "returned", "converted", "opportunity", "won", "lost")
    assert [figures[key] for key in keys] == [10, 9, 6, 3, 3, 3, 2, 1, 1]
    assert (figures["accept_hours_median"], figures["accept_hours_p90"]) == (3.5, 5.5)
    assert figures["won_amount"] == 500.0
    # Number 5 was accepted and never tried, number 9 never touched; the three returned are nobody's fault.
    assert (figures["workable"], figures["not_worked"]) == (7, 2)
    assert figures["cost"] == pytest.approx(1_000)
    assert [report.cost_per(figures, key) for key in ("delivered", "accepted", "opportunity", "won")] == [
        pytest.approx(100), pytest.approx(1_000 / 6), pytest.approx(500), pytest.approx(1_000),
    ]  # fmt: skip


def test_what_has_no_cost_is_said_and_never_zero(told: None, bob: Person) -> None:
    free = Campaign.objects.create(source="t", external_id="C8", name="Referral", actual_cost=0)
    hand_over(lead(campaign=free), bob)
    hand_over(lead(), bob)
    figures = total(Cohort(), at=NOW)
    assert (figures["delivered"], figures["costed_delivered"]) == (12, 10)
    assert report.cost_per(figures, "delivered") == pytest.approx(100)
    assert report.cost_per(total(Cohort(campaign=free.pk), at=NOW), "delivered") is None


def test_a_cohort_bears_its_share_of_what_a_campaign_cost(told: None, bob: Person) -> None:
    later = FIRST + timedelta(days=40)
    for _ in range(10):
        hand_over(lead(campaign=Campaign.objects.get(name="Webinar")), bob, later)
    early = total(Cohort(last=FIRST.date()), at=NOW)
    assert (early["cost"], report.cost_per(early, "delivered")) == (pytest.approx(500), pytest.approx(50))


def test_a_lead_passed_on_counts_by_who_had_it_in_the_end(bob: Person, colleague: Person) -> None:
    of = lead()
    hand_over(of, bob, outcome="reassigned", ended_at=FIRST + timedelta(days=1))
    hand_over(of, colleague, FIRST + timedelta(days=1), accepted_at=FIRST + timedelta(days=2))
    figures = total(Cohort(), at=NOW)
    assert (figures["passed"], figures["delivered"], figures["accepted"]) == (2, 1, 1)
    assert total(Cohort(owner=bob.pk), at=NOW)["delivered"] == 0


def test_every_figure_counts_what_its_list_holds(many: None, alice: Person) -> None:
    data = report.REPORT.compute({"months": 12, "origin": "all"}, NOW)
    filters = {one.key: one for one in handover_lists.spec(at=NOW).filters}

    def listed(chosen: dict[str, str]) -> int:
        rows = handover_lists.shown(alice)
        for key, value in chosen.items():
            rows = filters[key].apply(rows, value)
        return rows.count()

    for one in ALL:
        assert listed({**data["filters"], "is": one.key}) == data["total"][one.key]
    for dimension in report.LABELS:
        for row in data["by"][dimension]:
            of_row = pages.filters_of(dimension, row, data)
            assert listed(of_row) == row["passed"]
            for key in ("accepted", "not_worked", "attempt_late", "won"):
                assert listed({**of_row, "is": key}) == row[key]
    for one in data["reasons"]:
        opened = {**data["filters"], "outcome": one["outcome"], **pages.reason_of(one)}
        assert listed({key: value for key, value in opened.items() if value}) == one["count"]


def test_the_links_of_the_page_open_lists(many: None, alice: Person, bob: Person) -> None:
    agree(alice, bob)
    snapshots.compute(report.NAME, report.read({}), at=NOW)
    client = signed_in(alice)
    page = client.get(FIGURES).content.decode()
    assert "“Leads are weak”" in page
    assert "“They are not worked”" in page
    assert "agreed 80 %" in page
    links = {unescape(found) for found in re.findall(r'href="(/leads/handovers/\?[^"]+)"', page)}
    known = {one.key for one in handover_lists.spec(at=NOW).filters}
    assert len(links) > 30
    for link in links:
        assert {key for key, _ in parse_qsl(urlsplit(link).query)} <= known
    for by in report.LABELS:
        assert client.get(f"{FIGURES}?by={by}").status_code == 200


def test_a_page_without_agreement_says_so(told: None, alice: Person) -> None:
    snapshots.compute(report.NAME, report.read({}), at=NOW)
    assert "No agreement is in force" in signed_in(alice).get(FIGURES).content.decode()


def test_an_empty_company_sees_what_is_missing(alice: Person) -> None:
    snapshots.compute(report.NAME, report.read({}), at=NOW)
    assert "Nothing was handed over in this period" in signed_in(alice).get(FIGURES).content.decode()


def test_who_has_no_role_sees_nothing(charlie: Person, told: None) -> None:
    client = signed_in(charlie)
    assert client.get(FIGURES).status_code == 403
    assert client.get("/leads/handovers/").status_code == 403


def test_a_seller_lists_the_hand_overs_of_the_own_team_only(bob: Person, colleague: Person) -> None:
    hand_over(lead(owner=bob, last_name="Ours"), bob)
    hand_over(lead(owner=colleague, last_name="Theirs"), colleague)
    page = signed_in(bob).get("/leads/handovers/").content.decode()
    assert "Ours" in page
    assert "Theirs" not in page


def test_the_list_asks_the_same_however_long_it_is(many: None, alice: Person, django_assert_max_num_queries) -> None:
    client = signed_in(alice)
    client.get("/leads/handovers/?is=accepted")
    with django_assert_max_num_queries(12):
        assert client.get("/leads/handovers/?is=accepted").status_code == 200


def test_the_export_is_recorded_and_holds_what_the_filter_leaves(told: None, alice: Person) -> None:
    answer = signed_in(alice).post("/leads/handovers/?is=won", {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2


def test_the_queue_the_unrouted_and_the_figures_leave_as_files(told: None, bob: Person, alice: Person) -> None:
    snapshots.compute("hand-overs", at=NOW)
    hand_over(lead(owner=bob, last_name="Mine"), bob)
    lead(fate="waiting", qualified_at=FIRST, not_routed="Nobody fits.", last_name="Waits")

    def lines(person: Person, address: str) -> list[str]:
        answer = signed_in(person).post(address, {"export": "csv"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
        return answer.getvalue().decode().splitlines()

    assert "Mine" in str(lines(bob, "/leads/mine/"))
    assert lines(bob, "/leads/mine/?state=waiting")[1:] == []
    assert "Waits" in str(lines(alice, "/leads/unrouted/"))
    assert lines(alice, "/leads/figures/?by=source")[0].startswith("Source,")
    assert signed_in(alice).post("/leads/figures/", {}).status_code == 400
    assert AuditEntry.objects.filter(action="export").count() == 4


def test_answering_soon_is_compared_within_bands_of_score(bob: Person) -> None:
    """Good leads are called within an hour; within each band calling soon gains nothing."""
    for score, soon, later in ((90, 40, 10), (10, 10, 40)):
        for number in range(soon + later):
            won = number % 10 < (5 if score == 90 else 1)
            the_deal = deal(won=True) if won else None
            tried = FIRST + (timedelta(minutes=30) if number < soon else timedelta(days=2))
            hand_over(
                lead(deal=the_deal), bob, score=score, attempts=1, first_attempt_at=tried,
                outcome="converted" if won else "disqualified", ended_at=FIRST + timedelta(days=5), reason=reason(),
            )  # fmt: skip
    found = benefit.compute(Cohort(), at=NOW)
    hour = next(one for one in found["comparisons"] if (one["within"], one["against"]) == ("1h", "later"))
    assert (hour["treated"], hour["others"], hour["overlap"]) == (50, 50, 1.0)
    assert hour["crude"] == pytest.approx(0.42 - 0.18)
    assert hour["difference"] == pytest.approx(0.0)
    assert not hour["is_clear"]
    assert (found["cases"], found["scored"]) == (100, 100)

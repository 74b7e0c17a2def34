from typing import Any

import pytest

from sameside.attribution import labels, report
from sameside.crm.models import Deal
from sameside.kit import snapshots
from sameside.people.models import Organisation
from tests.attribution.conftest import Story, company, deal, touch
from tests.conftest import NOW


def computed(**params: Any) -> dict[str, Any]:
    return snapshots.compute("revenue", {"lookback": 12, "period": "12", **params}, at=NOW).data


def by_label(data: dict[str, Any], dimension: str, state: str, model: str) -> dict[str, float]:
    return {row["label"]: row[state][model] for row in data["dimensions"][dimension] if row[state][model]}


def test_won_revenue_and_pipeline_are_credited_by_channel(story: Story) -> None:
    data = computed()
    assert by_label(data, "channel", "won", "first") == {
        "Paid search": 10000.0,
        "Event": 500.0,
        "No touch in the look-back": 100.01,
    }
    assert by_label(data, "channel", "won", "linear") == {
        "E-mail": 5000.0,
        "Paid search": 2500.0,
        "Sales call": 2500.0,
        "Event": 500.0,
        "No touch in the look-back": 100.01,
    }
    assert by_label(data, "channel", "open", "last") == {"Sales call": 2000.0}
    assert by_label(data, "origin", "won", "linear") == {
        "Organic and owned": 5500.0,
        "Paid": 2500.0,
        "Sellers' own contacts": 2500.0,
        "No touch in the look-back": 100.01,
    }


def test_campaigns_carry_their_cost_and_content_its_address(story: Story) -> None:
    data = computed()
    [campaign, *rest] = data["dimensions"]["campaign"]
    assert (campaign["label"], campaign["won"]["linear"], campaign["cost"]) == ("Spring newsletter", 5000.0, 500.0)
    assert [row["label"] for row in rest] == ["Touches without a campaign", "No touch in the look-back"]
    guide = data["dimensions"]["asset"][0]
    assert (guide["label"], guide["slug"], guide["won"]["last"]) == ("Buyer's guide", "buyers-guide", 10000.0)
    assert [guide["won_deals"][model] for model in ("first", "last", "linear")] == [0, 1, 1]


@pytest.mark.parametrize("period", ["12", "24", "all"])
@pytest.mark.parametrize("dimension", ["channel", "origin", "campaign", "asset", "team"])
def test_every_total_is_the_sum_of_the_deals_amounts(story: Story, period: str, dimension: str) -> None:
    for cents in ("33.33", "0.01", "99.99"):  # thirds of a cent must not get lost
        deal(story.acme, f"Small {cents}", cents, won="2026-04-01")
    touch(story.acme, "2026-03-01", "webinar")
    touch(story.acme, "2026-03-02", "display")
    data = computed(period=period)
    rows = data["dimensions"][dimension]
    for model in labels.MODEL_LABELS:
        assert round(sum(row["won"][model] for row in rows), 2) == data["won"]["amount"] == 10733.34
        if model != "markov":
            assert round(sum(row["open"][model] for row in rows), 2) == data["open"]["amount"] == 2000.0


def test_a_period_leaves_out_deals_won_before(story: Story) -> None:
    Deal.objects.filter(pk=story.big.pk).update(closed_at="2025-06-01T12:00:00Z")
    assert computed()["won"]["amount"] == 600.01
    assert computed(period="24")["won"]["amount"] == 10600.01


def test_what_is_not_known_of_a_deal_is_counted_and_said(story: Story) -> None:
    Deal.objects.filter(pk=story.event.pk).update(currency="USD", amount_given=600, amount=None)
    deal(None, "No company", "10.00", won="2026-05-01")
    data = computed()
    assert data["won"] == {
        "deals": 4,
        "amount": 10110.01,
        "without_amount": 0,
        "without_rate": 1,
        "without_company": 1,
        "without_touch": 2,
    }
    assert data["open"]["without_amount"] == 1
    texts = " ".join(note["text"] for note in data["missing"])
    assert "1 deal is in a currency without a rate to EUR" in texts
    assert "1 deal has no amount" in texts
    assert "1 deal has no company" in texts
    assert "3 deals of 6 had no touch in the 12 months before the end" in texts


def test_an_empty_report_says_which_import_is_missing(db: None) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"currency": "EUR"})
    assert [note["text"] for note in computed()["missing"]] == [
        "No deals are known yet. Import the CRM's opportunities (Opportunity.csv)."
    ]
    deal(company("Alone"), "Alone", "5.00", won="2026-05-01")
    texts = [note["text"] for note in snapshots.compute("revenue", at=NOW.replace(hour=13)).data["missing"]]
    assert texts[0] == "Only 1 deal was won in this period: one deal moves every share."
    assert texts[1].startswith("No touch is known for any company with a deal")


def test_parameters_from_the_address_are_read_with_care() -> None:
    assert report.read({"lookback": "24", "period": "all"}) == {"lookback": 24, "period": "all"}
    own = {"from": "2025-09", "until": "2025-02"}
    assert report.read(own)["period"] == "2025-02..2025-09"
    assert report.read({**own, "period": "year", "shown": "2025-01..2025-12"})["period"] == "2025-02..2025-09"
    assert report.read({**own, "period": "year", "shown": "2025-09..2025-02"})["period"] == "year"
    for wrong in ("2025-13", "2025-00", "1969-12", "25-1", "２０２５-01", "'; DROP"):
        assert report.read({"from": wrong, "until": "2025-02"})["period"] == "12"
    assert report.read({"lookback": "5", "period": "'; DROP"}) == {"lookback": 12, "period": "12"}


def test_beyond_the_named_rows_one_row_holds_the_rest(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "KEPT", 2)
    data = computed()
    rows = data["dimensions"]["channel"]
    assert [row["label"] for row in rows] == ["E-mail", "Paid search", "2 more (channel)", "No touch in the look-back"]
    assert rows[2]["won"]["linear"] == 3000.0
    assert round(sum(row["won"]["last"] for row in rows), 2) == data["won"]["amount"]


def test_the_terminal_gets_one_table_for_each_dimension(story: Story) -> None:
    tables = report.tables(computed())
    assert [table.columns[0].label for table in tables] == ["Channel", "Origin", "Campaign", "Content", "Team"]
    assert tables[0].total is not None
    assert tables[0].total["linear"] == 10600.01

"""What is measured of a big rock: credit of its family, budget by its days, people, returns, and the others."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sameside.attribution import report
from sameside.attribution.bigrock import certainty, costs, lookbacks, marking, notes, pages
from sameside.attribution.bigrock.credited import MODELS
from sameside.attribution.bigrock.models import BigRock, DealCredit
from sameside.crm.models import CampaignCost, ExchangeRate
from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.people.models import Person
from tests.attribution.bigrock.conftest import Story
from tests.attribution.conftest import asset, company, credit, deal, touch
from tests.conftest import NOW


def found(of: Story) -> dict:
    return BigRock.objects.get(pk=of.rock.pk).of_lookback(12)


def test_the_family_earns_together_what_its_pieces_earned(measured: Story) -> None:
    one = found(measured)
    # Guide and leaflet are two of Acme's four touches; Borealis' deal was won before the launch.
    assert (one["won"]["linear"], one["won_deals"]["linear"]) == (5000.0, 1)
    assert (one["won"]["first"], one["won"]["last"], one["won"]["u_shape"]) == (10000.0, 0.0, 5000.0)
    # Of the open deal's four touches (guide, other, guide, campaign) two are the guide's.
    assert (one["open"]["linear"], one["open_deals"]["linear"]) == (200.0, 1)
    assert [(piece["won"]["linear"], piece["all_time"]["linear"]) for piece in one["pieces"]] == [
        (2500.0, 3500.0),
        (2500.0, 2500.0),
    ]


def test_its_pieces_are_the_rows_of_the_revenue_page(measured: Story) -> None:
    data = snapshots.compute("revenue", {"lookback": 12, "period": "all"}, at=NOW).data
    rows = {row["key"]: row for row in data["dimensions"]["asset"]}
    for piece in found(measured)["pieces"]:
        row = rows[str(piece["asset"])]
        for model in ("first", "linear", "time_decay", "shapley"):
            assert piece["all_time"][model] == pytest.approx(row["won"][model], abs=0.011)
            assert piece["open"][model] == pytest.approx(row["open"][model], abs=0.011)
    assert report.REPORT.name == "revenue"


def test_every_figure_opens_into_the_deals_that_make_it(measured: Story) -> None:
    shares = {one.deal_id: one.shares["linear"] for one in DealCredit.objects.filter(rock=measured.rock)}
    assert shares == {measured.deals.big.pk: pytest.approx(0.5), measured.deals.open.pk: pytest.approx(0.5)}


def test_the_return_counts_wins_and_costs_of_the_same_days(measured: Story) -> None:
    windows = found(measured)["windows"]
    assert (windows["30"]["won"]["linear"], windows["30"]["spent"], windows["30"]["returns"]["linear"]) == (0, 3000, 0)
    assert (windows["90"]["won"]["linear"], windows["90"]["spent"]) == (5000.0, 3100.0)
    assert windows["90"]["returns"]["linear"] == pytest.approx(5000 / 3100)
    assert windows["365"] == {"left": (date(2026, 12, 1) - NOW.date()).days}
    assert BigRock.objects.get().return_90 == pytest.approx(5000 / 3100)


def test_a_deal_counts_on_the_last_day_of_the_window_and_not_on_the_next(measured: Story, alice: Person) -> None:
    for days, won in ((89, 5000.0), (90, 0.0)):
        launched = date(2026, 1, 31) - timedelta(days=days)
        marking.aim(measured.rock, launched_on=launched, personas=[], seniorities=[], verticals=[], by=alice, at=NOW)
        snapshots.compute("big-rocks", at=NOW)
        assert found(measured)["windows"]["90"]["won"]["linear"] == won


def test_target_people_are_told_from_all_people(measured: Story) -> None:
    reach = found(measured)["reach"]
    # Finance: Cleo and Eve. Eve met another piece, and the campaign.
    assert (reach["targets"], reach["reached"]) == (2, 1)
    assert (reach["people"], reach["contacts"], reach["leads"], reach["by_campaigns"]) == (3, 2, 1, 1)
    assert (reach["touches"], reach["unnamed"], reach["companies"]) == (3, 0, 2)


def test_amounts_by_hand_are_converted_by_the_rate_of_their_day(measured: Story, alice: Person) -> None:
    ExchangeRate.objects.create(
        base="EUR", currency="USD", starts_on=date(2025, 1, 1), rate=Decimal("1.25"), source="hand", external_id="r"
    )
    marking.spend(measured.rock, date(2025, 11, 1), "Writing", Decimal(1000), "USD", by=alice, at=NOW)
    assert costs.total(costs.parts(measured.rock, date(2025, 11, 30))) == 800.0
    assert costs.total(costs.parts(measured.rock, NOW.date())) == 3900.0


def test_without_a_rate_the_budget_is_unknown_and_said(measured: Story, alice: Person) -> None:
    marking.spend(measured.rock, date(2025, 11, 1), "Film", Decimal(1000), "JPY", by=alice, at=NOW)
    snapshots.compute("big-rocks", at=NOW)
    rock = BigRock.objects.get()
    assert (rock.spent, rock.return_90) == (None, None)
    assert "No rate converts a cost of “Film”" in notes.of(rock, rock.of_lookback(12), "linear")[0]["text"]


def test_a_campaign_without_a_known_cost_is_named_and_counts_as_nothing(measured: Story) -> None:
    CampaignCost.objects.all().delete()
    snapshots.compute("big-rocks", at=NOW)
    rock = BigRock.objects.get()
    assert rock.spent is None
    assert "No cost is known of 1 campaign" in " ".join(
        note["text"] for note in notes.of(rock, rock.of_lookback(12), "linear")
    )


def test_it_stands_beside_the_median_of_the_others_and_of_ordinary_content(measured: Story, alice: Person) -> None:
    assert found(measured)["others"]["won"]["linear"] == {"median": None, "of": 0}
    # Other content with credit: one piece, a quarter of the open deal.
    assert found(measured)["ordinary"]["of"] == 1
    assert (found(measured)["ordinary"]["won"]["linear"], found(measured)["ordinary"]["open"]["linear"]) == (0, 100.0)
    for name in ("One", "Two"):
        made = asset(name, name.lower())
        touch(measured.acme, "2026-01-10", "content-share", asset=made, contact=measured.cleo)
        marking.mark(made, date(2026, 5, 1), by=alice, at=NOW)
    snapshots.compute("big-rocks", at=NOW)
    others = found(measured)["others"]
    assert others["won"]["linear"] == {"median": 0.0, "of": 2}
    assert others["returns"]["90"]["linear"] == {"median": None, "of": 0}


def test_nothing_known_is_said_and_not_zero(alice: Person) -> None:
    marking.mark(asset("Lonely", "lonely"), NOW.date(), by=alice, at=NOW)
    snapshots.compute("big-rocks", at=NOW)
    rock = BigRock.objects.get()
    assert (rock.reached, rock.spent, rock.won, rock.return_90) == (None, None, 0.0, None)
    said = " ".join(note["text"] for note in notes.of(rock, rock.of_lookback(12), "linear"))
    for part in ("Credit was not computed yet", "No touch with this content", "Nobody said whom", "No budget is known"):
        assert part in said


def test_each_look_back_that_was_computed_is_measured(measured: Story, alice: Person) -> None:
    assert set(BigRock.objects.get().found["lookbacks"]) == {"12"}
    credit(3)
    snapshots.compute("big-rocks", at=NOW)
    rock = BigRock.objects.get()
    assert set(rock.found["lookbacks"]) == {"3", "12"}
    # The open deal was touched last in January, more than three months before the computation.
    assert (rock.of_lookback(3)["open"]["linear"], rock.of_lookback(12)["open"]["linear"]) == (0.0, 200.0)
    assert rock.open == 200.0
    assert DealCredit.objects.filter(rock=rock, lookback_months=3).count() == 1
    assert DealCredit.objects.filter(rock=rock, lookback_months=12).count() == 2


def test_the_interval_is_that_of_the_library_over_companies() -> None:
    shares = [dict.fromkeys(MODELS, 0.5)] * 40
    assert certainty.bounds(range(19), [100.0] * 19, shares[:19]) == {}
    low, high = certainty.bounds(range(40), [100.0] * 40, shares)["linear"]
    assert low < 2000.0 < high
    # Forty companies of equal worth: the count drawn varies by its root, 6.3 of 40.
    assert (high - low) / 2 == pytest.approx(1.96 * 50.0 * 40**0.5, rel=0.25)
    nothing = [{**dict.fromkeys(MODELS, 0.5), "first": 0.0}] * 40
    assert "first" not in certainty.bounds(range(40), [100.0] * 40, nothing)
    alone = certainty.bounds([7] * 40, [100.0] * 40, shares)["linear"]
    assert alone[1] - alone[0] > high - low  # deals of one company stand or fall together


def test_an_interval_stands_beneath_pipeline_and_returns_too(rock: Story, alice: Person) -> None:
    for number in range(44):
        buyer = company(f"Buyer {number}")
        touch(buyer, "2025-12-10", "content-share", asset=rock.guide)
        touch(buyer, "2025-12-11", "event")
        deal(buyer, f"Deal {number}", "100.00", won="2026-01-15" if number < 22 else "")
    credit(12)
    snapshots.compute("big-rocks", at=NOW)
    one = found(rock)
    low, high = one["bounds"]["linear"]
    assert low < one["won"]["linear"] < high
    low, high = one["open_bounds"]["linear"]
    assert low < one["open"]["linear"] == 1300.0 < high
    low, high = one["windows"]["90"]["bounds"]["linear"]
    table = pages.build(BigRock.objects.get(), "linear", 12, {}).returns
    [after_90] = [row for row in table.rows if row["after"] == "90 days"]
    assert after_90["return"].note == f"{low / 3100:.1f}× to {high / 3100:.1f}×"
    [after_30] = [row for row in table.rows if row["after"] == "30 days"]
    assert after_30["return"] == "0.0×"  # none was won in them: no interval


def test_every_look_back_is_measured_once_there_is_a_big_rock(rock: Story) -> None:
    assert lookbacks.missing() == [3, 6, 12, 24]
    lookbacks.measure(at=NOW)
    assert set(BigRock.objects.get().found["lookbacks"]) == {"3", "6", "12", "24"}
    assert lookbacks.missing() == []
    BigRock.objects.update(removed_at=NOW)
    Snapshot.objects.all().delete()
    assert lookbacks.missing() == []

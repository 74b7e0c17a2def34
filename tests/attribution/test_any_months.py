"""Any months are answered from sums that are kept by month, and a change makes anew what it reaches."""

import random
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.db import connection

from sameside.analytics.attribution import Spec, attribute
from sameside.attribution import crediting, material, report
from sameside.attribution.copy import folder
from sameside.attribution.models import Credit, MonthlySums
from sameside.attribution.monthly import HALF_LIFE_DAYS, MODELS
from sameside.crm.models import Company, Deal, Touch
from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.people.models import Person
from tests.attribution.conftest import Story, asset, at, company, credit, touch
from tests.conftest import NOW, signed_in

CHANNELS = ["email", "event", "meeting", "paid-search", "website", "webinar"]


@pytest.fixture
def drawn(db: None) -> random.Random:
    """Forty companies with touches at different seconds, and with won, lost and open deals of two years."""
    found = random.Random(7)
    guide = asset("Guide", "guide")
    companies = [company(f"Company {number}") for number in range(40)]
    seconds = iter(found.sample(range(700 * 86_400), 400))
    Touch.objects.bulk_create(
        Touch(
            company=one, occurred_at=NOW - timedelta(seconds=next(seconds)), channel=found.choice(CHANNELS),
            paid=found.random() < 0.3, asset=found.choice([None, guide]), source="test",
            external_id=f"B{number}-{place}",
        )
        for place, one in enumerate(companies) for number in range(found.randint(0, 8))
    )  # fmt: skip
    Deal.objects.bulk_create(
        Deal(
            company=found.choice([*companies, None]), name=f"Deal {number}", stage="Any", source="test",
            amount=found.choice([None, found.randint(1, 900_000) / 100]), external_id=f"R{number}",
            created_at=NOW - timedelta(days=720), closed_at=None if state == "open" else NOW - timedelta(days=days),
            is_closed=state != "open", is_won=state == "won",
        )
        for number, state, days in
        ((n, found.choice(["won", "won", "lost", "open"]), found.randint(1, 715)) for n in range(120))
    )  # fmt: skip
    return found


def computed(at: Any = NOW) -> Snapshot:
    return snapshots.compute("revenue", {"lookback": 24, "period": "12"}, at=at)


def amounts(data: dict[str, Any], dimension: str, model: str) -> dict[str, float]:
    return {row["key"]: row["won"][model] for row in data["dimensions"][dimension] if row["won"][model]}


def rows_of(first: str, until: str) -> dict[tuple[str, str], list[float]]:
    """Won amounts by dimension and key, under every model, from the rows of deals that closed between two days."""
    sums = ", ".join(f"sum(c.{model} * COALESCE(d.amount, 0))" for model in MODELS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT c.dimension, c.key, {sums} FROM attribution_credit c JOIN crm_deal d ON d.id = c.deal_id
            WHERE c.lookback_months = 24 AND d.is_won AND d.closed_at >= %s AND d.closed_at < %s GROUP BY 1, 2""",
            [at(first), at(until)],
        )
        return {(name, key): [float(value) for value in of] for name, key, *of in cursor}


RANGES = {
    "2025-03..2025-03": ("2025-03-01", "2025-04-01"),
    "2025-02..2025-09": ("2025-02-01", "2025-10-01"),
    "12": ("2025-07-01", "2026-07-01"),
    "quarter": ("2026-04-01", "2026-07-01"),
    "year": ("2025-01-01", "2026-01-01"),
    "all": ("1970-01-01", "2099-01-01"),
}


def test_the_months_of_any_range_sum_to_the_rows_of_their_deals(drawn: random.Random) -> None:
    snapshot = computed()
    for period, (first, until) in RANGES.items():
        data = report.of(snapshot, period)
        rows = rows_of(first, until)
        assert rows, period
        for (dimension, key), values in rows.items():
            for model, value in zip(MODELS, values, strict=True):
                shown = amounts(data, dimension, model).get(key, 0.0)
                assert shown == pytest.approx(value, abs=0.0101), (period, dimension, key, model)
        for dimension in data["dimensions"]:
            for model in (*MODELS, "markov"):
                whole = sum(row["won"][model] for row in data["dimensions"][dimension])
                assert round(whole, 2) == data["won"]["amount"], (period, dimension, model)
        won = Deal.objects.filter(is_won=True, closed_at__gte=at(first), closed_at__lt=at(until))
        assert data["won"]["deals"] == won.count() > 0, period


def test_the_library_gives_the_same_credit_of_the_copied_files(drawn: random.Random) -> None:
    """The chain and every rule, computed by the engine from the columnar copy, for the deals of known companies."""
    Deal.objects.filter(company=None).delete()
    data = report.of(computed(), "2025-02..2026-03", ["channel"])
    outcomes = folder.place() / "outcomes" / "outcomes.parquet"
    table = pq.read_table(outcomes)
    low, high = (pa.scalar(day, table["closed_at"].type) for day in (at("2025-02-01"), at("2026-04-01")))
    table = table.filter(pc.and_(pc.greater_equal(table["closed_at"], low), pc.less(table["closed_at"], high)))
    spec = Spec(
        models=(*MODELS, "markov"), lookback_days=731, half_life_days=HALF_LIFE_DAYS, direct=("website",), resamples=200
    )
    found = attribute(folder.place() / "touches", table, spec)
    assert found.totals.amount == pytest.approx(data["won"]["amount"])
    rows = {row["key"]: row for row in data["dimensions"]["channel"]}
    assert rows[""]["won"]["linear"] == pytest.approx(found.totals.untouched_amount)
    for credited in found.credits.to_pylist():
        row, model = rows[credited["channel"]], credited["model"]
        assert row["won"][model] == pytest.approx(credited["amount"], abs=0.0101), credited
        assert row["bounds"][model] == pytest.approx([credited["amount_low"], credited["amount_high"]], rel=1e-6)


def stored() -> dict[Any, Any]:
    credited = Credit.objects.order_by("lookback_months", "dimension", "deal_id", "key")
    rows = [tuple(row) for row in credited.values_list(*(f.attname for f in Credit._meta.fields if f.name != "id"))]
    return {
        "rows": rows,
        **{(row.lookback_months, row.month): (row.digest, bytes(row.sums), bytes(row.cells))
           for row in MonthlySums.objects.all()},
    }  # fmt: skip


def from_zero(lookback: int) -> dict[Any, Any]:
    MonthlySums.objects.filter(lookback_months=lookback).delete()
    credit(lookback)
    return stored()


def test_changed_again_and_again_the_credit_is_as_made_from_zero(drawn: random.Random) -> None:
    changing = random.Random(1)
    credit(12)
    for _ in range(6):
        some = list(Deal.objects.order_by("pk"))
        one = changing.choice(some)
        match changing.randint(0, 5):
            case 0:
                touch(changing.choice(list(Company.objects.all())), "2025-08-09", changing.choice(CHANNELS))
            case 1:
                Touch.objects.filter(pk=changing.choice(list(Touch.objects.filter(current=True))).pk).update(
                    current=False
                )
            case 2:
                Deal.objects.filter(pk=one.pk).update(
                    closed_at=NOW - timedelta(days=changing.randint(1, 600)), is_closed=True, is_won=True
                )
            case 3:
                Deal.objects.filter(pk=one.pk).update(amount=changing.randint(1, 9999))
            case 4:
                Deal.objects.filter(pk=one.pk).update(is_closed=False, is_won=False, closed_at=None)
            case 5:
                Deal.objects.filter(pk=one.pk).update(deleted_in_source=True)
        credit(12)
    assert stored() == from_zero(12)


def test_a_change_makes_only_its_months_anew(story: Story) -> None:
    credit(12)
    before = {row.month: row.pk for row in MonthlySums.objects.all()}
    assert sorted(before) == [-1, 667, 673, 674]  # open; August 2025, February and March 2026
    touch(story.event.company, "2026-01-20", "webinar")
    credit(12)
    after = {row.month: row.pk for row in MonthlySums.objects.all()}
    assert {month for month in after if after[month] != before[month]} == {673}
    Deal.objects.filter(pk=story.event.pk).update(closed_at=at("2026-03-05"))
    credit(12)
    assert sorted(MonthlySums.objects.values_list("month", flat=True)) == [-1, 667, 674]
    assert Credit.objects.filter(deal=story.event, dimension="channel").count() == 2


def test_credit_of_before_there_were_sums_is_replaced(story: Story) -> None:
    credit(12)
    MonthlySums.objects.all().delete()
    Credit.objects.filter(dimension="channel").update(linear=9)
    credit(12)
    assert not Credit.objects.filter(linear=9).exists()


def test_the_page_answers_any_months_without_computing(alice: Person, story: Story) -> None:
    snapshots.compute("revenue", at=NOW)
    client = signed_in(alice)
    page = client.get("/revenue/?from=2026-02&until=2026-03&model=first")
    assert page.context["report"]["won"]["amount"] == 10500.0
    assert "from=2026-02&amp;until=2026-03&amp;model=first" in page.content.decode()
    assert [row["credited"] for row in client.get(
        "/revenue/channel/paid-search/?from=2026-02&until=2026-03&model=first"
    ).context["listing"].rows] == [2000.0, 10000.0]  # fmt: skip
    assert client.get("/revenue/?period=year").context["report"]["won"]["amount"] == 100.01
    quick = client.get("/revenue/?period=quarter").context["range"].quick
    assert [one.label for one in quick if one.is_chosen] == ["This quarter"]
    assert Snapshot.objects.filter(name="revenue").count() == 1


def test_what_came_in_since_is_said(alice: Person, story: Story) -> None:
    snapshots.compute("revenue", at=NOW)
    client = signed_in(alice)
    assert "nothing new since" in client.get("/revenue/").content.decode()
    touch(story.acme, "2026-05-20", "webinar")
    assert "1 touch or deal came in since" in client.get("/revenue/").content.decode()


def test_the_copy_is_brought_up_before_a_report_is_computed(story: Story) -> None:
    crediting.compute(12, material.load(NOW), at=NOW)
    assert MonthlySums.objects.exists()
    assert folder.summary() is not None

"""Every dimension over time, by month, quarter or year; and every table of the pages as CSV, Parquet and PDF."""

import io

import numpy as np
import pyarrow.parquet as pq
import pytest

from sameside.attribution import kept, over_time
from sameside.attribution.kept import Kept, Months
from sameside.attribution.monthly import MODELS
from sameside.kit import snapshots
from sameside.people.models import AuditEntry, Person
from tests.attribution.conftest import Story, deal, touch
from tests.conftest import NOW, signed_in


@pytest.fixture
def computed(story: Story) -> Story:
    snapshots.compute("revenue", at=NOW)
    return story


def months_of(values: dict[tuple[int, str], float]) -> Months:
    """Won amounts by month and channel, the same under every model."""
    keys = sorted({key for _, key in values})
    rows = sorted(values.items())
    amounts = np.tile(np.array([value for _, value in rows]), (len(MODELS), 1))
    month = np.array([month for (month, _), _ in rows])
    code = np.array([keys.index(key) for (_, key), _ in rows])
    nothing, none = np.empty(0, dtype=np.int64), np.empty(0)
    one = Kept(keys, month, code, amounts, amounts, amounts.astype(np.int64), nothing, nothing, none, none)
    found = np.unique(month).tolist()
    cents = {number: round(sum(v for (m, _), v in rows if m == number) * 100) for number in found}
    return Months(12, dict.fromkeys(found, 1), cents, {"channel": one})


def test_each_month_sums_to_what_was_won_in_it(computed: Story) -> None:
    months = kept.load(12)
    for dimension in ("channel", "origin", "campaign", "asset", "team"):
        over = over_time.of(months, dimension, 0, 10_000, "first")
        assert (over.step, over.names[0], over.names[-1], len(over.names)) == ("month", "2025-08", "2026-03", 8)
        assert list(over.won) == [100.01, 0, 0, 0, 0, 0, 500.0, 10000.0]
        for place, won in enumerate(over.won):
            assert round(sum(line["values"][place] for line in over.lines), 2) == won
    over = over_time.of(months, "channel", 0, 10_000, "linear")
    assert {line["label"]: line["values"][-1] for line in over.lines} == {
        "E-mail": 5000.0, "Paid search": 2500.0, "Sales call": 2500.0, "Event": 0.0, "No touch in the look-back": 0.0,
    }  # fmt: skip


def test_the_greatest_have_a_name_and_the_rest_are_one() -> None:
    names = [f"c{number}" for number in range(9)]
    over = over_time.of(months_of({(600, name): 90.0 - n for n, name in enumerate(names)}), "channel", 0, 999, "last")
    assert [line["label"] for line in over.lines] == [*names[:6], "All others"]
    assert over.lines[-1]["values"] == [84.0 + 83.0 + 82.0]
    seven = over_time.of(months_of({(600, name): 1.0 for name in names[:7]}), "channel", 0, 999, "last")
    assert len(seven.lines) == 7  # "all others" of one is no shorter than its name


def test_long_ranges_are_told_by_quarter_and_by_year() -> None:
    quarters = over_time.of(months_of({(600, "a"): 1.0, (602, "a"): 2.0, (640, "a"): 4.0}), "channel", 0, 999, "linear")
    assert (quarters.step, quarters.names[0], quarters.names[-1]) == ("quarter", "2020 Q1", "2023 Q2")
    assert (quarters.lines[0]["values"][0], quarters.lines[0]["values"][-1]) == (3.0, 4.0)
    years = over_time.of(months_of({(360, "a"): 1.0, (611, "a"): 2.0}), "channel", 0, 999, "linear")
    assert (years.step, years.names[0], years.names[-1], len(years.names)) == ("year", "2000", "2020", 21)
    assert over_time.of(months_of({(360, "a"): 1.0}), "channel", 400, 500, "linear").names == []
    # The shapes above are whole: 36 months fit, one more does not.
    edge = {(600, "a"): 1.0, (635, "a"): 1.0}
    assert over_time.of(months_of(edge), "channel", 0, 999, "linear").step == "month"
    assert over_time.of(months_of({**edge, (636, "a"): 1.0}), "channel", 0, 999, "linear").step == "quarter"


def test_a_chain_is_told_over_time_by_linear_credit(alice: Person, computed: Story) -> None:
    page = signed_in(alice).get("/revenue/channel/?model=markov")
    assert page.context["months"].title == "Won revenue by month and channel, linear"


def test_every_page_charts_its_dimension(alice: Person, computed: Story) -> None:
    client = signed_in(alice)
    for dimension in ("channel", "origin", "campaign", "asset", "team"):
        page = client.get(f"/revenue/{dimension}/?period=all")
        chart = page.context["months"]
        assert chart.table.total["all"] == page.context["table"].total["won"] == 10600.01
        assert len(chart.table.rows) == len(chart.categories) == 8
    chart = client.get("/revenue/asset/").context["months"]
    assert [one.name for one in chart.series] == ["Buyer's guide"]  # what met no content stands in the table alone
    assert "Touches without content" in [column.label for column in chart.table.columns]
    assert client.get("/revenue/asset/?from=2019-01&until=2019-03").context["months"].categories == []


@pytest.mark.parametrize("kind", ["csv", "parquet", "pdf"])
@pytest.mark.parametrize("address", ["/revenue/", "/revenue/campaign/?period=all"])
def test_all_tables_leave_as_csv_parquet_and_pdf(alice: Person, computed: Story, address: str, kind: str) -> None:
    response = signed_in(alice).post(address, {"export": kind})
    assert response["Content-Disposition"].endswith(f'.{kind}"')
    entry = AuditEntry.objects.get(action="export", person=alice)
    assert entry.details["format"] == kind
    if kind == "pdf":
        assert response.content.startswith(b"%PDF")


def test_what_is_exported_is_what_the_page_shows(alice: Person, computed: Story) -> None:
    client = signed_in(alice)
    page = client.get("/revenue/campaign/?period=all&model=last")
    table = pq.read_table(io.BytesIO(client.post("/revenue/campaign/?period=all", {"export": "parquet"}).content))
    assert table.column("last").to_pylist() == [row["won"] for row in page.context["table"].rows]
    assert table.column("label").to_pylist() == [str(row["label"]).split(" (")[0] for row in page.context["table"].rows]
    assert table.column("cost").to_pylist()[0] == page.context["table"].rows[0]["cost"] == 500.0
    sent = client.post("/revenue/channel/?period=all", {"export": "csv", "table": "months"}).content.decode()
    lines = [line.split(",") for line in sent.splitlines()]
    assert (lines[0][0], lines[0][-1]) == ("Month of the close", "Won revenue")
    assert (lines[1][0], lines[-1][-1]) == ("2025-08", "10000.0")
    whole = pq.read_table(io.BytesIO(client.post("/revenue/?period=all", {"export": "parquet"}).content)).to_pylist()
    won = sum(row["won"] for row in whole if (row["dimension"], row["model"]) == ("team", "linear"))
    assert round(won, 2) == 10600.01


def test_who_may_not_export_is_refused(charlie: Person, erik: Person, computed: Story) -> None:
    assert signed_in(charlie).post("/revenue/", {"export": "csv"}).status_code == 403
    assert AuditEntry.objects.filter(action="export").count() == 0


def test_the_number_of_queries_does_not_grow_with_the_rows(
    alice: Person, computed: Story, django_assert_num_queries: object
) -> None:
    client = signed_in(alice)
    client.get("/revenue/campaign/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get("/revenue/campaign/")
    for number in range(3):
        touch(computed.acme, "2026-04-01", "event", campaign=computed.newsletter)
        deal(computed.acme, f"More {number}", "10.00", won="2026-05-01")
    snapshots.compute("revenue", at=NOW)
    client.get("/revenue/campaign/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get("/revenue/campaign/")

"""From tables to credit on DuckDB: equal to plain Python, whatever the tables are given as, and clear about faults."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from sameside.analytics.attribution import (
    MODELS,
    Result,
    Spec,
    Statistics,
    Unsuitable,
    answered,
    attribute,
    companies,
    measure,
)
from sameside.analytics.attribution.journeys import order
from tests.analytics.attribution import reference, stories, tables

KEYS = 6
TOLD = stories.random_journeys(300, KEYS, 5)
TOUCHES, OUTCOMES = tables.tables(TOLD)
ALL = Spec(models=MODELS, half_life_days=3, direct=("key 000",), resamples=0)
LOW_AND_HIGH = ["outcomes_low", "outcomes_high", "amount_low", "amount_high"]
DAY = timedelta(days=1)
CLOSED = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)


def credited(result: Result, model: str, column: str = "outcomes") -> dict[str, float]:
    chosen = result.credits.filter(pc.field("model") == model)
    return dict(zip(chosen[result.spec.keys[0]].to_pylist(), chosen[column].to_pylist(), strict=True))


def test_every_model_equals_plain_python_from_tables() -> None:
    result = attribute(TOUCHES, OUTCOMES, ALL)
    for model in MODELS:
        if model == "markov":
            continue
        own = {} if model.startswith("shapley") else {"half_life_days": 3, "own": (0.4, 0.2, 0.4)}
        n, value = reference.credit(TOLD, model, KEYS, **own)
        names = [tables.label(key) for key in range(KEYS)]
        assert credited(result, model) == pytest.approx(dict(zip(names, n, strict=True)), abs=1e-9)
        assert credited(result, model, "amount") == pytest.approx(dict(zip(names, value, strict=True)), abs=1e-7)
    effects = np.array(reference.removal(TOLD, KEYS)[0])
    touched = sum(one.won and bool(one.touches) for one in TOLD)
    assert list(credited(result, "markov").values()) == pytest.approx(list(effects / effects.sum() * touched), abs=1e-8)
    assert result.totals.succeeded == sum(one.won for one in TOLD)
    assert result.totals.untouched == sum(one.won and not one.touches for one in TOLD)
    assert result.notes == []


def as_pandas(table: pa.Table) -> Any:
    return table.to_pandas()


def as_views(table: pa.Table) -> pa.Table:
    """Text as Polars hands it out, and as a dictionary."""
    for name in ("company_id", "deal_id", "channel"):
        if name in table.column_names:
            kind = table[name].dictionary_encode() if name == "channel" else table[name].cast(pa.string_view())
            table = table.set_column(table.column_names.index(name), name, kind)
    return table


def as_nanoseconds_in_berlin(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.timestamp("ns", "Europe/Berlin")))
    return table


def without_zone(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(pa.timestamp("us")))
    return table


@pytest.mark.parametrize("given", [ibis.memtable, as_pandas, as_views, as_nanoseconds_in_berlin, without_zone])
def test_the_kind_of_table_makes_no_difference(given: Any) -> None:
    spec = Spec(models=("linear", "w_shape", "markov"), resamples=0)
    expected = attribute(TOUCHES, OUTCOMES, spec)
    assert attribute(given(TOUCHES), given(OUTCOMES), spec).credits.equals(expected.credits)


def test_parquet_by_path_by_pattern_and_by_folder_and_a_connection_of_ones_own(tmp_path: Path) -> None:
    for number in range(3):
        pq.write_table(TOUCHES.slice(number * 300, 300 if number < 2 else None), tmp_path / f"touches-{number}.parquet")
    (tmp_path / "outcomes").mkdir()
    pq.write_table(OUTCOMES, tmp_path / "outcomes" / "all.parquet")
    spec = Spec(models=("u_shape",))
    expected = attribute(TOUCHES, OUTCOMES, spec).credits
    by_pattern = attribute(f"{tmp_path}/touches-*.parquet", tmp_path / "outcomes", spec)
    assert by_pattern.credits.equals(expected)
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'America/New_York'")
    touches = connection.create_table("touches", TOUCHES)
    outcomes = connection.create_table("outcomes", OUTCOMES)
    assert attribute(touches, outcomes.filter(outcomes.deal_id != ""), spec).credits.equals(expected)
    assert attribute(touches, OUTCOMES, spec).credits.equals(expected)
    assert connection.raw_sql("SELECT current_setting('TimeZone')").fetchone() == ("America/New_York",)
    assert connection.raw_sql("SHOW TABLES").fetchall() == [("outcomes",), ("touches",)]
    with pytest.raises(Unsuitable, match="two connections"):
        attribute(touches, ibis.duckdb.connect().create_table("outcomes", OUTCOMES), spec)
    connection.disconnect()


def monthly(spec: Spec) -> Statistics:
    return measure(TOUCHES, OUTCOMES, spec, at_once=100, months=True)


@pytest.mark.parametrize("lookback", [730, None])
def test_partitions_give_the_same_sums(lookback: float | None) -> None:
    spec = Spec(models=("linear", "last_non_direct", "markov", "shapley_ordered"), lookback_days=lookback)
    whole, measured = attribute(TOUCHES, OUTCOMES, spec), measure(TOUCHES, OUTCOMES, spec, at_once=100)
    parts = answered(measured, spec)
    for column in ("outcomes", "amount", "outcomes_low", "amount_high"):
        np.testing.assert_allclose(whole.credits[column], parts.credits[column], atol=1e-9, rtol=1e-12)
    with pytest.raises(ValueError, match="months=True"):
        measured.between(0, 9_999)
    year = [answered(of.between(660, 671), spec).credits["amount"] for of in (whole.statistics, monthly(spec))]
    np.testing.assert_allclose(*year, atol=1e-9, rtol=1e-12)
    assert whole.positions is not None
    assert sum(whole.positions["outcomes"].to_pylist()) == pytest.approx(
        sum(credited(whole, "shapley_ordered").values())
    )


def test_touches_count_from_the_look_back_to_the_second_of_the_outcome() -> None:
    touches, outcomes = tables.few(
        [("a", CLOSED, True, 10.0)],
        [
            ("a", CLOSED - 30 * DAY - timedelta(seconds=1), "too old"),
            ("a", CLOSED - 30 * DAY, "just in time"),
            ("a", CLOSED + timedelta(microseconds=999_999), "within the second"),
            ("a", CLOSED + timedelta(seconds=1), "too late"),
            ("b", CLOSED - DAY, "somebody else's"),
        ],
    )
    result = attribute(touches, outcomes, Spec(models=("linear",), lookback_days=30))
    assert {key: n for key, n in credited(result, "linear").items() if n} == {
        "just in time": 0.5,
        "within the second": 0.5,
    }
    assert result.notes == ["Fewer than 20 successes: no intervals."]
    assert result.statistics.between(2026 * 12 - 1970 * 12 + 2, 2026 * 12 - 1970 * 12 + 2).totals.n.sum() > 0
    assert result.statistics.between(2026 * 12 - 1970 * 12 + 3, 9999).totals.n.sum() == 0


def test_a_sequence_says_which_touch_of_one_second_came_first() -> None:
    touches, outcomes = tables.few(
        [("a", CLOSED, True, 10.0)],
        [("a", CLOSED - DAY, "mail"), ("a", CLOSED - DAY, "call"), ("a", CLOSED - 2 * DAY, "web"), ("a", CLOSED, "ad")],
    )
    spec = Spec(models=("first", "last", "last_non_direct"), lookback_days=1.5, direct=("ad",))
    assert credited(attribute(touches, outcomes, spec), "first") == {"ad": 0.0, "call": 1.0, "mail": 0.0, "web": 0.0}
    for sequence, first, last in (([1, 2, 3, 4], "mail", "call"), ([9, None, 1, 1], "call", "mail")):
        found = attribute(touches.append_column("sequence", pa.array(sequence, pa.int64())), outcomes, spec)
        assert credited(found, "first")[first] == 1
        assert credited(found, "last")["ad"] == 1
        assert credited(found, "last_non_direct")[last] == 1
    with pytest.raises(Unsuitable, match=r"touches\.sequence is string: an integer is needed"):
        attribute(touches.append_column("sequence", pa.array(list("abcd"))), outcomes, spec)


def test_a_sequence_orders_what_a_stable_sort_by_it_would() -> None:
    chance = np.random.default_rng(4)
    told = stories.random_journeys(80, KEYS, 8)
    journeys = stories.arrays(told, KEYS)
    outcome = np.repeat(journeys.outcome, journeys.length)
    age, sequence = journeys.age // 3600, chance.integers(0, 3, len(journeys.key))
    expected = np.lexsort((journeys.key, sequence, -age, outcome))
    shuffled = chance.permutation(len(age))
    found = order(
        journeys.outcomes,
        journeys.keys,
        outcome[shuffled],
        age[shuffled],
        journeys.key[shuffled],
        sequence=sequence[shuffled],
    )
    assert found.key.tolist() == journeys.key[expected].tolist()
    assert found.age.tolist() == age[expected].tolist()


def test_several_outcomes_of_a_company_share_touches_or_take_those_since_the_last() -> None:
    touches, outcomes = tables.few(
        [("a", CLOSED, True, 10.0), ("a", CLOSED + 10 * DAY, True, 30.0), ("a", CLOSED + 10 * DAY, False, 5.0)],
        [
            ("a", CLOSED - DAY, "early"),
            ("a", CLOSED, "on the first's second"),
            ("a", CLOSED + timedelta(seconds=1), "late"),
        ],
    )
    shared = attribute(touches, outcomes, Spec(models=("first", "linear")))
    assert credited(shared, "first", "amount") == {"early": 40.0, "late": 0.0, "on the first's second": 0.0}
    since = attribute(touches, outcomes, Spec(models=("first",), several="since_last"))
    assert credited(since, "first", "amount") == {"early": 10.0, "late": 30.0, "on the first's second": 0.0}
    assert since.totals.touches == 4


def test_a_touch_without_a_key_earns_for_none_and_combinations_of_columns_earn() -> None:
    touches, outcomes = tables.few(
        [("a", CLOSED, True, 8.0), ("untouched", CLOSED, True, 100.0)],
        [("a", CLOSED - DAY, None), ("a", CLOSED - 2 * DAY, "mail")],
    )
    assert credited(attribute(touches, outcomes, Spec(models=("linear",))), "linear") == {"(none)": 0.5, "mail": 0.5}
    touches = touches.append_column("paid", [[None, True]]).append_column("asset_id", [[7, 7]])
    result = attribute(touches, outcomes, Spec(by=("channel", "paid", "asset_id"), models=("last",)))
    assert [tuple(row.values())[:5] for row in result.credits.drop_columns(LOW_AND_HIGH).to_pylist()] == [
        ("last", "(none)", "(none)", "7", 1.0),
        ("last", "mail", "true", "7", 0.0),
    ]
    assert result.credits["share"].to_pylist() == [1.0, 0.0]
    assert (result.totals.untouched, result.totals.untouched_amount) == (1.0, 100.0)


def test_companies_may_be_numbers_and_amounts_decimals() -> None:
    touches, outcomes = tables.few([("1", CLOSED, True, 8.25)], [("1", CLOSED - DAY, "mail")])
    touches = touches.set_column(0, "company_id", touches["company_id"].cast(pa.int16()))
    outcomes = outcomes.set_column(1, "company_id", outcomes["company_id"].cast(pa.uint64()))
    outcomes = outcomes.set_column(4, "amount", outcomes["amount"].cast(pa.decimal128(9, 2)))
    assert credited(attribute(touches, outcomes, Spec(models=("last",))), "last", "amount") == {"mail": 8.25}


def test_outcomes_without_any_touch_are_told_as_untouched() -> None:
    touches, outcomes = tables.few([("a", CLOSED, True, 8.0)], [])
    result = attribute(touches, outcomes)
    assert result.credits.num_rows == 0
    assert (result.totals.succeeded, result.totals.untouched) == (1.0, 1.0)


def with_values(table: pa.Table, column: str, values: list[Any], kind: pa.DataType | None = None) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(place, column, pa.array(values, kind or table.schema.field(column).type))


def test_faults_are_named_by_table_column_and_number_of_rows() -> None:
    touches, outcomes = tables.few(
        [("a", CLOSED, True, 8.0), ("b", CLOSED, True, 9.0)], [("a", CLOSED, "mail"), ("b", CLOSED, "mail")]
    )

    def told(touches: Any, outcomes: Any, spec: Spec | None = None, **more: Any) -> str:
        with pytest.raises(Unsuitable) as refusal:
            attribute(touches, outcomes, spec, **more)
        return str(refusal.value)

    assert told(touches.drop_columns(["occurred_at"]), outcomes) == (
        "touches has no column occurred_at. It has company_id, channel."
    )
    assert told(with_values(touches, "occurred_at", ["x", "y"], pa.string()), outcomes) == (
        "touches.occurred_at is string: a timestamp is needed."
    )
    assert "touches has no column campaign_id" in told(touches, outcomes, Spec(by="campaign_id"))
    faulty = with_values(with_values(outcomes, "amount", [float("nan"), None]), "deal_id", [5, 5])
    assert told(with_values(touches, "occurred_at", [None, CLOSED]), faulty) == (
        "touches.occurred_at is empty in 1 row. outcomes.amount is empty in 1 row where won is true. "
        "outcomes.amount is not a finite number in 1 row. "
        "outcomes.deal_id repeats an earlier row's in 1 row: each outcome is one row."
    )
    assert told(touches, with_values(outcomes, "won", [None, None])) == "outcomes.won is empty in 2 rows."
    assert "cannot be the same companies" in told(touches, with_values(outcomes, "company_id", [1, 2], pa.int64()))
    assert "Make them alike" in told(without_zone(touches), outcomes)
    assert told(touches, outcomes.slice(0, 0)) == "There are no outcomes."
    assert told("missing.parquet", outcomes) == "missing.parquet does not exist."
    assert "builtins.int" in told(3, outcomes)
    assert told(touches, outcomes, engine="hive") == "There is no engine hive. There are duckdb and spark."


def odd(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def test_what_has_no_type_or_none_that_the_engine_reads() -> None:
    """pandas makes columns without a type of what is all empty."""
    touches, outcomes = tables.few([("a", CLOSED, True, 10.0)], [("a", CLOSED, "ad"), ("a", CLOSED - DAY, "mail")])
    expected = attribute(touches, outcomes, ALL).credits
    nothing = pa.nulls(1)
    more = outcomes.append_column("created_at", nothing)
    assert attribute(touches.append_column("sequence", pa.nulls(2)), more, ALL).credits.equals(expected)
    for kind in (pa.float16(), pa.decimal256(50, 2)):
        amount = pa.array([10.0], pa.float64()).cast(kind)
        assert attribute(touches, odd(outcomes, "amount", amount), ALL).credits.equals(expected)
    for column in ("company_id", "closed_at", "won", "deal_id"):
        with pytest.raises(Unsuitable, match=rf"outcomes\.{column} is empty in 1 row\."):
            attribute(touches, odd(outcomes, column, nothing), ALL)
    lost = odd(odd(outcomes, "amount", nothing), "won", pa.array([False]))
    assert attribute(touches, lost, ALL).totals.amount == 0


@pytest.mark.parametrize(
    ("name", "column", "values", "sentence"),
    [
        ("touches", "company_id", pa.array([2**64 - 1] * 2, pa.uint64()), "out of range .* column company_id"),
        ("touches", "occurred_at", pa.array([-(2**63) + 1, 0], pa.timestamp("us", "UTC")), "occurred_at is infinite"),
        ("outcomes", "closed_at", pa.array([2**63 - 1], pa.timestamp("us", "UTC")), "closed_at is infinite"),
        ("touches", "channel", pa.array(["a", "b\x1fc"]), r"U\+001F"),
    ],
)
def test_values_that_would_be_read_as_others_are_refused(name: str, column: str, values: Any, sentence: str) -> None:
    touches, outcomes = tables.few([("a", CLOSED, True, 10.0)], [("a", CLOSED, "ad"), ("a", CLOSED - DAY, "mail")])
    if column == "company_id":
        outcomes = odd(outcomes, column, pa.array([1]))
    given = {"touches": touches, "outcomes": outcomes}
    given[name] = odd(given[name], column, values)
    given["touches"] = given["touches"].append_column("device", pa.array(["x", "y"]))
    with pytest.raises(Unsuitable, match=sentence):
        attribute(**given, spec=Spec(by=("channel", "device"), models=("last",)))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    touches, outcomes = tables.few([("a", CLOSED, True, 10.0)], [("a", CLOSED, "ad")])
    folder = tmp_path / "of [2026]?"
    folder.mkdir()
    for name, table in (("outcomes", outcomes), ("[t]ouches/1", touches)):
        (folder / name).parent.mkdir(exist_ok=True)
        pq.write_table(table, folder / f"{name}.parquet")
    assert attribute(folder / "[t]ouches", outcomes).totals.touches == 1
    pq.write_table(touches.drop_columns(["channel"]), folder / "[t]ouches/2.parquet")
    with pytest.raises(Unsuitable, match=r"column \"channel\" was read from .*1\.parquet"):
        attribute(folder / "[t]ouches", outcomes)
    pq.write_table(odd(outcomes, "amount", outcomes["amount"].cast(pa.decimal256(50, 2))), folder / "wide.parquet")
    with pytest.raises(Unsuitable, match=r"outcomes\.amount is a decimal of more than 38 digits"):
        attribute(touches, [str(folder / "wide.parquet").replace("[", "[[]").replace("?", "[?]")])
    with pytest.raises(Unsuitable, match="A path is empty"):
        attribute("", outcomes)
    with pytest.raises(Unsuitable, match="touches has more than one column channel"):
        attribute(touches.append_column("channel", touches["channel"]), outcomes)
    pandas = pytest.importorskip("pandas")
    with pytest.raises(Unsuitable, match="touches cannot be read: Conversion failed for column channel"):
        attribute(pandas.DataFrame({"channel": ["a", 1]}), outcomes)


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"models": "linear"}, "Models are several names"),
        ({"models": ("last", "last")}, "One name stands twice"),
        ({"by": ("channel", "channel")}, "One name stands twice"),
        ({"by": "amount"}, "A result has a column amount of its own"),
        ({"resamples": 1.5}, "whole numbers"),
        ({"seed": -1}, "whole numbers"),
    ],
)
def test_wishes_without_a_meaning_are_refused(wishes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Spec(**wishes)


def test_where_no_touch_counts_that_is_said_and_no_rate_is_told() -> None:
    touches, outcomes = tables.few([("a", CLOSED, True, 10.0)], [("A", CLOSED, "ad")])
    found = attribute(touches, outcomes, Spec(resamples=0))
    assert found.notes == ["No touch lies in the look-back of an outcome of its company: nothing is credited."]
    assert found.rate is None
    with pytest.raises(ValueError, match="not measured for shapley_ordered"):
        answered(found.statistics, Spec(models=("last", "shapley_ordered")))


def test_models_say_which_dates_they_miss() -> None:
    touches, outcomes = tables.few([("a", CLOSED, True, 8.0)], [("a", CLOSED, "mail")])
    notes = attribute(touches, outcomes, Spec(models=("w_shape", "lead_creation"), resamples=0)).notes
    assert notes == [
        "Outcomes have no column lead_created_at: lead_creation, w_shape take the first touch for the one that made "
        "the lead.",
        "Outcomes have no column created_at: w_shape takes the last touch for the one that made the opportunity.",
    ]


def test_the_hash_of_a_company_never_changes() -> None:
    texts = pa.chunked_array([["", "a", "company 1"], ["\N{SNOWMAN}" * 40]], pa.string())
    hashed = companies.hashes(texts)
    assert hashed.tolist() == companies.hashes(texts.cast(pa.large_string()).slice(0)).tolist()
    assert companies.hashes(texts.slice(2)).tolist() == hashed[2:].tolist()
    assert [hex(one) for one in hashed] == [
        "0xe220a8397b1dcdaf",
        "0xdc4c613d9eba2304",
        "0xccb920c8b8f4ea03",
        "0x5542a24c55601966",
    ]
    numbers = companies.hashes(pa.chunked_array([pa.array([0, -1], pa.int16())]))
    assert [hex(one) for one in numbers] == ["0xe220a8397b1dcdaf", "0xe4d971771b652c20"]
    many = companies.hashes(pa.chunked_array([pa.array([f"company {n}" for n in range(25_600)])]))
    assert np.bincount(companies.buckets(many), minlength=256).min() > 60
    assert np.bincount(companies.partitions(many, 10)).min() > 2_300

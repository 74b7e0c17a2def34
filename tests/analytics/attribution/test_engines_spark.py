"""Spark gives what DuckDB gives, to 1e-9, on the shapes that have gone wrong elsewhere; one session for all."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sameside.analytics.attribution import MODELS, Spec, Statistics, Unsuitable, answered, attribute, measure
from sameside.analytics.attribution.engines import spark
from tests.analytics.attribution import reference, stories, tables
from tests.analytics.attribution.test_engines import without_zone

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning:pyspark")

KEYS = 6
TOLD = stories.random_journeys(120, KEYS, 11)
TOUCHES, OUTCOMES = tables.tables(TOLD)


QUICK = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""What is small should not be cut into two hundred, and what is short not be compiled twice."""


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = spark._session(SparkSession.builder.config(map=QUICK), "local[2]")
        running.sparkContext.setLogLevel("ERROR")
        yield running
        running.stop()


def same(touches: Any, outcomes: Any, spec: Spec) -> Statistics:
    here = attribute(touches, outcomes, spec)
    there = answered(measure(touches, outcomes, spec, engine="spark", at_once=150), spec)
    assert there.credits.schema == here.credits.schema
    assert there.credits.drop_columns(NUMBERS).equals(here.credits.drop_columns(NUMBERS))
    for column in NUMBERS:
        one, other = (table[column].to_numpy() for table in (here.credits, there.credits))
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9, err_msg=column)
    assert there.totals == here.totals
    return there.statistics


NUMBERS = ["outcomes", "outcomes_low", "outcomes_high", "amount", "amount_low", "amount_high", "share"]


def test_every_model_from_parquet(tmp_path: Path) -> None:
    pq.write_table(TOUCHES, tmp_path / "touches.parquet")
    pq.write_table(OUTCOMES, tmp_path / "outcomes.parquet")
    spec = Spec(models=MODELS, half_life_days=3, direct=("key 000",), resamples=20)
    found = same(str(tmp_path / "touches.parquet"), str(tmp_path / "outcomes.parquet"), spec)
    for model in ("w_shape", "time_decay"):
        expected = reference.credit(TOLD, model, KEYS, half_life_days=3)
        np.testing.assert_allclose(found.credits[model].by_key(KEYS), expected, rtol=0, atol=1e-8)


def test_several_outcomes_of_companies_that_are_numbers_with_decimals_and_times_without_zone() -> None:
    def crowded(table: pa.Table) -> pa.Table:
        numbers = [int(name.split()[1]) % 15 for name in table["company_id"].to_pylist()]
        place = table.column_names.index("company_id")
        return without_zone(table).set_column(place, "company_id", pa.array(numbers, pa.uint16()))

    outcomes = crowded(OUTCOMES).drop_columns(["lead_created_at"])
    place = outcomes.column_names.index("amount")
    outcomes = outcomes.set_column(place, "amount", outcomes["amount"].cast(pa.decimal128(12, 2)))
    models = ("linear", "full_path", "markov", "shapley_ordered")
    spec = Spec(by=("channel", "paid"), models=models, several="since_last", lookback_days=None, order=2, resamples=20)
    backwards = pa.array(range(TOUCHES.num_rows, 0, -1), pa.int32())
    same(crowded(TOUCHES).append_column("sequence", backwards), outcomes, spec)


def test_a_table_of_another_engine_is_refused(session: Any) -> None:
    here = ibis.duckdb.connect()
    with pytest.raises(Unsuitable, match="The tables are in duckdb"):
        attribute(here.create_table("touches", TOUCHES), OUTCOMES, engine="spark")
    here.disconnect()
    with pytest.raises(Unsuitable, match="outcomes cannot be read"):
        attribute(TOUCHES, "file:///nowhere/outcomes.parquet", engine="spark")
    assert session.catalog.listTables() == []

"""DuckDB in this process: outcomes are numbered here, the pairs come back as four columns of integers."""

import os
import tempfile
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sameside.analytics.attribution import companies, expressions, partitions, sources, statistics
from sameside.analytics.attribution.engines.engine import Work
from sameside.analytics.attribution.journeys import Journeys
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis import Table

_BATCH = 1 << 20
_NARROW = 2**31


def start(touches: Given, outcomes: Given, master: str | None) -> "DuckDB":
    import ibis

    if master is not None:
        raise sources.Unsuitable("A master is for the engine spark.")
    backends = [found for given in (touches, outcomes) if (found := sources.backend(given)) is not None]
    sources.check_backends(backends, "duckdb")
    if backends:
        return DuckDB(backends[0], own=False)
    return DuckDB(ibis.duckdb.connect(memory_limit=f"{_memory()}MB"), own=True)


def _memory() -> int:
    """Megabytes of an own connection; what takes more is written to disk."""
    return max(700, 125 * (os.cpu_count() or 1))


def _epoch(moment) -> int:  # type: ignore[no-untyped-def,empty-body]  # any timestamp
    """DuckDB's own."""


class DuckDB:
    """`own`: whether the connection was opened here, and closes here."""

    at_once = 5_000_000

    def __init__(self, connection: Any, *, own: bool) -> None:
        import ibis

        self.connection, self.own = connection, own
        self.disk = tempfile.TemporaryDirectory(prefix="sameside-attribution-")
        if own:
            connection.raw_sql(f"SET temp_directory = '{self.disk.name}'")
        self.microseconds = ibis.udf.scalar.builtin(_epoch, name="epoch_us")

    def __enter__(self) -> "DuckDB":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.own:
            self.connection.disconnect()
        self.disk.cleanup()

    def table(self, given: Given, name: str) -> "Table":
        import ibis
        import pyarrow as pa

        if isinstance(given, ibis.Table):
            return given
        found = sources.paths(given)
        if found is not None:
            return self._parquet(found, name)
        if sources.is_arrow(given):
            return ibis.memtable(pa.table(given))
        raise sources.refused(name, given)

    def _parquet(self, found: list[str], name: str) -> "Table":
        import duckdb

        try:
            return self.connection.read_parquet(found)
        except (duckdb.IOException, duckdb.InvalidInputException) as problem:
            raise sources.Unsuitable(f"{name} cannot be read: {str(problem).splitlines()[0]}") from problem

    def second(self, moment: Any) -> Any:
        """By way of microseconds: a tenth of the cost of a cast, which looks up the time zone's history."""
        return (self.microseconds(moment) / 1e6).floor().cast("int64")

    def read(self, expression: "Table") -> "pa.Table":
        return self.connection.to_pyarrow(expression)

    def measure(self, work: Work) -> Statistics:
        parts = (statistics.measure(journeys, work.spec, work.chain) for journeys in self.journeys(work))
        if work.months:
            return statistics.add(list(parts))
        return reduce(partitions.of_all_time, map(partitions.of_all_time, parts))

    def journeys(self, work: Work) -> Iterator[Journeys]:
        """The journeys of one partition after another; of all companies where they are few enough."""
        facts = self.read(expressions.facts(work.outcomes, work.spec, self.second).drop("deal_id"))
        hashed = companies.hashes(facts["company_id"])
        if work.partitions == 1:
            pairs = self.read(self._pairs(facts, work))
            yield partitions.journeys_of(partitions.outcomes_of(facts, hashed), work.keys, pairs)
            return
        by = partitions.split(hashed, work.partitions)
        files = partitions.spill(self._batches(facts, work), by, Path(self.disk.name))
        facts = facts.drop_columns(["company_id", "begin"])
        if self.own:
            self.connection.disconnect()  # with the memory that it holds
        for one, file in enumerate(files):
            inside = by.partition == one
            outcomes = partitions.outcomes_of(facts.filter(inside), hashed[inside])
            yield partitions.journeys_of(outcomes, work.keys, partitions.read(file))

    def _batches(self, facts: "pa.Table", work: Work) -> "pa.RecordBatchReader":
        """The pairs as they come; Ibis would call what DuckDB deprecates."""
        return self.connection._to_duckdb_relation(self._pairs(facts, work)).to_arrow_reader(_BATCH)

    def _pairs(self, facts: "pa.Table", work: Work) -> "Table":
        """Codes and ages in 32 bits where that is enough."""
        import ibis
        import numpy as np

        numbered = facts.select(["company_id", "begin", "end"]).append_column(
            "outcome", [np.arange(len(facts), dtype=np.int32)]
        )
        dictionary = ibis.memtable(work.dictionary)
        told = ibis.memtable(numbered)
        pairs = expressions.pairs(told, work.touches, dictionary, work.spec, self.second).drop("company_id")
        lookback = work.spec.lookback_seconds
        return pairs.mutate(age=pairs.age.cast("int32")) if lookback is not None and lookback < _NARROW else pairs

"""DuckDB in this process: outcomes are numbered here, the pairs come back as columns of integers."""

import os
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from sameside.analytics.attribution import columns, companies, partitions, sources, statements, statistics
from sameside.analytics.attribution.engines.engine import Work
from sameside.analytics.attribution.journeys import Ints, Journeys
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.statements import Dialect
from sameside.analytics.attribution.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 1 << 20
_DIGITS = 38
_FAULTS = ("IOException", "InvalidInputException", "ConversionException")
_NARROW = 2**31
# By way of microseconds: a tenth of the cost of a cast, which looks up the time zone's history.
SAY = Dialect('"', "CAST(FLOOR(EPOCH_US({}) / 1e6) AS BIGINT)", {ord("'"): "''"})


def start(touches: Given, outcomes: Given, master: str | None) -> "DuckDB":
    if master is not None:
        raise sources.Unsuitable("A master is for the engine spark.")
    backends = [found for given in (touches, outcomes) if (found := sources.backend(given)) is not None]
    sources.check_backends(backends, "duckdb")
    if backends:
        return DuckDB(backends[0].con, own=False)
    import duckdb

    connection = duckdb.connect(config={"memory_limit": f"{_memory()}MB"})
    connection.execute("SET TimeZone = 'UTC'")
    return DuckDB(connection, own=True)


def _memory() -> int:
    """Megabytes of an own connection; what takes more is written to disk."""
    return max(700, 125 * (os.cpu_count() or 1))


@contextmanager
def _refusing(sentence: str, kinds: Sequence[str] = _FAULTS) -> Iterator[None]:
    """Raises Unsuitable for errors of DuckDB of these `kinds`, with their own first line."""
    import duckdb

    try:
        yield
    except tuple(getattr(duckdb, kind) for kind in kinds) as problem:
        raise sources.Unsuitable(f"{sentence}: {str(problem).splitlines()[0]}") from problem


def _name() -> str:
    return f"sameside_{uuid.uuid4().hex}"


class DuckDB:
    """`own`: whether the connection was opened here, and closes here. Of another's connection, the views that were
    made are dropped and the tables that were lent are given back.
    """

    at_once = 6_000_000
    say = SAY

    def __init__(self, connection: Any, *, own: bool) -> None:
        self.connection, self.own = connection, own
        self.disk = tempfile.TemporaryDirectory(prefix="sameside-attribution-")
        self.views: list[str] = []
        self.tables: list[str] = []
        self.loans: list[str] = []
        self.held: list[Any] = []
        self.told = ""
        self.in_order = "" if own else " ORDER BY rowid"  # another's connection may be set to read in any order
        if own:
            connection.execute(f"SET temp_directory = {SAY.text(self.disk.name)}")

    def __enter__(self) -> "DuckDB":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.own:
            self.connection.close()
        else:
            for what, names in (("VIEW", self.views), ("TABLE", self.tables)):
                for name in names:
                    self.connection.execute(f"DROP {what} IF EXISTS {name}")
            for name in self.loans:
                self.connection.unregister(name)
        self.disk.cleanup()

    def table(self, given: Given, name: str) -> str:
        if sources.is_ibis(given):
            if (backend := sources.backend(given)) is None:
                return self._lent(sources.arrow(given.to_pyarrow(), name))
            backend._run_pre_execute_hooks(given)
            self.held.append(given)
            return self._view(backend.compile(given))
        found = sources.paths(given)
        if found is not None:
            return self._parquet(found, name)
        if sources.is_arrow(given):
            return self._lent(sources.arrow(given, name))
        raise sources.refused(name, given)

    def _parquet(self, found: list[str], name: str) -> str:
        files = f"[{', '.join(map(SAY.text, found))}]"
        with _refusing(f"{name} cannot be read", ["Error"]):  # also where an extension is missing that reads from afar
            view = self._view(f"SELECT * FROM read_parquet({files})")
        wide = f"SELECT COUNT(*) FROM parquet_schema({files}) WHERE name = 'amount' AND precision > {_DIGITS}"
        if name == "outcomes" and self.connection.execute(wide).fetchone()[0]:  # DuckDB reads other numbers than these
            raise sources.Unsuitable(f"outcomes.amount is a decimal of more than {_DIGITS} digits.")
        return view

    def _view(self, select: str) -> str:
        self.views.append(_name())
        self.connection.execute(f"CREATE TEMP VIEW {self.views[-1]} AS {select}")
        return self.views[-1]

    def _lent(self, table: Any) -> str:
        self.loans.append(_name())
        self.connection.register(self.loans[-1], table)
        return self.loans[-1]

    def lent(self, of: Mapping[str, Ints]) -> str:
        """Of Arrow, DuckDB imports what costs half a second; of texts too."""
        return self._lent(dict(of))

    def schema(self, table: str) -> "pa.Schema":
        return self.read(f"SELECT * FROM {table} LIMIT 0").schema

    def read(self, select: str) -> "pa.Table":
        with _refusing("The tables cannot be read"):
            return self.connection.sql(select).to_arrow_table()

    def measure(self, work: Work) -> Statistics:
        parts = (statistics.measure(journeys, work.spec, work.chain) for journeys in self.journeys(work))
        if work.months:
            return statistics.add(list(parts))
        return reduce(partitions.of_all_time, map(partitions.of_all_time, parts))

    def journeys(self, work: Work) -> Iterator[Journeys]:
        """The journeys of one partition after another; of all companies where they are few enough."""
        return (journeys for _, journeys in self.numbered_journeys(work))

    def numbered_journeys(self, work: Work) -> Iterator[tuple[Ints, Journeys]]:
        """With the number of each of their outcomes, which `deal` knows."""
        self.told = self._table(work.facts(self.say))
        facts = self.read(f"SELECT * EXCLUDE (deal_id, begin) FROM {self.told}{self.in_order}")
        hashed = companies.hashes(facts["company_id"])
        outcomes = partitions.outcomes_of(facts, hashed)
        del facts
        pairs = self._pairs(self.told, work)
        if work.partitions == 1:
            yield np.arange(len(outcomes)), partitions.journeys_of(outcomes, work.keys, self.read(pairs))
            return
        by = partitions.split(hashed, work.partitions)
        files = partitions.spill(self.connection.sql(pairs).to_arrow_reader(_BATCH), by, Path(self.disk.name))
        if self.own and not work.again:
            self.connection.close()  # with the memory that it holds
        for one, file in enumerate(files):
            inside = np.flatnonzero(by.partition == one)
            yield inside, partitions.journeys_of(outcomes.take(inside), work.keys, partitions.read(file))

    def deal(self, number: int) -> str:
        """The name of an outcome by its number in the work that was measured last."""
        row = self.connection.execute(
            f"SELECT CAST(deal_id AS STRING) FROM {self.told} WHERE rowid = {number}"
        ).fetchone()
        return str(row[0])

    def numbered(self, select: str) -> "tuple[str, pa.Table]":
        table = self._table(select)
        return f"(SELECT rowid AS place, * FROM {table})", self.read(f"SELECT * FROM {table}{self.in_order}")

    def different(self, outcomes: str) -> int:
        """By their hashes, which cost a tenth; where two are the same, by themselves."""
        hashed = columns.array(self.read(f"SELECT HASH(deal_id) AS h FROM {outcomes} WHERE deal_id IS NOT NULL")["h"])
        hashed.sort()
        if (hashed[1:] != hashed[:-1]).all():
            return len(hashed)
        return int(self.connection.execute(statements.different(outcomes)).fetchone()[0])

    def _table(self, select: str) -> str:
        """A table of what is selected; `rowid` numbers its rows from 0 in the order in which they are read."""
        self.tables.append(_name())
        with _refusing("The tables cannot be read"):
            self.connection.execute(f"CREATE TEMP TABLE {self.tables[-1]} AS {select}")
        return self.tables[-1]

    def _pairs(self, told: str, work: Work) -> str:
        """Ages in 32 bits where that is enough."""
        pairs = work.pairs(f"(SELECT CAST(rowid AS INTEGER) AS outcome, * FROM {told})", ["outcome"], self.say)
        lookback = work.spec.lookback_seconds
        if lookback is None or lookback >= _NARROW:
            return pairs
        return f"SELECT * REPLACE (CAST(age AS INTEGER) AS age) FROM ({pairs})"

"""Spark: touches stay on the cluster. The same statements; partitions of companies are measured where they lie, by the
same kernel in `mapInArrow`; what comes back through the driver are sums, which do not grow with the touches.

The workers need this package: `pip install sameside` there, or an archive of an environment that has it. What is used
is within Spark Connect: a `master` that begins with `sc://` is such a server.
"""

import os
import sys
import uuid
from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from sameside.analytics.attribution import columns, sources, statements
from sameside.analytics.attribution.engines import rows
from sameside.analytics.attribution.engines.engine import Work
from sameside.analytics.attribution.journeys import Ints
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.statements import Dialect
from sameside.analytics.attribution.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa

SAY = Dialect("`", "UNIX_SECONDS(CAST({} AS TIMESTAMP))", {ord("\\"): "\\\\", ord("'"): "\\'"})
_AT_HOME = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}
"""Settings where Spark runs on this machine alone, whatever its name resolves to."""


def start(touches: Given, outcomes: Given, master: str | None) -> "Spark":
    backends = [found for given in (touches, outcomes) if (found := sources.backend(given)) is not None]
    sources.check_backends(backends, "pyspark")
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as missing:
        raise sources.Unsuitable("The engine spark needs PySpark: pip install 'sameside[spark]'.") from missing
    if backends:
        return Spark(backends[0]._session, own=False)
    running = SparkSession.getActiveSession()
    if running is None:
        try:
            running = _session(SparkSession.builder, master)
        except PySparkRuntimeError as problem:
            raise sources.Unsuitable("Spark did not start: it needs Java 17 or later.") from problem
        return Spark(running, own=True)
    return Spark(running, own=False)


def _session(builder: Any, master: str | None) -> Any:
    builder = builder.appName("sameside attribute")
    if master is not None and master.startswith("sc://"):
        return builder.remote(master).getOrCreate()
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if master is not None:
        builder = builder.master(master)
    if master is not None and master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the only way to say it once Python runs already
        for setting, value in _AT_HOME.items():
            builder = builder.config(setting, value)
    return builder.getOrCreate()


class Spark:
    """`own`: whether the session was started here and ends here."""

    at_once = 1_000_000
    say = SAY

    def __init__(self, session: Any, *, own: bool) -> None:
        self.session, self.own = session, own
        self.views: list[str] = []
        self.session.conf.set("spark.sql.session.timeZone", "UTC")

    def __enter__(self) -> "Spark":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for view in self.views:
            self.session.catalog.dropTempView(view)
        if self.own:
            self.session.stop()

    def table(self, given: Given, name: str) -> str:
        if sources.is_ibis(given):
            if (backend := sources.backend(given)) is None:
                return self._named(self._sent(sources.arrow(given.to_pyarrow(), name)))
            backend._run_pre_execute_hooks(given)
            return self._named(self.session.sql(backend.compile(given)))
        found = sources.paths(given)
        if found is not None:
            return self._named(self._parquet(found, name))
        if sources.is_arrow(given):
            return self._named(self._sent(sources.arrow(given, name)))
        raise sources.refused(name, given)

    def _parquet(self, found: list[str], name: str) -> Any:
        from pyspark.errors import AnalysisException

        try:
            return self.session.read.parquet(*found)
        except AnalysisException as problem:
            raise sources.Unsuitable(f"{name} cannot be read: {str(problem).splitlines()[0]}") from problem

    def _sent(self, table: "pa.Table") -> Any:
        return self.session.createDataFrame(sources.plain(table))

    def _named(self, frame: Any) -> str:
        view = f"sameside_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(view)
        self.views.append(view)
        return view

    def schema(self, table: str) -> "pa.Schema":
        from pyspark.sql.pandas.types import to_arrow_schema

        return to_arrow_schema(self.session.table(table).schema)

    def read(self, select: str) -> "pa.Table":
        return self.session.sql(select).toArrow()

    def numbered(self, select: str) -> "tuple[str, pa.Table]":
        table = self.read(select)
        number = columns.numbers(np.arange(len(table)))
        return self._named(self._sent(table.append_column("place", number))), table

    def different(self, outcomes: str) -> int:
        return int(self.session.sql(statements.different(outcomes)).first()[0])

    def lent(self, of: Mapping[str, Ints]) -> str:
        import pyarrow as pa

        return self._named(self._sent(pa.table({name: columns.numbers(values) for name, values in of.items()})))

    def measure(self, work: Work) -> Statistics:
        from pyspark.sql import functions

        told = self.session.sql(work.facts(SAY)).withColumnRenamed("deal_id", "outcome")
        times = self._named(told.select("outcome", "company_id", "begin", "end"))
        pairs = self.session.sql(work.pairs(times, ["outcome", "company_id"], SAY))
        together = told.drop("begin").unionByName(pairs, allowMissingColumns=True)
        split = together.repartition(work.partitions, "company_id")
        measured = split.mapInArrow(
            partial(rows.measured, keys=work.keys, spec=work.spec, chain=work.chain, months=work.months), rows.KIND
        )
        n, value = functions.sum("n").alias("n"), functions.sum("value").alias("value")
        return rows.added(measured.groupBy(*rows.TELLING).agg(n, value).toArrow(), work.keys, work.spec, work.chain)

"""Spark: touches stay on the cluster. The same expressions; partitions of companies are measured where they lie, by the
same kernel in `mapInArrow`; what comes back through the driver are sums, which do not grow with the touches.

The workers need this package: `pip install sameside` there, or an archive of an environment that has it.
"""

import os
import sys
import uuid
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sameside.analytics.attribution import expressions, sources
from sameside.analytics.attribution.engines import rows
from sameside.analytics.attribution.engines.engine import Work
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis import Table

_AT_HOME = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}
"""Settings where Spark runs on this machine alone, whatever its name resolves to."""


def start(touches: Given, outcomes: Given, master: str | None) -> "Spark":
    import ibis

    backends = [found for given in (touches, outcomes) if (found := sources.backend(given)) is not None]
    sources.check_backends(backends, "pyspark")
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as missing:
        raise sources.Unsuitable("The engine spark needs PySpark: pip install 'sameside[spark]'.") from missing
    if backends:
        return Spark(backends[0], own=False)
    running = SparkSession.getActiveSession()
    if running is None:
        try:
            running = _session(SparkSession.builder, master)
        except PySparkRuntimeError as problem:
            raise sources.Unsuitable("Spark did not start: it needs Java 17 or later.") from problem
        return Spark(ibis.pyspark.connect(running), own=True)
    return Spark(ibis.pyspark.connect(running), own=False)


def _session(builder: Any, master: str | None) -> Any:
    builder = builder.appName("sameside attribute").config("spark.ui.showConsoleProgress", "false")
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

    def __init__(self, connection: Any, *, own: bool) -> None:
        self.connection, self.own = connection, own
        self.session = connection._session
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

    def table(self, given: Given, name: str) -> "Table":
        import ibis
        import pyarrow as pa

        if isinstance(given, ibis.Table):
            return given
        found = sources.paths(given)
        if found is not None:
            return self._named(self._parquet(found, name))
        if sources.is_arrow(given):
            return self._named(self._sent(pa.table(given)))
        raise sources.refused(name, given)

    def _parquet(self, found: list[str], name: str) -> Any:
        from pyspark.errors import AnalysisException

        try:
            return self.session.read.parquet(*found)
        except AnalysisException as problem:
            raise sources.Unsuitable(f"{name} cannot be read: {str(problem).splitlines()[0]}") from problem

    def _sent(self, table: "pa.Table") -> Any:
        return self.session.createDataFrame(sources.plain(table))

    def _named(self, frame: Any) -> "Table":
        view = f"sameside_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(view)
        self.views.append(view)
        return self.connection.table(view)

    def _frame(self, expression: "Table") -> Any:
        self.connection._run_pre_execute_hooks(expression)
        return self.session.sql(self.connection.compile(expression))

    def second(self, moment: Any) -> Any:
        return moment.epoch_seconds().cast("int64")

    def read(self, expression: "Table") -> "pa.Table":
        return self._frame(expression).toArrow()

    def measure(self, work: Work) -> Statistics:
        from pyspark.sql import functions

        told = expressions.facts(work.outcomes, work.spec, self.second).rename(outcome="deal_id")
        dictionary = self._named(self._sent(work.dictionary))
        times = told.select("outcome", "company_id", "begin", "end")
        pairs = self._frame(expressions.pairs(times, work.touches, dictionary, work.spec, self.second))
        together = self._frame(told.drop("begin")).unionByName(pairs, allowMissingColumns=True)
        split = together.repartition(work.partitions, "company_id")
        measured = split.mapInArrow(
            partial(rows.measured, keys=work.keys, spec=work.spec, chain=work.chain, months=work.months), rows.KIND
        )
        n, value = functions.sum("n").alias("n"), functions.sum("value").alias("value")
        return rows.added(measured.groupBy(*rows.TELLING).agg(n, value).toArrow(), work.keys, work.spec, work.chain)

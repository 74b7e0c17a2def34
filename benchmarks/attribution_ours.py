"""Sameside, or DuckDB alone, on one pair of Parquet files, in a process of its own.

    python -m benchmarks.attribution_ours WHAT TOUCHES OUTCOMES ANSWERS

WHAT is `everything` (nine models with intervals), `limit` (DuckDB scans, joins, filters and encodes, and nothing else),
`kernel` (the processor seconds of each step), or models joined by commas, without intervals.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

EVERYTHING = ("first", "last", "linear", "u_shape", "time_decay", "positions", "markov", "shapley", "shapley_ordered")


def credited(what: str, touches: str, outcomes: str) -> dict[str, Any]:
    from sameside.analytics.attribution import Spec, attribute

    spec = Spec(models=EVERYTHING) if what == "everything" else Spec(models=tuple(what.split(",")), resamples=0)
    result = attribute(touches, outcomes, spec)
    found: dict[str, Any] = {}
    for row in result.credits.to_pylist():
        found.setdefault(row["model"], {})[row["channel"]] = row["outcomes"]
        found.setdefault(f"{row['model']} amount", {})[row["channel"]] = row["amount"]
    return {"answers": found, "spent": {}}


def limit(touches: str, outcomes: str) -> dict[str, Any]:
    """What no model can do without: three columns of integers, one row for each touch before an outcome."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    rows = connection.sql(
        f"""
        WITH names AS (SELECT DISTINCT channel FROM '{touches}'),
            channels AS (SELECT channel, row_number() OVER () AS code FROM names)
        SELECT o.deal_id, (epoch_us(o.closed_at) - epoch_us(t.occurred_at)) // 1000000 AS age, c.code
        FROM '{outcomes}' o JOIN '{touches}' t USING (company_id) JOIN channels c USING (channel)
        WHERE t.occurred_at <= o.closed_at AND t.occurred_at >= o.closed_at - INTERVAL 730 DAY
        """  # without parameters, for which DuckDB imports pandas
    ).to_arrow_table()
    return {"answers": {"rows": {"n": len(rows)}}, "spent": {}}


def kernel(touches: str, outcomes: str) -> dict[str, Any]:
    """Journeys in memory once; each model measured and answered from them alone."""
    from sameside.analytics.attribution import Spec, attribute, statistics

    spent: dict[str, float] = {}
    held: list[Any] = []
    measure = statistics.measure

    def holding(journeys: Any, spec: Spec, chain: Any = None) -> Any:
        spent["scan, join, encode, sort"] = time.process_time() - start
        held.append(journeys)
        return measure(journeys, spec, chain)

    statistics.measure = holding
    start = time.process_time()
    attribute(touches, outcomes, Spec(models=("last",), resamples=0))
    for model in EVERYTHING:
        spent[model] = _alone(measure, held[0], Spec(models=(model,), resamples=0))
    _intervals(measure(held[0], Spec(models=("last",))), "last")  # what is drawn with is imported
    for model in ("linear", "shapley", "markov"):
        spent[f"{model}, its intervals"] = _intervals(measure(held[0], Spec(models=(model,))), model)
    spent["markov, its solution"] = _solved(measure(held[0], Spec(models=("markov",))))
    return {"answers": {}, "spent": spent}


def _alone(measure: Any, journeys: Any, spec: Any) -> float:
    from sameside.analytics.attribution import answering

    start = time.process_time()
    answering.answer(measure(journeys, spec), spec)
    return time.process_time() - start


def _intervals(of: Any, model: str) -> float:
    """What an answer with intervals costs more than one without: the least of three of each."""
    from sameside.analytics.attribution import Spec, answering

    def least(spec: Spec) -> float:
        costs = []
        for _ in range(3):
            start = time.process_time()
            answering.answer(of, spec)
            costs.append(time.process_time() - start)
        return min(costs)

    return least(Spec(models=(model,))) - least(Spec(models=(model,), resamples=0))


def _solved(of: Any) -> float:
    from sameside.analytics.attribution import markov

    keys = len(of.chained.keys)
    n, value = of.steps.by_key(markov.states(keys) ** 2)
    start = time.process_time()
    markov.removal(n, value, keys)
    return time.process_time() - start


def main() -> None:
    what, touches, outcomes, place = sys.argv[1:]
    if what == "limit":
        told = limit(touches, outcomes)
    elif what == "kernel":
        told = kernel(touches, outcomes)
    else:
        told = credited(what, touches, outcomes)
    Path(place).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What a result hangs on: how far any key's share of the amount moves with look-back, model, and one outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sameside.analytics.attribution import attributing, leverage
from sameside.analytics.attribution.attributing import Result
from sameside.analytics.attribution.engines import duckdb
from sameside.analytics.attribution.engines.engine import SEPARATOR
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.spec import Spec

if TYPE_CHECKING:
    import pyarrow as pa

LOOKBACKS = (90.0, 365.0)
_Row = dict[str, str | float | None]


def stability(
    touches: Given, outcomes: Given, spec: Spec | None = None, *, lookbacks: Sequence[float] = LOOKBACKS
) -> "pa.Table":
    """One row for each `change`: the key (as `spec.by` names it) whose share of the amount moves most against the first
    model of `spec`, its `share` before and `changed`. Changes are the other models of `spec`, other `lookbacks` in
    days, and the outcome without which a share moves most, by name (see leverage.py). Keys and shares are null where
    nothing is credited. Reads the tables once for each look-back and twice more, on DuckDB.
    """
    import pyarrow as pa

    spec = replace(spec or Spec(), resamples=0)
    first = replace(spec, models=spec.models[:1])
    with duckdb.start(touches, outcomes, None) as running:
        read = running.table(touches, "touches"), running.table(outcomes, "outcomes")
        work = attributing.work(running, *read, spec, again=True)
        whole = attributing.answered(running.measure(work), spec)
        rows = [_changed(f"model {model}", whole, spec.models[0], whole, model) for model in spec.models[1:]]
        for days in lookbacks:
            other = attributing.work(running, *read, replace(first, lookback_days=days), again=True)
            shorter = attributing.answered(running.measure(other), other.spec)
            rows.append(_changed(f"look-back {days:g} days", whole, spec.models[0], shorter, spec.models[0]))
        found = [
            leverage.numbered(moved, numbers)
            for numbers, journeys in running.numbered_journeys(work)
            if (moved := leverage.most(whole.statistics, journeys, first)) is not None
        ]
        if found:
            best = max(found, key=lambda moved: moved.by)
            key = best.key.replace(SEPARATOR, " × ")
            rows.append(_row(f"without deal {running.deal(best.outcome)}", key, best.share, best.changed))
    return pa.Table.from_pylist(
        rows, pa.schema({"change": "string", "key": "string", "share": "float64", "changed": "float64"})
    )


def _row(change: str, key: str | None, share: float | None, changed: float | None) -> _Row:
    return {"change": change, "key": key, "share": share, "changed": changed}


def _changed(change: str, whole: Result, model: str, other: Result, by: str) -> _Row:
    before, after = dict(_shares(whole, model)), dict(_shares(other, by))
    keys = sorted(before.keys() | after.keys())
    if not keys:
        return _row(change, None, None, None)
    key = max(keys, key=lambda key: abs(before.get(key, 0.0) - after.get(key, 0.0)))
    return _row(change, key, before.get(key, 0.0), after.get(key, 0.0))


def _shares(of: Result, model: str) -> Iterator[tuple[str, float]]:
    for row in of.credits.to_pylist():
        if row["model"] == model and row["share"] is not None:
            yield " × ".join(row[name] for name in of.spec.keys), row["share"]

"""What a result hangs on: how far any key's share of the amount moves with look-back, model, and one outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sameside.analytics.attribution import engines
from sameside.analytics.attribution.attributing import Result, attribute
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.spec import Spec

if TYPE_CHECKING:
    import pyarrow as pa

LOOKBACKS = (90.0, 365.0)


def stability(
    touches: Given, outcomes: Given, spec: Spec | None = None, *, lookbacks: Sequence[float] = LOOKBACKS
) -> "pa.Table":
    """One row for each `change`: the key (as `spec.by` names it) whose share of the amount moves most against the first
    model of `spec`, its `share` before and `changed`. Changes are other `lookbacks` in days, the other models of
    `spec`, and the most valuable outcome that succeeded left out. Reads the tables once for each, on DuckDB.
    """
    import pyarrow as pa

    spec = replace(spec or Spec(), resamples=0)
    with engines.chosen("duckdb", touches, outcomes) as running:
        read, ended = running.table(touches, "touches"), running.table(outcomes, "outcomes")
        whole = attribute(read, ended, spec)
        rows = [_moved(f"model {model}", whole, spec.models[0], whole, model) for model in spec.models[1:]]
        first = replace(spec, models=spec.models[:1])
        for days in lookbacks:
            other = attribute(read, ended, replace(first, lookback_days=days))
            rows.append(_moved(f"look-back {days:g} days", whole, spec.models[0], other, spec.models[0]))
        best = running.read(ended.filter(ended.won).order_by(ended.amount.desc(), ended.deal_id).limit(1))
        if len(best):
            left = ended.filter(ended.deal_id != best["deal_id"][0].as_py())
            rows.append(_moved("most valuable outcome left out", whole, first.models[0],
                               attribute(read, left, first), first.models[0]))  # fmt: skip
    return pa.Table.from_pylist(
        rows, pa.schema({"change": "string", "key": "string", "share": "float64", "changed": "float64"})
    )


def _moved(change: str, whole: Result, model: str, other: Result, by: str) -> dict[str, str | float | None]:
    before, after = dict(_shares(whole, model)), dict(_shares(other, by))
    keys = sorted(before.keys() | after.keys())
    if not keys:
        return {"change": change, "key": None, "share": None, "changed": None}
    key = max(keys, key=lambda key: abs(before.get(key, 0.0) - after.get(key, 0.0)))
    return {"change": change, "key": key, "share": before.get(key, 0.0), "changed": after.get(key, 0.0)}


def _shares(of: Result, model: str) -> Iterator[tuple[str, float]]:
    for row in of.credits.to_pylist():
        if row["model"] == model and row["share"] is not None:
            yield " × ".join(row[name] for name in of.spec.keys), row["share"]

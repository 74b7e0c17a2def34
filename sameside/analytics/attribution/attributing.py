"""From tables of touches and outcomes to tables of credit: check, encode, measure, answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sameside.analytics.attribution import answering, engines, expressions, memory, partitions, shapley, sources
from sameside.analytics.attribution.engines.engine import SEPARATOR, Work
from sameside.analytics.attribution.journeys import Ints
from sameside.analytics.attribution.memory import OTHER
from sameside.analytics.attribution.sources import Given, Unsuitable
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import TOUCHES, Statistics

if TYPE_CHECKING:
    import pyarrow as pa

MOST_KEYS = 1 << 20


@dataclass(frozen=True)
class Totals:
    """`succeeded` outcomes brought `amount`; `untouched` of them, with `untouched_amount`, no touch came before.
    `touches` counts each touch once for each outcome that it came before.
    """

    succeeded: float
    amount: float
    untouched: float
    untouched_amount: float
    touches: float


@dataclass(frozen=True)
class Result:
    """`credits` has a row for each model and key: `model`, the columns of `spec.by`, `outcomes` and `amount` with their
    intervals (`_low`, `_high`, null where there are none) and `share` of the amount that has touches before it.
    `positions` has the ordered Shapley credit by key and position (1 is the first touch), null where it was not asked
    for. `rate` is the share of journeys that succeeded, where the chain was solved. `notes` say what a reader must
    know. `statistics` answer other questions without reading the tables again: see `answered`.
    """

    credits: "pa.Table"
    positions: "pa.Table | None"
    totals: Totals
    rate: float | None
    notes: Sequence[str]
    statistics: Statistics
    spec: Spec


def attribute(
    touches: Given, outcomes: Given, spec: Spec | None = None, *, engine: str = "duckdb", master: str | None = None
) -> Result:
    """Who earned the outcomes: credit of every model of `spec`, by key.

    `touches` have `company_id`, `occurred_at` and the columns of `spec.by`; `outcomes` have `deal_id`, `company_id`,
    `closed_at`, `won`, `amount` and, if known, `lead_created_at` and `created_at` (of the opportunity). Each is an Ibis
    table, an Arrow table, a frame of Polars or pandas, or the path of Parquet files. `engine` is `duckdb` or `spark`,
    `master` where Spark runs. Raises Unsuitable, with sentences, where the tables do not allow it.
    """
    spec = spec or Spec()
    measured, notes = _measured(touches, outcomes, spec, engine, master)
    return answered(measured, spec, notes)


def measure(
    touches: Given,
    outcomes: Given,
    spec: Spec | None = None,
    *,
    engine: str = "duckdb",
    master: str | None = None,
    at_once: int | None = None,
    months: bool | None = None,
) -> Statistics:
    """The statistics alone, which add up over tables of different outcomes. About `at_once` touches are held in
    memory together, 5 million by default (1 million by each worker of Spark). `months` keeps the sums of each month
    apart, as `Statistics.between` needs; left open, they are where all touches are held together.
    """
    return _measured(touches, outcomes, spec or Spec(), engine, master, at_once, months)[0]


def _measured(
    touches: Given,
    outcomes: Given,
    spec: Spec,
    engine: str,
    master: str | None,
    at_once: int | None = None,
    months: bool | None = None,
) -> tuple[Statistics, list[str]]:
    with engines.chosen(engine, touches, outcomes, master=master) as running:
        read = running.table(touches, "touches"), running.table(outcomes, "outcomes")
        sources.check_columns(read[0].schema(), read[1].schema(), spec)
        filled = running.read(expressions.filled(read[0], running.second)).to_pylist()[0]
        faults = running.read(expressions.faults(read[1], running.second)).to_pylist()[0]
        sources.check_rows(filled, faults)
        if not faults["n"]:
            raise Unsuitable("There are no outcomes.")
        keys, dictionary, counts = _keys(running.read(expressions.names(read[0], spec)), spec)
        chain = memory.lump(keys, counts, memory.limit(spec), spec.order)
        seconds = spec.lookback_seconds or max(faults["latest"] - (filled["earliest"] or 0), 1)
        number = partitions.number(filled["n"], faults["n"], len(keys), seconds, at_once or running.at_once)
        work = Work(read[0], read[1], spec, keys, dictionary, number, chain, number == 1 if months is None else months)
        return running.measure(work), sources.remarks(read[1].schema(), spec)


def _keys(names: "pa.Table", spec: Spec) -> tuple[list[str], "pa.Table", Ints]:
    """The labels in their order, the codes of their names, and how many touches each has. Raises Unsuitable where they
    are too many to earn.
    """
    if len(names) > MOST_KEYS:
        raise Unsuitable(f"{' and '.join(spec.keys)} have {len(names):,} values: at most {MOST_KEYS:,} can earn.")
    columns = names.drop_columns(["n"])
    labels = [SEPARATOR.join(row) for row in zip(*(column.to_pylist() for column in columns.columns), strict=True)]
    in_order = np.array(sorted(range(len(labels)), key=labels.__getitem__), dtype=np.int64)
    codes = np.empty(len(labels), dtype=np.int32)
    codes[in_order] = np.arange(len(labels), dtype=np.int32)
    counts: Ints = names["n"].to_numpy().astype(np.int64)[in_order]
    return [labels[place] for place in in_order.tolist()], columns.append_column("key", [codes]), counts


def answered(statistics: Statistics, spec: Spec, notes: Sequence[str] = ()) -> Result:
    """The credits of `spec.models` from statistics that were measured for them; `Statistics.between` chooses months."""
    answer = answering.answer(statistics, spec)
    touches = statistics.totals.by_key(TOUCHES + 1)[0][TOUCHES]
    counted = (answer.outcomes, answer.worth, answer.untouched, answer.untouched_worth, touches)
    return Result(
        _credits(answer, spec),
        _positions(statistics, spec) if "shapley_ordered" in spec.models else None,
        Totals(*(float(one) for one in counted)),
        answer.rate,
        [*answer.notes, *notes],
        statistics,
        spec,
    )


def _columns(labels: Sequence[str], spec: Spec) -> dict[str, Any]:
    if len(spec.keys) == 1:
        return {spec.keys[0]: list(labels)}
    split = [label.split(SEPARATOR) if label != OTHER else [OTHER] * len(spec.keys) for label in labels]
    return {column: [names[place] for names in split] for place, column in enumerate(spec.keys)}


def _credits(answer: answering.Answer, spec: Spec) -> "pa.Table":
    import pyarrow as pa

    keys, made = list(answer.keys), answer.credits
    worth = answer.worth - answer.untouched_worth

    def column(parts: Sequence[Any]) -> Any:
        known = [
            pa.array(part, from_pandas=True) if part is not None else pa.nulls(len(keys), pa.float64())
            for part in parts
        ]
        return pa.chunked_array(known, pa.float64())

    bounds = [(one.interval.n_low, one.interval.n_high, one.interval.value_low, one.interval.value_high)
              if one.interval is not None else (None,) * 4 for one in made]  # fmt: skip
    n_low, n_high, value_low, value_high = (list(part) for part in zip(*bounds, strict=True)) if bounds else ([],) * 4
    return pa.table(
        {
            "model": pa.array([one.model for one in made for _ in keys], pa.string()),
            **{name: pa.array(names * len(made), pa.string()) for name, names in _columns(keys, spec).items()},
            "outcomes": column([one.n for one in made]),
            "outcomes_low": column(n_low),
            "outcomes_high": column(n_high),
            "amount": column([one.value for one in made]),
            "amount_low": column(value_low),
            "amount_high": column(value_high),
            "share": column([one.value / worth if worth else None for one in made]),
        }
    )


def _positions(statistics: Statistics, spec: Spec) -> "pa.Table":
    import pyarrow as pa

    keys = statistics.keys
    n, value = statistics.positions.by_key(len(keys) * shapley.POSITIONS)
    there = np.flatnonzero((n != 0) | (value != 0))
    labels = [keys[int(place)] for place in there // shapley.POSITIONS]
    return pa.table(
        {
            **{name: pa.array(names, pa.string()) for name, names in _columns(labels, spec).items()},
            "position": there % shapley.POSITIONS + 1,
            "outcomes": n[there],
            "amount": value[there],
        }
    )

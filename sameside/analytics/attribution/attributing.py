"""From tables of touches and outcomes to tables of credit: check, encode, measure, answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sameside.analytics.attribution import answering, columns, engines, memory, partitions, shapley, sources, statements
from sameside.analytics.attribution.engines.engine import SEPARATOR, Read, Work
from sameside.analytics.attribution.journeys import Floats, Ints
from sameside.analytics.attribution.memory import OTHER
from sameside.analytics.attribution.sources import Given, Unsuitable
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import TOUCHES, Statistics

if TYPE_CHECKING:
    import pyarrow as pa

    from sameside.analytics.attribution.engines.engine import Engine

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
    memory together, 6 million by default (1 million by each worker of Spark). `months` keeps the sums of each month
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
        given = work(running, *read, spec, at_once, months)
        return running.measure(given), sources.remarks(given.outcomes.schema, spec)


def work(
    running: "Engine",
    touches: str,
    outcomes: str,
    spec: Spec,
    at_once: int | None = None,
    months: bool | None = None,
    *,
    again: bool = False,
) -> Work:
    """What an engine is to measure of two of its tables. Raises Unsuitable where they do not allow it."""
    read = [Read(name, running.schema(name)) for name in (touches, outcomes)]
    sources.check_columns(read[0].schema, read[1].schema, spec)
    filled = running.read(statements.filled(touches, running.say)).to_pylist()[0]
    faults = running.read(statements.faults(outcomes, running.say)).to_pylist()[0]
    sources.check_rows(filled, faults, running.different(outcomes))
    if not faults["n"]:
        raise Unsuitable("There are no outcomes.")
    named, names = running.numbered(statements.names(touches, spec, running.say))
    keys, codes, counts = _keys(names, spec)
    dictionary = statements.dictionary(named, running.lent({"place": np.arange(len(codes)), "key": codes}))
    chain = memory.lump(keys, counts, memory.limit(spec), spec.order)
    if spec.order > 1:
        chain = replace(chain, apart=memory.apart(filled["n"]) if spec.resamples else 0)
    seconds = spec.lookback_seconds or max(faults["latest"] - (filled["earliest"] or 0), 1)
    number = partitions.number(filled["n"], faults["n"], len(keys), seconds, at_once or running.at_once)
    apart = number == 1 if months is None else months
    return Work(read[0], read[1], spec, keys, dictionary, number, chain, apart, again)


def _keys(names: "pa.Table", spec: Spec) -> tuple[list[str], Ints, Ints]:
    """The labels in their order, the code of each row of `names`, and how many touches each label has. Raises
    Unsuitable where they are too many to earn.
    """
    if len(names) > MOST_KEYS:
        raise Unsuitable(f"{' and '.join(spec.keys)} have {len(names):,} values: at most {MOST_KEYS:,} can earn.")
    parts = [names[f"key_{place}"].to_pylist() for place in range(len(spec.keys))]
    if len(parts) > 1 and any(SEPARATOR in name for column in parts for name in column):
        raise Unsuitable(f"A value of {' or '.join(spec.keys)} holds the character U+001F, which separates them.")
    labels = [SEPARATOR.join(row) for row in zip(*parts, strict=True)]
    in_order = np.array(sorted(range(len(labels)), key=labels.__getitem__), dtype=np.int64)
    codes = np.empty(len(labels), dtype=np.int64)
    codes[in_order] = np.arange(len(labels))
    return [labels[place] for place in in_order.tolist()], codes, columns.array(names["n"])[in_order]


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


def _named(labels: Sequence[str], spec: Spec) -> dict[str, list[str]]:
    """The names of each column of `spec.by`."""
    if len(spec.keys) == 1:
        return {spec.keys[0]: list(labels)}
    split = [label.split(SEPARATOR) if label != OTHER else [OTHER] * len(spec.keys) for label in labels]
    return {column: [names[place] for names in split] for place, column in enumerate(spec.keys)}


def _credits(answer: answering.Answer, spec: Spec) -> "pa.Table":
    keys, made = list(answer.keys), answer.credits
    worth = answer.worth - answer.untouched_worth
    unknown = np.full(len(keys), np.nan)
    bounds = [unknown] * 4

    def column(parts: Iterable[Floats]) -> Floats:
        return np.concatenate([np.empty(0), *parts])

    n_low, n_high, value_low, value_high = (
        column((bounds if one.interval is None else one.interval.bounds)[place] for one in made) for place in range(4)
    )
    return _table(
        {
            "model": [one.model for one in made for _ in keys],
            **{name: names * len(made) for name, names in _named(keys, spec).items()},
            "outcomes": column(one.n for one in made),
            "outcomes_low": n_low,
            "outcomes_high": n_high,
            "amount": column(one.value for one in made),
            "amount_low": value_low,
            "amount_high": value_high,
            "share": column(one.value / worth if worth else unknown for one in made),
        }
    )


def _positions(statistics: Statistics, spec: Spec) -> "pa.Table":
    keys = statistics.keys
    n, value = statistics.positions.by_key(len(keys) * shapley.POSITIONS)
    there = np.flatnonzero((n != 0) | (value != 0))
    labels = [keys[int(place)] for place in there // shapley.POSITIONS]
    place = there % shapley.POSITIONS + 1
    return _table({**_named(labels, spec), "position": place, "outcomes": n[there], "amount": value[there]})


def _table(of: Mapping[str, "list[str] | NDArray[Any]"]) -> "pa.Table":
    import pyarrow as pa

    made = [columns.texts(one) if isinstance(one, list) else columns.numbers(one) for one in of.values()]
    return pa.Table.from_arrays(made, names=list(of))

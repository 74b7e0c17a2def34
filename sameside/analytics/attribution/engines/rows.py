"""Statistics as rows that any engine can add up: what part of them, which model, cell, key, and the two sums."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sameside.analytics.attribution import partitions, statistics, sums
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import Statistics
from sameside.analytics.attribution.sums import Sums

if TYPE_CHECKING:
    import pyarrow as pa

KIND = "part string, model string, cell bigint, key bigint, n double, value double"
TELLING = ("part", "model", "cell", "key")


def measured(
    batches: "Iterable[pa.RecordBatch]", keys: Sequence[str], spec: Spec, chain: Chain, *, months: bool
) -> "Iterator[pa.RecordBatch]":
    """The rows of one partition of companies, from its outcomes (`key` is null) and its pairs, in any order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    given = list(batches)
    if not sum(batch.num_rows for batch in given):
        return
    table = pa.Table.from_batches(given)
    paired = pc.is_valid(table["key"])
    facts, pairs = table.filter(pc.invert(paired)), table.filter(paired)
    number = pc.index_in(pairs["outcome"], value_set=facts["outcome"].combine_chunks())
    pairs = pairs.set_column(pairs.column_names.index("outcome"), "outcome", number)
    journeys = partitions.journeys_of(partitions.outcomes_of(facts), keys, pairs)
    part = statistics.measure(journeys, spec, chain)
    yield from rows(part if months else partitions.of_all_time(part))


def rows(of: Statistics) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for part, model, added in _parts(of):
        if len(added):
            names = {"part": pa.repeat(part, len(added)), "model": pa.repeat(model, len(added))}
            yield pa.record_batch(names | {"cell": added.cell, "key": added.key, "n": added.n, "value": added.value})


def _parts(of: Statistics) -> Iterator[tuple[str, str, Sums]]:
    yield "totals", "", of.totals
    yield "steps", "", of.steps
    yield "positions", "", of.positions
    for model, credited in of.credits.items():
        yield "credits", model, credited


def added(table: "pa.Table", keys: Sequence[str], spec: Spec, chain: Chain) -> Statistics:
    """The statistics of rows that were added up already."""
    import pyarrow.compute as pc

    def of(part: str, model: str = "") -> Sums:
        chosen = table.filter((pc.field("part") == part) & (pc.field("model") == model))
        columns: list[Any] = [chosen[column].to_numpy() for column in ("cell", "key", "n", "value")]
        return sums.collect(*columns)

    credited = {model: of("credits", model) for model in spec.models if model != "markov"}
    return Statistics(keys, of("totals"), credited, of("steps"), of("positions"), chain)

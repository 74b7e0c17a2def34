"""Partitions of companies: what does not fit into memory at once is written to disk once, and measured in parts.

All that a model needs adds up over companies, so that any split by company gives the same sums. Pairs of outcomes and
touches come from the engine in batches; each batch is cut by the partition of its outcomes, and the pieces are appended
to one Arrow file for each partition, in a folder that is removed afterwards.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sameside.analytics.attribution import columns, companies, sums
from sameside.analytics.attribution.journeys import UNKNOWN, Journeys, Outcomes, TooLarge, order
from sameside.analytics.attribution.spec import DAY
from sameside.analytics.attribution.statements import SEQUENCE
from sameside.analytics.attribution.statistics import Statistics
from sameside.analytics.attribution.sums import Sums

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 1 << 16


def number(rows: int, outcomes: int, keys: int, seconds: int, at_once: int) -> int:
    """How many partitions `rows` touches need: one up to `at_once`, else each of a third of it, because what all share
    is in memory too; and so many that outcomes, ages up to `seconds` and `keys` fit into 64 bits with room to spare.
    Raises TooLarge where no number of them does.
    """
    left = 64 - max(seconds, 1).bit_length() - keys.bit_length() - 1
    most = 1 << max(left - 2, 0)
    wanted = max(1 if rows <= at_once else -(-3 * rows // at_once), -(-outcomes // most))
    if wanted > MOST:
        raise TooLarge(
            f"{keys:,} keys over {seconds // DAY:,} days do not fit into 64 bits: choose a shorter look-back."
        )
    return wanted


def outcomes_of(facts: "pa.Table", hashed: companies.Words | None = None) -> Outcomes:
    """The outcomes of `statements.facts`, in their order."""
    if hashed is None:
        hashed = companies.hashes(facts["company_id"])
    ends = columns.array(facts["end"]).astype("datetime64[s]")
    months = ends.astype("datetime64[M]").astype(np.int64)
    ages = [
        columns.array(facts[column]) if column in facts.column_names else np.broadcast_to(np.int64(UNKNOWN), len(facts))
        for column in ("lead_age", "opportunity_age")
    ]
    return Outcomes(
        columns.array(facts["won"]),
        columns.array(facts["amount"]),
        months,
        companies.buckets(hashed),
        ages[0],
        ages[1],
    )


def journeys_of(outcomes: Outcomes, keys: Sequence[str], pairs: "pa.Table") -> Journeys:
    """The journeys of `statements.pairs`, whose `outcome` counts the rows of `outcomes`."""
    outcome, age, key = (columns.array(pairs[column]) for column in ("outcome", "age", "key"))
    direct, sequence = (
        columns.array(pairs[column]) if column in pairs.column_names else None for column in ("direct", SEQUENCE)
    )
    return order(outcomes, keys, outcome, age, key, direct, sequence)


@dataclass(frozen=True)
class Split:
    """Where each outcome belongs: its partition, and its place among the outcomes of the partition."""

    partition: NDArray[np.uint16]
    place: NDArray[np.int32]
    number: int


def split(hashed: companies.Words, number: int) -> Split:
    partition = companies.partitions(hashed, number)
    place = np.empty(len(partition), dtype=np.int32)
    for one in range(number):
        inside = np.flatnonzero(partition == one)
        place[inside] = np.arange(len(inside), dtype=np.int32)
    return Split(partition, place, number)


def spill(batches: "pa.RecordBatchReader", by: Split, folder: Path) -> list[Path]:
    """Write one Arrow file for each partition into `folder`, with the pairs of its outcomes, `outcome` being the place
    in the partition.
    """
    import pyarrow as pa

    files = [folder / f"{one}.arrow" for one in range(by.number)]
    with ExitStack() as opened:
        writers = [opened.enter_context(pa.ipc.new_file(str(file), batches.schema)) for file in files]
        for batch in batches:
            held = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in batch.schema.names}
            partition = by.partition[held["outcome"]]
            held["outcome"] = by.place[held["outcome"]]
            rows = np.argsort(partition, kind="stable")
            ends = np.cumsum(np.bincount(partition, minlength=by.number))
            cut = pa.record_batch({name: column[rows] for name, column in held.items()}, schema=batches.schema)
            for writer, low, high in zip(writers, [0, *ends[:-1]], ends, strict=True):
                writer.write_batch(cut.slice(low, high - low))
    return files


def read(file: Path) -> "pa.Table":
    """The pairs of one partition."""
    import pyarrow as pa

    with pa.memory_map(str(file)) as source:
        return pa.ipc.open_file(source).read_all()


def of_all_time(*parts: Statistics) -> Statistics:
    """The sum of `parts` with the same keys, months no longer told apart: it does not grow with the touches."""

    def together(columns: list[Sums]) -> Sums:
        cell, key, n, value = (
            np.concatenate([getattr(one, name) for one in columns]) for name in ("cell", "key", "n", "value")
        )
        return sums.collect(cell % sums.BUCKETS, key, n, value)

    return replace(
        parts[0],
        totals=together([part.totals for part in parts]),
        credits={model: together([part.credits[model] for part in parts]) for model in parts[0].credits},
        steps=together([part.steps for part in parts]),
        positions=together([part.positions for part in parts]),
    )

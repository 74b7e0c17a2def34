"""Files of one import that bring the same records: views of the same contacts, say, with other columns each.

The last file that tells something of a record counts, column by column. What a later file tells of a record, the
earlier one therefore leaves alone when the record is here already; else each import would change it there and back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.columns import Columns
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.objects import Object, plain
from sameside.connectors.tabular import Layout, Rows

Value = str | None
Told = Callable[[Columns], frozenset[str]]
"""The columns and `ref_` names that a file with these columns tells."""
_LARGEST = 2**63


@dataclass(frozen=True)
class Other:
    """A later file of the same kind: its columns, and the numbers of its records in order."""

    found: Columns
    numbers: "np.ndarray[Any, np.dtype[np.int64]]"


def other(rows: Rows, layout: Layout, found: Columns) -> Other:
    name = found.of("id")[0]
    place = [plain(header) for header in layout.header].index(name)
    numbers = (_number(cells[place]) for _, cells in rows if isinstance(cells, list) and len(cells) > place)
    return Other(found, np.unique(np.fromiter((each for each in numbers if each >= 0), dtype=np.int64)))


def _number(cell: str) -> int:
    try:
        number = int(rules.record_id(cell) or -1)
    except ValueError:
        return -1
    return number if number < _LARGEST else -1


class Later:
    """The files of the same kind that are still to be read."""

    def __init__(self, files: Sequence[Other] = ()) -> None:
        self.files = files

    def places(self, ids: Sequence[Value]) -> dict[frozenset[int], list[int]]:
        """The places of the rows, by the later files that bring them as well."""
        found: list[set[int]] = [set() for _ in ids]
        if self.files:
            numbers = np.array([_number(each or "") for each in ids], dtype=np.int64)
            for turn, file in enumerate(self.files):
                for place in np.flatnonzero(np.isin(numbers, file.numbers)).tolist():
                    found[place].add(turn)
        groups: dict[frozenset[int], list[int]] = {}
        for place, files in enumerate(found):
            groups.setdefault(frozenset(files), []).append(place)
        return groups


class Layers:
    """Merges rows of one object; each group of rows leaves alone what later files tell of it."""

    def __init__(
        self, target: Object, *, run_id: int, at: datetime, silent: frozenset[str], later: Later, told: Told
    ) -> None:
        self.target = target
        self.later = later
        self.told = told
        self.silent = silent
        self.first = Merge(target, run_id=run_id, at=at, untold=silent)
        self.first.begin()
        self._merges: dict[frozenset[int], Merge] = {frozenset(): self.first}

    def _merge(self, files: frozenset[int]) -> Merge:
        if files not in self._merges:
            told = frozenset[str]().union(*(self.told(self.later.files[each].found) for each in files))
            self._merges[files] = Merge(
                self.target, run_id=self.first.run_id, at=self.first.at, untold=self.silent | told
            )
        return self._merges[files]

    def merge(self, batch: Batch) -> Merged:
        groups = self.later.places(batch.columns["external_id"])
        if len(groups) == 1:
            return self._merge(next(iter(groups))).merge(batch)
        total = Merged()
        for files, places in groups.items():
            add(total, self._merge(files).merge(_part(batch, places)))
        return total

    def end(self) -> None:
        self.first.end()


def _part(batch: Batch, places: Iterable[int]) -> Batch:
    kept = list(places)
    columns: Mapping[str, list[Value]] = batch.columns
    return replace(
        batch,
        numbers=[batch.numbers[place] for place in kept],
        columns={name: [column[place] for place in kept] for name, column in columns.items()},
    )


def add(total: Merged, part: Merged) -> None:
    """Add what a part of a batch did to what the others did."""
    total.created += part.created
    total.updated += part.updated
    total.unchanged += part.unchanged
    total.missing.update(part.missing)
    for name, ids in part.absent.items():
        total.absent[name] = [*total.absent.get(name, []), *ids]
    total.refused.update(part.refused)

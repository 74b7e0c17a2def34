"""Columns of leads become a sparse matrix of zeros and ones: one column for each value of a field that occurs often.

Numbers are cut at their quantiles, so that every field is a choice among a few values and its effect can be said in
words. A value that is missing has no one anywhere in its field; one that was not seen in learning counts as "other"
where others were seen, else as missing. Nothing here knows what a lead is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
OTHER = "\x00other"
MOST_VALUES = 40
BINS = 6


@dataclass(frozen=True)
class Column:
    """One field of all rows: texts ("" is missing), or numbers (NaN is missing)."""

    name: str
    kind: Literal["choice", "number"]
    values: Sequence[str] | Floats


@dataclass(frozen=True)
class Field:
    """How one field is encoded: the texts that have a column of their own, or where a number is cut.

    `cuts` are k ascending numbers, which make k + 1 bins; a number equal to a cut belongs above it.
    """

    name: str
    kind: Literal["choice", "number"]
    choices: tuple[str, ...] = ()
    cuts: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        return len(self.choices) if self.kind == "choice" else len(self.cuts) + 1


def learn(columns: Sequence[Column], *, least: int) -> tuple[Field, ...]:
    """The fields worth encoding: at least two values that each occur `least` times; a number needs two bins."""
    found = (_choices(one, least) if one.kind == "choice" else _bins(one, least) for one in columns)
    return tuple(field for field in found if field is not None)


def _choices(column: Column, least: int) -> Field | None:
    counts = Counter(value for value in column.values if value)
    often = [value for value, count in counts.most_common(MOST_VALUES) if count >= least]
    rest = sum(counts.values()) - sum(counts[value] for value in often)
    if rest >= least:
        often.append(OTHER)
    return Field(column.name, "choice", tuple(often)) if len(often) > 1 else None


def _bins(column: Column, least: int) -> Field | None:
    values = np.asarray(column.values, float)
    known = values[~np.isnan(values)]
    bins = min(BINS, known.size // max(least, 1))
    if bins < 2:
        return None
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1], method="higher"))
    cuts = cuts[cuts > known.min()]
    return Field(column.name, "number", cuts=tuple(float(cut) for cut in cuts)) if cuts.size else None


def places(field: Field, values: Sequence[str] | Floats) -> NDArray[np.int64]:
    """For each row the number of its value within the field, -1 where it is missing."""
    if field.kind == "number":
        numbers = np.asarray(values, float)
        missing = np.isnan(numbers)
        found = np.searchsorted(np.asarray(field.cuts), np.where(missing, 0.0, numbers), side="right")
        return np.where(missing, -1, found).astype(np.int64)
    place = {value: number for number, value in enumerate(field.choices)}
    other = place.get(OTHER, -1)
    return np.fromiter((place.get(value, other) if value else -1 for value in values), np.int64, len(values))


def encode(fields: Sequence[Field], columns: Mapping[str, Sequence[str] | Floats], rows: int) -> sparse.csr_matrix:
    """A matrix of `rows` rows and one column for each value of each field; a column that is not given is missing.

    Raises ValueError when a column has another length.
    """
    at: list[NDArray[Any]] = []
    to: list[NDArray[Any]] = []
    begin = 0
    for field in fields:
        if field.name in columns:
            if len(columns[field.name]) != rows:
                raise ValueError(f"Column {field.name} has {len(columns[field.name])} rows, not {rows}.")
            found = places(field, columns[field.name])
            known = np.flatnonzero(found >= 0)
            at.append(known)
            to.append(found[known] + begin)
        begin += field.size
    rows_at = np.concatenate(at) if at else np.empty(0, np.int64)
    columns_at = np.concatenate(to) if to else np.empty(0, np.int64)
    ones = np.ones(rows_at.size)
    return sparse.csr_matrix((ones, (rows_at, columns_at)), shape=(rows, begin))


def spans(fields: Sequence[Field]) -> list[slice]:
    """Where each field's values stand among the columns of the matrix."""
    begin, found = 0, []
    for field in fields:
        found.append(slice(begin, begin + field.size))
        begin += field.size
    return found


def said(field: Field, place: int) -> str:
    """The value at `place` in words: the text itself, "other", or the range of the number."""
    if field.kind == "choice":
        return "other" if field.choices[place] == OTHER else field.choices[place]
    if place == 0:
        return f"under {_plain(field.cuts[0])}"
    if place == len(field.cuts):
        return f"{_plain(field.cuts[-1])} or more"
    return f"{_plain(field.cuts[place - 1])} to under {_plain(field.cuts[place])}"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}".rstrip("0")

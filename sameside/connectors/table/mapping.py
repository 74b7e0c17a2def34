"""A mapping: which target a table becomes, which of its columns fills which field, and what is the same in every row.

It is plain data that a person made or confirmed, kept as JSON with a saved mapping and, as a copy, with every file that
is read by it: a run that is taken up again reads as it was begun.
"""

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from sameside.connectors.objects import plain
from sameside.connectors.table.proposal import Proposal
from sameside.connectors.table.targets import BY_NAME, Target
from sameside.connectors.table.vocabulary import folded, readings

LONGEST_SOURCE = 20
NATURAL = "table"
_MOST = 2_000
_ALIKE = 0.84


class MappingRefused(Exception):
    """The mapping cannot be used; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class MappedColumn:
    """`words` are what the column says and what it means here: a status, a stage, a yes or no."""

    header: str
    field: str
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class TableSpec:
    """`source` is the namespace of the ids; tables of one system share it. `constants` fill a field in every row.

    `companies` says that companies named in a table of persons or deals are made when they are not there yet.
    """

    target: str
    columns: tuple[MappedColumn, ...]
    source: str = NATURAL
    constants: Mapping[str, str] = dataclasses.field(default_factory=dict)
    spanish: bool = False
    companies: bool = False

    @property
    def kind(self) -> Target:
        return BY_NAME[self.target]

    @property
    def used(self) -> frozenset[str]:
        return frozenset(each.field for each in self.columns if each.field) | frozenset(self.constants)

    def headers(self, name: str) -> tuple[str, ...]:
        """The columns that fill the field, in the order of the table."""
        return tuple(each.header for each in self.columns if each.field == name)

    def words(self, name: str) -> dict[str, str]:
        """What words of the columns of a field mean, compared without case."""
        return {
            told.casefold().strip(): meant
            for each in self.columns
            if each.field == name
            for told, meant in each.words.items()
        }

    @property
    def problems(self) -> list[str]:
        """What stands in the way of using it, as sentences."""
        told = self.kind.missing(self.used)
        counted: dict[str, int] = {}
        for each in self.columns:
            if each.field:
                counted[each.field] = counted.get(each.field, 0) + 1
        for name, count in counted.items():
            if count > 1 and name == "id":
                told.append("Only one column can be the id.")
        return told

    def check(self) -> None:
        if self.problems:
            raise MappingRefused(" ".join(self.problems))

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {"columns": [dataclasses.asdict(each) for each in self.columns]}


def read(data: Any) -> TableSpec:
    """The mapping in `data`, which may come from anywhere; raises `MappingRefused` with what is wrong."""
    if not isinstance(data, dict) or data.get("target") not in BY_NAME:
        raise MappingRefused(f"A mapping names what the table becomes: {', '.join(BY_NAME)}.")
    target = BY_NAME[data["target"]]
    given = data.get("columns", [])
    if not isinstance(given, list) or len(given) > _MOST:
        raise MappingRefused(f"“columns” has to be a list of at most {_MOST:,}.")
    columns = tuple(_column(each, target) for each in given)
    constants = _texts(data.get("constants", {}), "constants")
    for name in constants:
        _known(name, target)
    source = _source(str(data.get("source") or NATURAL))
    return TableSpec(target.name, columns, source, constants, bool(data.get("spanish")), bool(data.get("companies")))


def _column(data: Any, target: Target) -> MappedColumn:
    if not isinstance(data, dict) or not isinstance(data.get("header"), str):
        raise MappingRefused("Each of “columns” needs a “header”.")
    name = data.get("field") or ""
    if name:
        _known(name, target)
    return MappedColumn(data["header"], name, _texts(data.get("words", {}), "words"))


def _known(name: Any, target: Target) -> None:
    if name not in target.by_name:
        raise MappingRefused(f"{target.label} have no field “{str(name)[:60]}”.")


def _texts(data: Any, what: str) -> dict[str, str]:
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise MappingRefused(f"“{what}” has to be pairs of text.")
    return {str(key): value for key, value in data.items()}


def _source(text: str) -> str:
    return source_named(text) if text != NATURAL else text


def source_named(text: str) -> str:
    """`Pipedrive EU` becomes `pipedrive-eu`, a namespace of ids that fits its column."""
    slug = re.sub(r"[^a-z0-9:]+", "-", folded(text)).strip("-")
    if len(slug) <= LONGEST_SOURCE:
        return slug or NATURAL
    return f"{slug[: LONGEST_SOURCE - 5].rstrip('-')}-{hashlib.sha256(slug.encode()).hexdigest()[:4]}"


def of_proposal(proposal: Proposal, *, source: str = NATURAL) -> TableSpec:
    columns = tuple(MappedColumn(each.header, each.field) for each in proposal.columns)
    return TableSpec(proposal.target, columns, source)


def signature(headers: Iterable[str]) -> str:
    """The same for two tables with the same headers, in any order."""
    return hashlib.sha256("\x1f".join(sorted({plain(each) for each in headers if each.strip()})).encode()).hexdigest()


@dataclass(frozen=True)
class Fitted:
    """A mapping on a table whose headers may have changed: what is not there any more, what is there anew, and which
    column was taken for a missing one because its header is nearly the same."""

    spec: TableSpec
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    taken: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def is_exact(self) -> bool:
        return not (self.missing or self.new or self.taken)

    @property
    def sentence(self) -> str:
        told = []
        if self.missing:
            told.append(f"not in this file: {_listed(self.missing)}")
        if self.taken:
            pairs = [f"{old} (now {new})" for old, new in self.taken.items()]
            told.append(f"renamed: {_listed(pairs)}")
        if self.new:
            told.append(f"new and not used: {_listed(self.new)}")
        return "; ".join(told)


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(word[:60] for word in words[:6])
    return shown if len(words) <= 6 else f"{shown} and {len(words) - 6} more"


def fit(spec: TableSpec, headers: Sequence[str]) -> Fitted:
    """The mapping for a table with these headers. A missing column that was used is looked for under a nearly equal
    header that is new; whether that is right is for a person to see."""
    there = {plain(each): each for each in headers if each.strip()}
    known = {plain(each.header): each for each in spec.columns}
    new = [header for key, header in there.items() if key not in known]
    taken: dict[str, str] = {}
    missing: list[str] = []
    kept: dict[str, MappedColumn] = {}
    for key, column in known.items():
        if key in there:
            kept[there[key]] = replace(column, header=there[key])
        elif column.field:
            similar = _similar(column.header, new)
            if similar:
                new.remove(similar)
                taken[column.header] = similar
                kept[similar] = replace(column, header=similar)
            else:
                missing.append(column.header)
    columns = tuple(kept.get(header, MappedColumn(header, "")) for header in there.values())
    return Fitted(replace(spec, columns=columns), tuple(missing), tuple(new), taken)


def _similar(header: str, candidates: Sequence[str]) -> str:
    wanted = readings(header)
    best, score = "", _ALIKE
    for candidate in candidates[:500]:
        found = readings(candidate)
        if set(wanted) & set(found):
            return candidate
        ratio = SequenceMatcher(None, wanted[0][:80] if wanted else "", found[0][:80] if found else "").ratio()
        if ratio > score:
            best, score = candidate, ratio
    return best

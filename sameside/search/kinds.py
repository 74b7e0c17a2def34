"""The kinds of things that can be found in the one box. A context registers its own when it starts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sameside.people.models import Person
from sameside.retrieval.engine import Document


@dataclass(frozen=True)
class Tables:
    """Which changes of which tables concern a kind: table to the column that holds the thing's id."""

    columns: Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """`read(ids)` makes the documents of these rows; an id it leaves out is not to be found any more.

    `every(after, size)` gives the next ids above `after`, for a rebuild. `groups_of(person)` are the groups a person is
    in, None for everything, an empty list for nothing. `show(ids, person)` gives what the box shows for ids that the
    person may still see, by id, checked against the database: title, line below it, address, icon.
    """

    name: str
    label: str
    plural: str
    icon: str
    capability: str
    tables: Tables
    read: Callable[[Sequence[int]], Iterable[Document]]
    every: Callable[[int, int], Sequence[int]]
    groups_of: Callable[[Person], Sequence[str] | None]
    show: Callable[[Sequence[int], Person], Mapping[int, "Shown"]]
    has_meaning: bool = False
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Shown:
    title: str
    line: str
    url: str
    thumbnail: str = ""


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _KINDS[kind.name] = kind
    return kind


def by_name(name: str) -> Kind:
    return _KINDS[name]


def every() -> list[Kind]:
    return list(_KINDS.values())

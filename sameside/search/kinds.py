"""The kinds of things that can be found in the one box. A context registers its own when it starts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sameside.people.models import Person
from sameside.retrieval.engine import Document


@dataclass(frozen=True)
class Table:
    """Rows of table `name` concern things of a kind.

    `ids` is a query for the ids of these things over `changed`: the rows that were inserted or deleted, or both sides
    of those of which an update changed one of `columns`. `on`: which of insert, update and delete concern the kind.
    """

    name: str
    columns: Sequence[str]
    ids: str = "SELECT id FROM changed"
    on: Sequence[str] = ("insert", "update", "delete")


@dataclass(frozen=True)
class Kind:
    """`read(ids)` makes the documents of these rows; an id it leaves out is not to be found any more.

    `every(after, size)` gives the next ids above `after`, for a rebuild, and `count()` about how many there are.
    `groups_of(person)` are the groups a person is in, None for everything, an empty list for nothing. `show(ids,
    person)` gives what the box shows for ids that the person may still see, by id, checked against the database.
    `edition` counts up when documents are made otherwise, so that indexes are built anew. `batch` things are read at
    once.
    """

    name: str
    label: str
    plural: str
    icon: str
    capability: str
    tables: Sequence[Table]
    read: Callable[[Sequence[int]], Iterable[Document]]
    every: Callable[[int, int], Sequence[int]]
    count: Callable[[], int]
    groups_of: Callable[[Person], Sequence[str] | None]
    show: Callable[[Sequence[int], Person], Mapping[int, "Shown"]]
    has_meaning: bool = False
    edition: int = 1
    batch: int = 1_000
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Shown:
    """A result in the box: title, the line below it, and its address."""

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

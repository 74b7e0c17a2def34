"""What a table of some system becomes here, as data: which column of the file fills which column of which table.

Header names are compared by `plain`, without case, blanks and underscores, so `CreatedDate`, `CREATEDDATE` and
`created_date` are one. Where several headers are named, the first that has a value counts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sameside.connectors import values
from sameside.connectors.values import Value

Kind = Literal["text", "moment", "day", "amount", "percentage", "whole", "boolean"]


def plain(header: str) -> str:
    """`Created_Date`, `CREATEDDATE` and `created date` are the same."""
    return re.sub(r"[\s_]+", "", header).lower()


@dataclass(frozen=True)
class Field:
    """A column of the table, read from the first of `headers` that has a value. A `helper` is only read by rules.

    `read` is the reader of its cells where that of the kind will not do. `label` is what the preview calls it.
    """

    column: str
    headers: tuple[str, ...]
    kind: Kind = "text"
    most: int = 0
    helper: bool = False
    read: Callable[[str], Value] | None = None
    label: str = ""


@dataclass(frozen=True)
class Reference:
    """The id of another record. Only ids that begin with one of `prefixes` count, where these are given."""

    name: str
    headers: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    read: Callable[[str], Value] = values.text_id
    label: str = ""


@dataclass(frozen=True)
class Join:
    """Looks `reference` up in `table` under the name `alias`; without `required`, what is missing is left null.

    By default the row is found by the object's source and its external id. `on` says otherwise, as SQL with {alias}
    and {ref}; with `unique`, a row is found only if it is the only one that fits.
    """

    alias: str
    table: str
    reference: str
    required: str = ""
    on: str = ""
    unique: bool = False


@dataclass(frozen=True)
class Derived:
    """A column computed from others by `rule`, after which the others are what was read."""

    column: str
    of: tuple[str, ...]
    rule: Callable[..., Value]


@dataclass(frozen=True)
class Key:
    """How a row is known again when it comes a second time.

    The first of `headers` that the file has holds its id, which `read` reads; `same` makes two spellings of an id one
    when repeated ids are looked for. Without such a header, `rule` makes a stable key of the columns `of`, once these
    are read; a row for which it gives None is refused with `missing`. A row whose id comes again later is superseded
    by it, unless `numbered`: then equal rows are different events, and the second of them gets its number in the key.
    """

    headers: tuple[str, ...] = ("id",)
    read: Callable[[str], Value] = values.text_id
    same: Callable[[str], str] = str
    of: tuple[str, ...] = ()
    rule: Callable[..., Value] | None = None
    numbered: bool = False
    missing: str = "Id is empty"


@dataclass(frozen=True)
class Census:
    """An export of the object can be complete: it then has all rows of the object's table and source, narrowed by
    `rows` (SQL, the table being `t`). Rows of the tables `beside` go with those that have their id."""

    rows: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Object:
    """`targets` are the columns filled from joins, as SQL; `constants` are set when a row is created and never
    again; `kept` says, as SQL, what a column becomes when a row is updated; `required` columns refuse the row with
    a sentence when empty; `census` is given where a complete export tells what vanished; `only` are a column and
    the value that the rows of interest have in it; `deleted` are the headers of the mark of deletion. `name` is the
    word in reports and commands, `label` the one on the screen."""

    name: str
    table: str
    fields: tuple[Field, ...]
    source: str
    key: Key = Key()
    references: tuple[Reference, ...] = ()
    joins: tuple[Join, ...] = ()
    derived: tuple[Derived, ...] = ()
    targets: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    only: tuple[str, str] | None = None
    deleted: tuple[str, ...] = ("isdeleted",)
    refers_to_itself: bool = False
    census: Census | None = None
    label: str = ""

    @property
    def headers(self) -> frozenset[str]:
        """Every header that is understood, in its plain form."""
        fields = (header for each in self.fields for header in each.headers)
        references = (header for each in self.references for header in each.headers)
        return frozenset(map(plain, (*self.key.headers, *self.deleted, *fields, *references)))

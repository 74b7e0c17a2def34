"""What every engine does, and the work it is given."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sameside.analytics.attribution import sources, statements
from sameside.analytics.attribution.journeys import Ints
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statements import Dialect
from sameside.analytics.attribution.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa

SEPARATOR = "\x1f"
"""Stands between the names of a combination of keys."""


@dataclass(frozen=True)
class Read:
    """A table by the name that it has in its engine."""

    name: str
    schema: "pa.Schema"

    @property
    def company_is_text(self) -> bool:
        return sources.is_text(self.schema.field("company_id").type)


@dataclass(frozen=True)
class Work:
    """Checked `touches` and `outcomes`, the labels of all `keys` in their order, and what selects their `dictionary`:
    columns `key_0`, `key_1` ... and the code `key`. The companies are measured in so many `partitions`, all for one
    `chain`. Statistics keep `months` apart; or are of all time, and do not grow with the partitions. `again`: whether
    the engine is asked for more afterwards.
    """

    touches: Read
    outcomes: Read
    spec: Spec
    keys: Sequence[str]
    dictionary: str
    partitions: int
    chain: Chain
    months: bool
    again: bool = False

    def facts(self, say: Dialect) -> str:
        of = self.outcomes
        return statements.facts(of.name, of.schema.names, self.spec, say, is_text=of.company_is_text)

    def pairs(self, told: str, carried: Sequence[str], say: Dialect) -> str:
        of = self.touches
        return statements.pairs(
            told, carried, of.name, of.schema.names, self.dictionary, self.spec, say, is_text=of.company_is_text
        )


class Engine(AbstractContextManager["Engine"], Protocol):
    """Open from `start` to the end of a `with`; measures about `at_once` touches together unless told otherwise."""

    at_once: int
    say: Dialect

    def table(self, given: Given, name: str) -> str:
        """The name of a view of `given`. Raises Unsuitable where it is nothing that the engine can read."""

    def schema(self, table: str) -> "pa.Schema": ...

    def read(self, select: str) -> "pa.Table":
        """A small result as a table."""

    def numbered(self, select: str) -> "tuple[str, pa.Table]":
        """What selects a small result, with the number of each row from 0 as `place`; and the result itself."""

    def different(self, outcomes: str) -> int:
        """How many different deals there are among outcomes."""

    def lent(self, of: Mapping[str, Ints]) -> str:
        """The name of a table with these columns."""

    def measure(self, work: Work) -> Statistics: ...

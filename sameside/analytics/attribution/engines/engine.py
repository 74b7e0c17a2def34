"""What every engine does, and the work it is given."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.sources import Given
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import Statistics

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis import Table

SEPARATOR = "\x1f"
"""Stands between the names of a combination of keys."""


@dataclass(frozen=True)
class Work:
    """Checked `touches` and `outcomes`, the labels of all `keys` in their order, and their `dictionary`: columns
    `key_0`, `key_1` ... and the code `key`. The companies are measured in so many `partitions`, all for one `chain`.
    Statistics keep `months` apart; or are of all time, and do not grow with the partitions.
    """

    touches: "Table"
    outcomes: "Table"
    spec: Spec
    keys: Sequence[str]
    dictionary: "pa.Table"
    partitions: int
    chain: Chain
    months: bool


class Engine(AbstractContextManager["Engine"], Protocol):
    """Open from `start` to the end of a `with`; measures about `at_once` touches together unless told otherwise."""

    at_once: int

    def table(self, given: Given, name: str) -> "Table":
        """Raises Unsuitable where `given` is nothing that the engine can read."""

    def second(self, moment: Any) -> Any:
        """Whole seconds since 1970 of a column of timestamps."""

    def read(self, expression: "Table") -> "pa.Table":
        """A small result as a table."""

    def measure(self, work: Work) -> Statistics: ...

"""How far the copy is behind the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.attribution.copy import changes, folder, moving
from sameside.attribution.copy.refreshing import standing

MOST = 10_000
"""Rows that are counted where a page asks; beyond, it says that there are more."""


@dataclass(frozen=True)
class State:
    """The copy against the database: `files` that a refresh would write or remove, and by how many rows they differ at
    least; None as of when there is no copy.
    """

    as_of: datetime | None
    rows: int
    bytes: int
    files: tuple[str, ...]
    behind: int


def state(*, check: bool = False) -> State:
    """Asks the database for the fingerprints of what changed by its log; with `check` for every one, which is as dear
    as a rebuild's look at all rows.
    """
    summary = folder.summary()
    known = folder.known()
    with moving.opened() as source:
        found = standing(source, None if check else summary, known, changes.now(source))
    marks = found.marks
    differing = sorted(name for name in marks.keys() | known.keys() if marks.get(name) != known.get(name, ""))
    behind = sum(max(abs(_rows(marks.get(name, "")) - _rows(known.get(name, ""))), 1) for name in differing)
    return State(
        datetime.fromisoformat(summary["as_of"]) if summary else None,
        sum(_rows(mark) for mark in known.values()),
        folder.size(),
        tuple(differing),
        behind,
    )


def _rows(mark: str) -> int:
    return int(mark.split(":")[1]) if ":" in mark else 0


@dataclass(frozen=True)
class Lag:
    """When the rows were copied that figures are made of, and how many touches and deals were brought in since."""

    as_of: datetime
    rows: int

    @property
    def has_more(self) -> bool:
        return self.rows > MOST

    @property
    def shown(self) -> int:
        return min(self.rows, MOST)


def since(summary: dict[str, Any]) -> Lag:
    return Lag(datetime.fromisoformat(summary["as_of"]), newer(summary))


def newer(than: dict[str, Any]) -> int:
    """Touches and deals that were brought in since a summary was written, counted up to MOST of each."""
    query = "SELECT count(*) FROM (SELECT 1 FROM {} WHERE id > %s LIMIT {}) newer"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({query.format('crm_touch', MOST + 1)}) + ({query.format('crm_deal', MOST + 1)})",
            [than["touches"]["latest"], than["deals"]["latest"]],
        )
        (found,) = cursor.fetchone()
    return int(found)

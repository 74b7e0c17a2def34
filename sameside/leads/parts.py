"""The parts of a dimension (source, campaign, owner, team, segment) in a report: named, the largest first, bounded."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection

SHOWN = 200
"""So many parts of a dimension are kept with a report; the rest is summed up in one row."""
_NAMES = {
    "campaign": "SELECT id, name FROM crm_campaign WHERE id = ANY(%s)",
    "owner": "SELECT id, name FROM people_person WHERE id = ANY(%s)",
    "team": "SELECT id, name FROM people_team WHERE id = ANY(%s)",
}
_NOBODY = {
    "source": "No source",
    "campaign": "No campaign",
    "owner": "Nobody (a queue)",
    "team": "No team",
    "segment": "No segment",
}
Rows = Sequence[dict[str, Any]]


def named(dimension: str, rows: Rows, size: str, names: Mapping[Any, str] | None = None) -> list[dict[str, Any]]:
    """Each row with its `name`; `size` is the key of the figure they are ordered by, `names` are known already."""
    known: Mapping[Any, str] = names or {}
    if dimension in _NAMES:
        with connection.cursor() as cursor:
            cursor.execute(_NAMES[dimension], [[row["id"] for row in rows if row["id"] is not None]])
            known = dict(cursor.fetchall())
    for row in rows:
        row["name"] = known.get(row["id"]) or row["id"] or _NOBODY[dimension]
    return sorted(rows, key=lambda row: (-row[size], str(row["name"])))


def bounded(rows: list[dict[str, Any]], summed: Callable[[Rows], dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest rows; what is beyond them is one row of its own (`is_rest`), so that the sum stays the sum."""
    if len(rows) <= SHOWN:
        return rows
    beyond = rows[SHOWN:]
    return [*rows[:SHOWN], {**summed(beyond), "id": "", "name": f"{len(beyond):,} more", "is_rest": True}]

"""Which parts of the copy something may have changed in, from the log that triggers keep (migration 0008).

A statement that changes a row of what the copy holds leaves the days of its touches, or that it concerned deals, with
its transaction. The copy keeps the snapshot that it was read in: what it looks at next are the parts whose log is
visible now and was not visible then, so that nothing is missed that was committed late, and nothing is locked. The log
only says where to look: whether a part differs, its fingerprint says. Everything is looked at once a day, and whenever
the log cannot tell: without a copy, with another database, after a backup was restored, after a change of teams or of a
campaign's owner.

A transaction that refreshes after it changed something itself copies what may be taken back: the next refresh looks
there again, because a log that was taken back tells nothing. A snapshot does not tell that its own transaction was
under way, so that is kept beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import connection

from sameside.attribution.copy import moving
from sameside.attribution.copy.contents import DEALS, TOUCHES, Content

EVERY = timedelta(days=1)
"""Everything is looked at so often."""
KEPT = timedelta(days=2)
"""Rows of the log; no copy that asks it is as old."""

_SNAPSHOT = re.compile(r"\d+:\d+:[\d,]*")
_TRANSACTION = re.compile(r"\d*")
_MINE = "xid = pg_current_xact_id_if_assigned()"
_MOMENT = pa.schema(
    {"at": pa.timestamp("us", "UTC"), "snapshot": pa.string(), "transaction": pa.string(), "database": pa.string()}
)
_ROW = pa.schema({"content": pa.string(), "day": pa.int64()})
_IS_PAST = pa.schema({"past": pa.bool_()})


@dataclass(frozen=True)
class Moment:
    """When rows are read, by the database's clock, which transactions are seen, which one reads, where it has written,
    and which database it is.
    """

    at: datetime
    snapshot: str
    transaction: str
    database: str


def now(source: moving.Source) -> Moment:
    query = """SELECT now() AS at, pg_current_snapshot()::text AS snapshot,
          COALESCE(pg_current_xact_id_if_assigned()::text, '') AS transaction,
          c.system_identifier || ':' || d.oid AS database
        FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()"""
    [batch] = source.batches(query, _MOMENT)
    [row] = batch.to_pylist()
    return Moment(**row)


def since(source: moving.Source, summary: Mapping[str, Any] | None, moment: Moment) -> dict[Content, set[int]] | None:
    """The parts that something may have changed in; None: look at everything."""
    if summary is None or summary.get("database") != moment.database or "transaction" not in summary:
        return None
    if not _SNAPSHOT.fullmatch(summary["snapshot"]):
        return None
    checked = datetime.fromisoformat(summary["checked_at"])
    then, reader = summary["snapshot"], summary["transaction"]
    if moment.at - checked >= EVERY or not _is_past(source, then):
        return None
    unseen = f"xid >= pg_snapshot_xmin('{then}'::pg_snapshot) AND NOT pg_visible_in_snapshot(xid, '{then}')"
    more = f" OR xid = '{reader}'::xid8" if _TRANSACTION.fullmatch(reader) and reader else ""
    return _logged(source, f"{unseen} OR {_MINE}{more}")


def uncommitted(source: moving.Source) -> dict[Content, set[int]] | None:
    """The parts that the reading transaction itself changed; None: any."""
    return _logged(source, _MINE)


def _logged(source: moving.Source, condition: str) -> dict[Content, set[int]] | None:
    found: dict[Content, set[int]] = {TOUCHES: set(), DEALS: set()}
    query = f"SELECT DISTINCT content, day::bigint FROM attribution_copychange WHERE {condition}"
    for batch in source.batches(query, _ROW):
        for row in batch.to_pylist():
            if row["content"] == "deals":
                found[DEALS] |= set(DEALS.files or {})
            elif row["day"] is None:
                return None
            else:
                found[TOUCHES].add(TOUCHES.part_of(row["day"]))
    return found


def _is_past(source: moving.Source, snapshot: str) -> bool:
    """Whether the database has come as far; one that was restored from a backup may not have."""
    query = f"""SELECT pg_snapshot_xmax(pg_current_snapshot()) >= pg_snapshot_xmax('{snapshot}'::pg_snapshot) AS past"""
    [batch] = source.batches(query, _IS_PAST)
    return bool(batch.column(0)[0].as_py())


def purge(*, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM attribution_copychange WHERE at < %s", [at - KEPT])

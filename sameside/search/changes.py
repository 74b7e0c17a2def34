"""The change log: triggers write it, every index follows it, nothing is missed and nothing waits.

A statement that changes what can be found leaves one row (for thousands of things at once, one for each piece) with the
ids and the transaction. A follower keeps the snapshot in which it last read: what it reads next are the rows that are
visible now and were not visible then. Transactions that commit late or out of order are therefore read once they are
there, and nobody waits for a long one. The rows are purged after a week; who has not read for so long builds anew.

The triggers are made from the tables that each kind names, whenever migrations have run and when an indexer starts.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from sameside.search.kinds import Kind, Table, every

CHANNEL = "search_change"
PIECE = 2_000
KEPT = timedelta(days=7)
_LOCK = 7_361_040
_PREFIX = "search_change__"


@dataclass(frozen=True)
class Changes:
    """What changed up to `snapshot`; `everything` when rows were truncated. `is_behind`: rows are missing already."""

    snapshot: str
    ids: Sequence[int] = ()
    everything: bool = False
    is_behind: bool = False


def now() -> str:
    """The snapshot of this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (snapshot,) = cursor.fetchone()
    return str(snapshot)


def is_past(snapshot: str) -> bool:
    """Whether the database has come at least as far as `snapshot`; one that was restored from a backup has not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmax(pg_current_snapshot()) >= pg_snapshot_xmax(%s::pg_snapshot)", [snapshot]
        )
        (is_past,) = cursor.fetchone()
    return bool(is_past)


def since(kind: str, snapshot: str) -> Changes:
    """What happened to things of `kind` that `snapshot` does not show. One statement, so that it has one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.snapshot, c.kind, c.ids FROM (SELECT pg_current_snapshot()::text AS snapshot) n
            LEFT JOIN search_change c ON c.xid >= pg_snapshot_xmin(%(then)s::pg_snapshot)
                AND c.kind IN (%(kind)s, '')
                AND (c.kind = '' OR NOT pg_visible_in_snapshot(c.xid, %(then)s::pg_snapshot))
            """,
            {"then": snapshot, "kind": kind},
        )
        rows = cursor.fetchall()
    lists = [ids for _, name, ids in rows if name == kind]
    return Changes(
        snapshot=rows[0][0],
        ids=list(dict.fromkeys(one for ids in lists for one in ids)),
        everything=any(not ids for ids in lists),
        is_behind=any(name == "" for _, name, _ in rows),
    )


@dataclass(frozen=True)
class Lag:
    """What an index has still to apply: how many things, the oldest change since when; `is_lost`: rows are missing."""

    things: int = 0
    since: datetime | None = None
    is_lost: bool = False


def lag(kind: str, snapshot: str) -> Lag:
    """What happened to things of `kind` that `snapshot` does not show, counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT one), min(c.at), coalesce(bool_or(c.kind = '' OR cardinality(c.ids) = 0), false)
            FROM search_change c LEFT JOIN LATERAL unnest(c.ids) one ON true
            WHERE c.xid >= pg_snapshot_xmin(%(then)s::pg_snapshot) AND c.kind IN (%(kind)s, '')
                AND (c.kind = '' OR NOT pg_visible_in_snapshot(c.xid, %(then)s::pg_snapshot))
            """,
            {"then": snapshot, "kind": kind},
        )
        return Lag(*cursor.fetchone())


def note(kind: str, ids: Iterable[int]) -> None:
    """Have every index read these things again."""
    given = list(ids)
    with connection.cursor() as cursor:
        for start in range(0, len(given), PIECE):
            cursor.execute(
                "INSERT INTO search_change (kind, ids) VALUES (%s, %s)", [kind, given[start : start + PIECE]]
            )
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


@transaction.atomic
def purge(*, at: datetime) -> int:
    """Delete the rows of more than a week ago and keep a mark of the last of their transactions; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH gone AS (
                DELETE FROM search_change WHERE kind <> '' AND at < %s RETURNING xid
            ), mark AS (
                INSERT INTO search_change (kind, ids, xid) SELECT '', '{}', max(xid) FROM gone HAVING count(*) > 0
            )
            SELECT count(*) FROM gone
            """,
            [at - KEPT],
        )
        (gone,) = cursor.fetchone()
        cursor.execute(
            "DELETE FROM search_change WHERE kind = '' AND xid < (SELECT max(xid) FROM search_change WHERE kind = '')"
        )
    return int(gone)


_CHANGED = {
    "insert": "SELECT {columns} FROM new_rows",
    "delete": "SELECT {columns} FROM old_rows",
    "update": """SELECT side.* FROM old_rows o JOIN new_rows n ON n.id = o.id
        CROSS JOIN LATERAL (
            SELECT {of_old} UNION ALL SELECT {of_new}
        ) side WHERE ({compared_old}) IS DISTINCT FROM ({compared_new})""",
}
_TRANSITIONS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


def _quoted(columns: Iterable[str], of: str = "") -> str:
    return ", ".join(f'{of}"{column}"' for column in columns)


def _changed(table: Table, event: str) -> str:
    needed = list(dict.fromkeys(["id", *table.columns]))
    return _CHANGED[event].format(
        columns=_quoted(needed),
        of_old=", ".join(f'o."{column}" AS "{column}"' for column in needed),
        of_new=_quoted(needed, "n."),
        compared_old=_quoted(table.columns, "o."),
        compared_new=_quoted(table.columns, "n."),
    )


def _trigger(kind: str, table: Table, event: str, name: str) -> list[str]:
    """The statements that make one trigger; a statement that concerns nothing then writes nothing."""
    body = f"""
BEGIN
    WITH changed AS ({_changed(table, event)}),
    things AS (SELECT DISTINCT t.id FROM ({table.ids}) AS t(id) WHERE t.id IS NOT NULL),
    pieces AS (SELECT id, (row_number() OVER () - 1) / {PIECE} AS piece FROM things)
    INSERT INTO search_change (kind, ids) SELECT '{kind}', array_agg(id) FROM pieces GROUP BY piece;
    IF FOUND THEN
        PERFORM pg_notify('{CHANNEL}', '');
    END IF;
    RETURN NULL;
END"""
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$",
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table.name} {_TRANSITIONS[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


def _emptied(kind: str, table: Table, name: str) -> list[str]:
    body = f"BEGIN INSERT INTO search_change (kind, ids) VALUES ('{kind}', '{{}}'); RETURN NULL; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$",
        f"CREATE TRIGGER {name} AFTER TRUNCATE ON {table.name} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


def triggers(kinds: Iterable[Kind]) -> dict[str, list[str]]:
    """By name of the trigger (and of its function) the statements that make it."""
    made = {}
    for kind in kinds:
        for place, table in enumerate(kind.tables):
            for event in table.on:
                name = f"{_PREFIX}{kind.name}_{place}_{event}"
                made[name] = _trigger(kind.name, table, event, name)
            name = f"{_PREFIX}{kind.name}_{place}_truncate"
            made[name] = _emptied(kind.name, table, name)
    return made


def _digest(statements: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]


def edition(kind: Kind) -> str:
    """Names what is logged of a kind and how its documents are made: another one means that an index is built anew."""
    statements = [line for lines in triggers([kind]).values() for line in lines]
    return f"{kind.edition}-{_digest(statements)}"


def ensure_triggers() -> bool:
    """Make the triggers those of the kinds; returns whether they were not."""
    wanted = triggers(_possible())
    if _present() == {name: _digest(statements) for name, statements in wanted.items()}:
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        for name in _present():
            cursor.execute(f"DROP FUNCTION {name} CASCADE")
        for name, statements in wanted.items():
            for statement in statements:
                cursor.execute(statement)
            cursor.execute(f"COMMENT ON FUNCTION {name} IS '{_digest(statements)}'")
    return True


def _possible() -> list[Kind]:
    """The kinds whose tables are all there: only some migrations may have run."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    return [kind for kind in every() if there.issuperset(table.name for table in kind.tables)]


def after_migrations(**_: Any) -> None:
    """Called by Django once all migrations have run."""
    ensure_triggers()


def _present() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, coalesce(obj_description(oid, 'pg_proc'), '') FROM pg_proc WHERE starts_with(proname, %s)",
            [_PREFIX],
        )
        return dict(cursor.fetchall())

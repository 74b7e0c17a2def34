"""A batch becomes rows: copied into a temporary table, then merged by (source, external id) in one statement.

A column that is not in the file keeps the value it has: an export of a few columns erases nothing.

A row that is the same as before is not written, so importing twice changes nothing and says so. A row that is changed
leaves behind how it was before (`RowBefore`), which is what an undo puts back; of a row that is created, the run's
number is enough. References are looked up in the same statement, a row that was merged into another by its survivor;
what is missing is counted by reference, with the ids.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.objects import Join, Object
from sameside.connectors.values import Value
from sameside.identity import holding

_CELL, _LINE, _NULL = "\x1f", "\x1e", "\x01"
# Without statistics on fresh tables PostgreSQL reads whole tables for each batch; the unique index is always right.
# A batch that is lost in a crash is read again, so its commit need not wait for the disk.
_BY_INDEX = """
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off;
    SET LOCAL synchronous_commit = off
"""
_AS_USUAL = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL enable_seqscan = on"
MERGEABLE = frozenset({"crm_company", "crm_contact", "leads_lead"})
SAMPLES = 5
_CONTROL = {ord(character): None for character in "\x00\x01\x1e\x1f"}


@dataclass
class Merged:
    """What a batch did; `missing` counts references by name, `absent` has their ids, `refused` maps row numbers
    to reasons."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    missing: "Counter[str]" = field(default_factory=Counter)
    absent: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


def copy_text(columns: "list[list[Value]]") -> str:
    """The columns as rows in PostgreSQL's COPY text format, with `\\x01` for null."""
    cleaned = []
    for column in columns:
        joined = "".join(filter(None, column))
        if any(mark in joined for mark in ("\x00", _NULL, _LINE, _CELL)):
            column = [value.translate(_CONTROL) if value else value for value in column]
        cleaned.append([_NULL if value is None else value for value in column])
    text = _LINE.join(map(_CELL.join, zip(*cleaned, strict=True)))
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return escaped.replace(_CELL, "\t").replace(_LINE, "\n") + "\n"


class Merge:
    """Merges batches of one object; `begin` makes the temporary table of this connection."""

    def __init__(self, target: Object, *, run_id: int, at: datetime, untold: frozenset[str] = frozenset()) -> None:
        self.target = target
        self.run_id = run_id
        self.at = at
        self.untold = untold
        self.stage = f"stage_{target.name.lower()}"
        helpers = {each.column for each in target.fields if each.helper}
        derived = [each.column for each in target.derived]
        plain = [each.column for each in target.fields if not each.helper]
        self.own = list(dict.fromkeys(["external_id", "deleted_in_source", *plain, *derived]))
        self.own = [column for column in self.own if column not in helpers]
        self.references = [f"ref_{each.name}" for each in target.references]
        self.sql = self._statement()

    def begin(self) -> None:
        columns = ", ".join(["0::bigint AS n", *self.own, *(f"''::text AS {name}" for name in self.references)])
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.stage}")
            cursor.execute(f"CREATE TEMP TABLE {self.stage} AS SELECT {columns} FROM {self.target.table} LIMIT 0")

    def end(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.stage}")
            cursor.execute(f"ANALYZE {self.target.table}")

    def _join(self, join: Join) -> str:
        """A row is looked up under its own id, and found as the one that it was merged into."""
        reference = f"s.ref_{join.reference}"
        test = join.on or f"{{alias}}.source = '{self.target.source}' AND {{alias}}.external_id = {{ref}}"
        if not join.unique:
            table = join.table
            if table in MERGEABLE:
                columns = "external_id, source, company_id" if table != "crm_company" else "external_id, source"
                named = ", name, domain" if table == "crm_company" else ", email"
                table = f"(SELECT COALESCE(merged_into_id, id) AS id, {columns}{named} FROM {table})"
            return f"LEFT JOIN {table} {join.alias} ON {test.format(alias=join.alias, ref=reference)}"
        found = f"{join.alias}_found"
        survivor = f"COALESCE({found}.merged_into_id, {found}.id)" if join.table in MERGEABLE else f"{found}.id"
        return f"""LEFT JOIN LATERAL (
            SELECT min({survivor}) AS id FROM {join.table} {found}
            WHERE {test.format(alias=found, ref=reference)} HAVING count(DISTINCT {survivor}) = 1
        ) {join.alias} ON {reference} IS NOT NULL"""

    def _statement(self) -> str:
        target = self.target
        joins = "\n".join(map(self._join, target.joins))
        by_reference: dict[str, list[str]] = {}
        for join in target.joins:
            by_reference.setdefault(join.reference, []).append(join.alias)
        absent = {
            name: f"(s.ref_{name} IS NOT NULL AND {' AND '.join(f'{alias}.id IS NULL' for alias in aliases)})"
            for name, aliases in by_reference.items()
        }
        required = [(join, f"{join.alias}.id IS NULL") for join in target.joins if join.required]
        reason = " ".join(f"WHEN {test} THEN '{join.required}'" for join, test in required)
        reason = f"CASE {reason} END" if reason else "NULL::text"
        values = {column: f"s.{column}" for column in self.own} | target.targets
        if target.table == "leads_lead" and "owner_id" in values:
            values["source_owner_id"] = values["owner_id"]
        listed = ", ".join(f"{expression} AS {column}" for column, expression in values.items())
        flags = "".join(f", {test} AS absent_{name}, s.ref_{name}" for name, test in absent.items())
        fixed = {"source": f"'{target.source}'", "created_by_run": "%(run)s", "changed_by_run": "%(run)s"}
        fixed |= target.constants
        silent = self._silent(values)
        changing = [column for column in values if column != "external_id" and column not in silent]
        compared = [column for column in changing if column not in target.kept]
        held = holding.held(target.table, changing)
        becomes = {
            column: f"CASE WHEN {held[column]} THEN t.{column} ELSE EXCLUDED.{column} END"
            if column in held
            else f"EXCLUDED.{column}"
            for column in changing
        }
        updates = ", ".join(f"{column} = {target.kept.get(column, becomes[column])}" for column in changing)
        counted = "".join(
            f", (SELECT count(*) FROM resolved WHERE absent_{name} AND reason IS NULL)"
            f", (SELECT array_agg(DISTINCT ref_{name}) FROM resolved WHERE absent_{name} AND reason IS NULL)"
            for name in absent
        )
        self.counted = list(absent)
        return f"""
            WITH resolved AS MATERIALIZED (
                SELECT s.n, {reason} AS reason, {listed}{flags}
                FROM {self.stage} s {joins}
            ), merged AS (
                INSERT INTO {target.table} AS t ({", ".join([*values, *fixed])})
                SELECT {", ".join([*values, *fixed.values()])} FROM resolved WHERE reason IS NULL
                ON CONFLICT (source, external_id) DO UPDATE
                SET {updates}, changed_by_run = EXCLUDED.changed_by_run
                WHERE ({", ".join(f"t.{column}" for column in compared)})
                    IS DISTINCT FROM ({", ".join(becomes[column] for column in compared)})
                RETURNING (xmax = 0) AS created, id
            ), before AS (
                INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
                SELECT %(run)s, '{target.table}', o.id, to_jsonb(o) FROM merged m JOIN {target.table} o ON o.id = m.id
                WHERE NOT m.created AND o.created_by_run IS DISTINCT FROM %(run)s
                ON CONFLICT (run_id, "table", row_id) DO NOTHING
            )
            SELECT (SELECT count(*) FROM merged WHERE created), (SELECT count(*) FROM merged),
                (SELECT count(*) FROM resolved WHERE reason IS NULL),
                (SELECT jsonb_object_agg(n, reason) FROM resolved WHERE reason IS NOT NULL){counted}
        """

    def _silent(self, values: dict[str, str]) -> set[str]:
        """Columns that an update leaves alone, because nothing they are made of is in the file."""
        silent = {column for column in values if column in self.untold and column not in self.target.targets}
        for column, expression in self.target.targets.items():
            used = {f"ref_{join.reference}" for join in self.target.joins if f"{join.alias}." in expression}
            own = {name for name in self.own if f"s.{name}" in expression}
            if used | own and self.untold.issuperset(used | own):
                silent.add(column)
        return silent | ({"source_owner_id"} if "owner_id" in silent else set())

    def merge(self, batch: Batch) -> Merged:
        """Merge the rows of `batch`. Call inside a transaction."""
        if not batch.numbers:
            return Merged()
        names = [*self.own, *self.references]
        columns: list[list[Value]] = [
            [str(number) for number in batch.numbers],
            *(batch.columns[name] for name in names),
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {self.stage}")
            command = f"COPY {self.stage} (n, {', '.join(names)}) FROM STDIN WITH (NULL E'\\x01')"
            with cursor.copy(command) as copy:
                copy.write(copy_text(columns))
            cursor.execute(_BY_INDEX)
            cursor.execute(self.sql, {"run": self.run_id, "at": self.at})
            created, written, accepted, refused, *absent = cursor.fetchone() or (0, 0, 0, None)
            cursor.execute(_AS_USUAL)
        counts = dict(zip(self.counted, absent[::2], strict=True))
        samples = dict(zip(self.counted, absent[1::2], strict=True))
        return Merged(
            created=created,
            updated=written - created,
            unchanged=accepted - written,
            missing=Counter({name: count for name, count in counts.items() if count}),
            absent={name: found for name, found in samples.items() if found},
            refused={int(number): reason for number, reason in _pairs(refused)},
        )


def _pairs(found: Any) -> Any:
    return (json.loads(found) if isinstance(found, str) else found or {}).items()

"""Compares new and changed rows with all others in DuckDB, and gives the pairs that are probably the same.

The rows are streamed from PostgreSQL's COPY into a file that DuckDB reads, so that memory does not grow with them. What
many rows share says nothing: an address that differently named people carry, a number of a whole company, the domain of
many companies are left out of the comparison, and a block of more than `BLOCK` rows is not compared by that key. So one
address on 133 contacts costs nothing and glues nobody.

People whose names do not agree are never proposed, however much else they share. With one first name and two last
names, or the other way round, they must have one address: colleagues at one telephone number often share the former, a
family the latter.
"""

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection
from splink import DuckDBAPI, Linker

from sameside.crm import likeness
from sameside.identity import weights
from sameside.identity.models import Kind, Weights
from sameside.identity.rules import FEW
from sameside.identity.weights import COMPANIES, PEOPLE, Subject

BLOCK = 50
NAMES_PER_ADDRESS = 2  # one person may have married; a third name means that the address is shared
ROWS_PER_VALUE = 20
PER_ROW = 5
LIKELY = 0.6
_MEMORY = "1GB"
_GROWN = 2
_NAMES_AGREE = """(l.name IS NULL OR r.name IS NULL OR jaro_winkler_similarity(l.name, r.name) >= 0.92
    OR (l.email = r.email AND (l.last = r.last OR l.first = r.first))
    OR (l.last = r.last AND (l.first IS NULL OR r.first IS NULL OR left(l.first, 1) = left(r.first, 1)
        OR (l.first, r.first) IN (SELECT (one, other) FROM nickname)))
    OR (l.last = r.first AND (l.first = r.last OR l.first IS NULL OR r.last IS NULL))
    OR (l.first = r.last AND (l.last IS NULL OR r.first IS NULL)))"""

_EXPORT = """
    COPY (SELECT k.row_id, k.kind, k.pending, {source}, r.source, k.name, k.first, k.last, k.email, k.domain, k.phone,
        k.company, k.country FROM identity_likeness k JOIN {table} r ON r.id = k.row_id
      WHERE k.kind = '{kind}' AND r.merged_into_id IS NULL AND NOT r.deleted_in_source) TO STDOUT (FORMAT csv)
"""
_TABLES: Mapping[str, Sequence[tuple[Kind, str, str]]] = {
    COMPANIES.name: ((Kind.COMPANY, "crm_company", "NULL::bigint"),),
    PEOPLE.name: ((Kind.CONTACT, "crm_contact", "r.id"), (Kind.LEAD, "leads_lead", "r.contact_id")),
}
_COLUMNS = (
    "{'row_id': 'BIGINT', 'kind': 'VARCHAR', 'fresh': 'VARCHAR', 'contact': 'BIGINT', 'source': 'VARCHAR',"
    " 'name': 'VARCHAR', 'first': 'VARCHAR', 'last': 'VARCHAR', 'email': 'VARCHAR', 'domain': 'VARCHAR',"
    " 'phone': 'VARCHAR', 'company': 'VARCHAR', 'country': 'VARCHAR'}"
)
_LOAD = """
    CREATE TABLE given AS SELECT row_id * 2 + (kind = 'lead')::int AS id, row_id, kind, fresh = 't' AS fresh, contact,
      source, NULLIF(name, '') AS name, NULLIF(first, '') AS first, NULLIF(last, '') AS last,
      NULLIF(email, '') AS email, NULLIF(domain, '') AS domain, NULLIF(phone, '') AS phone,
      NULLIF(company, '') AS company, NULLIF(country, '') AS country
    FROM read_csv(?, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
      columns = {columns})
"""
_SHARED = """
    CREATE TABLE shared_{column} AS SELECT {column} AS value FROM given WHERE {column} IS NOT NULL GROUP BY 1
    HAVING count(DISTINCT name) > {names} OR count(*) > {rows}
"""


@dataclass(frozen=True)
class Row:
    """One side of a pair, with what is left of its words."""

    kind: str
    pk: int
    source: str
    features: Mapping[str, str | None]


@dataclass(frozen=True)
class Pair:
    left: Row
    right: Row
    score: float


def subjects() -> Sequence[Subject]:
    return (COMPANIES, PEOPLE)


def pending(subject: Subject) -> bool:
    kinds = [kind for kind, *_ in _TABLES[subject.name]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM identity_likeness WHERE pending AND kind = ANY(%s))", [kinds])
        found: bool = cursor.fetchone()[0]
        return found


@contextmanager
def compared(subject: Subject, *, at: datetime) -> Iterator[Iterator[Pair]]:
    """The pairs of `subject` that are probably the same and of which one is pending, best first."""
    with tempfile.TemporaryDirectory(prefix="sameside-identity-") as folder, duckdb.connect() as tables:
        tables.execute(f"SET memory_limit = '{_MEMORY}'; SET threads = 2; SET temp_directory = '{folder}'")
        rows = _load(tables, subject, Path(folder))
        yield _pairs(tables, subject, _predict(tables, subject, rows, at)) if rows > 1 else iter(())


def _load(tables: duckdb.DuckDBPyConnection, subject: Subject, folder: Path) -> int:
    file = folder / "rows.csv"
    with file.open("wb") as out, connection.cursor() as cursor:
        for kind, table, contact in _TABLES[subject.name]:
            with cursor.copy(_EXPORT.format(kind=kind, table=table, source=contact)) as copy:
                for block in copy:
                    out.write(block)
    tables.execute(_LOAD.replace("{columns}", _COLUMNS), [str(file)])
    file.unlink()
    tables.execute("CREATE TABLE nickname (one VARCHAR, other VARCHAR)")
    tables.executemany("INSERT INTO nickname VALUES (?, ?)", likeness.nicknames())
    names = FEW if subject is COMPANIES else NAMES_PER_ADDRESS
    _leave_out_shared(tables, "domain" if subject is COMPANIES else "email", names)
    _leave_out_shared(tables, "phone", names)
    _block(tables, subject)
    return int(tables.execute("SELECT count(*) FROM subject").fetchall()[0][0])


def _leave_out_shared(tables: duckdb.DuckDBPyConnection, column: str, names: int) -> None:
    tables.execute(_SHARED.format(column=column, names=names, rows=ROWS_PER_VALUE))
    tables.execute(f"UPDATE given SET {column} = NULL WHERE {column} IN (SELECT value FROM shared_{column})")


def _block(tables: duckdb.DuckDBPyConnection, subject: Subject) -> None:
    """The table `subject`: a row with the keys of its blocks, a key that too many rows have left out."""
    stem = "split_part(domain, '.', CASE WHEN domain LIKE '%.co.%' THEN -3 ELSE -2 END)"
    keys = ", ".join(f"{sql} AS block_{key}" for key, sql in subject.blocks.items())
    tables.execute(f"CREATE TABLE keyed AS SELECT *, {keys} FROM (SELECT *, {stem} AS stem FROM given)")
    for key in subject.blocks:
        tables.execute(
            f"UPDATE keyed SET block_{key} = NULL WHERE block_{key} IN (SELECT block_{key} FROM keyed"
            f" WHERE block_{key} IS NOT NULL GROUP BY 1 HAVING count(*) > {BLOCK} OR count(*) = 1)"
        )
    tables.execute("ALTER TABLE keyed RENAME TO subject")


def _predict(tables: duckdb.DuckDBPyConnection, subject: Subject, rows: int, at: datetime) -> str:
    """The name of the table of scored pairs."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    frame = DuckDBAPI(tables).register("subject")
    learnt = _learnt(frame, subject, rows, at)
    linker = Linker(frame, weights.settings(subject, rows, learnt), log_level=None)
    found = linker.inference.predict(threshold_match_probability=LIKELY, warning_mode="never")
    return str(found.physical_name)


def _learnt(frame: Any, subject: Subject, rows: int, at: datetime) -> weights.Learnt | None:
    """What was learnt before, or is learnt now if there are enough rows, or twice as many as then."""
    known = Weights.objects.filter(subject=subject.name).first()
    if rows < weights.ENOUGH:
        return None
    if known is not None and rows < _GROWN * known.rows:
        return known.learnt or None
    linker = Linker(frame, weights.settings(subject, rows, None), log_level=None)
    learnt = weights.learn(linker, subject)
    Weights.objects.update_or_create(subject=subject.name, defaults={"rows": rows, "learnt": learnt or {}, "at": at})
    return learnt


_SIDE = ("kind", "row_id", "source", "name", "first", "last", "email", "domain", "phone", "company", "country")


def _pairs(tables: duckdb.DuckDBPyConnection, subject: Subject, scored: str) -> Iterator[Pair]:
    sides = ", ".join([*(f"l_{column}" for column in _SIDE), *(f"r_{column}" for column in _SIDE)])
    inner = ", ".join(f"{side}.{column} AS {side}_{column}" for side in "lr" for column in _SIDE)
    # A lead that became a contact is answered, and so are two leads that did: a person may come twice.
    tables.execute(
        f"""
        SELECT match_probability, {sides} FROM (
          SELECT p.match_probability, p.match_weight, p.id_l, p.id_r, {inner},
            row_number() OVER (PARTITION BY p.id_l ORDER BY p.match_weight DESC, p.id_r) AS of_left,
            row_number() OVER (PARTITION BY p.id_r ORDER BY p.match_weight DESC, p.id_l) AS of_right
          FROM {scored} p JOIN given l ON l.id = p.id_l JOIN given r ON r.id = p.id_r
          WHERE {"true" if subject is COMPANIES else _NAMES_AGREE}
            AND NOT (l.kind = 'lead' AND r.kind = 'lead' AND l.contact IS NOT NULL AND r.contact IS NOT NULL)
            AND NOT (l.kind <> r.kind AND (CASE WHEN l.kind = 'lead' THEN l.contact ELSE r.contact END) IS NOT NULL)
        ) WHERE of_left <= {PER_ROW} AND of_right <= {PER_ROW}
        ORDER BY match_weight DESC, id_l, id_r
        """
    )
    while found := tables.fetchmany(10_000):
        for score, *cells in found:
            sides_of = [_row(cells[: len(_SIDE)]), _row(cells[len(_SIDE) :])]
            left, right = sorted(sides_of, key=lambda row: (row.kind != Kind.LEAD, row.pk))
            yield Pair(left, right, score)


def _row(cells: Sequence[Any]) -> Row:
    kind, pk, source, *features = cells
    return Row(kind, pk, source, dict(zip(_SIDE[3:], features, strict=True)))

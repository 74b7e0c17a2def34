"""Make a company in the database `factor` times as large by copying its rows with shifted ids, in SQL.

Copies keep every relation among themselves; shared tables (campaigns of reference, stage mappings) stay as they are.
Two things can be grown further than the rest. The library: assets with their versions, pages and facets. And leads,
with all that is theirs: hand-overs, their events, breaches and pauses, what came back, attempts, memberships, the deals
they became. Of the touches of a lead, the further copies keep the latest `TOUCHES` only, or a million leads would bring
the touches of a company many times larger. A seller for about `LEADS_EACH` leads comes with them, in teams like those
there are, and one of them has `QUEUE` open. What is a lead's lies `APART` before the same of the copy before, so that
not all falls due at once.

Only for benchmarks: the copies are not imports, and carry external ids that no CRM would give.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

LEADS = (
    "leads_lead",
    "leads_leadstage",
    "leads_qualification",
    "leads_conversion",
    "leads_handover",
    "leads_leadevent",
    "leads_breach",
    "leads_pause",
    "leads_clocknotice",
    "leads_recycling",
)
CONTENT = ("library_asset", "library_assetversion", "library_assetpage", "library_assetfacet")
"""What is copied until there are so many assets as asked for."""
OF_LEADS = {
    "crm_deal": "t.id IN (SELECT id FROM lead_deal)",
    "crm_stagechange": "t.deal_id IN (SELECT id FROM lead_deal)",
    "crm_dealcontact": "t.deal_id IN (SELECT id FROM lead_deal)",
    "crm_campaignmember": "t.lead_id IS NOT NULL",
    "crm_activity": "t.lead_id IS NOT NULL",
    "crm_touch": "t.id IN (SELECT id FROM lead_touch)",
}
"""Which rows of other tables are copied as often as the leads."""
SHIFTED = (
    "people_team",
    "people_person",
    "crm_company",
    "crm_contact",
    "crm_campaign",
    *LEADS,
    *CONTENT,
    *OF_LEADS,
    "library_search",
    "library_usage",
    "conversations_conversation",
)
PEOPLE = {
    "people_team": "t.id IN (SELECT id FROM selling)",
    "people_person": "t.id IN (SELECT id FROM seller)",
}
KEYS = {"external_id": 55, "slug": 110, "sha256": 58}
"""Characters kept of text that is unique, in whatever table."""
KEYS_OF = {("people_team", "name"): 100, ("people_person", "email"): 230, ("leads_lead", "email"): 230}
TOUCHES = 2
LEADS_EACH = 2_500
APART = "20 seconds"
QUEUE = 5_000
FEW = 10

_TEMPORARY = f"""
CREATE TEMP TABLE seller AS SELECT DISTINCT p.id FROM people_person p
  WHERE p.role = 'seller' AND EXISTS (SELECT 1 FROM leads_handover h WHERE h.owner_id = p.id);
CREATE TEMP TABLE selling AS SELECT DISTINCT p.team_id AS id FROM people_person p JOIN seller USING (id)
  WHERE p.team_id IS NOT NULL;
CREATE TEMP TABLE lead_deal AS SELECT DISTINCT deal_id AS id FROM leads_lead WHERE deal_id IS NOT NULL;
CREATE TEMP TABLE lead_touch AS SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY lead_id ORDER BY occurred_at DESC, id DESC) AS place
    FROM crm_touch WHERE lead_id IS NOT NULL AND current
  ) t WHERE place <= {TOUCHES};
ANALYZE seller; ANALYZE selling; ANALYZE lead_deal; ANALYZE lead_touch
"""
_QUEUE = f"""
WITH chosen AS (SELECT id, lead_id FROM leads_handover WHERE ended_at IS NULL ORDER BY id LIMIT {QUEUE}),
     one AS (SELECT min(id) AS id FROM seller),
     leads AS (UPDATE leads_lead l SET owner_id = one.id FROM chosen, one WHERE l.id = chosen.lead_id)
UPDATE leads_handover h SET owner_id = one.id FROM chosen, one WHERE h.id = chosen.id
"""


@dataclass(frozen=True)
class Copies:
    """How many there are to be of each part, the one that is there included."""

    factor: int
    content: int
    leads: int
    sellers: int

    def of(self, table: str) -> int:
        if table in CONTENT:
            return self.content
        if table in PEOPLE:
            return self.sellers
        return self.leads if table in LEADS or table in OF_LEADS else self.factor


Connection = psycopg.Connection[tuple[object, ...]]


def _columns(connection: Connection, table: str) -> list[tuple[str, str, str]]:
    """(column, table it refers to, type) for every column that can be written."""
    rows = connection.execute(
        """
        SELECT a.attname, coalesce(f.confrelid::regclass::text, ''), a.atttypid::regtype::text
        FROM pg_attribute a
        LEFT JOIN pg_constraint f ON f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY a.attnum
        """,
        [table],
    ).fetchall()
    return [(str(name), str(target), str(kind)) for name, target, kind in rows]


def _value(table: str, name: str, target: str, kind: str, copies: Copies, width: dict[str, int]) -> sql.Composable:
    """What stands in a column of copy number `copy`; `t` is the row that is copied."""
    column, kept = sql.Identifier("t", name), KEYS_OF.get((table, name), KEYS.get(name, 0))
    if name == "id":
        return sql.SQL("{} + {} * copy").format(column, sql.Literal(width[table]))
    if target in PEOPLE:
        some = sql.Identifier("seller" if target == "people_person" else "selling")
        shift = sql.SQL("CASE WHEN {c} IN (SELECT id FROM {some}) THEN {c} + {width} * (copy % {of}) ELSE {c} END")
        return shift.format(c=column, some=some, width=sql.Literal(width[target]), of=sql.Literal(copies.sellers))
    if target == "crm_deal":
        shift = sql.SQL("{c} + {width} * CASE WHEN {c} IN (SELECT id FROM lead_deal) THEN copy ELSE copy % {of} END")
        return shift.format(c=column, width=sql.Literal(width[target]), of=sql.Literal(copies.factor))
    if target in width:
        shift = sql.SQL("{} + {} * (copy % {})")
        return shift.format(column, sql.Literal(width[target]), sql.Literal(copies.of(target)))
    if kept:
        return sql.SQL("copy || '-' || left({}, {})").format(column, sql.Literal(kept))
    if kind == "timestamp with time zone" and (table in LEADS or table in OF_LEADS):
        return sql.SQL("{} - copy * interval {}").format(column, sql.Literal(APART))
    return column


def _indexes(connection: Connection, table: str) -> list[tuple[str, str]]:
    """(name, statement that makes it) of the indexes that are no constraints."""
    rows = connection.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """,
        [table],
    ).fetchall()
    return [(str(name), str(statement)) for name, statement in rows]


def _copy(connection: Connection, table: str, copies: Copies, width: dict[str, int]) -> None:
    columns = _columns(connection, table)
    where = sql.SQL(PEOPLE.get(table, "TRUE"))
    if table in OF_LEADS:
        where = sql.SQL("copy < {} OR {}").format(sql.Literal(copies.factor), sql.SQL(OF_LEADS[table]))
    indexes = _indexes(connection, table) if copies.of(table) > FEW else []  # made anew, they cost half
    for name, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, generate_series(1, {last}) copy WHERE {where}"
    )
    connection.execute(
        statement.format(
            table=sql.Identifier(table),
            names=sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns),
            values=sql.SQL(", ").join(_value(table, *column, copies, width) for column in columns),
            last=sql.Literal(copies.of(table) - 1),
            where=where,
        )
    )
    for _, made in indexes:
        connection.execute(made.encode())
    connection.execute(
        sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), (SELECT max(id) FROM {table}))").format(
            name=sql.Literal(table), table=sql.Identifier(table)
        )
    )


def _number(connection: Connection, query: sql.Composable) -> int:
    return int(str(connection.execute(query).fetchone()[0]))  # type: ignore[index]


def grow(url: str, factor: int, assets: int = 0, leads: int = 0) -> None:
    """Copy the company `factor - 1` times into the database at `url`; its content until there are `assets`, and its
    leads until there are `leads`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '256MB'")
        connection.execute(_TEMPORARY)
        count = sql.SQL("SELECT greatest(count(*), 1) FROM {}")
        there = {name: _number(connection, count.format(sql.Identifier(name))) for name in ("library_asset", "seller")}
        leads_there = _number(connection, count.format(sql.Identifier("leads_lead")))
        copies = Copies(
            factor=factor,
            content=max(factor, -(-assets // there["library_asset"])),
            leads=max(factor, -(-leads // leads_there)),
            sellers=max(1, leads // LEADS_EACH // there["seller"]),
        )
        width = {
            table: _number(connection, sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(table)))
            for table in SHIFTED
        }
        for table in SHIFTED:
            _copy(connection, table, copies, width)
        if leads:
            connection.execute(_QUEUE)
        connection.execute("VACUUM ANALYZE")

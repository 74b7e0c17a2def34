"""Make a company in the database `factor` times as large by copying its rows with shifted ids, in SQL.

Copies keep every relation among themselves; shared tables (persons, teams, campaigns of reference, stage mappings) stay
as they are. The library can be grown further than the rest: assets with their versions, pages and facets. Only for
benchmarks: the copies are not imports, and carry external ids that no CRM would give.
"""

import psycopg
from psycopg import sql

SHIFTED = (
    "crm_company",
    "crm_contact",
    "crm_campaign",
    "crm_deal",
    "leads_lead",
    "leads_qualification",
    "leads_handover",
    "leads_leadevent",
    "leads_breach",
    "leads_recycling",
    "library_asset",
    "library_assetversion",
    "library_assetpage",
    "library_assetfacet",
    "crm_stagechange",
    "crm_dealcontact",
    "crm_campaignmember",
    "crm_activity",
    "crm_touch",
    "library_search",
    "library_usage",
    "conversations_conversation",
)
CONTENT = ("library_asset", "library_assetversion", "library_assetpage", "library_assetfacet")
"""What is copied until there are so many assets as asked for."""


def _columns(connection: "psycopg.Connection[tuple[object, ...]]", table: str) -> list[tuple[str, str | None, int]]:
    """(column, table it refers to, characters kept of a unique text key) for every column that can be written."""
    rows = connection.execute(
        """
        SELECT a.attname, f.confrelid::regclass::text
        FROM pg_attribute a
        LEFT JOIN pg_constraint f ON f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        ORDER BY a.attnum
        """,
        [table],
    ).fetchall()
    keys = {"external_id": 55, "slug": 110, "sha256": 58}
    return [(str(name), str(target) if target else None, keys.get(str(name), 0)) for name, target in rows]


def grow(url: str, factor: int, assets: int = 0) -> None:
    """Copy the company `factor - 1` times into the database at `url`, and its content until there are `assets`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        connection.execute("SET synchronous_commit = off")
        width = {
            table: connection.execute(
                sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(table))
            ).fetchone()[0]  # type: ignore[index]
            for table in SHIFTED
        }
        there = connection.execute("SELECT greatest(count(*), 1) FROM library_asset").fetchone()[0]  # type: ignore[index]
        content = max(factor, -(-assets // there))
        for table in SHIFTED:
            names, values = [], []
            for name, target, kept in _columns(connection, table):
                names.append(sql.Identifier(name))
                column = sql.Identifier("t", name)
                if name == "id":
                    values.append(sql.SQL("{} + {} * copy").format(column, sql.Literal(width[table])))
                elif target in CONTENT:
                    values.append(sql.SQL("{} + {} * copy").format(column, sql.Literal(width[target])))
                elif target in width:
                    shift = sql.SQL("{} + {} * (copy % {})")
                    values.append(shift.format(column, sql.Literal(width[target]), sql.Literal(factor)))
                elif kept:
                    values.append(sql.SQL("copy || '-' || left({}, {})").format(column, sql.Literal(kept)))
                else:
                    values.append(column)
            connection.execute(
                sql.SQL(
                    "INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, generate_series(1, {last}) copy"
                ).format(
                    table=sql.Identifier(table),
                    names=sql.SQL(", ").join(names),
                    values=sql.SQL(", ").join(values),
                    last=sql.Literal((content if table in CONTENT else factor) - 1),
                )
            )
            connection.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), (SELECT max(id) FROM {table}))").format(
                    name=sql.Literal(table), table=sql.Identifier(table)
                )
            )
        connection.execute("VACUUM ANALYZE")

"""What a stage history says in any CRM: when a deal was closed, and in which stage deals begin.

A deal was closed when it last entered the stage in which it is closed. Deals begin in the stage that most histories
begin with; where no deal has a history, in the least probable stage of the open ones.
"""

from datetime import datetime

from django.db import connection

BEFORE = """before AS (
        INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
        SELECT %(run)s, '{table}', o.id, to_jsonb(o) FROM {table} o JOIN changed USING (id)
        WHERE o.created_by_run IS DISTINCT FROM %(run)s
        ON CONFLICT (run_id, "table", row_id) DO NOTHING
    )"""
"""Follows a part named `changed` that has the ids of rows of `table`: how rows of other runs were, for an undo."""
_CLOSED_AT = f"""
    WITH changed AS (
        SELECT d.id, min(h.at) AS at
        FROM crm_deal d
        JOIN crm_stagechange h ON h.deal_id = d.id AND h.stage = d.stage AND NOT h.inferred AND NOT h.deleted_in_source
        WHERE d.source = %(source)s AND d.is_closed AND h.at > COALESCE((
            SELECT max(o.at) FROM crm_stagechange o
            WHERE o.deal_id = d.id AND o.stage <> d.stage AND NOT o.inferred AND NOT o.deleted_in_source
        ), '-infinity')
        GROUP BY d.id, d.closed_at HAVING d.closed_at IS DISTINCT FROM min(h.at)
    ), {BEFORE.format(table="crm_deal")}
    UPDATE crm_deal d SET closed_at = changed.at, changed_by_run = %(run)s FROM changed WHERE changed.id = d.id
"""
_FIRST_STAGE = """
    SELECT stage FROM (
        SELECT DISTINCT ON (h.deal_id) h.stage FROM crm_stagechange h
        WHERE h.source = %(source)s AND NOT h.inferred AND NOT h.deleted_in_source ORDER BY h.deal_id, h.at, h.id
    ) first GROUP BY stage ORDER BY count(*) DESC, stage LIMIT 1
"""
_LOWEST_STAGE = """
    SELECT stage FROM crm_deal WHERE source = %(source)s AND NOT is_closed AND stage <> ''
    GROUP BY stage ORDER BY avg(probability) NULLS LAST, count(*) DESC, stage LIMIT 1
"""

Values = dict[str, str | int | datetime]


def close(values: Values) -> None:
    """Fill the closing times of the deals of `values["source"]` that their histories tell."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED_AT, values)


def first_stage(values: Values) -> str:
    """The stage in which the deals of `values["source"]` begin; empty where nothing tells it."""
    with connection.cursor() as cursor:
        for question in (_FIRST_STAGE, _LOWEST_STAGE):
            cursor.execute(question, values)
            row = cursor.fetchone()
            if row:
                return str(row[0])
    return ""

"""What the stage history says about a deal, and what a deal says where the history is silent.

A deal was closed when it last entered the stage in which it is closed. A deal without any history gets inferred rows:
one when it was created, in the stage where this company's deals begin, and one for the stage it is in now. As soon as
its real history arrives, the inferred rows are marked as deleted.
"""

from datetime import datetime

from django.db import connection

from sameside.connectors import stage_history
from sameside.connectors.salesforce.pieces import SOURCE


def _kept(table: str) -> str:
    """The end of a statement whose part `changed` changes rows of `table`: how rows of other runs were, for an undo."""
    return f"""
        INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
        SELECT %(run)s, '{table}', o.id, to_jsonb(o) FROM changed JOIN {table} o ON o.id = changed.id
        WHERE o.created_by_run IS DISTINCT FROM %(run)s ON CONFLICT (run_id, "table", row_id) DO NOTHING
    """


# The parts of an inferred row's id: what it stands for, and the deal.
CREATED = """
    INSERT INTO crm_stagechange
        (source, external_id, deleted_in_source, created_by_run, changed_by_run, deal_id, stage, at, amount_given,
        probability, close_on, by_id, inferred)
    SELECT %(source)s, 'created:' || d.external_id, false, %(run)s, %(run)s, d.id,
        CASE WHEN d.is_closed THEN %(first)s ELSE d.stage END, d.created_at,
        NULL, NULL, NULL, NULL, true
    FROM crm_deal d
    WHERE d.source = %(source)s AND (NOT d.is_closed OR %(first)s <> '') AND NOT EXISTS (
        SELECT 1 FROM crm_stagechange h WHERE h.deal_id = d.id AND NOT h.inferred AND NOT h.deleted_in_source
    )
    ON CONFLICT (source, external_id) DO NOTHING
"""
NOW = """
    WITH changed AS (
    INSERT INTO crm_stagechange
        (source, external_id, deleted_in_source, created_by_run, changed_by_run, deal_id, stage, at, amount_given,
        probability, close_on, by_id, inferred)
    SELECT %(source)s, left('now:' || d.external_id || ':' || d.stage, 64), false, %(run)s, %(run)s, d.id, d.stage,
        GREATEST(CASE WHEN d.is_closed THEN d.closed_at ELSE %(at)s END, d.created_at),
        d.amount_given, d.probability, d.close_on, NULL, true
    FROM crm_deal d
    WHERE d.source = %(source)s
        AND NOT EXISTS (
            SELECT 1 FROM crm_stagechange h WHERE h.deal_id = d.id AND NOT h.inferred AND NOT h.deleted_in_source
        )
        AND d.stage IS DISTINCT FROM (
            SELECT h.stage FROM crm_stagechange h WHERE h.deal_id = d.id AND NOT h.deleted_in_source
            ORDER BY h.at DESC, h.id DESC LIMIT 1
        )
    ON CONFLICT (source, external_id) DO UPDATE SET at = EXCLUDED.at, deleted_in_source = false,
        changed_by_run = EXCLUDED.changed_by_run
        WHERE crm_stagechange.at <> EXCLUDED.at OR crm_stagechange.deleted_in_source
    RETURNING id)
""" + _kept("crm_stagechange")
# The stage before the first change was entered when the deal was created, or with that change if this is earlier.
FIRST_AT = """
    WITH changed AS (
    UPDATE crm_stagechange h SET at = d.created_at FROM crm_deal d
    WHERE d.id = h.deal_id AND h.source = %(source)s AND h.external_id LIKE 'first:%%' AND h.at > d.created_at
    RETURNING h.id)
""" + _kept("crm_stagechange")
# OpportunityHistory says the same as the history of the field, with amounts.
TWICE = """
    WITH changed AS (
    UPDATE crm_stagechange h SET deleted_in_source = true, changed_by_run = %(run)s
    WHERE h.source = %(source)s AND (h.external_id LIKE '017%%' OR h.external_id LIKE 'first:%%')
        AND NOT h.deleted_in_source AND NOT h.inferred AND EXISTS (
            SELECT 1 FROM crm_stagechange o
            WHERE o.deal_id = h.deal_id AND o.source = h.source AND NOT o.inferred AND NOT o.deleted_in_source
                AND o.external_id NOT LIKE '017%%' AND o.external_id NOT LIKE 'first:%%'
        )
    RETURNING h.id)
""" + _kept("crm_stagechange")
RETIRE = """
    WITH changed AS (
    UPDATE crm_stagechange h SET deleted_in_source = true, changed_by_run = %(run)s
    WHERE h.source = %(source)s AND h.inferred AND NOT h.deleted_in_source AND EXISTS (
        SELECT 1 FROM crm_stagechange r WHERE r.deal_id = h.deal_id AND NOT r.inferred AND NOT r.deleted_in_source
    )
    RETURNING h.id)
""" + _kept("crm_stagechange")


def settle(*, run_id: int, at: datetime, source: str = SOURCE) -> None:
    """Fill closing times from the history, and infer the history of deals that have none; all of one source."""
    values: stage_history.Values = {"source": source, "run": run_id, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(FIRST_AT, values)
        cursor.execute(TWICE, values)
    stage_history.close(values)
    first = stage_history.first_stage(values)
    with connection.cursor() as cursor:
        cursor.execute(RETIRE, values)
        cursor.execute(CREATED, {**values, "first": first})
        cursor.execute(NOW, values)

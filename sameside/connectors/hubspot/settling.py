"""What the rows of HubSpot say together, once all are here: the history of deals, the deal of a lead, a contact's role.

An export has dates only of the stages whose columns were chosen. The stage that a deal is in now is therefore added to
its history as inferred when no date of entering it is known: on the day it was closed, else when it was last known to
move. A deal without any date also gets its beginning, in the stage where most deals begin. Inferred rows are marked as
deleted as soon as the real date is known.
"""

from datetime import datetime

from django.db import connection

from sameside.connectors import stage_history
from sameside.connectors.hubspot.objects import SOURCE
from sameside.connectors.stage_history import BEFORE
from sameside.leads.models import HANDED_OVER, OWNED, PASSED_ON, UNOWNED

_REAL = """EXISTS (
    SELECT 1 FROM crm_stagechange r WHERE r.deal_id = {deal} AND NOT r.inferred AND NOT r.deleted_in_source {more}
)"""
_RETIRE = f"""
    UPDATE crm_stagechange h SET deleted_in_source = true, changed_by_run = %(run)s
    FROM crm_deal d
    WHERE d.id = h.deal_id AND h.source = %(source)s AND h.inferred AND NOT h.deleted_in_source AND (
        h.external_id LIKE 'created:%%' AND {_REAL.format(deal="d.id", more="")}
        OR h.external_id LIKE 'now:%%' AND {_REAL.format(deal="d.id", more="AND r.stage = h.stage")}
    )
"""
_COLUMNS = """
    (source, external_id, deleted_in_source, created_by_run, changed_by_run, deal_id, stage, at, amount_given, amount,
    probability, close_on, by_id, inferred)
"""
_CREATED = f"""
    INSERT INTO crm_stagechange {_COLUMNS}
    SELECT %(source)s, 'created:' || d.external_id, false, %(run)s, %(run)s, d.id,
        CASE WHEN d.is_closed THEN %(first)s ELSE d.stage END, d.created_at, NULL, NULL, NULL, NULL, NULL, true
    FROM crm_deal d
    WHERE d.source = %(source)s AND CASE WHEN d.is_closed THEN %(first)s ELSE d.stage END <> ''
        AND NOT {_REAL.format(deal="d.id", more="")}
    ON CONFLICT (source, external_id) DO NOTHING
"""
_NOW = f"""
    INSERT INTO crm_stagechange {_COLUMNS}
    SELECT %(source)s, 'now:' || left(d.external_id, 20) || ':' || left(md5(d.stage), 24), false, %(run)s, %(run)s,
        d.id, d.stage,
        GREATEST(
            CASE WHEN d.is_closed THEN d.closed_at END, d.created_at,
            (SELECT max(h.at) FROM crm_stagechange h WHERE h.deal_id = d.id AND NOT h.inferred
                AND NOT h.deleted_in_source)
        ),
        d.amount_given, d.amount, d.probability, d.close_on, NULL, true
    FROM crm_deal d
    WHERE d.source = %(source)s AND d.stage <> '' AND NOT {_REAL.format(deal="d.id", more="AND r.stage = d.stage")}
        AND NOT EXISTS (
            SELECT 1 FROM crm_stagechange h WHERE h.deal_id = d.id AND h.inferred AND NOT h.deleted_in_source
                AND h.stage = d.stage AND h.external_id LIKE 'created:%%'
        )
    ON CONFLICT (source, external_id) DO UPDATE SET at = EXCLUDED.at, deleted_in_source = false,
        changed_by_run = EXCLUDED.changed_by_run
        WHERE crm_stagechange.at <> EXCLUDED.at OR crm_stagechange.deleted_in_source
"""
# Of the deals that a lead's contact takes part in, the first that began when it was a lead, or after.
_LEAD_DEALS = f"""
    WITH chosen AS (
        SELECT DISTINCT ON (l.id) l.id, d.id AS deal_id, d.created_at::date AS began
        FROM leads_lead l
        JOIN crm_dealcontact r ON r.contact_id = l.contact_id AND NOT r.deleted_in_source
        JOIN crm_deal d ON d.id = r.deal_id AND NOT d.deleted_in_source AND d.created_at >= l.created_at
        WHERE l.source = %(source)s ORDER BY l.id, d.created_at, d.id
    ), changed AS (
        SELECT c.* FROM chosen c JOIN leads_lead l USING (id)
        WHERE (l.deal_id, l.is_converted) IS DISTINCT FROM (c.deal_id, true) OR l.converted_on IS NULL
    ), {BEFORE.format(table="leads_lead")}
    UPDATE leads_lead l SET deal_id = c.deal_id, is_converted = true,
        converted_on = COALESCE(l.converted_on, c.began), changed_by_run = %(run)s
    FROM changed c WHERE c.id = l.id
"""
_ACTIVITY_LEADS = f"""
    WITH changed AS (
        SELECT a.id, l.id AS lead_id
        FROM crm_activity a
        JOIN crm_contact c ON c.id = a.contact_id AND c.source = %(source)s
        JOIN leads_lead l ON l.source = c.source AND l.external_id = c.external_id
        WHERE a.source = %(source)s AND a.lead_id IS NULL
    ), {BEFORE.format(table="crm_activity")}
    UPDATE crm_activity a SET lead_id = changed.lead_id, changed_by_run = %(run)s
    FROM changed WHERE changed.id = a.id
"""


# A change of owner took the lead from nobody, or from whom the change before gave it to. What was before the lead began
# says only who had the contact.
_OWNERS = f"""
    WITH said AS (
        SELECT s.id, s.stage, s.owner_id, s.owner_before_id, s.at > l.created_at AS is_later,
            lag(s.owner_id) OVER w AS before, lag(s.stage) OVER w AS stage_before
        FROM leads_leadstage s JOIN leads_lead l ON l.id = s.lead_id
        WHERE s.source = %(source)s AND s.external_id LIKE 'owner:%%' AND NOT s.deleted_in_source
        WINDOW w AS (PARTITION BY s.lead_id ORDER BY s.at, s.id)
    ), meant AS (
        SELECT id, stage, owner_before_id, before, CASE
            WHEN NOT is_later OR owner_id = before THEN '{OWNED}'
            WHEN before IS NULL AND coalesce(stage_before, '{UNOWNED}') = '{UNOWNED}' THEN '{HANDED_OVER}'
            ELSE '{PASSED_ON}' END AS means
        FROM said WHERE owner_id IS NOT NULL
    ), changed AS (
        SELECT id, means, CASE WHEN means = '{PASSED_ON}' THEN before END AS before FROM meant
        WHERE (stage, owner_before_id) IS DISTINCT FROM (means, CASE WHEN means = '{PASSED_ON}' THEN before END)
    ), {BEFORE.format(table="leads_leadstage")}
    UPDATE leads_leadstage s SET stage = changed.means, owner_before_id = changed.before, changed_by_run = %(run)s
    FROM changed WHERE changed.id = s.id
"""


def settle(*, run_id: int, at: datetime) -> None:
    """Fill closing times and histories, find the deals of leads, tie activities to the leads of their contacts, and
    tell who had leads before their owners."""
    values: stage_history.Values = {"source": SOURCE, "run": run_id, "at": at}
    stage_history.close(values)
    first = stage_history.first_stage(values)
    with connection.cursor() as cursor:
        cursor.execute(_RETIRE, values)
        cursor.execute(_CREATED, {**values, "first": first})
        cursor.execute(_NOW, values)
        cursor.execute(_LEAD_DEALS, values)
        cursor.execute(_ACTIVITY_LEADS, values)
        cursor.execute(_OWNERS, values)

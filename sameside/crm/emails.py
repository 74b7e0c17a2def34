"""What follows from the events of e-mails: whom they reached, which clicks a machine made, who can be written to.

**Whom.** An event names its recipient by an id or an address. Who comes in later is found then; an address that more
than one person has names nobody.

**Machines.** Security scanners click every link of an e-mail the moment it arrives. A click is suspected, and then no
touch, when it is within `SECONDS` of the e-mail's delivery, when the same recipient clicked `LINKS` different links of
the same e-mail within `SECONDS` around it, or when the source filtered it. The click is kept, with the reason.

**Who can be written to.** The latest event that matters decides: a lasting bounce, an unsubscription, a complaint. A
later delivery, opening or click heals a bounce, only a new subscription heals the others.
"""

from django.db import connection, transaction

SECONDS = 10
LINKS = 3
_BY_ADDRESS = """
    UPDATE crm_emailevent e SET {column} = found.id
    FROM (
        SELECT w.address, min(COALESCE(p.merged_into_id, p.id)) AS id
        FROM (SELECT DISTINCT address FROM crm_emailevent
              WHERE address <> '' AND contact_id IS NULL AND lead_id IS NULL) w
        JOIN {table} p ON p.email = w.address
        GROUP BY w.address HAVING count(DISTINCT COALESCE(p.merged_into_id, p.id)) = 1
    ) found
    WHERE e.address = found.address AND e.contact_id IS NULL AND e.lead_id IS NULL
"""
_BY_ID = """
    UPDATE crm_emailevent e SET lead_id = COALESCE(l.merged_into_id, l.id)
    FROM leads_lead l
    WHERE e.contact_id IS NULL AND e.lead_id IS NULL AND e.recipient <> '' AND l.source = e.source
        AND l.external_id = e.recipient
"""
_TOO_SOON = f"""
    UPDATE crm_emailevent e SET suspicion = 'Within {SECONDS} seconds of the delivery'
    WHERE e.kind = 'clicked' AND e.suspicion = '' AND e.recipient <> ''
        AND (%(run)s::bigint IS NULL OR e.changed_by_run = %(run)s)
        AND EXISTS (
            SELECT 1 FROM crm_emailevent d
            WHERE d.source = e.source AND d.recipient = e.recipient AND d.kind = 'delivered' AND d.email = e.email
                AND d.at BETWEEN e.at - interval '{SECONDS} seconds' AND e.at
        )
"""
_EVERY_LINK = f"""
    UPDATE crm_emailevent e SET suspicion = '{LINKS} links or more of one e-mail within {SECONDS} seconds'
    WHERE e.kind = 'clicked' AND e.suspicion = '' AND e.recipient <> ''
        AND (%(run)s::bigint IS NULL OR e.changed_by_run = %(run)s)
        AND (
            SELECT count(DISTINCT d.url) FROM crm_emailevent d
            WHERE d.source = e.source AND d.recipient = e.recipient AND d.kind = 'clicked' AND d.email = e.email
                AND d.at BETWEEN e.at - interval '{SECONDS} seconds' AND e.at + interval '{SECONDS} seconds'
        ) >= {LINKS}
"""
_STATUS = """
    WITH concerned AS (
        SELECT DISTINCT {column} AS id FROM crm_emailevent
        WHERE {column} IS NOT NULL AND (%(run)s::bigint IS NULL OR changed_by_run = %(run)s OR id = ANY(%(linked)s))
    ), latest AS (
        SELECT c.id, refusal.kind AS refusal, bounce.at AS bounced_at, (
                SELECT max(e.at) FROM crm_emailevent e
                WHERE e.{column} = c.id AND e.kind IN ('delivered', 'opened', 'clicked', 'replied')
            ) AS reached_at
        FROM concerned c
        LEFT JOIN LATERAL (
            SELECT e.kind FROM crm_emailevent e
            WHERE e.{column} = c.id AND e.kind IN ('unsubscribed', 'spam', 'subscribed')
            ORDER BY e.at DESC, e.id DESC LIMIT 1
        ) refusal ON true
        LEFT JOIN LATERAL (
            SELECT max(e.at) AS at FROM crm_emailevent e
            WHERE e.{column} = c.id AND e.kind = 'bounced' AND e.permanent
        ) bounce ON true
    )
    UPDATE {table} p SET email_status = s.status
    FROM (
        SELECT id, CASE WHEN refusal IN ('unsubscribed', 'spam') THEN refusal
            WHEN bounced_at IS NOT NULL AND (reached_at IS NULL OR reached_at < bounced_at) THEN 'bounced'
            ELSE '' END AS status
        FROM latest WHERE refusal IS NOT NULL OR bounced_at IS NOT NULL
    ) s
    WHERE p.id = s.id AND p.email_status <> s.status
"""
_LINKED = "SELECT array_agg(id) FROM linked_event"


def settle(*, run_id: int | None) -> int:
    """Settle the events that the run changed, and those whose recipient is known by now; every event for None.
    Returns how many found their recipient."""
    values = {"run": run_id}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE linked_event (id bigint) ON COMMIT DROP")
        for statement in (
            _BY_ID,
            _BY_ADDRESS.format(column="contact_id", table="crm_contact"),
            _BY_ADDRESS.format(column="lead_id", table="leads_lead"),
        ):
            cursor.execute(f"WITH done AS ({statement} RETURNING e.id) INSERT INTO linked_event SELECT id FROM done")
        cursor.execute(_LINKED)
        linked: list[int] = (cursor.fetchone() or [None])[0] or []
        cursor.execute(_TOO_SOON, values)
        cursor.execute(_EVERY_LINK, values)
        for column, table in (("contact_id", "crm_contact"), ("lead_id", "leads_lead")):
            cursor.execute(_STATUS.format(column=column, table=table), {**values, "linked": linked})
        cursor.execute("DROP TABLE linked_event")
    return len(linked)

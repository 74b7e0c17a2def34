"""The touch log: everything dated that a company experienced with us, written down once, never changed.

What counts as a touch:

- a **response to a campaign**: a member who responded, on the campaign's channel. Being sent something is no touch;
- a **lead's creation**, on the channel of its source, unless the same lead answered a campaign within a day of it:
  then that response is the same event and is logged alone;
- a **call, e-mail or meeting that took place**, as `sales-call`, `sales-email`, `meeting`; when it names an asset of
  the library it is a `content-share` with that asset (the first one it names). A plain to-do is a touch only if it
  names one;
- an **asset shared or presented** in a deal or with a lead, recorded in Sameside or brought in as usage, unless an
  activity of the same deal or lead names that asset within a day: then that activity is the same event;
- a **click in an e-mail**, once for a person and an e-mail: the first that no machine made (crm/emails.py says how that
  is told). A send, a delivery or an opening is no touch: nobody need have looked.

Rows that changed since (the same source and id with other facts) retire the touch they had and append a new one; rows
that are deleted or no longer count retire it. Writing the log again from the same rows changes nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import connection, transaction

from sameside.crm import channels

AssetsNamed = Callable[[str], list[int]]
_ROWS = 5_000

_CANDIDATES = """
    CREATE TEMP TABLE touch_candidate (
        source text, external_id text, occurred_at timestamptz, channel text, company_id bigint, contact_id bigint,
        lead_id bigint, deal_id bigint, campaign_id bigint, asset_id bigint, person_id bigint,
        paid boolean, counts boolean
    );
    CREATE TEMP TABLE touch_asset (row_id bigint, asset_id bigint);
    CREATE TEMP TABLE touch_channel (lead_source text PRIMARY KEY, channel text, paid boolean);
"""
_DROP = "DROP TABLE IF EXISTS touch_candidate, touch_asset, touch_channel"

_RESPONSES = """
    INSERT INTO touch_candidate
    SELECT m.source, 'CampaignMember:' || m.external_id, m.at, c.channel, COALESCE(p.company_id, l.company_id),
        m.contact_id, m.lead_id, NULL, m.campaign_id, a.asset_id, NULL, c.channel = ANY(%(paid)s),
        m.responded AND NOT m.deleted_in_source AND (m.lead_id IS NOT NULL OR m.contact_id IS NOT NULL)
    FROM crm_campaignmember m
    JOIN crm_campaign c ON c.id = m.campaign_id
    LEFT JOIN touch_asset a ON a.row_id = m.campaign_id
    LEFT JOIN crm_contact p ON p.id = m.contact_id
    LEFT JOIN leads_lead l ON l.id = m.lead_id
    WHERE %(run)s::bigint IS NULL OR m.changed_by_run = %(run)s OR c.changed_by_run = %(run)s
"""
_LEADS = """
    INSERT INTO touch_candidate
    SELECT l.source, 'Lead:' || l.external_id, l.created_at, COALESCE(s.channel, 'other'), l.company_id, l.contact_id,
        COALESCE(l.merged_into_id, l.id), NULL, NULL, NULL, NULL, COALESCE(s.paid, false),
        NOT l.deleted_in_source AND NOT EXISTS (
            SELECT 1 FROM crm_campaignmember m WHERE m.lead_id = COALESCE(l.merged_into_id, l.id) AND m.responded
                AND NOT m.deleted_in_source
                AND m.at BETWEEN l.created_at - interval '1 day' AND l.created_at + interval '1 day'
        )
    FROM leads_lead l
    LEFT JOIN touch_channel s ON s.lead_source = l.lead_source
    WHERE %(run)s::bigint IS NULL OR l.changed_by_run = %(run)s OR EXISTS (
        SELECT 1 FROM crm_campaignmember m WHERE m.lead_id = l.id AND m.changed_by_run = %(run)s
    )
"""
_ACTIVITIES = """
    INSERT INTO touch_candidate
    SELECT v.source, 'Activity:' || v.external_id, v.at,
        CASE WHEN a.asset_id IS NOT NULL THEN 'content-share' WHEN v.kind = 'call' THEN 'sales-call'
            WHEN v.kind = 'email' THEN 'sales-email' ELSE 'meeting' END,
        v.company_id, v.contact_id, v.lead_id, v.deal_id, NULL, a.asset_id, v.owner_id, false,
        v.is_done AND v.at <= %(at)s AND NOT v.deleted_in_source AND (v.kind <> 'task' OR a.asset_id IS NOT NULL)
            AND (v.company_id IS NOT NULL OR v.lead_id IS NOT NULL OR v.contact_id IS NOT NULL OR v.deal_id IS NOT NULL)
    FROM crm_activity v
    LEFT JOIN touch_asset a ON a.row_id = v.id
    WHERE %(run)s::bigint IS NULL OR v.changed_by_run = %(run)s
"""
_CLICKS = """
    INSERT INTO touch_candidate
    SELECT e.source, 'EmailEvent:' || e.external_id, e.at, 'email', COALESCE(p.company_id, l.company_id), e.contact_id,
        e.lead_id, NULL, e.campaign_id, NULL, NULL, false,
        e.suspicion = '' AND NOT e.deleted_in_source AND (e.contact_id IS NOT NULL OR e.lead_id IS NOT NULL)
            AND NOT EXISTS (
                SELECT 1 FROM crm_emailevent b WHERE b.source = e.source AND b.recipient = e.recipient
                    AND b.kind = 'clicked' AND b.email = e.email AND b.suspicion = '' AND (b.at, b.id) < (e.at, e.id)
                    AND e.recipient <> ''
            )
    FROM crm_emailevent e
    LEFT JOIN crm_contact p ON p.id = e.contact_id
    LEFT JOIN leads_lead l ON l.id = e.lead_id
    WHERE e.kind = 'clicked' AND (%(run)s::bigint IS NULL OR %(run)s IN (e.changed_by_run, p.changed_by_run,
        l.changed_by_run))
"""
_FACTS = "occurred_at, channel, contact_id, lead_id, deal_id, campaign_id, asset_id, person_id, paid"
_SAME = f"""
    ({", ".join("t." + fact for fact in _FACTS.split(", "))}) IS NOT DISTINCT FROM
    ({", ".join("c." + fact for fact in _FACTS.split(", "))})
    AND (c.company_id IS NULL OR t.company_id IS NOT DISTINCT FROM c.company_id)
"""
_FILL = """
    UPDATE crm_touch t SET company_id = c.company_id FROM touch_candidate c
    WHERE t.current AND t.source = c.source AND t.external_id = c.external_id AND t.company_id IS NULL
        AND c.company_id IS NOT NULL
"""
_RETIRE = f"""
    UPDATE crm_touch t SET current = false FROM touch_candidate c
    WHERE t.current AND t.source = c.source AND t.external_id = c.external_id AND NOT (c.counts AND {_SAME})
"""
_APPEND = f"""
    INSERT INTO crm_touch (source, external_id, company_id, {_FACTS}, current, created_by_run)
    SELECT c.source, c.external_id, c.company_id, {", ".join("c." + fact for fact in _FACTS.split(", "))}, true,
        %(run)s::bigint
    FROM touch_candidate c
    LEFT JOIN crm_touch t ON t.current AND t.source = c.source AND t.external_id = c.external_id
    WHERE c.counts AND t.id IS NULL
    ORDER BY c.occurred_at
"""
_SETTLE = """
    UPDATE crm_touch t SET company_id = COALESCE(l.company_id, p.company_id)
    FROM crm_touch same
    LEFT JOIN leads_lead l ON l.id = same.lead_id
    LEFT JOIN crm_contact p ON p.id = same.contact_id
    WHERE same.id = t.id AND t.current AND t.company_id IS NULL AND COALESCE(l.company_id, p.company_id) IS NOT NULL
"""

_SHARES = """
    INSERT INTO crm_touch (source, external_id, occurred_at, channel, company_id, contact_id, lead_id, deal_id,
        asset_id, person_id, paid, current)
    SELECT 'sameside', 'Usage:' || u.id, u.at, 'content-share', COALESCE(d.company_id, l.company_id, p.company_id),
        u.contact_id, u.lead_id, u.deal_id, u.asset_id, u.person_id, false, true
    FROM library_usage u
    LEFT JOIN crm_deal d ON d.id = u.deal_id
    LEFT JOIN leads_lead l ON l.id = u.lead_id
    LEFT JOIN crm_contact p ON p.id = u.contact_id
    LEFT JOIN crm_touch t ON t.current AND t.source = 'sameside' AND t.external_id = 'Usage:' || u.id
    WHERE u.action IN ('share', 'present', 'personalise') AND u.source <> 'mention' AND t.id IS NULL
        AND COALESCE(u.deal_id, u.lead_id, u.contact_id) IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM crm_touch a WHERE a.current AND a.asset_id = u.asset_id AND a.external_id LIKE 'Activity:%'
                AND a.occurred_at BETWEEN u.at - interval '1 day' AND u.at + interval '1 day'
                AND (a.deal_id = u.deal_id OR a.lead_id = u.lead_id)
        )
    ORDER BY u.at
"""


def log(*, run_id: int | None, at: datetime, assets_named: AssetsNamed) -> int:
    """Log the touches of every row that import run `run_id` changed (of all rows for None). Returns how many were
    appended. `assets_named` gives the ids of the assets that a text names."""
    appended = 0
    values = {"run": run_id, "at": at, "paid": sorted(channels.PAID)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute(_DROP)
        cursor.execute(_CANDIDATES)
        _fill_channels()
        for rows, question in (
            (_campaign_texts(), _RESPONSES),
            (None, _LEADS),
            (_activity_texts(run_id), _ACTIVITIES),
            (None, _CLICKS),
        ):
            cursor.execute("TRUNCATE touch_candidate, touch_asset")
            if rows is not None:
                _find_assets(rows, assets_named)
            cursor.execute(question, values)
            cursor.execute("ANALYZE touch_candidate")
            cursor.execute(_FILL)
            cursor.execute(_RETIRE)
            cursor.execute(_APPEND, values)
            appended += cursor.rowcount
        cursor.execute(_DROP)
    return appended


def settle() -> int:
    """Log what was shared since, and fill the company of touches whose lead or contact has one by now. Returns how many
    rows were appended or filled."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SHARES)
        shared: int = cursor.rowcount
        cursor.execute(_SETTLE)
        filled: int = cursor.rowcount
        return shared + filled


def _fill_channels() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT lead_source FROM leads_lead")
        sources = [row[0] for row in cursor.fetchall()]
        found = [(source, channels.channel_of(source)) for source in sources]
        cursor.executemany(
            "INSERT INTO touch_channel VALUES (%s, %s, %s)",
            [(source, channel, channel in channels.PAID) for source, channel in found],
        )


def _campaign_texts() -> Iterator[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM crm_campaign")
        yield from cursor.fetchall()


def _activity_texts(run_id: int | None) -> Iterator[tuple[int, str]]:
    """The texts of activities that took place, page by page, so that memory stays flat."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, subject || E'\\n' || body FROM crm_activity WHERE id > %(last)s AND is_done"
                " AND (%(run)s::bigint IS NULL OR changed_by_run = %(run)s) ORDER BY id LIMIT %(rows)s",
                {"last": last, "run": run_id, "rows": _ROWS},
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _find_assets(rows: Iterator[tuple[int, str]], assets_named: AssetsNamed) -> None:
    """Write down the first asset that each row names."""
    found: list[tuple[int, int]] = []
    for row_id, text in rows:
        assets = assets_named(text)
        if assets:
            found.append((row_id, assets[0]))
    with connection.cursor() as cursor:
        with cursor.copy("COPY touch_asset FROM STDIN") as copy:
            for pair in found:
                copy.write_row(pair)
        cursor.execute("ANALYZE touch_asset")

"""Rows of a touch log become touches and conversions.

A touch is appended once. When a log with ids tells something else of one, the touch it had is retired and a new one
appended. People and companies are looked up: an address that exactly one person has, a company's id, domain or name
that only one has, a visitor who was identified before. Who is not known stays in `visitor`, to be identified later.
Campaigns that are not here yet are made, so that the name is not lost.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.merging import Merged, copy_text
from sameside.connectors.touches.objects import SOURCE
from sameside.connectors.values import Value

COLUMNS = ("external_id", "at", "channel", "paid", "visitor", "address", "company_word", "campaign_word", "interaction",
           "converted", "amount", "currency", "cost", "url")  # fmt: skip
_STAGE = """
    DROP TABLE IF EXISTS stage_touch;
    CREATE TEMP TABLE stage_touch (n bigint, external_id text, at timestamptz, channel text, paid boolean, visitor text,
        address text, company_word text, campaign_word text, interaction text, converted boolean, amount numeric,
        currency text, cost numeric, url text, company_id bigint, contact_id bigint, lead_id bigint, campaign_id bigint,
        asset_id bigint)
"""
_CAMPAIGNS_MADE = f"""
    INSERT INTO crm_campaign (source, external_id, deleted_in_source, created_by_run, changed_by_run, name, kind,
        channel, status)
    SELECT '{SOURCE}', 'name-' || left(md5(s.campaign_word), 24), false, %(run)s, %(run)s, s.campaign_word, '',
        COALESCE(NULLIF(min(s.channel), ''), 'other'), ''
    FROM stage_touch s
    WHERE s.campaign_word <> '' AND NOT EXISTS (
        SELECT 1 FROM crm_campaign c WHERE c.name = s.campaign_word OR c.external_id = s.campaign_word
    )
    GROUP BY s.campaign_word
    ON CONFLICT (source, external_id) DO NOTHING
"""
_CAMPAIGNS = f"""
    UPDATE stage_touch s SET campaign_id = c.id
    FROM (
        SELECT w.campaign_word, COALESCE(
            min(c.id) FILTER (WHERE c.source = '{SOURCE}'), CASE WHEN count(*) = 1 THEN min(c.id) END) AS id
        FROM (SELECT DISTINCT campaign_word FROM stage_touch WHERE campaign_word <> '') w
        JOIN crm_campaign c ON c.name = w.campaign_word OR c.external_id = w.campaign_word
        GROUP BY w.campaign_word
    ) c WHERE c.campaign_word = s.campaign_word
"""
_PERSONS = """
    UPDATE stage_touch s SET contact_id = p.contact_id, lead_id = CASE WHEN p.contact_id IS NULL THEN l.lead_id END,
        company_id = COALESCE(p.company_id, l.company_id)
    FROM (SELECT DISTINCT lower(address) AS address FROM stage_touch WHERE address <> '') w
    LEFT JOIN LATERAL (
        SELECT min(COALESCE(merged_into_id, id)) AS contact_id, min(company_id) AS company_id FROM crm_contact
        WHERE email = w.address HAVING count(DISTINCT COALESCE(merged_into_id, id)) = 1
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT min(COALESCE(merged_into_id, id)) AS lead_id, min(company_id) AS company_id FROM leads_lead
        WHERE email = w.address HAVING count(DISTINCT COALESCE(merged_into_id, id)) = 1
    ) l ON true
    WHERE lower(s.address) = w.address
"""
_COMPANIES = """
    UPDATE stage_touch s SET company_id = COALESCE(i.id, d.id, n.id)
    FROM (SELECT DISTINCT company_word FROM stage_touch WHERE company_word <> '') w
    LEFT JOIN LATERAL (
        SELECT min(COALESCE(merged_into_id, id)) AS id FROM crm_company WHERE external_id = w.company_word
        HAVING count(DISTINCT COALESCE(merged_into_id, id)) = 1
    ) i ON true
    LEFT JOIN LATERAL (
        SELECT min(COALESCE(merged_into_id, id)) AS id FROM crm_company
        WHERE domain = regexp_replace(lower(w.company_word), '^(https?://)?(www\\.)?', '') AND domain <> ''
        HAVING count(DISTINCT COALESCE(merged_into_id, id)) = 1
    ) d ON true
    LEFT JOIN LATERAL (
        SELECT min(COALESCE(merged_into_id, id)) AS id FROM crm_company WHERE upper(name) = upper(w.company_word)
        HAVING count(DISTINCT COALESCE(merged_into_id, id)) = 1
    ) n ON true
    WHERE s.company_word = w.company_word AND s.company_id IS NULL
"""
_VISITORS = f"""
    UPDATE stage_touch s SET company_id = COALESCE(s.company_id, v.company_id),
        contact_id = COALESCE(s.contact_id, CASE WHEN s.lead_id IS NULL THEN v.contact_id END)
    FROM crm_visitor v WHERE v.source = '{SOURCE}' AND v.key = s.visitor
"""
_ASSETS = """
    UPDATE stage_touch s SET asset_id = a.asset_id
    FROM (
        SELECT w.name, min(v.asset_id) AS asset_id
        FROM (SELECT DISTINCT url, lower(regexp_replace(split_part(url, '?', 1), '^.*/', '')) AS name
              FROM stage_touch WHERE url <> '') w
        JOIN library_assetversion v ON lower(v.filename) = w.name
        GROUP BY w.name HAVING count(DISTINCT v.asset_id) = 1
    ) a WHERE s.url <> '' AND lower(regexp_replace(split_part(s.url, '?', 1), '^.*/', '')) = a.name
"""
_FACTS = "occurred_at, channel, campaign_id, asset_id, paid, cost, visitor, interaction, url"
_VALUES = "s.at, s.channel, s.campaign_id, s.asset_id, s.paid, s.cost, s.visitor, s.interaction, s.url"
_SAME = f"""
    ({", ".join("t." + fact for fact in _FACTS.split(", "))}) IS NOT DISTINCT FROM
    (s.at, s.channel, s.campaign_id, COALESCE(s.asset_id, t.asset_id), s.paid, s.cost::numeric(12, 4), s.visitor,
        s.interaction, s.url)
"""
_TOUCHES = f"""
    WITH retired AS (
        UPDATE crm_touch t SET current = false FROM stage_touch s
        WHERE t.current AND t.source = '{SOURCE}' AND t.external_id = s.external_id AND s.channel <> '' AND NOT {_SAME}
        RETURNING t.external_id
    )
    SELECT array_agg(external_id) FROM retired
"""
_APPEND = f"""
    INSERT INTO crm_touch (source, external_id, company_id, contact_id, lead_id, {_FACTS}, current, created_by_run)
    SELECT '{SOURCE}', s.external_id, s.company_id, s.contact_id, s.lead_id, {_VALUES}, true, %(run)s
    FROM stage_touch s
    WHERE s.channel <> '' AND NOT EXISTS (
        SELECT 1 FROM crm_touch t WHERE t.current AND t.source = '{SOURCE}' AND t.external_id = s.external_id
    )
    ORDER BY s.n
"""
_CONVERSION = "at, kind, channel, visitor, company_id, contact_id, amount, currency"
_CONVERSIONS = f"""
    WITH merged AS (
        INSERT INTO crm_conversion AS t (source, external_id, deleted_in_source, created_by_run, changed_by_run,
            {_CONVERSION})
        SELECT '{SOURCE}', s.external_id, false, %(run)s, %(run)s, s.at, s.interaction, s.channel, s.visitor,
            s.company_id, s.contact_id, s.amount, upper(s.currency)
        FROM stage_touch s WHERE s.converted OR (s.converted IS NULL AND s.amount <> 0)
        ON CONFLICT (source, external_id) DO UPDATE
        SET at = EXCLUDED.at, kind = EXCLUDED.kind, channel = EXCLUDED.channel, visitor = EXCLUDED.visitor,
            amount = EXCLUDED.amount, currency = EXCLUDED.currency, changed_by_run = %(run)s,
            company_id = COALESCE(t.company_id, EXCLUDED.company_id),
            contact_id = COALESCE(t.contact_id, EXCLUDED.contact_id)
        WHERE (t.at, t.kind, t.channel, t.visitor, t.amount, t.currency)
            IS DISTINCT FROM (EXCLUDED.at, EXCLUDED.kind, EXCLUDED.channel, EXCLUDED.visitor, EXCLUDED.amount,
                EXCLUDED.currency)
        RETURNING (xmax = 0) AS created, id, external_id
    ), before AS (
        INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
        SELECT %(run)s, 'crm_conversion', o.id, to_jsonb(o) FROM merged m JOIN crm_conversion o ON o.id = m.id
        WHERE NOT m.created AND o.created_by_run IS DISTINCT FROM %(run)s
        ON CONFLICT (run_id, "table", row_id) DO NOTHING
    )
    SELECT array_agg(external_id) FILTER (WHERE created), array_agg(external_id) FILTER (WHERE NOT created)
    FROM merged
"""


class TouchMerge:
    """Merges the batches of one log; `conversions` and `value` add up what it told of outcomes."""

    def __init__(self, *, run_id: int, at: datetime, untold: frozenset[str]) -> None:
        self.values: dict[str, Any] = {"run": run_id, "at": at}
        self.untold = untold
        self.campaigns = 0
        with connection.cursor() as cursor:
            cursor.execute(_STAGE)

    def end(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS stage_touch")
            cursor.execute("ANALYZE crm_touch")
            cursor.execute("ANALYZE crm_conversion")

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        columns: list[list[Value]] = [
            [str(number) for number in batch.numbers],
            *(batch.columns[name] for name in COLUMNS),
        ]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")  # a batch that is lost in a crash is read again
            cursor.execute("TRUNCATE stage_touch")
            with cursor.copy(f"COPY stage_touch (n, {', '.join(COLUMNS)}) FROM STDIN WITH (NULL E'\\x01')") as copy:
                copy.write(copy_text(columns))
            cursor.execute("ANALYZE stage_touch")
            self._look_up(cursor)
            cursor.execute(_TOUCHES)
            retired = set((cursor.fetchone() or [None])[0] or ())
            cursor.execute(_APPEND, self.values)
            appended = cursor.rowcount
            cursor.execute(_CONVERSIONS, self.values)
            made, changed = cursor.fetchone() or (None, None)
        touched = appended - len(retired)
        only = _without_touch(batch, set(made or ()))
        updated = len(retired | set(changed or ()))
        created = touched + only
        return Merged(created=created, updated=updated, unchanged=len(batch.numbers) - created - updated)

    def _look_up(self, cursor: Any) -> None:
        if "campaign_word" not in self.untold:
            cursor.execute(_CAMPAIGNS_MADE, self.values)
            self.campaigns += cursor.rowcount
            cursor.execute(_CAMPAIGNS)
        if "address" not in self.untold:
            cursor.execute(_PERSONS)
        if "company_word" not in self.untold:
            cursor.execute(_COMPANIES)
        if "url" not in self.untold:
            cursor.execute(_ASSETS)
        cursor.execute(_VISITORS)


def _without_touch(batch: Batch, made: set[str]) -> int:
    """How many of the conversions that were made have no channel, and so no touch."""
    pairs = zip(batch.columns["external_id"], batch.columns["channel"], strict=True)
    return sum(not channel for key, channel in pairs if key in made)

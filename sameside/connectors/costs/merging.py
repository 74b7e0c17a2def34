"""Rows of a report become costs by campaign and day: added up, given to a campaign, compared with what is here.

A campaign is found by its id in the ad platform; without one, by its exact name there, if only one has it; else it is
made. A cost that is here from a coarser table stays (the same money again), one from a finer table is replaced. Rows of
an ad whose campaign nobody told count without one, unless campaigns of that day are known. A period that overlaps other
days of its campaign is left out: which part is new cannot be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db import connection

from sameside.connectors.costs import rules
from sameside.connectors.costs.reading import Line
from sameside.connectors.costs.recognition import Kind
from sameside.connectors.merging import copy_text
from sameside.connectors.values import Value

_STAGE = """
    DROP TABLE IF EXISTS stage_cost, cost_campaign, cost_day;
    CREATE TEMP TABLE stage_cost (account text, campaign_id text, campaign text, kind text, ad text, day date,
        until date, given numeric, currency text, impressions numeric, clicks numeric, conversions numeric,
        network text)
"""
_COLUMNS = tuple(field.name for field in fields(Line))
_NAMED = """
    CREATE TEMP TABLE cost_campaign AS
    SELECT g.*, g.campaign_id IS NULL AND g.campaign IS NULL AS is_ad,
        COALESCE(g.campaign_id, 'name-' || left(md5(g.campaign), 24)) AS key, NULL::bigint AS id
    FROM (
        SELECT NULLIF(campaign_id, '') AS campaign_id,
            CASE WHEN campaign_id = '' THEN NULLIF(campaign, '') END AS campaign, max(campaign) AS name,
            max(kind) AS kind
        FROM stage_cost GROUP BY 1, 2
    ) g
"""
_BY_ID = """
    UPDATE cost_campaign n SET id = c.id FROM crm_campaign c
    WHERE c.source = %(source)s AND c.external_id = n.key AND NOT n.is_ad
"""
_BY_NAME = """
    UPDATE cost_campaign n SET id = c.id
    FROM (
        SELECT name, min(id) AS id, min(external_id) AS external_id FROM crm_campaign
        WHERE source = %(source)s GROUP BY name HAVING count(*) = 1
    ) c
    WHERE n.id IS NULL AND NOT n.is_ad AND c.name = n.name
        AND (n.campaign_id IS NULL OR c.external_id LIKE 'name-%%')
"""
_NEW = "SELECT key, name, kind FROM cost_campaign WHERE id IS NULL AND NOT is_ad ORDER BY key"
_CREATE = """
    INSERT INTO crm_campaign (source, external_id, deleted_in_source, created_by_run, changed_by_run, name, kind,
        channel, status, created_at)
    VALUES (%(source)s, %(key)s, false, %(run)s, %(run)s, %(name)s, %(kind)s, %(channel)s, '', NULL)
"""
_DAYS = """
    CREATE TEMP TABLE cost_day AS
    SELECT CASE WHEN n.is_ad THEN 'ad-' || s.ad ELSE c.external_id END || ':' || s.day
            || CASE WHEN s.until <> s.day THEN '..' || s.until ELSE '' END AS external_id,
        n.id AS campaign_id, max(s.account) AS account, s.day, s.until, sum(s.given) AS given,
        CASE WHEN count(DISTINCT s.currency) = 1 THEN max(s.currency) END AS currency,
        sum(s.impressions)::bigint AS impressions, sum(s.clicks)::bigint AS clicks, sum(s.conversions) AS conversions,
        CASE WHEN count(DISTINCT s.network) = 1 THEN max(s.network) ELSE '' END AS network, NULL::text AS why
    FROM stage_cost s
    JOIN cost_campaign n ON n.campaign_id IS NOT DISTINCT FROM NULLIF(s.campaign_id, '')
        AND n.campaign IS NOT DISTINCT FROM CASE WHEN s.campaign_id = '' THEN NULLIF(s.campaign, '') END
    LEFT JOIN crm_campaign c ON c.id = n.id
    GROUP BY 1, n.id, s.day, s.until
"""
_WHY = """
    UPDATE cost_day d SET why = CASE
        WHEN d.currency IS NULL THEN 'currencies'
        WHEN EXISTS (SELECT 1 FROM crm_campaigncost t WHERE t.source = %(source)s AND t.external_id = d.external_id
            AND t.level < %(level)s) THEN 'coarser'
        WHEN d.campaign_id IS NULL AND EXISTS (SELECT 1 FROM crm_campaigncost t WHERE t.source = %(source)s
            AND t.level < %(level)s AND t.campaign_id IS NOT NULL AND d.day BETWEEN t.day AND t.until
            AND (t.account = d.account OR '' IN (t.account, d.account))) THEN 'coarser'
        WHEN d.campaign_id IS NOT NULL AND EXISTS (SELECT 1 FROM crm_campaigncost t
            WHERE t.campaign_id = d.campaign_id AND t.source = %(source)s AND t.external_id <> d.external_id
            AND t.day <= d.until AND t.until >= d.day) THEN 'overlap'
        END
"""
_FACTS = "campaign_id, account, level, day, until, amount_given, currency, impressions, clicks, conversions, network"
_VALUES = ("d.campaign_id, d.account, %(level)s, d.day, d.until, d.given, d.currency, d.impressions, d.clicks,"
           " d.conversions, d.network")  # fmt: skip
_MERGE = f"""
    WITH merged AS (
        INSERT INTO crm_campaigncost AS t (source, external_id, deleted_in_source, created_by_run, changed_by_run,
            {_FACTS})
        SELECT %(source)s, d.external_id, false, %(run)s, %(run)s, {_VALUES} FROM cost_day d WHERE d.why IS NULL
        ON CONFLICT (source, external_id) DO UPDATE
        SET {", ".join(f"{fact} = EXCLUDED.{fact}" for fact in _FACTS.split(", "))}, changed_by_run = %(run)s
        WHERE ({", ".join("t." + fact for fact in _FACTS.split(", "))})
            IS DISTINCT FROM ({", ".join("EXCLUDED." + fact for fact in _FACTS.split(", "))})
        RETURNING (xmax = 0) AS created, id
    ), before AS (
        INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
        SELECT %(run)s, 'crm_campaigncost', o.id, to_jsonb(o) FROM merged m JOIN crm_campaigncost o ON o.id = m.id
        WHERE NOT m.created AND o.created_by_run IS DISTINCT FROM %(run)s
        ON CONFLICT (run_id, "table", row_id) DO NOTHING
    )
    SELECT (SELECT count(*) FROM merged WHERE created), (SELECT count(*) FROM merged),
        (SELECT count(*) FROM cost_day WHERE why IS NULL)
"""
_SAID = """
    SELECT COALESCE(why, ''), count(*), count(DISTINCT campaign_id), sum(given), count(*) FILTER (WHERE until > day),
        count(*) FILTER (WHERE campaign_id IS NULL), array_agg(DISTINCT currency) FILTER (WHERE currency IS NOT NULL)
    FROM cost_day GROUP BY 1
"""


@dataclass(frozen=True)
class Said:
    """What became of the days of one kind: how many of how many campaigns, and what they cost in `currencies`."""

    days: int
    campaigns: int
    given: Decimal
    periods: int
    without_campaign: int
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """`made` campaigns are new; `said` tells by reason what was left out, and under "" what counts."""

    created: int
    updated: int
    unchanged: int
    made: int
    said: dict[str, Said]


def begin() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)


def stage(lines: Sequence[Line]) -> None:
    """Put rows into the temporary table."""
    if not lines:
        return
    columns: list[list[Value]] = [
        [None if value is None else str(value) for value in map(attrgetter(name), lines)] for name in _COLUMNS
    ]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY stage_cost ({', '.join(_COLUMNS)}) FROM STDIN WITH (NULL E'\\x01')") as copy,
    ):
        copy.write(copy_text(columns))


def merge(kind: Kind, *, run_id: int, at: datetime) -> Outcome:
    """Merge what was staged. Call inside a transaction."""
    values: dict[str, Any] = {"source": kind.platform, "level": int(kind.level), "run": run_id, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_NAMED)
        cursor.execute(_BY_ID, values)
        cursor.execute(_BY_NAME, values)
        cursor.execute(_NEW)
        new = cursor.fetchall()
        for key, name, what in new:
            told = name or f"{key} (name not told)"
            channel = rules.channel(kind.platform, what, name)
            cursor.execute(_CREATE, values | {"key": key, "name": told, "kind": what, "channel": channel})
        cursor.execute(_BY_ID, values)
        cursor.execute("ANALYZE cost_campaign; ANALYZE stage_cost")
        cursor.execute(_DAYS)
        cursor.execute(_WHY, values)
        cursor.execute(_MERGE, values)
        created, written, accepted = cursor.fetchone() or (0, 0, 0)
        cursor.execute(_SAID)
        said = {
            why: Said(days, campaigns, given or Decimal(0), periods, without, tuple(currencies or ()))
            for why, days, campaigns, given, periods, without, currencies in cursor.fetchall()
        }
        cursor.execute("DROP TABLE stage_cost, cost_campaign, cost_day")
    return Outcome(created, written - created, accepted - written, len(new), said)

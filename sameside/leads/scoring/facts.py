"""What was known of leads at a time, read for many at once: two statements, however many there are.

A lead's own columns count; where they are empty, those of its company do. The company is the one with the domain of its
e-mail address that existed by then, else the one it names. The company that a conversion gave it does not count: only
leads that succeeded have it, and a rule would be judged by what it could not have known. Whether the company is a
customer, which campaign came first and what the lead did are as of the time asked; the columns of the lead itself are
as they are now, since no source keeps what they were.

What a lead did are the touches of the log that are current, of the last `WINDOW`, the newest `MOST` of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from sameside.crm.verticals import language_of
from sameside.leads.criteria import Behaviour, Facts
from sameside.library.models import AssetFacet

WINDOW = timedelta(days=365)
MOST = 200
BATCH = 5_000
COLUMNS = (
    "country", "vertical", "industry", "seniority", "department", "title", "company", "email_domain", "lead_source",
    "campaign", "channel", "language", "employees", "annual_revenue", "is_customer",
)  # fmt: skip
"""The fields of `criteria.Facts` in the order in which `_LEADS` reads them, after the place and the lead."""

_LEADS = """
    SELECT q.place, l.id, coalesce(nullif(l.country, ''), c.country, ''),
        coalesce(nullif(l.vertical, ''), c.vertical, ''),
        coalesce(nullif(l.industry, ''), c.industry, ''), l.seniority, l.department, l.title,
        coalesce(nullif(l.company_name, ''), c.name, ''), lower(split_part(l.email, '@', 2)), l.lead_source,
        CASE WHEN EXISTS (
            SELECT 1 FROM crm_campaignmember m WHERE m.lead_id = l.id AND m.campaign_id = l.campaign_id
                AND NOT m.deleted_in_source AND m.at <= q.at
        ) THEN l.campaign_id END,
        coalesce(f.channel, ''), coalesce(c.language, ''), c.employees, c.annual_revenue,
        CASE WHEN c.id IS NOT NULL THEN EXISTS (
            SELECT 1 FROM crm_deal d WHERE d.company_id = c.id AND d.is_won AND d.closed_at <= q.at
                AND NOT d.deleted_in_source
        ) END
    FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) WITH ORDINALITY AS q(id, at, place)
    JOIN leads_lead l ON l.id = q.id
    LEFT JOIN LATERAL (
        SELECT b.* FROM crm_company b
        WHERE b.domain = lower(split_part(l.email, '@', 2)) AND b.domain <> '' AND b.merged_into_id IS NULL
            AND NOT b.deleted_in_source AND coalesce(b.created_at <= q.at, true)
        ORDER BY b.id LIMIT 1
    ) own ON true
    LEFT JOIN crm_company c
        ON c.id = coalesce(own.id, CASE WHEN NOT l.is_converted THEN l.company_id END)
    LEFT JOIN LATERAL (
        SELECT t.channel FROM crm_touch t
        WHERE t.lead_id = l.id AND t.current AND t.occurred_at <= q.at
        ORDER BY t.occurred_at, t.id LIMIT 1
    ) f ON true
    ORDER BY q.place
"""
_TOUCHES = """
    SELECT q.place, floor(extract(epoch FROM q.at - t.occurred_at) / 86400)::int, t.occurred_at, t.channel,
        t.interaction, t.campaign_id, t.asset_id, coalesce(k.kind, '')
    FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) WITH ORDINALITY AS q(id, at, place)
    CROSS JOIN LATERAL (
        SELECT o.id, o.occurred_at, o.channel, o.interaction, o.campaign_id, o.asset_id FROM crm_touch o
        WHERE o.lead_id = q.id AND o.current AND o.occurred_at <= q.at AND o.occurred_at > q.at - %(window)s
        ORDER BY o.occurred_at DESC, o.id DESC LIMIT %(most)s
    ) t
    LEFT JOIN crm_campaign k ON k.id = t.campaign_id
    ORDER BY q.place, t.occurred_at, t.id
"""


@dataclass(frozen=True)
class Case:
    """One lead as it stood at one time."""

    lead: int
    at: datetime


@dataclass(frozen=True)
class Read:
    """The rows of many cases: `leads` are (place, lead, fields ...); `touches` are (place of the case, age in
    whole days, time, channel, interaction, campaign, asset, type of the campaign)."""

    leads: Sequence[tuple[Any, ...]]
    touches: Sequence[tuple[Any, ...]]
    facets: dict[int, frozenset[str]]


def read(cases: Sequence[Case]) -> Read:
    """The rows that the facts of these cases are made of; a lead that is gone has none."""
    given: dict[str, Any] = {
        "ids": [one.lead for one in cases],
        "ats": [one.at for one in cases],
        "window": WINDOW,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEADS, given)
        leads = cursor.fetchall()
        cursor.execute(_TOUCHES, given)
        touches = cursor.fetchall()
    return Read(leads, touches, _facets({row[6] for row in touches if row[6] is not None}))


def _facets(assets: set[int]) -> dict[int, frozenset[str]]:
    if not assets:
        return {}
    rows = (
        AssetFacet.objects.filter(asset__in=assets)
        .exclude(state=AssetFacet.State.REJECTED)
        .order_by("asset")
        .values_list("asset", "facet", "value")
    )
    return {
        asset: frozenset(f"{facet}:{value}" for _, facet, value in found)
        for asset, found in groupby(rows, key=itemgetter(0))
    }


def facts_at(cases: Sequence[Case]) -> Iterator[tuple[Case, Facts]]:
    """The facts of each case whose lead exists, in the order given."""
    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        found = read(batch)
        did = {place: list(rows) for place, rows in groupby(found.touches, key=itemgetter(0))}
        for place, _lead, *columns in found.leads:
            yield batch[place - 1], _facts(columns, did.get(place, ()), found.facets)


def facts_of(lead_ids: Sequence[int], *, at: datetime) -> dict[int, Facts]:
    """What was known of each of these leads at a time."""
    return {case.lead: facts for case, facts in facts_at([Case(number, at) for number in lead_ids])}


def _facts(columns: Sequence[Any], touches: Sequence[tuple[Any, ...]], facets: dict[int, frozenset[str]]) -> Facts:
    known = dict(zip(COLUMNS, columns, strict=True))
    known["language"] = known["language"] or language_of(known["country"])
    behaviours = tuple(
        Behaviour(at, channel, interaction, campaign, asset, kind, facets.get(asset, frozenset()))
        for _place, _age, at, channel, interaction, campaign, asset, kind in touches
    )
    return Facts(**known, behaviours=behaviours)

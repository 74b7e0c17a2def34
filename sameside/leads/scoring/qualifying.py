"""Leads qualify under the agreement in force at that time, which is kept: a later version rewrites nothing.

Only leads that were created, or did something, since the agreement began can qualify: its first day hands over no lead
of years ago. One that qualified once, has an open hand-over, was converted or had its end (returned, recycled,
disqualified, taken back) does not qualify again, unless its day came or its data was put right since; nor does one
that the CRM says sales is working or gave back, since that is with sales already.

Whatever qualifies is routed at once, in the same transaction: no lead is qualified and then forgotten.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sameside.leads.likelihood.applying import Likelihood, likelihoods
from sameside.leads.models import HandOver, Lead, LeadEvent, LeadQuerySet, Qualification, ScoreModel
from sameside.leads.routing.routing import route
from sameside.leads.scoring import facts as reading
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.judging import Judged, judge, taking
from sameside.leads.scoring.rule import OURS, Scored
from sameside.leads.scoring.scoring import InForce, judged_by, score

BATCH = 2_000

_CAN = """
    SELECT l.id FROM leads_lead l
    LEFT JOIN LATERAL (
        SELECT max(e.at) AS at FROM leads_leadevent e WHERE e.lead_id = l.id AND e.kind IN ('revived', 'repaired')
            AND e.at <= %(at)s
            AND NOT EXISTS (SELECT 1 FROM leads_leadevent u WHERE u.undoes_id = e.id)
    ) revived ON true
    WHERE l.id = ANY(%(ids)s) AND l.merged_into_id IS NULL AND NOT l.deleted_in_source AND NOT l.is_converted
        AND l.created_at <= %(at)s
        AND (revived.at IS NOT NULL OR l.fate IN ('waiting', 'untouched'))
        AND (l.created_at >= %(since)s OR revived.at >= %(since)s OR EXISTS (
            SELECT 1 FROM crm_touch t WHERE t.lead_id = l.id AND t.current AND t.channel <> ALL(%(ours)s)
                AND t.occurred_at >= %(since)s AND t.occurred_at <= %(at)s
        ))
        AND NOT EXISTS (SELECT 1 FROM leads_handover h WHERE h.lead_id = l.id
            AND (h.ended_at IS NULL OR revived.at IS NULL OR h.ended_at > revived.at))
        AND NOT EXISTS (SELECT 1 FROM leads_qualification q WHERE q.lead_id = l.id
            AND (revived.at IS NULL OR q.at >= revived.at))
    ORDER BY l.id
"""


@dataclass(frozen=True)
class Tally:
    """What came of it so far."""

    done: int = 0
    changed: int = 0
    qualified: int = 0
    handed_over: int = 0


def qualify(lead_ids: Sequence[int] | None, *, at: datetime, tell: Callable[[Tally], None] | None = None) -> Tally:
    """Score these leads (None: every one that is not converted), and qualify and route those that can."""
    by, tally = judged_by(at), Tally()
    for batch in _batches(lead_ids):
        changed = score(batch, by, at=at)
        tally = replace(tally, done=tally.done + len(batch), changed=tally.changed + changed)
        for handover in _qualified(batch, by, at):
            handed = tally.handed_over + (handover is not None)
            tally = replace(tally, qualified=tally.qualified + 1, handed_over=handed)
        if tell:
            tell(tally)
    return tally


def to_score() -> int:
    """How many leads `qualify(None)` goes through."""
    return _live().count()


def _live() -> LeadQuerySet:
    return Lead.objects.unmerged().filter(is_converted=False, deleted_in_source=False)


def _batches(lead_ids: Sequence[int] | None) -> Iterator[list[int]]:
    """Leads that count, in the order of their numbers."""
    if lead_ids is not None:
        wanted = sorted(set(lead_ids))
        for start in range(0, len(wanted), BATCH):
            yield list(_live().filter(pk__in=wanted[start : start + BATCH]).order_by("pk").values_list("pk", flat=True))
        return
    last = 0
    while batch := list(_live().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        yield batch


def can_qualify(lead_ids: Sequence[int], by: InForce, *, at: datetime) -> list[int]:
    """Those that may qualify now, whatever they score."""
    if by.agreement is None or by.agreement.begins_at is None:
        return []
    values: dict[str, Any] = {"ids": list(lead_ids), "at": at, "since": by.agreement.begins_at, "ours": sorted(OURS)}
    with connection.cursor() as cursor:
        cursor.execute(_CAN, values)
        return [row[0] for row in cursor.fetchall()]


def _qualified(lead_ids: Sequence[int], by: InForce, at: datetime) -> Iterator[HandOver | None]:
    """What routing made of each lead that qualified."""
    open_to_it = can_qualify(lead_ids, by, at=at)
    if not open_to_it:
        return
    chances = likelihoods(open_to_it, at=at)
    model = ScoreModel.objects.filter(state=ScoreModel.State.IN_USE).first() if chances else None
    for number, facts in reading.facts_of(open_to_it, at=at).items():
        scored = rules.scored(by.rule, facts, at=at, names=by.names) if by.rule else None
        chance = chances.get(number)
        judged = judge(
            by.segments, facts, score=scored.points if scored else None,
            likelihood=chance.value if chance else None, at=at, names=by.names,
        )  # fmt: skip
        found = taking(judged)
        if found is not None:
            with transaction.atomic():
                kept = _keep(number, found, scored, chance, model, by, at)
                handover = route(kept, at=at) if kept else None
            if kept:
                yield handover


def _keep(
    number: int,
    judged: Judged,
    scored: Scored | None,
    chance: Likelihood | None,
    model: ScoreModel | None,
    by: InForce,
    at: datetime,
) -> Qualification | None:
    """Write it down, unless the lead cannot qualify any more since it was looked at."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=number)
    if not can_qualify([number], by, at=at):
        return None
    kept = Qualification.objects.create(
        lead=lead, agreement=by.agreement, segment=judged.segment.key, score=scored.points if scored else None,
        likelihood=chance.value if chance else None, score_model=model if chance else None,
        reasons=[*judged.met, *(scored.sentences if scored else ())], at=at,
    )  # fmt: skip
    before = {"qualified_at": lead.qualified_at and lead.qualified_at.isoformat(), "segment": lead.segment}
    points = f" with {scored.points} point{'' if scored.points == 1 else 's'}" if scored else ""
    LeadEvent.objects.create(
        lead=lead, kind=LeadEvent.Kind.QUALIFIED, at=at, before=before,
        text=f"Qualified as “{judged.segment.name}”{points} under {by.agreement}"[:500],
    )  # fmt: skip
    lead.segment, lead.qualified_at = judged.segment.key, at
    lead.save(update_fields=["segment", "qualified_at"])
    return kept

"""Every lead has the score of the rule in force, and the segment it would belong to; stored where they changed.

The rule is that of the agreement in force; without an agreement, or where it names no rule, the newest version scores.
A converted lead keeps the score it had when it was converted: what it would score today says nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from django.db import connection

from sameside.leads.agreement.force import in_force, terms_of
from sameside.leads.agreement.terms import Segment
from sameside.leads.criteria import Condition
from sameside.leads.likelihood.applying import likelihoods
from sameside.leads.models import Agreement, ScoreRule
from sameside.leads.scoring import facts, many
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.facts import Case
from sameside.leads.scoring.judging import fits
from sameside.leads.scoring.many import Many
from sameside.leads.scoring.naming import names_of
from sameside.leads.scoring.rule import Names, Rule

_KEEP = """
    UPDATE leads_lead l
    SET score = n.score, segment = CASE WHEN l.qualified_at IS NULL THEN n.segment ELSE l.segment END,
        likelihood = n.likelihood, scored_at = %(at)s
    FROM unnest(%(ids)s::bigint[], %(scores)s::smallint[], %(segments)s::text[], %(likelihoods)s::float8[])
        AS n(id, score, segment, likelihood)
    WHERE l.id = n.id AND (l.scored_at IS NULL
        OR (l.score, l.likelihood) IS DISTINCT FROM (n.score, n.likelihood)
        OR (l.qualified_at IS NULL AND l.segment IS DISTINCT FROM n.segment))
"""


@dataclass(frozen=True)
class InForce:
    """What leads are judged by at a time."""

    agreement: Agreement | None
    segments: tuple[Segment, ...]
    version: ScoreRule | None
    rule: Rule | None

    @cached_property
    def names(self) -> Names:
        """What the values that rule and segments ask for are called."""
        asked = [line.condition for line in self.rule.fields] if self.rule else []
        return names_of([*asked, *(condition for segment in self.segments for condition in segment.fit)])


def judged_by(at: datetime) -> InForce:
    agreement = in_force(at)
    version = agreement.score_rule if agreement else None
    version = version or ScoreRule.objects.filter(created_at__lte=at).order_by("-number").first()
    segments = terms_of(agreement).segments if agreement else ()
    return InForce(agreement, segments, version, rules.read(version.points) if version else None)


def score(lead_ids: Sequence[int], by: InForce, *, at: datetime) -> int:
    """Store score, likelihood and segment of these leads; returns for how many one of them is another than before."""
    if not lead_ids or (by.rule is None and not by.segments):
        return 0
    found = facts.read([Case(number, at) for number in lead_ids])
    table = many.from_rows(found)
    ids = [row[1] for row in found.leads]
    points: list[int | None] = many.scores(by.rule, table).tolist() if by.rule else [None] * len(ids)
    chances = likelihoods(ids, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "at": at,
                "ids": ids,
                "scores": points,
                "segments": segments(by.segments, table),
                "likelihoods": [chances[one].value if one in chances else None for one in ids],
            },
        )
        changed: int = cursor.rowcount
    return changed


def segments(asked: Sequence[Segment], table: Many) -> list[str]:
    """The segment whose fit each lead meets first; empty where none does."""
    keys = np.full(table.size, "", object)
    for segment in reversed(asked):
        keys[taken(segment, table)] = segment.key
    found: list[str] = keys.tolist()
    return found


def taken(segment: Segment, table: Many) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which leads the fit of a segment lets in."""
    inside = np.ones(table.size, bool)
    for condition in segment.fit:
        unknown = fits(condition, None, segment.must_be_known)
        inside &= np.array([False, True, unknown])[many.held(condition, table)]
    for key in segment.must_be_known:
        inside &= many.held(Condition(key, "known"), table) == 1
    return inside

"""The leads of the last 12 months, or an even sample of them where there are more than need be looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from sameside.kit import sql
from sameside.leads.scoring import facts, many
from sameside.leads.scoring.facts import Case
from sameside.leads.scoring.many import Many
from sameside.leads.scoring.rule import FieldPoints, Line, Rule

PERIOD = timedelta(days=365)
MOST = 20_000
BATCH = 2_000
SHARES_FROM = 5_000
"""Leads enough to measure a share to about one point in a hundred."""

_SAMPLE = """
    SELECT l.id, l.created_at, l.converted_on, l.deal_id IS NOT NULL AS opportunity, l.fate = 'won' AS won
    FROM leads_lead l
    WHERE l.created_at > %(since)s AND l.created_at <= %(at)s AND l.merged_into_id IS NULL AND NOT l.deleted_in_source
    ORDER BY hashint8(l.id), l.id LIMIT %(most)s
"""
_COUNT = """
    SELECT count(*) AS leads FROM leads_lead l
    WHERE l.created_at > %(since)s AND l.created_at <= %(at)s AND l.merged_into_id IS NULL AND NOT l.deleted_in_source
"""


@dataclass(frozen=True)
class Sampled:
    """One lead, and what it came to."""

    id: int
    created_at: datetime
    ended_at: datetime | None
    opportunity: bool
    won: bool


@dataclass(frozen=True)
class Sample:
    """`leads` of `population`, in the order of their numbers."""

    leads: tuple[Sampled, ...]
    population: int

    @property
    def is_all(self) -> bool:
        return len(self.leads) == self.population

    def batches(self) -> Iterator[tuple[Sampled, ...]]:
        for start in range(0, len(self.leads), BATCH):
            yield self.leads[start : start + BATCH]


def draw(*, at: datetime, since: datetime | None = None, most: int = MOST) -> Sample:
    """The leads created since (a year before by default), at most so many; the same ones whenever it is asked."""
    values = {"at": at, "since": since or at - PERIOD, "most": most}
    rows = sorted(sql.rows(_SAMPLE, values), key=lambda row: row["id"])
    population = sql.row(_COUNT, values)["leads"]
    found = tuple(
        Sampled(row["id"], row["created_at"], _end_of(row["converted_on"], at), row["opportunity"], row["won"])
        for row in rows
    )
    return Sample(found, population)


def _end_of(day: datetime | None, at: datetime) -> datetime | None:
    """The end of the day of conversion, from which on nothing that it does qualifies a lead."""
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=at.tzinfo) + timedelta(days=1)


def measured(rule: Rule, *, at: datetime) -> Rule:
    """The rule with the share of leads that meet each line, among those of which the fact is known."""
    if not rule.fields:
        return rule
    sample = draw(at=at, most=SHARES_FROM)
    tables = [many.from_rows(facts.read([Case(one.id, one.created_at) for one in batch])) for batch in sample.batches()]
    return Rule(tuple(_with_share(line, tables) for line in rule.lines))


def _with_share(line: Line, tables: list[Many]) -> Line:
    if not isinstance(line, FieldPoints):
        return line
    answers = [many.held(line.condition, table) for table in tables]
    known = sum(int(np.count_nonzero(answer >= 0)) for answer in answers)
    met = sum(int(np.count_nonzero(answer == 1)) for answer in answers)
    return replace(line, share=round(met / known, 4) if known else None)

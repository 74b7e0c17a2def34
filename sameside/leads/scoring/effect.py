"""What a rule would have done in the last 12 months, beside the rule in force, under the same agreement.

Every lead created in that time is gone through as it was then: judged when it was created and again whenever it did
something, until it was converted, with what was known at each of these moments. The first moment at which a segment
takes it is when it would have qualified. Between two touches points only fall, so no other moment need be looked at;
where a line takes points away, they fade too, and a lead may qualify some days later than is shown here.

What a lead came to is what became of it in fact. A rule that had sent other leads to sales would have changed that, so
the shares say how well the rule tells good leads from others, not what would have been sold. The learnt model's
likelihood is left out: no lead's of then is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sameside.kit import sql
from sameside.leads.agreement.terms import Segment
from sameside.leads.scoring import facts, many, sampling
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.facts import Case
from sameside.leads.scoring.judging import answers
from sameside.leads.scoring.many import Many, Numbers
from sameside.leads.scoring.naming import names_of
from sameside.leads.scoring.rule import OURS, Rule
from sameside.leads.scoring.sampling import Sample, Sampled
from sameside.leads.scoring.scoring import taken

MOMENTS = 15
"""The first so many moments of a lead are looked at."""
EXAMPLES = 5
BINS = 10
WITHOUT_AGREEMENT = (Segment("", "50 points or more", min_score=50),)
"""What is taken for qualified while nothing is agreed."""

_MOMENTS = """
    SELECT q.id, t.occurred_at AS at
    FROM unnest(%(ids)s::bigint[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS q(id, since, until)
    CROSS JOIN LATERAL (
        SELECT DISTINCT o.occurred_at FROM crm_touch o
        WHERE o.lead_id = q.id AND o.current AND o.occurred_at > q.since AND o.occurred_at <= q.until
            AND o.channel <> ALL(%(ours)s)
        ORDER BY o.occurred_at LIMIT %(most)s
    ) t
    ORDER BY q.id, t.occurred_at
"""


@dataclass
class Side:
    """What one rule made of the sample."""

    by_month: dict[str, Counter[str]] = field(default_factory=dict)
    qualified: int = 0
    opportunities: int = 0
    won: int = 0
    bins: Counter[int] = field(default_factory=Counter)

    def data(self) -> dict[str, Any]:
        return {
            "qualified": self.qualified,
            "opportunities": self.opportunities,
            "won": self.won,
            "by_month": {key: dict(months) for key, months in self.by_month.items()},
            "bins": [self.bins[place] for place in range(BINS)],
        }


@dataclass(frozen=True)
class Found:
    """What one rule says of each lead of a batch: its best score, which segment took it (-1: none), at which case."""

    best: Numbers
    segment: Numbers
    case: Numbers


def compute(
    new: Rule, now: Rule | None, segments: Sequence[Segment], *, at: datetime, tell: Callable[[int, int], None]
) -> dict[str, Any]:
    """Everything the page shows, JSON-ready; `tell(done, total)` after every batch."""
    asked = tuple(segments) or WITHOUT_AGREEMENT
    sample = sampling.draw(at=at)
    sides = (Side(), Side())
    moved: dict[str, list[dict[str, Any]]] = {"in": [], "out": []}
    counts: Counter[str] = Counter()
    tell(0, len(sample.leads))
    done = 0
    for batch in sample.batches():
        cases, owner = _cases(batch, at)
        table = many.from_rows(facts.read(cases))
        found = [_found(one, asked, table, owner, len(batch)) for one in (now, new)]
        for side, answer in zip(sides, found, strict=True):
            _add(side, batch, cases, asked, answer)
        for way, place in _moves(*found):
            counts[way] += 1
            if len(moved[way]) < EXAMPLES:
                moved[way].append(_example(batch[place].id, place, found, (now, new), cases, asked))
        done += len(batch)
        tell(done, len(sample.leads))
    return _data(sample, sides, asked, moved, counts, at)


def _data(
    sample: Sample, sides: tuple[Side, Side], asked: Sequence[Segment], moved: Mapping[str, Any],
    counts: Mapping[str, int], at: datetime,
) -> dict[str, Any]:  # fmt: skip
    return {
        "population": sample.population,
        "sampled": len(sample.leads),
        "opportunities": sum(one.opportunity for one in sample.leads),
        "won": sum(one.won for one in sample.leads),
        "from": (at - sampling.PERIOD).date().isoformat(),
        "to": at.date().isoformat(),
        "segments": [{"key": one.key, "name": one.name, "min_score": one.min_score} for one in asked],
        "now": sides[0].data(),
        "new": sides[1].data(),
        "moved": {"in": counts["in"], "out": counts["out"], "examples": moved},
    }


def _cases(batch: Sequence[Sampled], at: datetime) -> tuple[list[Case], Numbers]:
    """Every moment of every lead in order, and the place of its lead in the batch."""
    given = {
        "ids": [one.id for one in batch],
        "since": [one.created_at for one in batch],
        "until": [min(one.ended_at or at, at) for one in batch],
        "ours": sorted(OURS),
        "most": MOMENTS - 1,
    }
    moments: dict[int, list[datetime]] = {one.id: [one.created_at] for one in batch}
    for row in sql.rows(_MOMENTS, given):
        moments[row["id"]].append(row["at"])
    cases = [Case(one.id, moment) for one in batch for moment in moments[one.id]]
    owner = np.repeat(np.arange(len(batch)), [len(moments[one.id]) for one in batch])
    return cases, owner.astype(np.int64)


def _found(rule: Rule | None, segments: Sequence[Segment], table: Many, owner: Numbers, size: int) -> Found:
    points = None if rule is None else many.scores(rule, table)
    taking = judged(segments, points, table)
    best = np.full(size, -1, np.int64)
    if points is not None:
        np.maximum.at(best, owner, points)
    first = np.full(size, table.size, np.int64)
    cases = np.flatnonzero(taking >= 0)
    np.minimum.at(first, owner[cases], cases)
    return Found(best, np.append(taking, -1)[first], first)


def judged(segments: Sequence[Segment], points: Numbers | None, table: Many) -> Numbers:
    """The place of the first segment that takes each case, -1 where none does: `judging.judge` for many, but for the
    likelihood."""
    found = np.full(table.size, -1, np.int64)
    for place in reversed(range(len(segments))):
        segment = segments[place]
        inside = taken(segment, table)
        for behaved in segment.behaved:
            right = np.array([answers(behaved, kind.channel, kind.interaction) for kind in table.kinds], bool)
            counted = (table.ages >= 0) & (table.ages < behaved.days)
            if table.kinds:
                counted &= right[table.codes]
            inside &= np.bincount(table.of[counted], minlength=table.size) >= behaved.times
        if segment.min_score is not None:
            inside &= np.zeros(table.size, bool) if points is None else points >= segment.min_score
        found[inside] = place
    return found


def _add(side: Side, batch: Sequence[Sampled], cases: Sequence[Case], asked: Sequence[Segment], found: Found) -> None:
    for one, best, segment, case in zip(batch, found.best, found.segment, found.case, strict=True):
        if best >= 0:
            side.bins[min(int(best) * BINS // rules.TOP, BINS - 1)] += 1
        if segment >= 0:
            month = cases[case].at.astimezone(UTC).strftime("%Y-%m")
            side.by_month.setdefault(asked[segment].key, Counter())[month] += 1
            side.qualified += 1
            side.opportunities += one.opportunity
            side.won += one.won


def _moves(now: Found, new: Found) -> Iterator[tuple[str, int]]:
    """Leads that only the new rule would have qualified, and those that only the old one would."""
    for place in np.flatnonzero((now.segment >= 0) != (new.segment >= 0)):
        yield ("in" if new.segment[place] >= 0 else "out"), int(place)


def _example(
    lead: int, place: int, found: Sequence[Found], rule: tuple[Rule | None, Rule], cases: Sequence[Case],
    asked: Sequence[Segment],
) -> dict[str, Any]:  # fmt: skip
    """One lead that moves, with what both rules say of it at the moment it (had) qualified."""
    taking = max(found, key=lambda one: one.segment[place])
    case = cases[int(taking.case[place])]
    known = next(iter(facts.facts_at([case])))[1]
    names = names_of(line.condition for one in rule if one for line in one.fields)
    said = [rules.scored(one, known, at=case.at, names=names) if one else None for one in rule]
    before, after = ({part.text for part in one.parts} if one else set() for one in said)
    return {
        "lead": lead,
        "at": case.at.date().isoformat(),
        "segment": asked[int(taking.segment[place])].name,
        "now": said[0].points if said[0] else None,
        "new": said[1].points if said[1] else None,
        "gained": [part.text for part in (said[1].parts if said[1] else ()) if part.text not in before],
        "lost": [part.text for part in (said[0].parts if said[0] else ()) if part.text not in after],
    }

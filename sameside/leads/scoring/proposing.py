"""A first rule, proposed from what became of the leads of the last two years; both sides may change every line of it.

For every value of a field, and for having done something on a channel within 30 days of coming, the odds of becoming an
opportunity are compared with those of all other leads. A line is proposed where the difference is clear (two standard
errors of the logarithm of the ratio of odds, counts shrunk by a half each), its points in proportion to that logarithm,
spread so that the best tenth of the leads come to about 60.
Leads younger than 90 days are left out: many of them have not had time. What sales did says what became of a lead
rather than how good it was, and is left out too. Where there is too little history, an ordinary rule is proposed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log, sqrt

import numpy as np

from sameside.leads.criteria import Condition
from sameside.leads.scoring import facts, many, sampling
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.facts import Case
from sameside.leads.scoring.many import Many
from sameside.leads.scoring.rule import OURS, BehaviourPoints, FieldPoints, Line, Rule
from sameside.ui.formats import number, percent

YEARS = timedelta(days=730)
RIPE = timedelta(days=90)
EARLY = timedelta(days=30)
FEWEST = 30
"""Leads of a value, and opportunities in all, below which nothing is said."""
CLEAR = 2.0
FIELDS = ("seniority", "department", "vertical", "country", "lead_source", "language")
A_FIELD = 3
"""So many lines of one field at most."""
MOST = 14
ROUGH = 14
"""Points for one unit of the logarithm, before they are spread over the scale."""
A_TENTH = 60
TOP = 40
ORDINARY = Rule(
    (
        FieldPoints(20, Condition("seniority", "is", ("c-level",))),
        FieldPoints(15, Condition("seniority", "is", ("vp", "director"))),
        FieldPoints(10, Condition("employees", "at_least", ("200",))),
        BehaviourPoints(25, ("website",), each=False),
        BehaviourPoints(15, ("webinar", "event"), cap=30),
        BehaviourPoints(8, ("content",), cap=24),
        BehaviourPoints(4, ("email",), cap=12),
    )
)


@dataclass(frozen=True)
class Proposed:
    """A rule with a sentence for every line, and one about all of it."""

    rule: Rule
    because: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Compared:
    """Those that have something beside those that have not: `n` leads, `k` of them opportunities."""

    n: int
    k: int
    other_n: int
    other_k: int

    @property
    def log_odds(self) -> float:
        return log((self.k + 0.5) / (self.n - self.k + 0.5)) - log(
            (self.other_k + 0.5) / (self.other_n - self.other_k + 0.5)
        )

    @property
    def error(self) -> float:
        cells = (self.k, self.n - self.k, self.other_k, self.other_n - self.other_k)
        return sqrt(sum(1 / (cell + 0.5) for cell in cells))

    @property
    def is_clear(self) -> bool:
        return self.n >= FEWEST and self.other_n >= FEWEST and abs(self.log_odds) >= CLEAR * self.error

    @property
    def sentence(self) -> str:
        share, other = self.k / self.n, self.other_k / self.other_n if self.other_n else 0.0
        return (
            f"{percent(share)} of {number(self.n)} such leads became an opportunity, against {percent(other)} of the "
            f"others"
        )


def propose(*, at: datetime) -> Proposed:
    sample = sampling.draw(at=at - RIPE, since=at - YEARS)
    good = np.array([one.opportunity for one in sample.leads], bool)
    if min(good.sum(), (~good).sum()) < FEWEST:
        return _ordinary(f"{number(int(good.sum()))} of {number(good.size)} leads became an opportunity")
    tables, answers = [], []
    place = 0
    for batch in sample.batches():
        cases = [Case(one.id, min(one.created_at + EARLY, one.ended_at or at)) for one in batch]
        tables.append(many.from_rows(facts.read(cases)))
        answers.append(good[place : place + len(batch)])
        place += len(batch)
    found = sorted(_candidates(tables, answers), key=lambda one: -abs(one[1].log_odds) / one[1].error)[:MOST]
    if not found:
        return _ordinary(
            f"nothing known of {number(good.size)} leads clearly sets those apart that became opportunities"
        )
    lines = _scaled(found, tables)
    order = sorted(
        range(len(found)), key=lambda place: (isinstance(lines[place], BehaviourPoints), -lines[place].points)
    )
    about = (
        f"Proposed from {number(good.size)} leads of the last two years, of which {number(int(good.sum()))} became an "
        "opportunity. The more a line sets leads apart, the more points it gives."
    )
    because = tuple(found[place][1].sentence for place in order)
    return Proposed(Rule(tuple(lines[place] for place in order)), because, about)


def _ordinary(why: str) -> Proposed:
    about = f"An ordinary rule to begin with: in the last two years, {why}. Change what does not fit you."
    return Proposed(ORDINARY, ("",) * len(ORDINARY.lines), about)


def _scaled(found: Sequence[tuple[Line, Compared]], tables: Sequence[Many]) -> list[Line]:
    """Points that spread leads over the scale: those that one lead in ten reaches come to about `A_TENTH`."""
    rough = [_worth(line, compared.log_odds * ROUGH) for line, compared in found]
    reached = np.concatenate(
        [sum((many.worth(line, table) for line in rough), np.zeros(table.size)) for table in tables]
    )
    tenth = float(np.percentile(reached, 90)) / 100
    scale = ROUGH * min(max(A_TENTH / tenth if tenth > 0 else 1.0, 0.5), 3.0)
    return [_worth(line, compared.log_odds * scale) for line, compared in found]


def _worth(line: Line, worth: float) -> Line:
    points = max(-TOP, min(TOP, round(worth) or (1 if worth > 0 else -1)))
    if isinstance(line, FieldPoints):
        return replace(line, points=points)
    return replace(line, points=points, cap=min(points * 2, rules.MOST_POINTS))


def _candidates(tables: Sequence[Many], good: Sequence[np.ndarray]) -> Iterator[tuple[Line, Compared]]:
    for name in FIELDS:
        values = sorted({str(value) for table in tables for value in table.coded(name).distinct if value})
        lines = []
        for value in values:
            condition = Condition(name, "is", (value,))
            compared = _compared([many.held(condition, table) for table in tables], good)
            if compared.is_clear:
                lines.append((FieldPoints(1, condition), compared))
        yield from sorted(lines, key=lambda one: -abs(one[1].log_odds))[:A_FIELD]
    for channel in sorted({kind.channel for table in tables for kind in table.kinds} - OURS - {"meeting"}):
        line = BehaviourPoints(1, (channel,), within=365, half_life=None, each=False)
        compared = _compared([np.sign(many.worth(line, table)) for table in tables], good)
        if compared.is_clear and compared.log_odds > 0:
            yield BehaviourPoints(1, (channel,)), compared


def _compared(answers: Sequence[np.ndarray], good: Sequence[np.ndarray]) -> Compared:
    """`answers`: 1 has it, 0 has it not, -1 nobody knows, who is not compared."""
    has, became = np.concatenate(answers), np.concatenate(good)
    return Compared(
        int((has == 1).sum()), int(became[has == 1].sum()), int((has == 0).sum()), int(became[has == 0].sum())
    )

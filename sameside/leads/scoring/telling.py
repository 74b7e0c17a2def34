"""One lead's score in words: what made it, the likelihood beside it, and what the lead lacks to qualify."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sameside.kit.prepared import VALUE, Prepared
from sameside.leads.agreement import terms
from sameside.leads.agreement.force import terms_of
from sameside.leads.likelihood.applying import Likelihood, likelihoods
from sameside.leads.models import HandOver, Lead, Qualification
from sameside.leads.scoring import facts as reading
from sameside.leads.scoring import qualifying
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.judging import Demand, Judged, fitting, judge, taking
from sameside.leads.scoring.rule import Part
from sameside.leads.scoring.scoring import InForce, judged_by
from sameside.ui.formats import date


@dataclass(frozen=True)
class Told:
    """What `leads/scoring/score.html` shows. `score` is as of now, not as of the last run; None: no rule, or converted.

    `kept` is what it qualified with, if it did; `demands` are those of the segment it comes closest to, while it has
    not qualified.
    """

    score: int | None
    parts: Sequence[Part]
    version: int | None
    likelihood: Likelihood | None
    kept: Qualification | None
    state: str
    demands: Sequence[Demand]


@lru_cache(maxsize=1)
def _kept() -> Prepared[Qualification]:
    rows = Qualification.objects.filter(lead=VALUE).select_related("agreement").defer("agreement__terms")
    return Prepared(rows.order_by("-at", "-pk")[:1])


def told(lead: Lead, *, at: datetime) -> Told:
    """The same few queries for every lead."""
    by = judged_by(at)
    kept = _kept().one(lead.pk)
    if lead.is_converted:
        return Told(lead.score, (), None, None, kept, _qualified(kept) if kept else "", ())
    known = reading.facts_of([lead.pk], at=at).get(lead.pk)
    chance = likelihoods([lead.pk], at=at).get(lead.pk)
    if known is None:
        return Told(lead.score, (), None, chance, kept, "", ())
    scored = rules.scored(by.rule, known, at=at, names=by.names) if by.rule else None
    points = scored.points if scored else None
    judged = judge(by.segments, known, score=points, likelihood=chance.value if chance else None, at=at, names=by.names)
    nearest = None if kept and lead.qualified_at else closest(judged)
    return Told(
        points, scored.parts if scored else (), by.version.number if by.version else None, chance, kept,
        _qualified(kept) if kept and lead.qualified_at else _state(lead, by, judged, nearest, at),
        nearest.demands if nearest else (),
    )  # fmt: skip


def closest(judged: Sequence[Judged]) -> Judged | None:
    """The segment that takes it, else the one it fits, else the one that lacks the least."""
    return taking(judged) or fitting(judged) or min(judged, key=lambda one: len(one.lacks), default=None)


def _qualified(kept: Qualification) -> str:
    """ "Qualified as “Banks in DACH” on 3 May 2026 with 70 points, under Sales and marketing, version 2"."""
    named = terms.names(terms_of(kept.agreement)).get(kept.segment, kept.segment) if kept.agreement else kept.segment
    points = "" if kept.score is None else f" with {kept.score} point{'' if kept.score == 1 else 's'}"
    under = f", under {kept.agreement}" if kept.agreement else ""
    return f"Qualified as “{named}” on {date(kept.at)}{points}{under}."


def _state(lead: Lead, by: InForce, judged: Sequence[Judged], nearest: Judged | None, at: datetime) -> str:
    if by.agreement is None:
        return "No agreement is in force, so no lead qualifies yet."
    if nearest is None:
        return "The agreement names no segment, so no lead qualifies."
    name = f"“{nearest.segment.name}”"
    if nearest.qualifies:
        if qualifying.can_qualify([lead.pk], by, at=at):
            return f"It qualifies as {name}, and will when leads are scored next."
        return f"It meets all that {name} asks. {_in_the_way(lead)}"
    count = len(nearest.lacks)
    return f"It lacks {count} thing{'' if count == 1 else 's'} to qualify as {name}."


def _in_the_way(lead: Lead) -> str:
    """Why a lead that meets every demand does not qualify: `qualifying.can_qualify` in words."""
    last = HandOver.objects.filter(lead=lead).order_by("-number").values_list("ended_at", flat=True)[:1]
    for ended_at in last:
        if ended_at is None:
            return "Sales has it already."
        return f"Its hand-over ended on {date(ended_at)}, so it is handed over again only when it is revived."
    if lead.fate == Lead.Fate.RETURNED:
        return "The CRM says that sales gave it back."
    if lead.fate == Lead.Fate.WORKED:
        return "The CRM says that sales is working it."
    return "It was not created, and did nothing, since the agreement began."

"""Whether a lead meets what the agreement asks of a segment, each demand as a sentence; nothing is read or written.

Segments are asked in the order of the agreement, and the first that takes the lead has it. A demand on what is not
known does not shut a lead out, unless the segment says that it must be known. The likelihood counts only where a model
is in use and gave this lead one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sameside.crm.channels import CHANNELS
from sameside.leads import criteria
from sameside.leads.agreement.terms import Behaved, Segment
from sameside.leads.criteria import Condition, Facts
from sameside.leads.scoring.rule import OURS, UNSEEN, Names, plain_names
from sameside.ui.formats import number, percent


@dataclass(frozen=True)
class Demand:
    """One thing a segment asks. `lacks` completes "It lacks: ..." when it is not met."""

    met: bool
    text: str
    lacks: str = ""
    is_fit: bool = False


@dataclass(frozen=True)
class Judged:
    """One segment's answer about one lead."""

    segment: Segment
    demands: tuple[Demand, ...]

    @property
    def qualifies(self) -> bool:
        return all(one.met for one in self.demands)

    @property
    def fits(self) -> bool:
        return all(one.met for one in self.demands if one.is_fit)

    @property
    def met(self) -> list[str]:
        return [one.text for one in self.demands if one.met]

    @property
    def lacks(self) -> list[str]:
        return [one.lacks for one in self.demands if not one.met]


def judge(
    segments: Sequence[Segment],
    facts: Facts,
    *,
    score: int | None,
    likelihood: float | None = None,
    at: datetime,
    names: Names = plain_names,
) -> list[Judged]:
    """What each segment says of the lead, in the order of the agreement."""
    return [
        Judged(one, (*_fit(one, facts, names), *_behaved(one, facts, at), *_worth(one, score, likelihood)))
        for one in segments
    ]


def taking(judged: Sequence[Judged]) -> Judged | None:
    """The first segment that takes the lead."""
    return next((one for one in judged if one.qualifies), None)


def fitting(judged: Sequence[Judged]) -> Judged | None:
    """The first segment that it would belong to, whatever it did and scored."""
    return next((one for one in judged if one.fits), None)


def fits(condition: Condition, answer: bool | None, must_be_known: Sequence[str]) -> bool:
    """Whether what is known of one condition lets the lead in."""
    return condition.field not in must_be_known if answer is None else answer


def _fit(segment: Segment, facts: Facts, names: Names) -> Iterator[Demand]:
    for condition in segment.fit:
        answer = criteria.holds(condition, facts)
        label = criteria.BY_KEY[condition.field].label
        said = criteria.in_words(condition, names)
        text = said if answer is not None else f"{label} is not known, which shuts nobody out"
        lacks = said if answer is not None else f"{label} must be known, and is not"
        yield Demand(fits(condition, answer, segment.must_be_known), text, lacks, is_fit=True)
    asked = {condition.field for condition in segment.fit}
    for key in segment.must_be_known:
        if key not in asked:
            label = criteria.BY_KEY[key].label
            known = bool(criteria.holds(Condition(key, "known"), facts))
            yield Demand(known, f"{label} is known", f"{label} must be known, and is not", is_fit=True)


def _behaved(segment: Segment, facts: Facts, at: datetime) -> Iterator[Demand]:
    for behaved in segment.behaved:
        since = at - timedelta(days=behaved.days)
        found = sum(
            1 for one in facts.behaviours if since < one.at <= at and answers(behaved, one.channel, one.interaction)
        )
        said = in_words(behaved)
        yield Demand(found >= behaved.times, said, f"{said} (so far {number(found)})")


def answers(behaved: Behaved, channel: str, interaction: str) -> bool:
    """Whether a touch is what the agreement means; what sales did, and what was only shown, count where named."""
    if interaction in UNSEEN:
        return channel in behaved.channels
    return channel in behaved.channels if behaved.channels else channel not in OURS


def in_words(behaved: Behaved) -> str:
    """ "Webinar or Event at least 2 times within 90 days"."""
    what = " or ".join(CHANNELS.get(one, one) for one in behaved.channels) or "Anything it did"
    times = "once" if behaved.times == 1 else f"{number(behaved.times)} times"
    return f"{what} at least {times} within {number(behaved.days)} day{'' if behaved.days == 1 else 's'}"


def _worth(segment: Segment, score: int | None, likelihood: float | None) -> Iterator[Demand]:
    least = segment.min_score
    if least is not None:
        has = "it has no score yet" if score is None else f"it has {score}"
        yield Demand(score is not None and score >= least, f"At least {least} points: {has}", f"{least} points: {has}")
    chance = segment.min_likelihood
    if chance is not None and likelihood is not None:
        asked, has = f"a likelihood of {percent(chance)}", percent(likelihood)
        yield Demand(likelihood >= chance, f"At least {asked}: it has {has}", f"{asked}: it has {has}")

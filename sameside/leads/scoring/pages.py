"""What the pages of scoring show: the rule in force in words, where it is used, and what a draft would do at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from sameside.leads.criteria import Facts
from sameside.leads.models import Agreement, Lead, ScoreRule
from sameside.leads.scoring import editing, facts
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.naming import names_of
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Line, Rule
from sameside.leads.scoring.scoring import InForce
from sameside.people.models import Person
from sameside.ui.formats import number, percent

LOOKED_AT = 6


@dataclass(frozen=True)
class ShownLine:
    points: str
    tone: str
    text: str
    how: str


def lines(rule: Rule) -> list[ShownLine]:
    names = names_of(line.condition for line in rule.fields)
    return [
        ShownLine(
            rules.signed(line.points * 100), "bad" if line.points < 0 else "good", editing.said(line, names), how(line)
        )
        for line in rule.lines
    ]


def how(line: Line) -> str:
    """The small print of a line."""
    if isinstance(line, FieldPoints):
        if line.share is None:
            return f"{rules.signed(line.unknown)} where it is not known, until measured"
        return f"{rules.signed(line.unknown)} where it is not known: {percent(line.share)} of the others meet it"
    return _of_behaviour(line)


def _of_behaviour(line: BehaviourPoints) -> str:
    said = ["for each" if line.each else "for the newest only"]
    if line.half_life:
        said.append(f"halves every {_days(line.half_life)}")
    said.append(f"counts for {_days(line.within)}")
    if line.cap is not None:
        said.append(f"at most {number(line.cap)}")
    return ", ".join(said)


def _days(count: int) -> str:
    return f"{number(count)} day{'' if count == 1 else 's'}"


def reach(rule: Rule) -> str:
    """The most that can be had, as a sentence."""
    fixed = sum(max(line.points, 0) for line in rule.fields)
    endless = any(line.each and line.cap is None and line.points > 0 for line in rule.behaviours)
    behaved = sum(max(0, line.points if not line.each or line.cap is None else line.cap) for line in rule.behaviours)
    if endless:
        return f"What a lead is gives up to {fixed} points; what it does can give any number. Above 100 counts as 100."
    most = fixed + behaved
    over = " Above 100 counts as 100." if most > rules.TOP else ""
    few = f" Nobody can have more than {most}." if most < rules.TOP else ""
    return f"Up to {fixed} points for what a lead is and {behaved} for what it does.{over}{few}"


def used_by(version: ScoreRule) -> Sequence[Agreement]:
    """The agreements that name a version, the newest first."""
    return list(version.agreements.filter(withdrawn_at=None).order_by("-number")[:20])


def state(by: InForce) -> str:
    """Which rule scores, and why."""
    if by.version is None:
        return "No rule scores yet."
    if by.agreement is None:
        return f"Version {by.version.number} scores, as the newest: no agreement is in force, so nothing qualifies yet."
    if by.agreement.score_rule_id is None:
        return f"{by.agreement} is in force and names no rule, so the newest, version {by.version.number}, scores."
    return f"Version {by.version.number} scores: {by.agreement} is in force and names it."


def newer(by: InForce, newest: ScoreRule | None) -> str:
    """That a newer version waits for an agreement, if one does."""
    if by.version is None or newest is None or newest.number <= by.version.number:
        return ""
    return (
        f"Version {newest.number} is newer. It is used when an agreement that names it is in force: choose it in a "
        "draft of the agreement."
    )


@dataclass(frozen=True)
class Tried:
    """One lead by both rules; `difference` is "+12"."""

    name: str
    url: str
    about: str
    now: str
    new: int
    tone: str
    difference: str


def tried(new: Rule, now: Rule | None, reader: Person, *, at: datetime) -> list[Tried]:
    """The newest leads that the reader sees, scored by both rules as of now."""
    visible = Lead.objects.visible_to(reader).filter(is_converted=False, deleted_in_source=False)
    newest = list(visible.order_by("-created_at", "-pk")[:LOOKED_AT])
    known = facts.facts_of([one.pk for one in newest], at=at)
    return [_tried(one, new, now, known[one.pk], at) for one in newest]


def _tried(lead: Lead, new: Rule, now: Rule | None, known: Facts, at: datetime) -> Tried:
    points = rules.scored(new, known, at=at).points
    before = rules.scored(now, known, at=at).points if now else None
    difference = points - before if before is not None else 0
    return Tried(
        str(lead), reverse("leads:lead", args=[lead.pk]), lead.title or lead.company_name,
        "" if before is None else str(before), points,
        "good" if difference > 0 else "bad" if difference < 0 else "neutral",
        "" if before is None else rules.signed(difference * 100) if difference else "same",
    )  # fmt: skip

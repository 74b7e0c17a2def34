"""How a rule is changed: a draft of one's own, its effect on the last 12 months, then a version that stays as it is.

An earlier version is brought back as a new one, so that nothing that was used is ever rewritten. A version is used when
the agreement that names it is in force; while nothing is agreed, the newest one scores.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from procrastinate.contrib.django import app

from sameside.leads.agreement import terms
from sameside.leads.agreement.force import in_force, terms_of
from sameside.leads.agreement.terms import Segment
from sameside.leads.models import Agreement, ScoreDraft, ScoreEffect, ScoreRule
from sameside.leads.scoring import asking, editing, effect, proposing, sampling
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.editing import Data
from sameside.leads.scoring.rule import FieldPoints, Rule
from sameside.leads.scoring.scoring import judged_by
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

JOB = "leads.score_effect"
AT_ONCE = 3_000
"""Leads whose effect is computed while the reader waits: about a second."""
_LOCK = 7_361_011  # any constant: one version after the other, so that numbers follow each other


def keep_draft(lines: Sequence[Data], note: str, *, by: Person, at: datetime) -> ScoreDraft:
    """What somebody has changed so far, finished or not."""
    policies.check(by, "route_leads")
    draft, _ = ScoreDraft.objects.update_or_create(
        person=by,
        defaults={"points": {"lines": list(lines)}, "note": note.strip()[:500], "changed_at": at},
        create_defaults={
            "points": {"lines": list(lines)}, "note": note.strip()[:500], "changed_at": at,
            "based_on": judged_by(at).version,
        },
    )  # fmt: skip
    return draft


def propose(*, by: Person, at: datetime) -> ScoreDraft:
    """A draft made from what became of the leads of the last two years."""
    policies.check(by, "route_leads")
    found = proposing.propose(at=at)
    lines = [
        {**line, "because": because}
        for line, because in zip(rules.write(found.rule)["lines"], found.because, strict=True)
    ]
    return keep_draft(lines, found.about, by=by, at=at)


def discard(*, by: Person) -> None:
    policies.check(by, "route_leads")
    ScoreDraft.objects.filter(person=by).delete()


def segments_at(at: datetime) -> tuple[tuple[Segment, ...], str]:
    """The segments that an effect is judged by, and where they come from, as a sentence."""
    agreement = in_force(at)
    if agreement:
        return terms_of(agreement).segments, f"Judged by the segments of {agreement}."
    draft = Agreement.objects.filter(withdrawn_at=None, begins_at=None).order_by("-number").first()
    if draft:
        return terms.read(
            draft.terms
        ).segments, f"No agreement is in force: judged by the segments of the draft {draft}."
    least = effect.WITHOUT_AGREEMENT[0].min_score
    return (), f"Nothing is agreed yet: a lead with {least} points or more is taken for qualified."


def _key(rule: Rule, against: ScoreRule | None, segments: Sequence[Segment]) -> str:
    """Shares are measured, not chosen: they make no other rule."""
    plain = Rule(tuple(_without_share(line) for line in rule.lines))
    told = [rules.write(plain), against.number if against else 0, [repr(segment) for segment in segments]]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _without_share(line: rules.Line) -> rules.Line:
    return FieldPoints(line.points, line.condition) if isinstance(line, FieldPoints) else line


def effect_of(rule: Rule, *, at: datetime) -> ScoreEffect | None:
    """The effect of this rule as things are agreed now, if somebody asked for it."""
    segments, _ = segments_at(at)
    return ScoreEffect.objects.filter(key=_key(rule, judged_by(at).version, segments)).first()


def ask_for_effect(rule: Rule, *, by: Person, at: datetime) -> ScoreEffect:
    """Have the effect computed: at once where there are few leads, else in the background."""
    policies.check(by, "route_leads")
    segments, _ = segments_at(at)
    against = judged_by(at).version
    asked, _made = ScoreEffect.objects.update_or_create(
        key=_key(rule, against, segments),
        defaults={
            "points": rules.write(rule), "against": against, "asked_by": by, "asked_at": at, "computed_at": None,
            "done": 0, "total": 0, "data": {},
            "segments": [terms.write(terms.Terms((one,), (), ()))["segments"][0] for one in segments],
        },
    )  # fmt: skip
    if sampling.draw(at=at, most=1).population <= AT_ONCE:
        compute_effect(asked.pk, at=at)
    else:
        transaction.on_commit(lambda: _defer(asked.pk))
    asked.refresh_from_db()
    return asked


def _defer(effect_id: int) -> None:
    app.configure_task(JOB, lock=f"{JOB}.{effect_id}").defer(effect_id=effect_id)


def compute_effect(effect_id: int, *, at: datetime) -> None:
    asked = ScoreEffect.objects.select_related("against").get(pk=effect_id)
    rule = sampling.measured(rules.read(asked.points), at=at)
    now = rules.read(asked.against.points) if asked.against else None
    given = terms.read({"segments": asked.segments, "supply": [], "service": [], "on_breach": _NO_BREACH})

    def tell(done: int, total: int) -> None:
        ScoreEffect.objects.filter(pk=effect_id).update(done=done, total=total)

    data = effect.compute(rule, now, given.segments, at=at, tell=tell)
    ScoreEffect.objects.filter(pk=effect_id).update(
        data=data | {"shares": rules.write(rule)}, computed_at=at, points=rules.write(rule)
    )


_NO_BREACH = terms.write(terms.Terms((), (), ()))["on_breach"]


@transaction.atomic
def publish(*, by: Person, at: datetime) -> ScoreRule:
    """The draft becomes the next version. Its effect must have been seen."""
    policies.check(by, "route_leads")
    draft = ScoreDraft.objects.select_for_update().filter(person=by).first()
    if draft is None:
        raise Refused("You have no draft of a rule to save.")
    lines = editing.lines_in(draft.points)
    rule = editing.read(lines)
    if rule is None:
        raise Refused("A line of the rule is not finished: see what stands beside it.")
    if not rule.lines:
        raise Refused("A rule without lines gives every lead 0 points.")
    seen = effect_of(rule, at=at)
    if seen is None or seen.computed_at is None:
        raise Refused("Look at the effect on the last 12 months first: it is shown before a rule is saved.")
    made = _make(rules.read(seen.points), draft.note, by, at)
    draft.delete()
    return made


@transaction.atomic
def renew(version: ScoreRule, *, by: Person, at: datetime) -> ScoreRule:
    """An earlier version as a new one, with the shares as they were then."""
    policies.check(by, "route_leads")
    return _make(rules.read(version.points), f"Version {version.number} again.", by, at)


def _make(rule: Rule, note: str, by: Person, at: datetime) -> ScoreRule:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = ScoreRule.objects.order_by("-number").values_list("number", flat=True).first() or 0
    made = ScoreRule.objects.create(number=last + 1, points=rules.write(rule), note=note, created_by=by, created_at=at)
    audit.record("score_rule.saved", by=by, at=at, subject=f"ScoreRule:{made.number}", details=made.points)
    if in_force(at) is None:
        asking.ask(by=by)
    return made

"""Learning from outcomes, in the background: a new version every week, in use only while it beats the agreed rule.

Each version is tried by time on leads later than those it learnt from, beside the rule as it is now applied to the same
leads at the same moments. It comes into use when the whole interval of its gain in area lies above nought and its
chances are better than the average's; else the page says so and the rule stands alone. A version that has come into
use is replaced by the next that wins, and goes out of use when the next does not.
"""

from datetime import datetime

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from sameside.analytics.likelihood import trial
from sameside.analytics.likelihood.learning import TooLittle
from sameside.analytics.likelihood.trial import Trial
from sameside.leads.agreement import force
from sameside.leads.likelihood import applying, reading
from sameside.leads.likelihood.reading import Leads
from sameside.leads.models import ScoreModel, ScoreRule
from sameside.leads.scoring import facts, many, rule
from sameside.people import audit
from sameside.people.models import Person

State = ScoreModel.State
_LOCK = 7_361_013  # any constant: one training after the other
KEPT = 30


@transaction.atomic
def train(*, by: Person | None = None, at: datetime) -> ScoreModel:
    """Learn a new version from the leads that are old enough by `at`, and decide whether it comes into use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    leads = reading.ended(at)
    number = (ScoreModel.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    made = ScoreModel(number=number, trained_at=at, leads=leads.ids.size)
    if leads.ids.size:
        made.learnt_from, made.tested_to = leads.moments[0], leads.moments[-1]
    try:
        held = trial.hold(leads.columns, leads.yes, other=rule_scores(leads, at))
    except TooLittle as problem:
        made.state, made.because = State.TOO_LITTLE, str(problem)
    else:
        _decide(made, held, leads)
    used = applying.in_use()
    if used is not None and made.state != State.TOO_LITTLE:
        used.state, used.in_use_to = State.RETIRED, at
        used.save(update_fields=["state", "in_use_to"])
    if made.state == State.IN_USE:
        made.in_use_from = at
    made.save()
    _forget_old()
    audit.record("score_model.trained", by=by, at=at, subject=f"ScoreModel:{number}", details={"state": made.state})
    return made


def rule_scores(leads: Leads, at: datetime) -> NDArray[np.float64] | None:
    """What the rule in force at `at`, else the newest, gave these leads at their moments; None while there is none."""
    agreement = force.in_force(at)
    used = (agreement and agreement.score_rule) or ScoreRule.objects.order_by("-number").first()
    if used is None:
        return None
    agreed, found = rule.read(used.points), []
    cases = [facts.Case(int(lead), moment) for lead, moment in zip(leads.ids, leads.moments, strict=True)]
    for begin in range(0, len(cases), facts.BATCH):
        read = facts.read(cases[begin : begin + facts.BATCH])
        found.append(many.scores(agreed, many.from_rows(read)))
    return np.concatenate(found).astype(float) if found else None


def _decide(made: ScoreModel, held: Trial, leads: Leads) -> None:
    made.parameters, made.figures = held.model.to_json(), held.figures
    made.learnt_to = leads.moments[int(held.tested[0])]
    area = held.figures["model"]["area"][0]
    if "gain" not in held.figures:
        made.state = State.IN_USE if held.wins else State.BEATEN
        made.because = (
            f"There is no rule to compare with; on later leads its area is {area:.2f}."
            if held.wins
            else f"On later leads it was no better than chance (area {area:.2f})."
        )
        return
    gain, low, high = held.figures["gain"]
    other = held.figures["other"]["area"][0]
    compared = (
        f"on later leads its area is {area:.2f}, the rule's {other:.2f} (gain {gain:+.2f}, {low:+.2f} to {high:+.2f})"
    )
    if held.wins:
        made.state, made.because = State.IN_USE, f"It is better than the rule: {compared}."
    else:
        made.state, made.because = State.BEATEN, f"It is not surely better than the rule: {compared}."


def _forget_old() -> None:
    """Versions that never came into use are kept for a while; those that were in use are kept for good."""
    never = ScoreModel.objects.filter(in_use_from=None).order_by("-number")
    ScoreModel.objects.filter(pk__in=list(never.values_list("pk", flat=True)[KEPT:])).delete()

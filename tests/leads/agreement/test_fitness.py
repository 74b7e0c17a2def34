"""What cannot be kept or measured is refused, with a sentence at the place."""

from dataclasses import replace
from typing import Any

import pytest

from sameside.leads.agreement import fitness, terms
from sameside.leads.agreement.terms import Behaved, OnBreach, Segment, Service, Supply, Terms, Unfit
from sameside.leads.criteria import Condition
from tests.leads.agreement.drafts import SAID


def _service(**more: Any) -> Terms:
    return replace(SAID, service=(replace(SAID.service[0], **more),))


def _supply(**more: Any) -> Terms:
    return replace(SAID, supply=(replace(SAID.supply[0], **more),))


def _segment(**more: Any) -> Terms:
    return replace(SAID, segments=(Segment("banks", "Banks", **more),))


def test_what_both_can_keep_and_measure_is_fit() -> None:
    assert fitness.problems(SAID) == {}


def test_it_reads_as_it_was_written() -> None:
    assert terms.read(terms.write(SAID)) == SAID


@pytest.mark.parametrize(
    ("said", "place", "sentence"),
    [
        (_service(accept_hours=0), "service.0.accept_hours", "no time at all"),
        (_service(attempt_hours=-1), "service.0.attempt_hours", "no time at all"),
        (_service(channels={"call": 4, "email": 3}), "service.0.channels", "ask for 7 attempts, and 6 are promised"),
        (_service(channels={"call": 0}), "service.0.channels", "1 or more"),
        (_service(channels={"pigeon": 1}), "service.0.channels", "not made by “pigeon”"),
        (_service(end_days=5), "service.0.end_days", "(5 business days) before all attempts are due (10"),
        (_service(over_days=0), "service.0.over_days", "1 to 260 business days"),
        (_service(share=0), "service.0.share", "more than 0 and at most 100 %"),
        (_service(attempts=3, over_days=1, attempt_hours=40), "service.0.attempt_hours", "after all of them"),
        (_supply(leads=0), "supply.0.leads", "at least 1 lead"),
        (_supply(acceptance=1.2), "supply.0.acceptance", "at most 100 %"),
        (_supply(acceptance=0.2, conversion=0.5), "supply.0.conversion", "than are accepted"),
        (_supply(cost_per_lead=0), "supply.0.cost_per_lead", "more than nothing"),
        (replace(SAID, supply=(Supply(),)), "supply.0.leads", "Commit to a number"),
        (replace(SAID, supply=()), "supply", "what marketing commits to"),
        (replace(SAID, supply=(SAID.supply[0], SAID.supply[0])), "supply.1.segment", "already"),
        (replace(SAID, supply=(Supply("gone", leads=4),)), "supply.0.segment", "not in the agreement"),
        (replace(SAID, service=()), "service", "what sales commits to"),
        (replace(SAID, service=(Service("banks", attempts=2),)), "service", "Nothing is promised for “Everybody else”"),
        (replace(SAID, segments=()), "segments", "at least one kind of lead"),
        (replace(SAID, segments=SAID.segments[::-1]), "segments.1.name", "No lead gets here: “Everybody else” above"),
        (
            replace(SAID, segments=(SAID.segments[0], Segment("x", "banks "))),
            "segments.1.name", "There is another “banks”",
        ),
        (_segment(min_score=101), "segments.0.min_score", "1 to 100"),
        (_segment(min_likelihood=1.0), "segments.0.min_likelihood", "No lead is certain"),
        (_segment(must_be_known=("shoe_size",)), "segments.0.must_be_known", "no field “shoe_size”"),
        (_segment(behaved=(Behaved(times=0),)), "segments.0.behaved.0.times", "1 to 200"),
        (_segment(behaved=(Behaved(days=900),)), "segments.0.behaved.0.days", "1 to 365 days"),
        (_segment(behaved=(Behaved(("smoke",)),)), "segments.0.behaved.0.channels", "no channel “smoke”"),
        (
            _segment(fit=(Condition("country", "is", ("Germany",)), Condition("country", "is", ("Austria",)))),
            "segments.0.fit", "No lead can meet both: Country is Germany, and country is Austria.",
        ),
        (
            _segment(fit=(Condition("employees", "at_least", ("500",)), Condition("employees", "at_most", ("100",)))),
            "segments.0.fit", "No lead can meet both",
        ),
        (
            replace(SAID, on_breach=OnBreach(remind_at=(120,), escalate_hours=None)),
            "on_breach.remind_at", "1 to 99 % of the time",
        ),
        (replace(SAID, on_breach=OnBreach(escalate_hours=4.0)), "on_breach.escalate_to", "Name whom"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_place(said: Terms, place: str, sentence: str) -> None:
    with pytest.raises(Unfit) as refused:
        fitness.check(said)
    assert sentence in refused.value.problems[place]


def test_an_attempt_may_be_due_before_the_answer() -> None:
    assert fitness.problems(_service(accept_hours=8, attempt_hours=1)) == {}


def test_channels_may_ask_for_every_attempt() -> None:
    assert fitness.problems(_service(attempts=6, channels={"call": 4, "email": 2})) == {}

"""The rule for one lead, in points that can be counted by hand."""

from datetime import timedelta
from typing import Any

import pytest

from sameside.leads.criteria import Behaviour, Condition, Facts, Unreadable
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Rule
from tests.conftest import NOW

CIO = FieldPoints(15, Condition("title", "contains", ("CIO", "Chief Information")), share=0.2)
WEBINAR = BehaviourPoints(12, ("webinar",), within=90, half_life=30)


def did(days: float, channel: str = "webinar", **more: Any) -> Behaviour:
    return Behaviour(NOW - timedelta(days=days), channel, **more)


def points(line: rules.Line, facts: Facts) -> int:
    return rules.scored(Rule((line,)), facts, at=NOW).points


def test_says_every_part_in_a_sentence() -> None:
    facts = Facts(title="Group CIO", behaviours=(did(12),))
    scored = rules.scored(Rule((CIO, WEBINAR)), facts, at=NOW)
    assert scored.points == 24  # 15 + 12 × 0.5^(12/30) = 15 + 9.09
    assert scored.sentences == [
        "+15 Job title contains CIO or Chief Information",
        "+9.1 Webinar 12 days ago (of 12 each, halves every 30 days)",
    ]


def test_a_field_that_differs_gives_nothing() -> None:
    assert points(CIO, Facts(title="Intern")) == 0


def test_what_is_not_known_counts_as_the_average_lead() -> None:
    scored = rules.scored(Rule((CIO,)), Facts(), at=NOW)
    assert scored.points == 3  # 15 × 0.2
    assert scored.sentences == ["+3 Job title is not known: counted as the average lead"]


def test_what_was_not_measured_counts_as_a_half() -> None:
    assert points(FieldPoints(10, CIO.condition), Facts()) == 5


def test_a_deduction_for_what_is_not_known_is_the_average_too() -> None:
    line = FieldPoints(-50, Condition("email_domain", "is", ("gmail.com",)), share=0.1)
    assert rules.scored(Rule((FieldPoints(40, CIO.condition), line)), Facts(title="CIO"), at=NOW).points == 35


@pytest.mark.parametrize(("days", "worth"), [(0, 12), (0.9, 12), (30, 6), (60, 3), (89, 2), (90, 0), (-1, 0)])
def test_behaviour_decays_with_whole_days_and_ends(days: float, worth: int) -> None:
    assert points(WEBINAR, Facts(behaviours=(did(days),))) == worth


def test_each_touch_counts_up_to_the_cap() -> None:
    line = BehaviourPoints(10, ("content",), cap=25, half_life=None)
    facts = Facts(behaviours=tuple(did(days, "content") for days in (1, 2, 3)))
    assert rules.scored(Rule((line,)), facts, at=NOW).sentences == [
        "+25 3 × Content, the last 1 day ago (worth 10 each, at most 25)"
    ]


def test_once_takes_the_newest() -> None:
    line = BehaviourPoints(10, ("content",), each=False, half_life=10)
    assert points(line, Facts(behaviours=(did(30, "content"), did(10, "content")))) == 5


def test_anything_is_what_the_lead_did_not_what_sales_did_nor_what_was_only_shown() -> None:
    line = BehaviourPoints(10, half_life=None)
    facts = Facts(behaviours=(did(1, "sales-call"), did(1, "display", interaction="impression"), did(1, "website")))
    assert points(line, facts) == 10
    assert points(BehaviourPoints(10, ("sales-call",), half_life=None), facts) == 10


def test_a_line_can_ask_for_the_interaction_the_kind_of_campaign_and_a_facet_of_the_asset() -> None:
    line = BehaviourPoints(10, (), ("click",), ("Conference",), ("persona:cfo",), half_life=None)
    right = did(1, "email", interaction="click", kind="conference", facets=frozenset({"persona:cfo", "depth:deep"}))
    assert points(line, Facts(behaviours=(right,))) == 10
    wrong = did(1, "email", interaction="click", kind="conference", facets=frozenset({"persona:cio"}))
    assert points(line, Facts(behaviours=(wrong,))) == 0


def test_never_more_than_a_hundred_nor_less_than_nothing() -> None:
    line = FieldPoints(100, CIO.condition)
    assert rules.scored(Rule((line, line)), Facts(title="CIO"), at=NOW).points == 100
    assert rules.scored(Rule((FieldPoints(-100, CIO.condition),)), Facts(title="CIO"), at=NOW).points == 0


def test_reads_what_it_writes() -> None:
    rule = Rule((CIO, WEBINAR, BehaviourPoints(-5, (), ("bounce",), ("List",), ("depth:deep",), each=False, cap=5)))
    assert rules.read(rules.write(rule)) == rule


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"about": "field", "points": "9", "condition": {}}, "Points: a whole number from -100 to 100."),
        ({"about": "field", "points": True, "condition": {}}, "Points: a whole number from -100 to 100."),
        ({"about": "field", "points": 101, "condition": {}}, "Points: a whole number from -100 to 100."),
        ({"about": "field", "points": 1}, "A line about a field needs a condition."),
        ({"about": "field", "points": 1, "condition": {"field": "password", "how": "is"}}, "There is no field"),
        ({"about": "field", "points": 1, "condition": {"field": "title", "how": "known"}}, "A score cannot reward"),
        ({"about": "field", "points": 1, "condition": {"field": ["title"], "how": "is"}}, "There is no field"),
        ({"about": "spell", "points": 1}, "A line gives points for a field or for behaviour."),
        ({"about": "behaviour", "points": 1, "channels": ["telepathy"]}, "There is no channel “telepathy”."),
        ({"about": "behaviour", "points": 1, "channels": "webinar"}, "What a line counts is a list of words."),
        ({"about": "behaviour", "points": 1, "within": 0}, "For how many days a touch counts"),
        ({"about": "behaviour", "points": 1, "within": 10**12}, "For how many days a touch counts"),
        ({"about": "behaviour", "points": 1, "half_life": 0}, "The half-life in days"),
        ({"about": "behaviour", "points": 1, "cap": -1}, "The most that a line gives"),
        ({"about": "behaviour", "points": 1, "each": "no"}, "A line counts each touch, or the newest only."),
        ({"about": "behaviour", "points": 1, "facets": ["cfo"]}, "A facet is said as its kind and value"),
        ("drop table", "A line of a score rule is an object."),
        (None, "A line of a score rule is an object."),
    ],
)
def test_refuses_a_line_that_cannot_be(line: Any, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence.partition("“")[0]):
        rules.read({"lines": [line]})


@pytest.mark.parametrize("data", [{}, {"lines": "x"}, [], {"lines": {"0": {}}}])
def test_refuses_what_is_no_rule(data: Any) -> None:
    with pytest.raises(Unreadable, match="list of lines"):
        rules.read(data)


def test_takes_two_hundred_lines_and_no_more() -> None:
    line = {"about": "behaviour", "points": 1}
    assert len(rules.read({"lines": [line] * 200}).lines) == 200
    with pytest.raises(Unreadable, match="at most 200 lines"):
        rules.read({"lines": [line] * 201})

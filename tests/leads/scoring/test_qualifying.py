"""Leads qualify under the agreement in force, once, and are handed over; the rest are left as they are."""

from datetime import timedelta
from typing import Any

import pytest

from sameside.crm.models import Touch
from sameside.leads.agreement.terms import Behaved, Segment
from sameside.leads.criteria import Behaviour, Condition, Facts
from sameside.leads.models import (
    Agreement,
    HandOver,
    Lead,
    LeadEvent,
    Qualification,
    Reason,
    Route,
    RouteMember,
    ScoreRule,
)
from sameside.leads.scoring import judging, many, qualifying
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.effect import judged as judged_many
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Rule
from sameside.people.models import Person
from tests.conftest import NOW
from tests.leads.agreed import BEGAN, agree, office_hours

DAY = timedelta(days=1)
RULE = Rule(
    (
        FieldPoints(30, Condition("title", "contains", ("CIO",)), 0.1),
        FieldPoints(20, Condition("vertical", "is", ("banking",)), 0.25),
        BehaviourPoints(20, ("webinar",), cap=40, half_life=None, within=90),
    )
)


@pytest.fixture
def rule(db: None) -> ScoreRule:
    return ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)


@pytest.fixture
def agreed(rule: ScoreRule, alice: Person, fay: Person, bob: Person) -> Agreement:
    """Banks in DACH: 40 points and a webinar; everybody else: 60. All leads go to bob."""
    office_hours()
    route = Route.objects.create(position=1, name="Everything", gives=Route.Gives.ROUND_ROBIN, changed_at=BEGAN)
    RouteMember.objects.create(route=route, person=bob)
    return agree(alice, fay)


def lead(number: int = 1, **more: Any) -> Lead:
    given = {"last_name": f"Reader {number}", "email": "", "created_at": NOW - 10 * DAY, **more}
    return Lead.objects.create(source="t", external_id=f"L{number}", **given)


def banker(number: int = 1, **more: Any) -> Lead:
    """Scores 30 + 20 and 20 for each webinar, and fits the banks in DACH."""
    return lead(number, **{"title": "CIO", "vertical": "banking", "country": "Austria", **more})


def touch(of: Lead, days: float, channel: str = "webinar") -> None:
    Touch.objects.create(
        lead=of, occurred_at=NOW - days * DAY, channel=channel, source="t", external_id=f"T{Touch.objects.count()}"
    )


def test_a_lead_qualifies_is_handed_over_and_what_it_had_is_kept(agreed: Agreement, bob: Person) -> None:
    one = banker()
    touch(one, 5)
    tally = qualifying.qualify([one.pk], at=NOW)
    assert (tally.done, tally.qualified, tally.handed_over) == (1, 1, 1)
    one.refresh_from_db()
    assert (one.score, one.segment, one.qualified_at) == (70, "dach-banks", NOW)
    kept = Qualification.objects.get()
    assert (kept.agreement, kept.segment, kept.score, kept.at) == (agreed, "dach-banks", 70, NOW)
    assert kept.reasons == [
        "Country is Germany, Austria or Switzerland",
        "Vertical is banking",
        "Webinar at least once within 90 days",
        "At least 40 points: it has 70",
        "+30 Job title contains CIO",
        "+20 Vertical is banking",
        "+20 Webinar 5 days ago (worth 20 each, at most 40)",
    ]
    event = LeadEvent.objects.get(kind=LeadEvent.Kind.QUALIFIED)
    assert event.text == "Qualified as “Banks in DACH” with 70 points under Sales and marketing, version 1"
    handover = HandOver.objects.get()
    assert (handover.owner, handover.qualification, handover.score) == (bob, kept, 70)


def test_the_first_segment_that_takes_it_has_it(agreed: Agreement) -> None:
    one = lead(title="CIO", vertical="banking", country="France")
    touch(one, 5)
    qualifying.qualify([one.pk], at=NOW)
    assert Qualification.objects.get().segment == "everybody"


def test_too_few_points_qualify_nobody_but_are_stored(agreed: Agreement) -> None:
    one = lead(vertical="banking", country="Austria")
    touch(one, 95)
    assert qualifying.qualify([one.pk], at=NOW).qualified == 0
    one.refresh_from_db()
    assert (one.score, one.segment, one.qualified_at, one.scored_at) == (23, "dach-banks", None, NOW)


def test_what_is_not_known_does_not_shut_out(agreed: Agreement) -> None:
    one = banker(country="")
    touch(one, 5)
    qualifying.qualify([one.pk], at=NOW)
    assert Qualification.objects.get().reasons[0] == "Country is not known, which shuts nobody out"


def test_nobody_qualifies_twice(agreed: Agreement) -> None:
    one = banker()
    touch(one, 5)
    qualifying.qualify([one.pk], at=NOW)
    assert qualifying.qualify([one.pk], at=NOW + DAY).qualified == 0
    assert Qualification.objects.count() == 1


def test_leads_of_before_the_agreement_are_left_alone_until_they_do_something(agreed: Agreement) -> None:
    one = banker(created_at=BEGAN - 100 * DAY)
    Touch.objects.create(lead=one, occurred_at=BEGAN - DAY, channel="webinar", source="t", external_id="old")
    at = BEGAN + 20 * DAY
    assert qualifying.qualify(None, at=at).qualified == 0
    Touch.objects.create(lead=one, occurred_at=BEGAN + 10 * DAY, channel="sales-call", source="t", external_id="call")
    assert qualifying.qualify(None, at=at).qualified == 0  # sales did that
    Touch.objects.create(lead=one, occurred_at=BEGAN + 11 * DAY, channel="webinar", source="t", external_id="new")
    assert qualifying.qualify(None, at=at).qualified == 1


@pytest.mark.parametrize(
    "columns", [{"is_converted": True}, {"deleted_in_source": True}, {"fate": "returned"}, {"fate": "worked"}]
)
def test_a_lead_that_is_gone_or_with_sales_does_not_qualify(agreed: Agreement, columns: dict[str, Any]) -> None:
    one = banker(**columns)
    touch(one, 5)
    assert qualifying.qualify([one.pk], at=NOW).qualified == 0
    assert not Qualification.objects.exists()


def test_an_open_or_ended_hand_over_stands_in_the_way_until_the_lead_is_revived(agreed: Agreement, bob: Person) -> None:
    one = banker()
    touch(one, 5)
    handover = HandOver.objects.create(lead=one, owner=bob, at=NOW - 3 * DAY)
    assert qualifying.qualify([one.pk], at=NOW).qualified == 0
    handover.ended_at, handover.outcome = NOW - 2 * DAY, HandOver.Outcome.RECYCLED
    handover.reason = Reason.objects.create(key="next-year", label="Next year", endings=["recycle"])
    handover.save()
    assert qualifying.qualify([one.pk], at=NOW).qualified == 0
    LeadEvent.objects.create(lead=one, kind=LeadEvent.Kind.REVIVED, at=NOW - DAY)
    Lead.objects.filter(pk=one.pk).update(fate="returned")  # as the CRM still has it
    assert qualifying.qualify([one.pk], at=NOW).qualified == 1
    assert qualifying.qualify([one.pk], at=NOW).qualified == 0


def test_a_later_version_rewrites_nothing(agreed: Agreement, alice: Person, fay: Person) -> None:
    one = banker()
    touch(one, 5)
    qualifying.qualify([one.pk], at=NOW)
    before = Qualification.objects.values().get()
    ScoreRule.objects.create(number=2, points={"lines": []}, created_at=NOW)
    agree(alice, fay, begins=NOW + DAY)
    qualifying.qualify(None, at=NOW + 2 * DAY)
    assert Qualification.objects.values().get() == before
    one.refresh_from_db()
    assert (one.score, one.segment) == (0, "dach-banks")


def test_without_an_agreement_the_newest_rule_scores_and_nobody_qualifies(rule: ScoreRule) -> None:
    one = banker()
    touch(one, 5)
    assert qualifying.qualify(None, at=NOW).qualified == 0
    one.refresh_from_db()
    assert (one.score, one.segment, one.qualified_at) == (70, "", None)


def test_without_a_rule_nothing_is_touched(db: None) -> None:
    one = banker()
    assert qualifying.qualify(None, at=NOW).changed == 0
    one.refresh_from_db()
    assert (one.score, one.scored_at) == (None, None)


def test_points_decay_from_night_to_night_and_only_what_changed_is_written(db: None) -> None:
    fading = Rule((BehaviourPoints(40, ("webinar",), half_life=30),))
    ScoreRule.objects.create(number=1, points=rules.write(fading), created_at=BEGAN)
    one, other = lead(1), lead(2)
    touch(one, 0)
    assert qualifying.qualify(None, at=NOW).changed == 2
    assert qualifying.qualify(None, at=NOW + 30 * DAY).changed == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.score, other.score, other.scored_at) == (20, 0, NOW)


def test_a_likelihood_is_asked_for_only_where_there_is_one() -> None:
    segment = Segment("a", "A", min_likelihood=0.3)

    def takes(likelihood: float | None) -> bool:
        return judging.judge((segment,), Facts(), score=None, likelihood=likelihood, at=NOW)[0].qualifies

    assert [takes(None), takes(0.2), takes(0.3)] == [True, False, True]


def test_what_it_lacks_is_said() -> None:
    segment = Segment(
        "a", "A", (Condition("country", "is", ("Austria",)), Condition("vertical", "is", ("banking",))),
        (Behaved(("webinar", "event"), 2, 90),), 60, must_be_known=("vertical", "employees"),
    )  # fmt: skip
    facts = Facts(country="France", behaviours=(Behaviour(NOW - DAY, "event"),))
    assert judging.judge((segment,), facts, score=41, at=NOW)[0].lacks == [
        "Country is Austria",
        "Vertical must be known, and is not",
        "Employees must be known, and is not",
        "Webinar or Event at least 2 times within 90 days (so far 1)",
        "60 points: it has 41",
    ]


def test_many_are_judged_as_one_is() -> None:
    segments = (
        Segment("a", "A", (Condition("country", "is", ("Austria",)),), (Behaved(("webinar",), 2, 30),), 20),
        Segment(
            "b",
            "B",
            (Condition("vertical", "is_not", ("retail",)),),
            (Behaved((), 1, 10),),
            must_be_known=("vertical",),
        ),
        Segment("c", "C", min_score=40),
    )
    said = [
        Facts(country=country, vertical=vertical, title=title, behaviours=tuple(
            Behaviour(NOW - days * DAY, channel) for days in (1, 9.99, 10, 29, 30)[:count]
        ))
        for country in ("", "Austria", "France") for vertical in ("", "banking", "retail") for title in ("CIO", "Clerk")
        for channel in ("webinar", "sales-call") for count in range(6)
    ]  # fmt: skip
    table = many.from_facts(said, [NOW] * len(said))
    points = many.scores(RULE, table)
    expected = []
    for facts, score in zip(said, points.tolist(), strict=True):
        answers = judging.judge(segments, facts, score=score, at=NOW)
        found = judging.taking(answers)
        expected.append(-1 if found is None else answers.index(found))
    assert judged_many(segments, points, table).tolist() == expected
    assert set(expected) == {-1, 0, 1, 2}


def test_the_cost_of_a_batch_does_not_grow_with_its_leads(
    agreed: Agreement, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        touch(lead(number, title="Clerk"), 3)
    with django_assert_max_num_queries(14):
        assert qualifying.qualify(None, at=NOW).done == 30

"""A rule is changed as a draft, its effect is seen, then it is a version that nobody changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from sameside.crm.models import Company, Deal, Touch
from sameside.leads.criteria import Condition
from sameside.leads.models import Lead, ScoreDraft, ScoreEffect, ScoreRule, ScoringRun
from sameside.leads.scoring import editing, proposing, runs, telling, versions
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Rule
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.leads.agreed import BEGAN, agree

DAY = timedelta(days=1)
RULE = Rule((FieldPoints(60, Condition("title", "contains", ("CIO",))), BehaviourPoints(20, ("webinar",), cap=40)))
LINES = rules.write(RULE)["lines"]


def lead(number: int, **more: Any) -> Lead:
    given = {"last_name": f"Reader {number}", "created_at": NOW - 40 * DAY, **more}
    return Lead.objects.create(source="t", external_id=f"L{number}", **given)


def touch(of: Lead, days: float, channel: str = "webinar") -> None:
    Touch.objects.create(
        lead=of, occurred_at=NOW - days * DAY, channel=channel, source="t", external_id=f"T{Touch.objects.count()}"
    )


def won(number: int, **more: Any) -> Lead:
    company = Company.objects.create(source="t", external_id=f"C{number}", name=f"Company {number}")
    deal = Deal.objects.create(
        source="t", external_id=f"D{number}", name="D", company=company, stage="Won", is_closed=True, is_won=True,
        created_at=NOW - 20 * DAY, closed_at=NOW - 10 * DAY,
    )  # fmt: skip
    return lead(number, deal=deal, is_converted=True, converted_on=(NOW - 20 * DAY).date(), fate="won", **more)


def test_the_effect_says_who_would_have_qualified_when_and_what_became_of_them(alice: Person) -> None:
    """One CIO who won, one clerk who wins, one CIO without an end; 50 points qualify while nothing is agreed."""
    won(1, title="CIO")
    clerk = won(2, title="Clerk")
    touch(clerk, 5, "sales-call")
    lead(3, title="CIO")
    nobody = lead(4, title="Clerk")
    for days in (39, 38, 2):
        touch(nobody, days)
    ScoreRule.objects.create(
        number=1, points=rules.write(Rule((BehaviourPoints(30, ("webinar",), half_life=None),))), created_at=BEGAN
    )
    found = versions.ask_for_effect(RULE, by=alice, at=NOW).data
    assert (found["population"], found["sampled"], found["opportunities"], found["won"]) == (4, 4, 2, 2)
    assert found["new"] == {
        "qualified": 2, "opportunities": 1, "won": 1, "by_month": {"": {"2026-04": 2}},
        "bins": [1, 0, 0, 0, 1, 0, 2, 0, 0, 0],
    }  # fmt: skip
    assert found["now"]["by_month"] == {"": {"2026-04": 1}}  # at the second webinar
    assert (found["moved"]["in"], found["moved"]["out"]) == (2, 1)
    gone = found["moved"]["examples"]["out"][0]
    assert (gone["lead"], gone["now"], gone["at"]) == (nobody.pk, 60, "2026-04-24")
    assert gone["lost"] == ["+60 2 × Webinar, the last today (worth 30 each)"]


def test_what_a_lead_did_after_it_was_converted_qualifies_nobody(alice: Person) -> None:
    touch(won(1), 1)
    found = versions.ask_for_effect(Rule((BehaviourPoints(60, ("webinar",)),)), by=alice, at=NOW).data
    assert found["new"]["qualified"] == 0


def test_a_version_is_saved_when_its_effect_was_seen_and_not_before(alice: Person) -> None:
    lead(1, title="CIO")
    lead(2, title="Clerk")
    lead(3)
    versions.keep_draft(LINES, "We want CIOs", by=alice, at=NOW)
    with pytest.raises(Refused, match="Look at the effect"):
        versions.publish(by=alice, at=NOW)
    versions.ask_for_effect(RULE, by=alice, at=NOW)
    made = versions.publish(by=alice, at=NOW)
    assert (made.number, made.note, made.created_by) == (1, "We want CIOs", alice)
    assert made.points["lines"][0]["share"] == 0.5  # one of the two whose title is known
    assert not ScoreDraft.objects.exists()
    assert AuditEntry.objects.get(action="score_rule.saved").subject == "ScoreRule:1"


def test_a_draft_that_changed_since_needs_its_own_effect(alice: Person) -> None:
    lead(1)
    versions.keep_draft(LINES, "", by=alice, at=NOW)
    versions.ask_for_effect(RULE, by=alice, at=NOW)
    versions.keep_draft([{**LINES[0], "points": 61}], "", by=alice, at=NOW)
    with pytest.raises(Refused, match="Look at the effect"):
        versions.publish(by=alice, at=NOW)


def test_an_earlier_version_comes_back_as_a_new_one(alice: Person) -> None:
    first = ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)
    ScoreRule.objects.create(number=2, points={"lines": []}, created_at=BEGAN)
    made = versions.renew(first, by=alice, at=NOW)
    assert (made.number, made.points, made.note) == (3, first.points, "Version 1 again.")


@pytest.mark.parametrize("verb", ["keep", "propose", "effect", "publish", "renew"])
def test_sellers_do_not_change_the_rule(bob: Person, verb: str) -> None:
    version = ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)
    verbs = {
        "keep": lambda: versions.keep_draft(LINES, "", by=bob, at=NOW),
        "propose": lambda: versions.propose(by=bob, at=NOW),
        "effect": lambda: versions.ask_for_effect(RULE, by=bob, at=NOW),
        "publish": lambda: versions.publish(by=bob, at=NOW),
        "renew": lambda: versions.renew(version, by=bob, at=NOW),
    }
    with pytest.raises(Refused, match="Your role does not let you change how leads are scored"):
        verbs[verb]()


def test_a_first_rule_is_proposed_from_what_became_of_leads(db: None) -> None:
    """Of 100 bankers half became an opportunity, of 100 retailers none; half of all had been at a webinar."""
    for number in range(200):
        vertical = "banking" if number < 100 else "retail"
        made = (won if number < 50 else lead)(number, vertical=vertical, created_at=NOW - 200 * DAY)
        if number % 2:
            touch(made, 190)
    found = proposing.propose(at=NOW)
    said = {editing.said(line): line.points for line in found.rule.lines}
    assert said["Vertical is banking"] == 40
    assert said["Vertical is retail"] == -40
    assert "Webinar" not in said  # as many of either kind
    assert found.because[0] == "50 % of 100 such leads became an opportunity, against 0 % of the others"


def test_too_little_history_proposes_an_ordinary_rule_and_says_so(db: None) -> None:
    found = proposing.propose(at=NOW)
    assert found.rule == proposing.ORDINARY
    assert found.about.startswith("An ordinary rule to begin with: in the last two years, 0 of 0 leads")


def test_runs_go_through_all_leads_first_and_then_through_those_that_did_something(db: None) -> None:
    ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)
    one, _other = lead(1, title="CIO"), lead(2)
    first = runs.new_touches(at=NOW)
    assert first is not None
    assert (first.is_whole, first.done, first.changed) == (True, 2, 2)
    assert runs.new_touches(at=NOW) is None
    touch(one, 0)
    second = runs.new_touches(at=NOW + timedelta(minutes=5))
    assert second is not None
    assert (second.is_whole, second.done, second.changed) == (False, 1, 1)
    one.refresh_from_db()
    assert one.score == 80


def test_another_rule_in_force_has_every_lead_scored_anew(alice: Person, fay: Person) -> None:
    ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)
    lead(1)
    runs.new_touches(at=NOW)
    agree(alice, fay, begins=NOW + DAY)
    again = runs.new_touches(at=NOW + 2 * DAY)
    assert again is not None
    assert again.is_whole


def test_a_lead_is_told_its_score_and_what_it_lacks(alice: Person, fay: Person) -> None:
    ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)
    agree(alice, fay)
    one = lead(1, title="Clerk", country="Austria", vertical="banking")
    found = telling.told(one, at=NOW)
    assert (found.score, found.version, found.parts) == (0, 1, ())
    assert found.state == "It lacks 2 things to qualify as “Banks in DACH”."
    assert [each.lacks for each in found.demands if not each.met] == [
        "Webinar at least once within 90 days (so far 0)",
        "40 points: it has 0",
    ]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({}, "It qualifies as “Everybody else”, and will when leads are scored next."),
        ({"fate": "worked"}, "It meets all that “Everybody else” asks. The CRM says that sales is working it."),
        ({"fate": "returned"}, "It meets all that “Everybody else” asks. The CRM says that sales gave it back."),
        (
            {"created_at": BEGAN - DAY},
            "It meets all that “Everybody else” asks. It was not created, and did nothing, since the agreement began.",
        ),
    ],
)
def test_it_says_what_stands_in_the_way_of_a_lead_that_meets_everything(
    alice: Person, fay: Person, columns: dict[str, Any], sentence: str
) -> None:
    ScoreRule.objects.create(number=1, points=rules.write(RULE), created_at=BEGAN)
    agree(alice, fay)
    assert telling.told(lead(1, title="CIO", country="France", **columns), at=NOW).state == sentence


def form(lines: list[dict[str, Any]], **more: str) -> dict[str, Any]:
    """What a browser sends for these lines."""
    data: dict[str, Any] = {"lines": str(len(lines)), "note": "", **more}
    for place, line in enumerate(lines):
        data |= {f"{place}-{key}": value for key, value in line.items()}
    return data


TITLE = {"about": "field", "points": "60", "field": "title", "how": "contains", "values": "CIO\nChief"}
WEBINAR = {
    "about": "behaviour", "points": "20", "channels": ["webinar"], "each": "each", "half_life": "30", "within": "180",
    "cap": "40",
}  # fmt: skip


def test_a_marketer_edits_looks_and_saves_without_a_script(alice: Person) -> None:
    lead(1, title="CIO")
    client = signed_in(alice)
    address = reverse("leads:score_draft")
    assert client.get(address).status_code == 200
    client.post(address, form([TITLE, WEBINAR], do="up:1"))
    assert [line["about"] for line in ScoreDraft.objects.get().points["lines"]] == ["behaviour", "field"]
    assert client.post(address, form([WEBINAR, TITLE], do="save")).url == address  # type: ignore[attr-defined]
    assert not ScoreRule.objects.exists()
    client.post(address, form([WEBINAR, TITLE], do="look"))
    page = client.get(address).content.decode()
    assert "Would have qualified" in page
    client.post(address, form([WEBINAR, TITLE], do="save", note="First"))
    made = ScoreRule.objects.get()
    assert (made.number, made.note, len(made.points["lines"])) == (1, "First", 2)
    assert "+60" in client.get(reverse("leads:scoring")).content.decode()
    assert client.get(reverse("leads:score_rule", args=[1])).status_code == 200


def test_a_line_that_is_not_finished_says_so_and_is_kept(alice: Person) -> None:
    client = signed_in(alice)
    page = client.post(
        reverse("leads:score_draft"), form([{**TITLE, "values": ""}], do="keep"), follow=True
    ).content.decode()
    assert "“Job title contains …” needs a value." in page
    assert ScoreDraft.objects.get().points["lines"][0]["condition"]["values"] == []


def test_a_discarded_draft_can_be_brought_back(alice: Person) -> None:
    client = signed_in(alice)
    client.post(reverse("leads:score_draft"), form([TITLE], do="keep"))
    client.post(reverse("leads:score_draft_removal"))
    assert not ScoreDraft.objects.exists()
    assert "Bring it back" in client.get(reverse("leads:scoring")).content.decode()
    client.post(reverse("leads:score_draft_return"))
    assert ScoreDraft.objects.get().points["lines"][0]["points"] == 60


@pytest.mark.parametrize(
    "hostile",
    [
        {"lines": "99999999999999999999", "0-about": "field"},
        {"lines": "-1"},
        {"lines": "x\x01"},
        form([{"about": "field", "points": "1e9", "field": "__class__", "how": "is", "values": "x"}]),
        form([{"about": "behaviour", "points": "²", "channels": ["<script>"], "within": "-5", "cap": "0x10"}]),
        form([{"about": "<script>", "points": "1"}]),
        form([TITLE], do="remove:99"),
        form([TITLE], do="up:-1"),
        form([TITLE], do="add:__init__"),
    ],
)
def test_hostile_forms_break_nothing(alice: Person, hostile: dict[str, Any]) -> None:
    client = signed_in(alice)
    response = client.post(reverse("leads:score_draft"), hostile, follow=True)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode().replace('<script type="module"', "")


def test_a_huge_form_is_cut_where_a_rule_ends(alice: Person) -> None:
    client = signed_in(alice)
    page = client.post(
        reverse("leads:score_draft"), form([{"about": "behaviour", "points": "1"}] * 250, do="keep"), follow=True
    )
    assert page.status_code == 200
    assert len(ScoreDraft.objects.get().points["lines"]) == 201
    client.post(reverse("leads:score_draft"), form([{"about": "behaviour", "points": "1"}] * 250, do="look"))
    assert not ScoreEffect.objects.exists()


def test_the_draft_is_for_those_who_may_change_it(bob: Person, charlie: Person) -> None:
    assert signed_in(bob).get(reverse("leads:scoring")).status_code == 200
    assert signed_in(bob).get(reverse("leads:score_draft")).status_code == 403
    assert signed_in(charlie).get(reverse("leads:scoring")).status_code in (403, 404)
    assert not ScoringRun.objects.exists()

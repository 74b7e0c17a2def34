"""What the stages of a CRM are proposed to stand for, and how an administrator decides."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from sameside.conversations import mapping
from sameside.conversations.models import StageMapping
from sameside.conversations.stages import Found, proposals
from sameside.crm.models import Deal, StageChange
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW

SALESFORCE = (
    ("Prospecting", 10), ("Qualification", 10), ("Needs Analysis", 20), ("Value Proposition", 50),
    ("Id. Decision Makers", 60), ("Perception Analysis", 70), ("Proposal/Price Quote", 75),
    ("Negotiation/Review", 90), ("Closed Won", 100), ("Closed Lost", 0),
)  # fmt: skip


def _of(*stages: tuple[str, int] | str) -> dict[str, str]:
    found = []
    for place, one in enumerate(stages):
        name, probability = (one, None) if isinstance(one, str) else (one[0], Decimal(one[1]))
        found.append(Found(name, probability=probability, place=float(place)))
    return {one.stage: one.closes or one.kind for one in proposals(found)}


def test_the_usual_stages_of_salesforce() -> None:
    assert _of(*SALESFORCE) == {
        "Prospecting": "tailored_pov",
        "Qualification": "right_people",
        "Needs Analysis": "relevant_meeting",
        "Value Proposition": "definition_of_success",
        "Id. Decision Makers": "definition_of_success",
        "Perception Analysis": "definition_of_success",
        "Proposal/Price Quote": "tangible_value",
        "Negotiation/Review": "tangible_value",
        "Closed Won": "won",
        "Closed Lost": "lost",
    }


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        (
            ("Erstkontakt", "Bedarfsanalyse", "Lösungskonzept", "Angebot", "Gewonnen", "Verloren"),
            ["tailored_pov", "relevant_meeting", "definition_of_success", "tangible_value", "won", "lost"],
        ),
        (
            ("Prospection", "Qualification", "Découverte du besoin", "Négociation", "Gagné", "Perdu"),
            ["tailored_pov", "right_people", "relevant_meeting", "tangible_value", "won", "lost"],
        ),
        (
            ("Nuevo", "Calificación", "Reunión", "Propuesta", "Cerrado ganado", "Cerrado perdido"),
            ["tailored_pov", "right_people", "relevant_meeting", "tangible_value", "won", "lost"],
        ),
        (("Prospecting", "Engaging", "Won", "Lost"), ["tailored_pov", "relevant_meeting", "won", "lost"]),
        (
            ("Stufe 1", "Stufe 2", "Stufe 3", "Stufe 4", "Stufe 5"),
            ["tailored_pov", "right_people", "relevant_meeting", "definition_of_success", "tangible_value"],
        ),
        (
            ("Appointment scheduled", "Qualified to buy", "Presentation scheduled", "Decision maker bought-in",
             "Contract sent"),
            ["relevant_meeting", "relevant_meeting", "relevant_meeting", "definition_of_success", "tangible_value"],
        ),
    ],
)  # fmt: skip
def test_other_languages_and_names_that_do_not_tell(stages: tuple[str, ...], expected: list[str]) -> None:
    assert list(_of(*stages).values()) == expected


def test_a_stage_whose_deals_are_all_won_closes() -> None:
    (only,) = proposals([Found("Bravo", deals=40, won=39, lost=1)])
    assert (only.closes, only.reason) == ("won", "39 of the 40 deals in this stage are won.")


def test_reasons_are_sentences() -> None:
    first, second, third = proposals(
        [Found("Needs analysis", place=0.1), Found("Prospects", place=0.2), Found("Contract", place=0.3)]
    )
    assert first.reason == "The name speaks of needs, a demonstration or a meeting (“needs”)."
    assert second.reason == "It stands after “Needs analysis” and before “Contract”; its name contradicts that order."
    assert (second.kind, third.kind) == ("definition_of_success", "tangible_value")


@pytest.fixture
def deals(db: None) -> None:
    for number, stage in enumerate(("Prospecting", "Needs Analysis", "Closed Won")):
        won = stage == "Closed Won"
        deal = Deal.objects.create(
            source="t", external_id=str(number), name=stage, stage=stage, created_at=NOW, is_closed=won, is_won=won,
            closed_at=NOW if won else None,
        )  # fmt: skip
        StageChange.objects.create(source="t", external_id=f"{number}a", deal=deal, stage="Prospecting", at=NOW)
        StageChange.objects.create(
            source="t", external_id=f"{number}b", deal=deal, stage=stage, at=NOW + timedelta(days=number)
        )


def _stored() -> list[tuple[str, str]]:
    return [(row.stage, row.closes or row.kind) for row in StageMapping.objects.all()]


def test_stages_found_are_proposed_once(deals: None) -> None:
    assert mapping.propose(at=NOW) == 3
    assert mapping.propose(at=NOW) == 0
    assert _stored() == [
        ("Prospecting", "tailored_pov"),
        ("Needs Analysis", "relevant_meeting"),
        ("Closed Won", "won"),
    ]


def test_what_an_administrator_decided_stays(deals: None, gus: Person) -> None:
    mapping.propose(at=NOW)
    mapping.change("Needs Analysis", "right_people", "", by=gus, at=NOW)
    assert mapping.propose(at=NOW) == 0
    assert _stored()[1] == ("Needs Analysis", "right_people")
    entry = AuditEntry.objects.get(action="stage.mapped")
    assert (entry.person, entry.subject) == (gus, "Needs Analysis")
    assert entry.details == {
        "before": {"kind": "relevant_meeting", "closes": ""},
        "after": {"kind": "right_people", "closes": ""},
    }


def test_confirming_leaves_the_meaning_as_it_is(deals: None, gus: Person) -> None:
    mapping.propose(at=NOW)
    assert mapping.confirm(["Prospecting", "Closed Won"], by=gus, at=NOW) == 2
    assert mapping.confirm(["Prospecting"], by=gus, at=NOW) == 0
    assert list(StageMapping.objects.filter(confirmed_by=gus).values_list("stage", flat=True)) == [
        "Prospecting",
        "Closed Won",
    ]


def test_a_closing_stage_is_no_conversation_and_nonsense_is_refused(deals: None, gus: Person) -> None:
    mapping.propose(at=NOW)
    assert mapping.change("Needs Analysis", "right_people", "lost", by=gus, at=NOW).kind == ""
    with pytest.raises(mapping.Invalid):
        mapping.change("Needs Analysis", "small_talk", "", by=gus, at=NOW)
    with pytest.raises(mapping.Invalid):
        mapping.change("Needs Analysis", "", "perhaps", by=gus, at=NOW)


def test_only_an_administrator_maps_stages(deals: None, alice: Person) -> None:
    mapping.propose(at=NOW)
    with pytest.raises(Refused):
        mapping.change("Prospecting", "right_people", "", by=alice, at=NOW)
    with pytest.raises(Refused):
        mapping.confirm(["Prospecting"], by=alice, at=NOW)


def test_changes_ask_once_for_the_conversations_to_be_derived_again(
    gus: Person, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    StageMapping.objects.create(stage="Talks")
    with django_capture_on_commit_callbacks(execute=True):
        mapping.change("Talks", "right_people", "", by=gus, at=NOW)
        mapping.change("Talks", "tailored_pov", "", by=gus, at=NOW)
        mapping.change("Talks", "tailored_pov", "", by=gus, at=NOW)
    assert list(ProcrastinateJob.objects.values_list("task_name", flat=True)) == ["conversations.derive"]

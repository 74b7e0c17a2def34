"""How stage changes become conversations: the rule case by case, then in bulk against the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from sameside.conversations import derivation
from sameside.conversations.derivation import Change, Place, conversations_of, derive
from sameside.conversations.models import Conversation, StageMapping
from sameside.crm.models import Deal, StageChange
from sameside.people.models import Person
from tests.conftest import NOW

START = datetime(2026, 1, 1, tzinfo=UTC)
MAPPING = {
    "Prospecting": Place("tailored_pov"),
    "Qualification": Place("right_people"),
    "Discovery": Place("right_people"),
    "Needs": Place("relevant_meeting"),
    "Value": Place("definition_of_success"),
    "Proposal": Place("tangible_value"),
    "Legal review": Place(),
    "Won": Place(closes="won"),
    "Lost": Place(closes="lost"),
}

# What happened, `day:stage` each, and the conversations that follow: kind, attempt, state, opened on and ended on day.
CASES = {
    "nothing": ("", []),
    "first stage": ("0:Prospecting", [("tailored_pov", 1, "open", 0, None)]),
    "one after the other": (
        "0:Prospecting 3:Qualification",
        [("tailored_pov", 1, "succeeded", 0, 3), ("right_people", 1, "open", 3, None)],
    ),
    "two stages of one kind are one conversation": (
        "0:Qualification 2:Discovery 5:Qualification",
        [("right_people", 1, "open", 0, None)],
    ),
    "skipping does not invent the kinds between": (
        "0:Prospecting 4:Value",
        [("tailored_pov", 1, "succeeded", 0, 4), ("definition_of_success", 1, "open", 4, None)],
    ),
    "going back fails, and there is a second attempt": (
        "0:Qualification 2:Value 5:Qualification 9:Value",
        [
            ("right_people", 1, "succeeded", 0, 2),
            ("definition_of_success", 1, "failed", 2, 5),
            ("right_people", 2, "succeeded", 5, 9),
            ("definition_of_success", 2, "open", 9, None),
        ],
    ),
    "won from the first stage": (
        "0:Prospecting 6:Won",
        [("tailored_pov", 1, "succeeded", 0, 6), ("tangible_value", 1, "succeeded", 6, 6)],
    ),
    "won from the last stage": ("0:Proposal 6:Won", [("tangible_value", 1, "succeeded", 0, 6)]),
    "won at once": ("0:Won", [("tangible_value", 1, "succeeded", 0, 0)]),
    "won twice is won once": ("0:Proposal 6:Won 7:Won", [("tangible_value", 1, "succeeded", 0, 6)]),
    "lost": ("0:Needs 6:Lost", [("relevant_meeting", 1, "failed", 0, 6)]),
    "lost at once": ("0:Lost", []),
    "lost twice is lost once": ("0:Needs 6:Lost 8:Lost", [("relevant_meeting", 1, "failed", 0, 6)]),
    "reopened after a loss": (
        "0:Needs 6:Lost 8:Needs 9:Won",
        [
            ("relevant_meeting", 1, "failed", 0, 6),
            ("relevant_meeting", 2, "succeeded", 8, 9),
            ("tangible_value", 1, "succeeded", 9, 9),
        ],
    ),
    "reopened after a win": (
        "0:Proposal 6:Won 8:Value 9:Lost",
        [("tangible_value", 1, "succeeded", 0, 6), ("definition_of_success", 1, "failed", 8, 9)],
    ),
    "a loss turned into a win": (
        "0:Proposal 6:Lost 7:Won",
        [("tangible_value", 1, "failed", 0, 6), ("tangible_value", 2, "succeeded", 7, 7)],
    ),
    "a win taken back": ("0:Proposal 6:Won 7:Lost", [("tangible_value", 1, "failed", 0, 7)]),
    "stages without a meaning change nothing": (
        "0:Nobody_knows 1:Prospecting 2:Legal_review 3:Nobody_knows 4:Qualification",
        [("tailored_pov", 1, "succeeded", 1, 4), ("right_people", 1, "open", 4, None)],
    ),
    "of the same moment the last counts": (
        "0:Prospecting 3:Qualification 3:Needs",
        [("tailored_pov", 1, "succeeded", 0, 3), ("relevant_meeting", 1, "open", 3, None)],
    ),
    "created and won at the same moment": ("0:Prospecting 0:Won", [("tangible_value", 1, "succeeded", 0, 0)]),
}


def _changes(story: str) -> list[Change]:
    steps = [step.split(":") for step in story.split()]
    return [
        Change(number, stage.replace("_", " "), START + timedelta(days=int(day)))
        for number, (day, stage) in enumerate(steps, 1)
    ]


@pytest.mark.parametrize("name", CASES)
def test_conversations_of_a_history(name: str) -> None:
    story, expected = CASES[name]
    found = [
        (one.kind, one.attempt, one.state, (one.opened_at - START).days, one.ended_at and (one.ended_at - START).days)
        for one in conversations_of(reversed(_changes(story)), MAPPING)
    ]
    assert found == expected


def test_each_conversation_keeps_the_rows_that_made_it() -> None:
    first, second = conversations_of(_changes("0:Prospecting 3:Qualification"), MAPPING)
    assert (first.opened_by, first.ended_by) == (1, 2)
    assert (second.opened_by, second.ended_by) == (2, None)


def _deal(number: int, story: str, owner: Person | None = None) -> Deal:
    changes = _changes(story)
    deal = Deal.objects.create(
        source="t", external_id=str(number), name=f"Deal {number}", stage="Any", created_at=START, owner=owner
    )
    StageChange.objects.bulk_create(
        StageChange(source="t", external_id=f"{number}-{one.id}", deal=deal, stage=one.stage, at=one.at)
        for one in changes
    )
    return deal


@pytest.fixture
def mapped(db: None) -> None:
    StageMapping.objects.bulk_create(
        StageMapping(stage=stage, kind=place.kind, closes=place.closes) for stage, place in MAPPING.items()
    )


def _counts(deal: Deal) -> list[tuple[str, str]]:
    return list(Conversation.objects.filter(deal=deal).order_by("opened_at", "pk").values_list("kind", "state"))


def test_deriving_twice_changes_nothing(mapped: None, bob: Person) -> None:
    _deal(1, "0:Prospecting 3:Needs 5:Won", bob)
    _deal(2, "0:Prospecting 3:Lost", bob)
    first = derive(at=NOW)
    kept = list(Conversation.objects.order_by("pk").values())
    second = derive(at=NOW)
    assert (first.deals, first.created, first.changed, first.removed) == (2, 4, 0, 0)
    assert (second.deals, second.created, second.changed, second.removed) == (2, 0, 0, 0)
    assert list(Conversation.objects.order_by("pk").values()) == kept
    assert kept[0]["owner_id"] == bob.pk


def test_only_what_differs_is_written(mapped: None) -> None:
    deal = _deal(1, "0:Prospecting")
    _deal(2, "0:Prospecting 3:Lost")
    derive(at=NOW)
    conversation = Conversation.objects.get(deal=deal)
    StageChange.objects.create(source="t", external_id="later", deal=deal, stage="Needs", at=START + timedelta(days=4))
    done = derive(at=NOW)
    assert (done.created, done.changed, done.removed) == (1, 1, 0)
    conversation.refresh_from_db()
    assert conversation.state == "succeeded"
    assert _counts(deal) == [("tailored_pov", "succeeded"), ("relevant_meeting", "open")]


def test_another_mapping_removes_what_no_longer_follows(mapped: None) -> None:
    deal = _deal(1, "0:Prospecting 3:Needs")
    derive(at=NOW)
    StageMapping.objects.filter(stage="Prospecting").update(kind="")
    done = derive([deal.pk], at=NOW)
    assert (done.deals, done.created, done.changed, done.removed) == (1, 0, 0, 1)
    assert _counts(deal) == [("relevant_meeting", "open")]


def test_a_mapping_that_is_changed_meanwhile_counts_for_the_deals_that_follow(
    mapped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _deal(1, "0:Prospecting"), _deal(2, "0:Prospecting")
    monkeypatch.setattr(derivation, "BATCH", 1)

    locks = []

    def locked(execute: Any, sql: str, *given: Any) -> Any:
        if "pg_advisory_xact_lock" in sql:
            locks.append(sql)
            if len(locks) == 2:
                StageMapping.objects.filter(stage="Prospecting").update(kind="right_people")
        return execute(sql, *given)

    with connection.execute_wrapper(locked):
        derive(at=NOW)
    assert (_counts(first), _counts(second)) == ([("tailored_pov", "open")], [("right_people", "open")])


def test_what_is_deleted_in_the_source_or_still_to_come_has_no_conversation(mapped: None) -> None:
    gone, future = _deal(1, "0:Prospecting"), _deal(2, "0:Prospecting 400:Needs")
    Deal.objects.filter(pk=gone.pk).update(deleted_in_source=True)
    derive(at=NOW)
    assert _counts(gone) == []
    assert _counts(future) == [("tailored_pov", "open")]

from datetime import UTC, datetime

import pytest

from sameside.leads.handover import answering, reasons
from sameside.leads.handover.reasons import Wanted
from sameside.leads.models import HandOver, Reason
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.leads.handover.handed import reason

ELEVEN = datetime(2026, 6, 1, 9, tzinfo=UTC)
KEYS = [
    "not_our_segment", "no_need", "wrong_person", "no_budget", "no_authority", "timing", "duplicate", "bad_data",
    "competitor", "no_answer", "other",
]  # fmt: skip


def test_the_reasons_that_are_there_from_the_beginning(db: None) -> None:
    assert [one.key for one in Reason.objects.all()] == KEYS
    offered = {ending: [one.key for one in rows] for ending, rows in reasons.by_ending().items()}
    assert offered["return"] == KEYS
    assert offered["recycle"] == [
        "no_need", "no_budget", "no_authority", "timing", "competitor", "no_answer", "other",
    ]  # fmt: skip
    assert "timing" not in offered["disqualify"]


def test_an_administrator_adds_renames_and_takes_it_back(gus: Person) -> None:
    made = reasons.add(Wanted("Below our price", "", ["return"]), by=gus, at=ELEVEN)
    one = reason("below_our_price")
    renamed = reasons.change(one, Wanted("Too small", "Below our price", ["return", "recycle"]), by=gus, at=ELEVEN)
    assert reason("below_our_price").label == "Too small"
    reasons.undo(renamed, by=gus, at=ELEVEN)
    assert reason("below_our_price").endings == ["return"]
    reasons.undo(made, by=gus, at=ELEVEN)
    assert not Reason.objects.filter(key="below_our_price").exists()


def test_a_reason_put_away_is_not_offered_and_stays_where_it_was_used(
    handover: HandOver, bob: Person, gus: Person
) -> None:
    answering.return_(handover, reason("no_need"), by=bob, at=ELEVEN)
    made = reasons.put_away(reason("no_need"), by=gus, at=ELEVEN)
    assert "no_need" not in [one.key for one in reasons.offered("return")]
    handover.refresh_from_db()
    assert handover.reason.label == "No need"
    reasons.undo(made, by=gus, at=ELEVEN)
    assert "no_need" in [one.key for one in reasons.offered("return")]


def test_the_order_is_theirs(gus: Person) -> None:
    made = reasons.move(reason("other"), -10, by=gus, at=ELEVEN)
    assert reasons.offered("return")[0].key == "other"
    reasons.undo(made, by=gus, at=ELEVEN)
    assert [one.key for one in reasons.offered("return")] == KEYS


def test_what_was_changed_again_is_not_undone(gus: Person) -> None:
    first = reasons.change(reason("no_need"), Wanted("No pain", "", ["return"]), by=gus, at=ELEVEN)
    reasons.change(reason("no_need"), Wanted("No use", "", ["return"]), by=gus, at=ELEVEN)
    with pytest.raises(Refused, match=r"^The reason was changed again since"):
        reasons.undo(first, by=gus, at=ELEVEN)


def test_every_ending_keeps_a_reason(gus: Person) -> None:
    Reason.objects.exclude(key="timing").delete()
    with pytest.raises(Refused, match=r"^It is the last reason to return to marketing"):
        reasons.put_away(reason("timing"), by=gus, at=ELEVEN)


def test_two_of_one_name_and_other_roles_are_refused(gus: Person, alice: Person) -> None:
    with pytest.raises(Refused, match=r"^There is a reason “bad data” already\.$"):
        reasons.add(Wanted("bad data", "", ["return"]), by=gus, at=ELEVEN)
    with pytest.raises(Refused):
        reasons.put_away(reason("bad_data"), by=alice, at=ELEVEN)
    with pytest.raises(Refused, match=r"^Choose for which ending"):
        reasons.read({"label": "Unheard of"}, ["win"])

"""Every verb has an answer in every state, and every state can be reached and left as the table says."""

import re
from pathlib import Path

import pytest

from sameside.leads.handover import transitions
from sameside.leads.handover.transitions import OPEN, TRANSITIONS, No, State, Verb
from sameside.leads.models import HandOver
from sameside.people.policies import Refused

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "working-leads.md"


def test_every_verb_has_an_answer_in_every_state() -> None:
    assert set(TRANSITIONS) == set(State)
    assert all(set(answers) == set(Verb) for answers in TRANSITIONS.values())
    assert set(HandOver.Outcome.values) == {state.value for state in State if state not in OPEN}


def test_nothing_leads_out_of_an_end_and_every_state_is_reached() -> None:
    reached = {to for answers in TRANSITIONS.values() for to in answers.values() if isinstance(to, State)}
    assert reached | {State.NEW} == set(State)
    assert all(isinstance(to, No) for state in State if state not in OPEN for to in TRANSITIONS[state].values())


def test_every_open_state_can_end_in_every_way() -> None:
    ends = {Verb.RETURN, Verb.DISQUALIFY, Verb.RECYCLE, Verb.CONVERT, Verb.REASSIGN, Verb.WITHDRAW}
    for state in OPEN:
        assert {TRANSITIONS[state][verb] for verb in ends} == {state for state in State if state not in OPEN}


def test_a_refusal_is_a_sentence_with_the_day(handover: HandOver) -> None:
    handover.accepted_at = handover.at
    with pytest.raises(Refused, match=r"^It was accepted on 1 June 2026 already\.$"):
        transitions.check(handover, Verb.ACCEPT)


def test_the_guide_shows_the_table() -> None:
    text = GUIDE.read_text()
    assert transitions.table() in text
    assert transitions.diagram() in text
    assert not re.search(r"\bNone\b", transitions.table())

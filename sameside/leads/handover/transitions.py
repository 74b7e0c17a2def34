"""What can be done with a hand-over in which state, and what it is afterwards: the one table.

A hand-over is new until somebody of sales takes it, then it is worked, and it may wait for the buyer; ended, it is its
outcome. The diagram and the table in `docs/guides/working-leads.md` are drawn from here, and a test proves that every
verb has an answer in every state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sameside.leads.models import HandOver
from sameside.people.policies import Refused


class State(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    RETURNED = "returned"
    DISQUALIFIED = "disqualified"
    RECYCLED = "recycled"
    CONVERTED = "converted"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    ACCEPT = "accept"
    ATTEMPT = "attempt"
    PAUSE = "pause"
    RESUME = "resume"
    RETURN = "return"
    DISQUALIFY = "disqualify"
    RECYCLE = "recycle"
    CONVERT = "convert"
    REASSIGN = "reassign"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class No:
    """It cannot be done in this state; `sentence` says why, with {when} the lead came into it."""

    sentence: str


LABELS: Mapping[State, str] = {
    State.NEW: "New",
    State.ACCEPTED: "Accepted",
    State.WAITING: "Waiting for the buyer",
    State.RETURNED: "Returned",
    State.DISQUALIFIED: "Disqualified",
    State.RECYCLED: "Recycled",
    State.CONVERTED: "Converted",
    State.REASSIGNED: "Passed on",
    State.WITHDRAWN: "Taken back",
}
OPEN = (State.NEW, State.ACCEPTED, State.WAITING)
_ENDS: Mapping[Verb, State] = {
    Verb.RETURN: State.RETURNED,
    Verb.DISQUALIFY: State.DISQUALIFIED,
    Verb.RECYCLE: State.RECYCLED,
    Verb.CONVERT: State.CONVERTED,
    Verb.REASSIGN: State.REASSIGNED,
    Verb.WITHDRAW: State.WITHDRAWN,
}


def _ended(sentence: str) -> Mapping[Verb, State | No]:
    return dict.fromkeys(Verb, No(sentence))


TRANSITIONS: Mapping[State, Mapping[Verb, State | No]] = {
    State.NEW: {
        Verb.ACCEPT: State.ACCEPTED,
        Verb.ATTEMPT: State.ACCEPTED,  # who tries has taken it
        Verb.PAUSE: No("Accept it first: nobody waits for the buyer who has not taken the lead."),
        Verb.RESUME: No("Its clock runs."),
        **_ENDS,
    },
    State.ACCEPTED: {
        Verb.ACCEPT: No("It was accepted on {when} already."),
        Verb.ATTEMPT: State.ACCEPTED,
        Verb.PAUSE: State.WAITING,
        Verb.RESUME: No("Its clock runs."),
        **_ENDS,
    },
    State.WAITING: {
        Verb.ACCEPT: No("It was accepted already, and waits for the buyer since {when}."),
        Verb.ATTEMPT: State.WAITING,
        Verb.PAUSE: No("It waits for the buyer since {when} already."),
        Verb.RESUME: State.ACCEPTED,
        **_ENDS,
    },
    State.RETURNED: _ended("It was returned to marketing on {when}."),
    State.DISQUALIFIED: _ended("It was disqualified on {when}."),
    State.RECYCLED: _ended("It was recycled on {when}."),
    State.CONVERTED: _ended("It was converted on {when}."),
    State.REASSIGNED: _ended("It was passed on to somebody else on {when}."),
    State.WITHDRAWN: _ended("Marketing took it back on {when}."),
}


def state_of(handover: HandOver) -> State:
    if handover.ended_at is not None:
        return State(handover.outcome)
    if handover.paused_at is not None:
        return State.WAITING
    return State.ACCEPTED if handover.accepted_at is not None else State.NEW


def check(handover: HandOver, verb: Verb) -> State:
    """The state that `verb` leads to. Raises the sentence for the screen where it cannot be done."""
    answer = TRANSITIONS[state_of(handover)][verb]
    if isinstance(answer, No):
        since = handover.ended_at or handover.paused_at or handover.accepted_at or handover.at
        raise Refused(answer.sentence.format(when=f"{since:%-d %B %Y}"))
    return answer


def allowed(handover: HandOver) -> frozenset[Verb]:
    return allowed_in(state_of(handover))


def allowed_in(state: State) -> frozenset[Verb]:
    return frozenset(verb for verb, to in TRANSITIONS[state].items() if isinstance(to, State))


def table() -> str:
    """The table as Markdown: a row for each state, a column for each verb."""
    lines = ["| in state | " + " | ".join(Verb) + " |", "|---" * (len(Verb) + 1) + "|"]
    for state in State:
        cells = [to.value if isinstance(to := TRANSITIONS[state][verb], State) else "–" for verb in Verb]
        lines.append(f"| {state.value} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def diagram() -> str:
    """The diagram of what leads where, as Mermaid."""
    lines = ["```mermaid", "stateDiagram-v2", "  [*] --> new: hand over"]
    lines += [
        f"  {state.value} --> {to.value}: {verb.value}"
        for state in OPEN
        for verb, to in TRANSITIONS[state].items()
        if isinstance(to, State)
    ]
    lines += [f"  {state.value} --> [*]" for state in State if state not in OPEN]
    return "\n".join([*lines, "```", ""])

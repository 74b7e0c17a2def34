"""Reading a play: who read which edition, what they answered, and so who knows it.

To answer the question is to have read; without a question a button says it. Each reading is a row. The first reading of
an edition is also a use of the asset (`Usage.Action.PLAY`), so that the content truth counts who read how to use it.
When the text changes, who read an earlier edition is told so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from sameside.library.models import Play, PlayRead, Usage
from sameside.library.refusals import NotPossible
from sameside.library.usage import recorder
from sameside.people import policies
from sameside.people.models import Person


class State(StrEnum):
    UNREAD = "unread"
    CHANGED = "changed"
    READ = "read"
    KNOWN = "known"


LABELS = {
    State.UNREAD: ("Not read", "neutral"),
    State.CHANGED: ("Changed since you read it", "warn"),
    State.READ: ("Read", "info"),
    State.KNOWN: ("Known", "good"),
}


@dataclass(frozen=True)
class Knowledge:
    """What one person knows of a play; `last` is their latest reading."""

    state: State
    last: PlayRead | None = None


def check_can_read(by: Person, play: Play, answer: int | None) -> None:
    policies.check(by, "read_plays")
    if play.question and answer is None:
        raise NotPossible("Choose an answer.")
    if answer is not None and not 0 <= answer < len(play.answers):
        raise NotPossible("This question has changed: read it again.")


@transaction.atomic
def read(play: Play, *, by: Person, at: datetime, answer: int | None = None, edition: int | None = None) -> PlayRead:
    """`by` has read the play and, where it asks something, answered."""
    play = Play.objects.select_for_update().get(pk=play.pk)
    if edition is not None and edition != play.edition:
        raise NotPossible("The play has changed meanwhile: read it again.")
    given = answer if play.question else None
    check_can_read(by, play, given)
    is_new = not PlayRead.objects.filter(play=play, person=by, edition=play.edition).exists()
    made = PlayRead.objects.create(
        play=play,
        edition=play.edition,
        person=by,
        at=at,
        answer=given,
        is_right=None if given is None else given == play.right_answer,
    )
    if is_new:
        recorder.record(by, play.asset_id, Usage.Action.PLAY, at=at)
    return made


def judge(play: Play, reads: Sequence[PlayRead]) -> Knowledge:
    """What somebody with these readings, newest first, knows: a right answer once is enough for its edition."""
    if not reads:
        return Knowledge(State.UNREAD)
    of_this = [one for one in reads if one.edition == play.edition]
    if not of_this:
        return Knowledge(State.CHANGED, reads[0])
    known = not play.question or any(one.is_right for one in of_this)
    return Knowledge(State.KNOWN if known else State.READ, of_this[0])


def knowledge(plays: Iterable[Play], person: Person) -> Mapping[int, Knowledge]:
    """What `person` knows of each play, in one query."""
    wanted = {play.pk: play for play in plays}
    by_play: dict[int, list[PlayRead]] = {pk: [] for pk in wanted}
    for one in PlayRead.objects.filter(play__in=wanted, person=person).order_by("-at", "-pk"):
        by_play[one.play_id].append(one)
    return {pk: judge(play, by_play[pk]) for pk, play in wanted.items()}

"""Writing a play: how to use one asset. Whoever may edit the library writes it; each change of text is an edition.

A play is for two minutes: about 400 words of talk track and reading together. Longer ones are kept, and their length
is said. The check question has two to five answers, of which one is right.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from sameside.library.models import Asset, Play
from sameside.library.plays import markdown
from sameside.library.refusals import NotPossible
from sameside.people import audit, policies
from sameside.people.models import Person

WORDS = 400
WORDS_A_MINUTE = 200
LEAST_ANSWERS, MOST_ANSWERS = 2, 5
LONGEST = 8_000


@dataclass(frozen=True)
class Text:
    """What a play says."""

    when: str = ""
    for_whom: str = ""
    talk_track: str = ""
    reading: str = ""
    question: str = ""
    answers: Sequence[str] = ()
    right_answer: int = 0
    explanation: str = ""

    @property
    def words(self) -> int:
        return markdown.words(f"{self.when}\n{self.for_whom}\n{self.talk_track}\n{self.reading}")


@dataclass(frozen=True)
class Problem:
    field: str
    sentence: str


def text_of(play: Play) -> Text:
    return Text(
        play.when,
        play.for_whom,
        play.talk_track,
        play.reading,
        play.question,
        tuple(play.answers),
        play.right_answer,
        play.explanation,
    )


def length(words: int) -> str:
    """The time of reading in words: under a minute, 2 minutes, ..."""
    minutes = max(1, round(words / WORDS_A_MINUTE))
    return "under a minute" if words < WORDS_A_MINUTE / 2 else f"{minutes} min"


def problems(text: Text) -> list[Problem]:
    """What is wrong with a text, each as a sentence fit for the screen."""
    found = []
    if not text.talk_track.strip() and not text.reading.strip():
        found.append(Problem("reading", "Write what to say, or what to read, first."))
    found += [
        Problem(name, f"This is longer than {LONGEST:,} letters. A play is for two minutes.")
        for name in ("when", "for_whom", "talk_track", "reading")
        if len(getattr(text, name)) > LONGEST
    ]
    if text.question:
        if not LEAST_ANSWERS <= len(text.answers) <= MOST_ANSWERS:
            found.append(Problem("answers", f"A question has {LEAST_ANSWERS} to {MOST_ANSWERS} answers."))
        elif len(set(text.answers)) < len(text.answers):
            found.append(Problem("answers", "Two answers are the same."))
        elif not 0 <= text.right_answer < len(text.answers):
            found.append(Problem("answers", "Say which answer is right."))
    elif text.answers:
        found.append(Problem("question", "There are answers, but no question."))
    return found


def check_can_write(by: Person, asset: Asset) -> None:
    policies.check(by, "edit_library")
    if asset.continued_by_id:
        raise NotPossible(f"“{asset.title}” is part of another asset by now.")


@transaction.atomic
def write(asset: Asset, text: Text, *, by: Person, at: datetime) -> Play:
    """Make `text` the play of `asset`: its first edition, or the next one when something is different."""
    check_can_write(by, asset)
    wrong = problems(text)
    if wrong:
        raise NotPossible(wrong[0].sentence)
    asset = Asset.objects.select_for_update(of=("self",)).only("title").get(pk=asset.pk)
    play = Play.objects.filter(asset=asset).first()
    if play is not None and text_of(play) == text:
        return play
    if play is None:
        play = Play(asset=asset, edition=0, owner=by, created_at=at)
    for name, value in asdict(text).items():
        setattr(play, name, list(value) if name == "answers" else value)
    play.edition, play.updated_at, play.updated_by = play.edition + 1, at, by
    play.save()
    details = {"asset": asset.pk, "edition": play.edition}
    audit.record("library.play_written", by=by, at=at, subject=asset.title, details=details)
    return play

"""What the asset page and the play's own page show: the play, what the reader knows of it, and who has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString

from sameside.kit.prepared import VALUE, Prepared
from sameside.library.models import Asset, Play
from sameside.library.plays import markdown, reading, writing
from sameside.library.plays.reading import LABELS, Knowledge, State
from sameside.people import policies
from sameside.people.models import Person
from sameside.ui.cells import Badge


@dataclass(frozen=True)
class TeamReading:
    """How many of a team who may sign in have read this edition, and how many of them know it."""

    team: str
    persons: int
    read: int
    known: int


@dataclass(frozen=True)
class PlayView:
    """`play` is None while nobody has written one."""

    play: Play | None
    state: Badge | None
    minutes: str
    when: SafeString
    for_whom: SafeString
    talk_track: SafeString
    reading: SafeString
    knowledge: Knowledge | None
    teams: Sequence[TeamReading]
    readers: str
    may_edit: bool
    url: str
    writing_url: str

    @property
    def is_answered(self) -> bool:
        """Whether the reader has answered this edition's question."""
        return bool(self.knowledge and self.knowledge.state in (State.READ, State.KNOWN))


def build(asset: Asset, person: Person, *, whole: bool = True) -> PlayView | None:
    """None for who may not read plays. When and for whom only, without its readers, unless it is the `whole` play."""
    if not policies.can(person, "read_plays"):
        return None
    play = _plays().one(asset.pk)
    may_edit = policies.can(person, "edit_library")
    known = reading.knowledge([play], person)[play.pk] if play else None
    teams = _teams(play) if play and may_edit and whole else []
    text = writing.text_of(play) if play else writing.Text()
    return PlayView(
        play=play,
        state=Badge(*LABELS[known.state]) if known else None,
        minutes=writing.length(text.words),
        when=markdown.html(text.when),
        for_whom=markdown.html(text.for_whom),
        talk_track=markdown.html(text.talk_track if whole else ""),
        reading=markdown.html(text.reading if whole else ""),
        knowledge=known,
        teams=teams,
        readers=_readers(teams),
        may_edit=may_edit,
        url=reverse("library:play", args=[asset.slug]),
        writing_url=reverse("library:play_writing", args=[asset.slug]),
    )


@lru_cache(maxsize=1)
def _plays() -> Prepared[Play]:
    return Prepared(Play.objects.select_related("owner", "updated_by").filter(asset=VALUE))


def _readers(teams: Sequence[TeamReading]) -> str:
    read, persons = sum(one.read for one in teams), sum(one.persons for one in teams)
    return f"Read by {read:,} of {persons:,} person{'' if persons == 1 else 's'}" if persons else ""


def _teams(play: Play) -> list[TeamReading]:
    """Readers of this edition by team; partners do not read plays and do not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(t.name, 'No team'), count(*), count(r.person_id), count(*) FILTER (WHERE r.known)
            FROM people_person p
            LEFT JOIN people_team t ON t.id = p.team_id
            LEFT JOIN (
                SELECT person_id, bool_or(coalesce(is_right, true)) AS known FROM library_playread
                WHERE play_id = %s AND edition = %s GROUP BY 1
            ) r ON r.person_id = p.id
            WHERE p.is_active AND p.role NOT IN ('', 'partner')
            GROUP BY 1 ORDER BY count(r.person_id)::float / count(*) DESC, 2 DESC, 1
            """,
            [play.pk, play.edition],
        )
        return [TeamReading(*row) for row in cursor.fetchall()]

"""What the queue of a seller asks of the database, each statement made once for whoever asks it.

A page reads of each hand-over its own columns and, beside them, the few of its lead, campaign, owner, qualification
and agreement that its row shows: one record each, not six.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from sameside.kit import paging
from sameside.kit.paging import Order, Page
from sameside.kit.prepared import IsOneOf, PreparedValues, filled, place
from sameside.leads.models import HandOver

ORDER = Order("next_due_at", nullable=True)
READ = {
    "id", "lead_id", "derived", "segment", "owner_id", "agreement_id", "why", "note", "at", "score",
    "accept_due_at", "attempt_due_at", "persist_due_at", "end_due_at", "next_due_at", "accepted_at", "attempts",
    "paused_at", "ended_at", "outcome",
}  # fmt: skip
OWN = tuple(field.attname for field in HandOver._meta.concrete_fields if field.attname in READ)
"""In the order in which a model takes them."""


class About(NamedTuple):
    """What a row shows that stands in other tables; `reasons` and `agreement` are None where there is none."""

    first_name: str
    last_name: str
    email: str
    title: str
    company_name: str
    lead_source: str
    score: int | None
    campaign_id: int | None
    campaign: str | None
    owner: str
    reasons: Sequence[Any] | None
    agreement: int | None
    digest: str | None


ABOUT = (
    "lead__first_name", "lead__last_name", "lead__email", "lead__title", "lead__company_name", "lead__lead_source",
    "lead__score", "lead__campaign_id", "lead__campaign__name", "owner__name", "qualification__reasons",
    "agreement__number", "agreement__digest",
)  # fmt: skip
Found = tuple[HandOver, About]


@dataclass(frozen=True)
class Theirs:
    """The open hand-overs of these owners, or of all of a team."""

    owners: tuple[int, ...] = ()
    team: int | None = None

    @property
    def kind(self) -> Literal["one", "some", "team"]:
        if self.team is not None:
            return "team"
        return "one" if len(self.owners) == 1 else "some"

    @property
    def places(self) -> dict[str, Any]:
        return {"owner": self.owners[0] if self.owners else None, "owners": list(self.owners), "team": self.team}


_KINDS = {
    "one": Q(owner=place("owner")),
    "some": Q(IsOneOf("owner", place("owners"))),
    "team": Q(owner__team_id=place("team")),
}


def _open(whose: Q) -> "QuerySet[HandOver]":
    return HandOver.objects.open().filter(whose, lead__merged_into=None, lead__deleted_in_source=False)


def of(theirs: Theirs) -> "QuerySet[HandOver]":
    """All that are open and theirs, in whatever state."""
    return _open(Q(owner__team_id=theirs.team) if theirs.team is not None else Q(owner__in=theirs.owners))


def in_state(there: "QuerySet[HandOver]", state: str, *, at: Any, midnight: Any) -> "QuerySet[HandOver]":
    """`at` and `midnight`, when the day of the reader ends, are times or the places of times."""
    if state == "new":
        return there.filter(accepted_at=None)
    if state == "accepted":
        return there.filter(accepted_at__isnull=False, paused_at=None)
    if state == "waiting":
        return there.filter(paused_at__isnull=False)
    if state == "overdue":
        return there.filter(next_due_at__lt=at)
    if state == "today":
        return there.filter(next_due_at__gte=at, next_due_at__lt=midnight)
    return there


@lru_cache(maxsize=128)
def _page(kind: str, state: str, beyond: Literal["", "time", "none"], size: int, *, forwards: bool) -> PreparedValues:
    """Those after (or before) the row whose due time is `value`, or that has none; from the first on when ""."""
    rows = in_state(_open(_KINDS[kind]), state, at=place("at"), midnight=place("midnight"))
    if beyond:
        value = place("value") if beyond == "time" else None
        rows = rows.filter(paging.beyond(ORDER, value, place("pk"), forwards=forwards))
    return PreparedValues(paging.ordered(rows, ORDER, forwards=forwards)[: size + 1].values_list(*OWN, *ABOUT))


def page(
    theirs: Theirs, state: str, query: Mapping[str, str], *, size: int, at: datetime, midnight: datetime
) -> "Page[Found]":
    """A page of them, what is due first first. A cursor that cannot be read gives the first page."""
    after, before = query.get("after", ""), query.get("before", "")
    cursor = _cursor(after or before)
    beyond: Literal["", "time", "none"] = "" if cursor is None else "none" if cursor[0] is None else "time"
    forwards = not (before and cursor)
    value, pk = cursor or (None, 0)
    rows = _page(theirs.kind, state, beyond, size, forwards=forwards)(
        **theirs.places, at=at, midnight=midnight, value=value, pk=pk
    )
    found = [_found(row) for row in rows]
    return paging.cut(
        found, size, forwards=forwards, from_start=cursor is None, key=lambda row: (row[0].next_due_at, row[0].pk)
    )


def _cursor(text: str) -> tuple[datetime | None, int] | None:
    read = paging.decode(text)
    if read is None:
        return None
    value, pk = read
    try:
        due = None if value is None else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return None if due is not None and due.tzinfo is None else (due, pk)


def _found(row: Sequence[Any]) -> Found:
    return HandOver.from_db("default", OWN, row[: len(OWN)]), About(*row[len(OWN) :])


_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE accepted_at IS NULL), count(*) FILTER (WHERE next_due_at < %s),
    count(*) FILTER (WHERE next_due_at >= %s AND next_due_at < %s),
    count(*) FILTER (WHERE accepted_at IS NOT NULL AND paused_at IS NULL), count(*) FILTER (WHERE paused_at IS NOT NULL)
FROM ({rows}) there
"""
"""In the order of the queue's states; each as `in_state` says it."""


@lru_cache(maxsize=8)
def _counts(kind: str, most: int) -> tuple[str, tuple[Any, ...]]:
    first = paging.ordered(_open(_KINDS[kind]), ORDER).values("accepted_at", "next_due_at", "paused_at")[: most + 1]
    rows, given = first.query.sql_with_params()
    return _COUNTS.format(rows=rows), given


def counts(theirs: Theirs, most: int, *, at: datetime, midnight: datetime) -> Sequence[int]:
    """How many there are in each state, of the first `most` and one more."""
    statement, given = _counts(theirs.kind, most)
    with connection.cursor() as cursor:
        cursor.execute(statement, (at, at, midnight, *filled(given, theirs.places)))
        counted: tuple[int, ...] = cursor.fetchone()
    return counted

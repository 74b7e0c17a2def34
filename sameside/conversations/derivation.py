"""How the stage history of a deal becomes its conversations.

A deal that is in a stage mapped to kind K has conversation K. Entering a stage of a later kind means that the open
conversation reached its outcome: it succeeded. Entering a stage of an earlier kind means that the deal went back: the
open conversation failed, and a new attempt at the earlier kind opens. Stages without a kind change nothing. A win ends
the open conversation as succeeded and always leaves a succeeded `tangible_value`, for a win is its outcome; a loss
fails what is open. A deal that was closed and enters a stage again begins a new attempt; a win that is turned into a
loss without being reopened is taken back. Rows of the same moment are one step and the last of them counts: nobody has
a conversation in no time.

Every conversation keeps the two stage changes that opened and ended it. `conversations_of` is the rule, without a
database; `derive` applies it to many deals and writes differences only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction

from sameside.conversations.models import RANK, Conversation, Kind, StageMapping
from sameside.crm.models import Deal

State = Conversation.State
BATCH = 2_000
_LOCK = 7_361_008  # any constant: two derivations never interleave


@dataclass(frozen=True)
class Change:
    """A deal entered `stage`."""

    id: int
    stage: str
    at: datetime


@dataclass(frozen=True)
class Place:
    """What a stage means: a conversation of `kind`, or that the deal `closes` won or lost, or (both empty) nothing."""

    kind: str = ""
    closes: str = ""


@dataclass(frozen=True)
class Attempt:
    """One conversation as it follows from the history."""

    kind: str
    attempt: int
    state: str
    opened_at: datetime
    opened_by: int
    ended_at: datetime | None = None
    ended_by: int | None = None


class _History:
    """The attempts so far, of which at most the last is open."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.closed = ""

    @property
    def open(self) -> Attempt | None:
        last = self.attempts[-1] if self.attempts else None
        return last if last and last.state == State.OPEN else None

    def begin(self, kind: str, change: Change) -> None:
        number = 1 + sum(1 for attempt in self.attempts if attempt.kind == kind)
        self.attempts.append(Attempt(kind, number, State.OPEN, change.at, change.id))

    def end(self, state: str, change: Change) -> None:
        last = self.attempts[-1]
        self.attempts[-1] = Attempt(
            last.kind, last.attempt, state, last.opened_at, last.opened_by, change.at, change.id
        )

    def win(self, change: Change) -> None:
        if self.closed == "won":
            return
        current = self.open
        if current:
            self.end(State.SUCCEEDED, change)
        if current is None or current.kind != Kind.TANGIBLE_VALUE:
            self.begin(Kind.TANGIBLE_VALUE, change)
            self.end(State.SUCCEEDED, change)
        self.closed = "won"

    def lose(self, change: Change) -> None:
        if self.open or self.closed == "won":
            self.end(State.FAILED, change)
        self.closed = "lost"

    def enter(self, kind: str, change: Change) -> None:
        current = self.open
        self.closed = ""
        if current is None:
            self.begin(kind, change)
        elif current.kind != kind:
            self.end(State.SUCCEEDED if RANK[kind] > RANK[current.kind] else State.FAILED, change)
            self.begin(kind, change)


def conversations_of(changes: Iterable[Change], mapping: Mapping[str, Place]) -> list[Attempt]:
    """The conversations that one deal's stage changes tell, in the order in which they were opened."""
    history = _History()
    ordered = sorted(changes, key=lambda change: (change.at, change.id))
    for _, moment in groupby(ordered, key=attrgetter("at")):
        known = [change for change in moment if mapping.get(change.stage, Place()) != Place()]
        if not known:
            continue
        change = known[-1]
        place = mapping[change.stage]
        if place.closes == StageMapping.Closes.WON:
            history.win(change)
        elif place.closes == StageMapping.Closes.LOST:
            history.lose(change)
        else:
            history.enter(place.kind, change)
    return history.attempts


@dataclass
class Derived:
    """What a derivation did."""

    deals: int = 0
    created: int = 0
    changed: int = 0
    removed: int = 0


_Fields = tuple[str, datetime, datetime | None, int, int | None, int | None]

_CHANGES = """
SELECT deal_id, id, stage, at FROM crm_stagechange
WHERE deal_id = ANY(%s) AND at <= %s AND NOT deleted_in_source
ORDER BY deal_id, at, id
"""
_STORED = """
SELECT deal_id, kind, attempt, id, state, opened_at, ended_at, opened_by_id, ended_by_id, owner_id
FROM conversations_conversation WHERE deal_id = ANY(%s)
"""
_COPY = """
COPY conversations_conversation
  (deal_id, kind, attempt, state, opened_at, ended_at, opened_by_id, ended_by_id, owner_id) FROM STDIN
"""
_UPDATE = """
UPDATE conversations_conversation AS c
SET state = n.state, opened_at = n.opened_at, ended_at = n.ended_at,
    opened_by_id = n.opened_by, ended_by_id = n.ended_by, owner_id = n.owner
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[])
  AS n(id, state, opened_at, ended_at, opened_by, ended_by, owner)
WHERE c.id = n.id
"""


def _mapping() -> dict[str, Place]:
    rows = StageMapping.objects.values_list("stage", "kind", "closes")
    return {stage: Place(kind, closes) for stage, kind, closes in rows}


def _batches(deal_ids: Sequence[int] | None) -> Iterator[dict[int, tuple[int | None, bool]]]:
    """Deals by id with their owner and whether they still exist in the source, `BATCH` at a time."""
    deals = Deal.objects.order_by("pk")
    if deal_ids is not None:
        deals = deals.filter(pk__in=deal_ids)
    last = 0
    while True:
        found = list(deals.filter(pk__gt=last).values_list("pk", "owner_id", "deleted_in_source")[:BATCH])
        if not found:
            return
        yield {pk: (owner, not deleted) for pk, owner, deleted in found}
        last = found[-1][0]


def _expected(
    deals: Mapping[int, tuple[int | None, bool]], mapping: Mapping[str, Place], at: datetime
) -> dict[tuple[int, str, int], _Fields]:
    expected: dict[tuple[int, str, int], _Fields] = {}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [list(deals), at])
        rows = cursor.fetchall()
    for deal_id, changes in groupby(rows, key=lambda row: row[0]):
        owner, exists = deals[deal_id]
        if not exists:
            continue
        for one in conversations_of((Change(*row[1:]) for row in changes), mapping):
            fields = (one.state, one.opened_at, one.ended_at, one.opened_by, one.ended_by, owner)
            expected[deal_id, one.kind, one.attempt] = fields
    return expected


@transaction.atomic
def _derive_batch(deals: Mapping[int, tuple[int | None, bool]], at: datetime, done: Derived) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        expected = _expected(deals, _mapping(), at)  # read for each batch: one that is changed meanwhile is in force
        cursor.execute(_STORED, [list(deals)])
        stored = {row[:3]: (row[3], row[4:]) for row in cursor.fetchall()}
        gone = [pk for key, (pk, _) in stored.items() if key not in expected]
        changed = [
            (pk, *expected[key]) for key, (pk, fields) in stored.items() if key in expected and fields != expected[key]
        ]
        new = [(*key, *fields) for key, fields in expected.items() if key not in stored]
        if gone:
            cursor.execute("DELETE FROM conversations_conversation WHERE id = ANY(%s)", [gone])
        if changed:
            cursor.execute(_UPDATE, [list(column) for column in zip(*changed, strict=True)])
        if new:
            with cursor.copy(_COPY) as copy:
                for row in new:
                    copy.write_row(row)
    done.deals += len(deals)
    done.created += len(new)
    done.changed += len(changed)
    done.removed += len(gone)


def derive(deal_ids: Sequence[int] | None = None, *, at: datetime) -> Derived:
    """Derive the conversations of these deals (all when None) from their stage history up to `at`, under the mapping
    in force. Writes differences only, so that a second call changes nothing."""
    done = Derived()
    for deals in _batches(deal_ids):
        _derive_batch(deals, at, done)
    return done

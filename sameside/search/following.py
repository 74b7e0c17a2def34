"""One index of this machine follows the change log: applies what changed, or is built anew when it cannot.

It is built anew when there is none, when it is of another database or made otherwise (`identity`), when rows that it
has not read were purged, when a table was emptied, and when it is damaged. The one before it answers until then.

What is written becomes durable before the state that says so: after a kill in between, the same changes are applied
once more, which changes nothing.
"""

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import connection

from sameside.retrieval.engine import Damaged, Engine
from sameside.search import changes, documents, engines, indexes
from sameside.search.indexes import Place, State
from sameside.search.kinds import Kind
from sameside.search.meaning import Meaning

MOST_SECONDS = 1.0
"""Of one round of applying changes to one index, so that the other kinds get their turn."""
STATE_SECONDS = 60.0
"""So often it is written down how far the log was read, when nothing changes."""

log = logging.getLogger(__name__)


def identity(kind: Kind) -> str:
    """Of which database an index is, and how it was made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database())"
            " FROM pg_control_system()"
        )
        system, database = cursor.fetchone()
    return f"{system}/{database}/{kind.name}/{changes.edition(kind)}/{engines.VERSION}"


@dataclass
class Held:
    """The index in use."""

    version: Path
    engine: Engine
    state: State


@dataclass
class Build:
    """An index being built: `done` of about `total` documents are written."""

    version: Path
    snapshot: str
    total: int
    done: int = 0
    work: "Generator[None, None, None] | None" = None


@dataclass
class Follower:
    """Follows the log for one kind. `snapshot`: how far it has read; `pending`: read, not yet in the index."""

    kind: Kind
    place: Place
    identity: str
    meaning: Meaning | None = None
    held: Held | None = None
    snapshot: str = ""
    pending: dict[int, None] = field(default_factory=dict)
    build: Build | None = None

    @classmethod
    def of(cls, kind: Kind) -> "Follower":
        meaning = Meaning(kind) if kind.has_meaning else None
        return cls(kind, indexes.place(kind.name), identity(kind), meaning)

    def open(self) -> None:
        """Take up the index in use where it stands; begin a new one when it cannot be followed."""
        version = self.place.current()
        state = indexes.read_state(version) if version else None
        if version is None or state is None:
            self.rebuild("there is none yet")
        elif state.identity != self.identity:
            self.rebuild("it is of another database or was made otherwise")
        elif not changes.is_past(state.snapshot):
            self.rebuild("the database is younger than it: a backup was restored")
        else:
            try:
                self.held = Held(version, engines.open_engine(version, self.kind), state)
                self.snapshot = state.snapshot
            except Damaged as problem:
                self.rebuild(f"it is damaged: {problem}")

    def poll(self) -> None:
        """Read the log."""
        if self.held is None:
            return
        found = changes.since(self.kind.name, self.snapshot)
        if found.everything:
            self.rebuild("a table was emptied")
        elif found.is_behind:
            self.rebuild("changes were purged before it read them")
        else:
            self.pending.update(dict.fromkeys(found.ids))
            self.snapshot = found.snapshot

    @property
    def has_work(self) -> bool:
        return bool(self.pending) or self.build is not None

    def step(self) -> int:
        """Do a second's worth of what is to be done; returns how many documents were written or removed."""
        written = 0
        if self.held is not None and self.pending:
            written += self._guarded(self._apply)
        if self.build is not None:
            written += self._guarded(self._build_on)
        return written

    def keep_up(self) -> None:
        """Write down how far it has read, now and then, so that it need not read the same rows again."""
        if self.held is not None and not self.pending and time.time() - self.held.state.read_at > STATE_SECONDS:
            self._save(self.held)

    def _guarded(self, work: Callable[[], int]) -> int:
        try:
            return work()
        except Damaged as problem:
            self.rebuild(f"it is damaged: {problem}")
            return 0

    def _apply(self) -> int:
        ids, began, written = list(self.pending), time.monotonic(), 0
        if self.held is None:
            return 0
        with self.held.engine.writing() as writer:
            while written < len(ids) and time.monotonic() - began < MOST_SECONDS:
                batch = ids[written : written + self.kind.batch]
                made = list(documents.read(self.kind, batch))
                writer.put(made)
                gone = set(batch) - {document.key for document in made}
                writer.remove(gone)
                if self.meaning is not None:
                    self.meaning.follow(made, gone)
                written += len(batch)
        for one in ids[:written]:
            del self.pending[one]
        self.held.engine.refresh()
        self._save(self.held)
        return written

    def _save(self, held: Held) -> None:
        """The state names what the index holds for certain: nothing new while some of it is pending."""
        held.state = replace(
            held.state,
            snapshot=held.state.snapshot if self.pending else self.snapshot,
            read_at=time.time(),
            documents=held.engine.count(),
            writes=held.state.writes + 1,
        )
        indexes.save_state(held.version, held.state)

    def rebuild(self, reason: str, *, following: bool = False) -> None:
        """Begin to build the index anew, beside the one that answers; `following`: that one goes on following."""
        log.info("The index of %s is built anew: %s.", self.kind.plural.lower(), reason)
        self.place.rebuild_begun()
        self.abandon()
        if self.meaning is not None:
            self.meaning.look_through()
        if not following:
            self.held, self.pending = None, {}
        self.build = Build(self.place.new_version(), changes.now(), self.kind.count())
        self.build.work = self._building(self.build)

    def abandon(self) -> None:
        """Leave a build unfinished."""
        if self.build is not None and self.build.work is not None:
            self.build.work.close()
        self.build = None

    def _build_on(self) -> int:
        build, began = self.build, time.monotonic()
        if build is None or build.work is None:
            return 0
        before = build.done
        for _ in build.work:
            if time.monotonic() - began > MOST_SECONDS:
                return build.done - before
        self.build = None
        return build.done - before

    def _building(self, build: Build) -> "Generator[None, None, None]":
        engine = engines.open_engine(build.version, self.kind)
        with engine.writing() as writer:
            after = 0
            while ids := self.kind.every(after, self.kind.batch):
                writer.put(documents.read(self.kind, ids))
                after = ids[-1]
                build.done += len(ids)
                build.total = max(build.total, build.done)
                yield
        engine.refresh()
        now = time.time()
        state = State(self.identity, build.snapshot, read_at=now, documents=engine.count(), built_at=now)
        indexes.save_state(build.version, state)
        self.place.point_to(build.version)
        engines.serve(engine, self.kind)
        self.held, self.snapshot, self.pending = Held(build.version, engine, state), build.snapshot, {}
        log.info("The index of %s holds %s documents.", self.kind.plural.lower(), f"{state.documents:,}")

"""The process that keeps this machine's indexes: one writes, a second one stands by until the first is gone.

It wakes when the change log says so (LISTEN) and looks by itself every second. A round reads the log for every kind,
then does at most a second's work for each: so a small change is found soon while a large one is brought in or an
index is built anew. When nothing is left to do, meaning is computed for what has none yet. Between rounds it says in
`status.json` what it is doing.
"""

import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import psycopg
from django import db
from django.db import connection
from psycopg.conninfo import make_conninfo

from sameside.retrieval.engine import Busy, NotReady
from sameside.search import changes, indexes, kinds
from sameside.search.embedding import ModelBuilder
from sameside.search.following import Follower

POLL_SECONDS = 1.0
STANDBY_SECONDS = 1.0
STATUS_SECONDS = 2.0
SWEEP_SECONDS = 60.0
EMBED_SECONDS = 0.3
STATUS = "status.json"

log = logging.getLogger(__name__)


@dataclass
class Indexer:
    followers: list[Follower] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    builder: ModelBuilder = field(default_factory=ModelBuilder)
    _listening: "psycopg.Connection[tuple[object, ...]] | None" = None
    _said_at: float = 0.0
    _swept_at: float = 0.0

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()

    def run(self, say: Callable[[str], None]) -> None:
        """Keep the indexes until it is told to stop."""
        has_said = False
        while not self.stopping.is_set():
            try:
                with indexes.writing():
                    self._keep()
            except Busy:
                if not has_said:
                    say("Another process keeps this machine's indexes; this one stands by.")
                    has_said = True
                self.stopping.wait(STANDBY_SECONDS)

    def _keep(self) -> None:
        """Write until told to stop; when the database goes away, wait for it."""
        while not self.stopping.is_set():
            try:
                self.begin()
                while not self.stopping.is_set():
                    self.round()
                    self._wait()
            except (db.OperationalError, db.InterfaceError, psycopg.OperationalError) as problem:
                log.warning("The database cannot be reached: %s", str(problem).partition("\n")[0])
                connection.close()
                self._listening = None
                self.stopping.wait(STANDBY_SECONDS)
            except NotReady as problem:
                log.warning("%s", problem)
                self.stopping.wait(STANDBY_SECONDS)
            finally:
                self._leave()

    def begin(self) -> None:
        """Open every index, or begin to build it."""
        changes.ensure_triggers()
        self._listening = psycopg.connect(address(), autocommit=True)
        self._listening.execute(f"LISTEN {changes.CHANNEL}")
        self.followers = [Follower.of(kind) for kind in kinds.every()]
        for follower in self.followers:
            follower.open()
            follower.place.sweep()

    def round(self) -> int:
        """Read the log and do a second's work for each kind; returns how many documents were written."""
        written = 0
        for follower in self.followers:
            if follower.place.is_rebuild_wanted():
                follower.rebuild("somebody asked for it", following=True)
            follower.poll()
        for follower in self.followers:
            if follower.has_work:
                written += follower.step()
                self._say()
                self._poll_others(follower)
            else:
                follower.keep_up()
        self._say()
        self._sweep()
        return written

    def _poll_others(self, busy: Follower) -> None:
        """While one kind takes its time, small changes of the kinds before it are not kept waiting."""
        for follower in self.followers:
            if follower is busy:
                return
            follower.poll()
            if follower.pending:
                follower.step()

    def _wait(self) -> None:
        """Until the log says that something changed, at most a second; not at all while there is work."""
        if any(follower.has_work for follower in self.followers) or self._embed():
            return
        assert self._listening is not None  # noqa: S101  (made by `begin`)
        for _ in self._listening.notifies(timeout=POLL_SECONDS, stop_after=1):
            break

    def _embed(self) -> bool:
        """Compute meaning for a moment; returns whether there is more to compute."""
        self.builder.build_if_missing()
        return any(follower.meaning.step(EMBED_SECONDS) for follower in self.followers if follower.meaning)

    def _leave(self) -> None:
        for follower in self.followers:
            follower.abandon()
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        (indexes.root() / STATUS).unlink(missing_ok=True)

    def _say(self) -> None:
        if time.monotonic() - self._said_at < STATUS_SECONDS:
            return
        self._said_at = time.monotonic()
        said = {
            "process": os.getpid(),
            "at": time.time(),
            "kinds": {follower.kind.name: _progress(follower) for follower in self.followers},
        }
        path = indexes.root() / STATUS
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(said))
        beside.replace(path)

    def _sweep(self) -> None:
        if time.monotonic() - self._swept_at > SWEEP_SECONDS:
            self._swept_at = time.monotonic()
            for follower in self.followers:
                follower.place.sweep(but=follower.build.version if follower.build else None)


def _progress(follower: Follower) -> dict[str, int | bool]:
    build = follower.build
    return {
        "pending": len(follower.pending),
        "building": build is not None,
        "done": build.done if build else 0,
        "total": build.total if build else 0,
    }


def address() -> str:
    """What psycopg connects to: the database that Django uses, a test's one included."""
    given = connection.settings_dict
    wanted = {
        "dbname": given["NAME"],
        "user": given["USER"],
        "password": given["PASSWORD"],
        "host": given["HOST"],
        "port": given["PORT"],
        **given.get("OPTIONS", {}),
    }
    return make_conninfo(**{key: str(value) for key, value in wanted.items() if value and key in _ACCEPTED})


_ACCEPTED = frozenset(
    {"dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"}
)

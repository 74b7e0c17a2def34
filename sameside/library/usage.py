"""The one recorder of what was shown, searched, opened and used; append-only, and never in the way of a page.

A request only puts rows into a queue in memory. A thread writes them every second, or as soon as 500 wait, in one
statement each; the rest is written when the process ends. The queue is bounded: when the database is away for long,
rows are dropped and their number is logged.

A search typed letter by letter is one search: a query that continues (or shortens) the person's last one within five
seconds replaces it, together with what it had shown, and keeps the time of its first key. A search is therefore held
back for these five seconds; its impressions are written with it and refer to it. What was opened by a link of results
waits a little longer, so that its search is there when it is written.

Usage is never taken back: a use recorded by mistake stays, so the page has a button of its own for it. A button
pressed twice within a minute is one use.
"""

import atexit
import logging
import os
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone

from sameside.library.masking import masked
from sameside.library.models import Usage
from sameside.library.models.usage import LONGEST_QUERY
from sameside.library.origins import Origin
from sameside.library.recording import SearchEvent, UsageEvent, write_searches, write_usage
from sameside.people.models import Person

TYPED_WITHIN = timedelta(seconds=5)
LED_AFTER = timedelta(seconds=8)
"""By then the search that led to something is written, in whichever process it was typed."""
MOST_SHOWN = 100
LONGEST_PLACE = 20
_LOCK = 7_361_044
_REFUSED = (IntegrityError, DataError)
"""What is wrong with a row, and not with the database."""

log = logging.getLogger(__name__)


def _continues(one: str, other: str) -> bool:
    one, other = one.casefold().strip(), other.casefold().strip()
    return one.startswith(other) or other.startswith(one)


@dataclass
class Recorder:
    """`interval` seconds between writes by the thread, at most `batch` rows at once, at most `room` rows waiting."""

    interval: float = 1.0
    batch: int = 500
    room: int = 50_000
    dropped: int = 0
    _rows: "deque[UsageEvent]" = field(default_factory=deque)
    _typed: dict[int, SearchEvent] = field(default_factory=dict)
    _said: "deque[SearchEvent]" = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Event = field(default_factory=threading.Event)
    _serving: bool = False
    _process: int = 0

    def impressions(
        self,
        person: Person,
        asset_ids: Iterable[int],
        search_id: int | None = None,
        deal_id: int | None = None,
        *,
        origin: Origin | None = None,
        lead_id: int | None = None,
        recommended: bool = False,
        at: datetime | None = None,
    ) -> None:
        """These assets were shown to `person`: in a list, in a recommendation, on Today.

        `origin`: the showing that this one goes on from, whose last place was its `position`. `recommended`: they were
        proposed for the deal or the lead, and not listed for another reason.
        """
        moment, action = at or timezone.now(), Usage.Action.IMPRESSION.value
        first = (origin.position or 0) + 1 if origin else None
        self._put(
            [
                UsageEvent(
                    pk,
                    action,
                    moment,
                    person.pk,
                    deal_id,
                    lead_id,
                    search=search_id,
                    position=first + place if first else None,
                    shown_at=origin.shown_at if origin else None,
                    recommended=recommended and (deal_id or lead_id) is not None,
                )
                for place, pk in enumerate(asset_ids)
            ]
        )

    def action(
        self,
        person: Person,
        asset_id: int,
        action: str,
        *,
        deal_id: int | None = None,
        lead_id: int | None = None,
        contact_id: int | None = None,
        origin: Origin | None = None,
        at: datetime | None = None,
    ) -> None:
        """`person` did something with an asset; from a GET (opened) it must come this way."""
        verb = Usage.Action(action).value
        row = UsageEvent(asset_id, verb, at or timezone.now(), person.pk, deal_id, lead_id, contact_id)
        if origin:
            row.position, row.shown_at = origin.position, origin.shown_at
        self._put([row])

    def search(
        self,
        person: Person,
        query: str,
        *,
        filters: Mapping[str, Any],
        results: int,
        shown: Sequence[int],
        at: datetime | None = None,
        started_at: datetime | None = None,
        deal_id: int | None = None,
        lead_id: int | None = None,
        place: str = "",
        corrected: str = "",
    ) -> None:
        """`person` searched and was shown `shown`, in this order, which counts as their impressions.

        `place` says where they searched; `deal_id` or `lead_id`, from what.
        """
        event = SearchEvent(
            person.pk,
            at or timezone.now(),
            masked(query)[:LONGEST_QUERY],
            dict(filters),
            results,
            list(shown)[:MOST_SHOWN],
            started_at,
            deal_id,
            lead_id,
            place[:LONGEST_PLACE],
            masked(corrected)[:LONGEST_QUERY],
        )
        with self._lock:
            if len(self._said) >= self.room:
                self.dropped += 1
                return
            last = self._typed.get(person.pk)
            if last and event.at - last.at <= TYPED_WITHIN and _continues(event.query, last.query):
                event.started_at = min(filter(None, (last.started_at, event.started_at)), default=None)
            elif last:
                self._said.append(last)
            self._typed[person.pk] = event
        self._ensure_thread()

    def record(
        self,
        person: Person,
        asset_id: int,
        action: str,
        *,
        at: datetime,
        deal_id: int | None = None,
        lead_id: int | None = None,
        origin: Origin | None = None,
        once_within: int = 0,
    ) -> bool:
        """Write one use at once, in the caller's transaction: for a POST, whose answer says that it is recorded.

        False when the same was recorded in the last `once_within` seconds: a button pressed twice is one use.
        """
        verb = Usage.Action(action).value
        if once_within:
            since = at - timedelta(seconds=once_within)
            same = Usage.objects.filter(asset=asset_id, person=person, action=verb, deal=deal_id, at__gt=since)
            if same.exists():
                return False
        row = UsageEvent(asset_id, verb, at, person.pk, deal_id, lead_id)
        if origin:
            row.position, row.shown_at = origin.position, origin.shown_at
        write_usage([row])
        return True

    def flush(self, *, everything: bool = True) -> int:
        """Write what waits, and return how many rows were taken. With `everything`, searches still typed too."""
        written = 0
        with self._writing:
            while True:
                searches, rows, dropped = self._take(everything=everything)
                if dropped:
                    log.warning("usage.dropped rows=%d", dropped)
                if not searches and not rows:
                    return written
                try:
                    _write(searches, rows)
                except _REFUSED:
                    self._write_singly(searches, rows)
                except DatabaseError:
                    self._give_back(searches, rows)
                    raise
                written += len(searches) + len(rows)

    def _write_singly(self, searches: list[SearchEvent], rows: list[UsageEvent]) -> None:
        """One at a time, so that a row which refers to something deleted meanwhile takes no other with it."""
        while searches or rows:
            first = searches or rows
            try:
                _write(searches[:1], [] if searches else rows[:1])
            except _REFUSED as error:
                log.warning("usage.refused because=%s", type(error).__name__)
            except DatabaseError:
                self._give_back(searches, rows)
                raise
            del first[0]

    def serve(self) -> None:
        """Let a thread write from now on, in this process and those forked from it, and write the rest at the end."""
        self._serving = True
        atexit.register(self.finish)

    def stop(self) -> None:
        """Write no more by itself."""
        self._serving = False
        self._wake.set()

    def clear(self) -> None:
        """Forget what waits."""
        with self._lock:
            self._rows.clear()
            self._typed.clear()
            self._said.clear()

    def _put(self, events: list[UsageEvent]) -> None:
        with self._lock:
            space = max(0, self.room - len(self._rows))
            self.dropped += len(events[space:])
            self._rows.extend(events[:space])
            full = len(self._rows) >= self.batch
        self._ensure_thread()
        if full:
            self._wake.set()

    def _take(self, *, everything: bool) -> tuple[list[SearchEvent], list[UsageEvent], int]:
        now = timezone.now()
        with self._lock:
            for person, event in list(self._typed.items()):
                if everything or now - event.at > TYPED_WITHIN:
                    self._said.append(self._typed.pop(person))
            searches = [self._said.popleft() for _ in range(min(self.batch, len(self._said)))]
            rows = [self._rows.popleft() for _ in range(min(self.batch, len(self._rows)))]
            if not everything:
                waiting = [row for row in rows if row.shown_at and now - row.at < LED_AFTER]
                rows = [row for row in rows if not (row.shown_at and now - row.at < LED_AFTER)]
                self._rows.extend(waiting)
            dropped, self.dropped = self.dropped, 0
        return searches, rows, dropped

    def _give_back(self, searches: list[SearchEvent], rows: list[UsageEvent]) -> None:
        with self._lock:
            self._said.extendleft(reversed(searches))
            self._rows.extendleft(reversed(rows))

    def _ensure_thread(self) -> None:
        if not self._serving or self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
        threading.Thread(target=self._run, name="usage-recorder", daemon=True).start()

    def _run(self) -> None:
        while self._serving:
            self._wake.wait(self.interval)
            self._wake.clear()
            self._try()
        connection.close()

    def _try(self) -> None:
        close_old_connections()
        try:
            self.flush(everything=False)
        except DatabaseError as error:
            log.warning("usage.kept rows=%d because=%s", len(self._rows) + len(self._said), type(error).__name__)
            connection.close()

    def finish(self) -> None:
        try:
            self.flush()
        except DatabaseError as error:
            log.warning("usage.lost rows=%d because=%s", len(self._rows) + len(self._said), type(error).__name__)


@transaction.atomic
def _write(searches: list[SearchEvent], rows: list[UsageEvent]) -> None:
    """One process at a time, so that what two were told is seen by the second and written once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    write_usage(write_searches(searches) + rows)


recorder = Recorder()

"""How far a run is: kept in its `ImportFile` rows for the page, and in a heartbeat that proves it is alive.

Between two batches, and between two steps after them, it looks at what a person asked for meanwhile, and ends the work
with `Paused` or `Cancelled`. Everything up to there is stored, so that a paused run continues exactly where it was.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

from sameside.connectors.models import ImportFile, ImportRun

SECONDS_BETWEEN_WRITES = 0.5
SMOOTHED_OVER = 15.0  # seconds after which an old pace counts for a third


class Stopped(Exception):
    """A person asked for it: not an error, and nothing to catch but where a run is executed."""


class Paused(Stopped):
    pass


class Cancelled(Stopped):
    pass


@dataclass
class Pace:
    """How fast bytes are read, smoothed; and for how long the run was at work."""

    seconds: float
    speed: float
    at: float = field(default_factory=time.monotonic)
    read: dict[int, int] = field(default_factory=dict)

    def tell(self, file: ImportFile | None = None) -> None:
        now = time.monotonic()
        passed, self.at = now - self.at, now
        self.seconds += passed
        if file is None or passed <= 0:
            return
        before = self.read.get(file.pk, file.bytes_read)
        self.read[file.pk] = file.bytes_read
        pace = max(file.bytes_read - before, 0) / passed
        weight = 1 - math.exp(-passed / SMOOTHED_OVER) if self.speed else 1.0
        self.speed += weight * (pace - self.speed)


class Progress:
    """Connectors change the counters of a file and call `advance`; it is written at most every half second."""

    def __init__(
        self,
        run: ImportRun,
        *,
        tell: Callable[[str], None] | None = None,
        show: Callable[[ImportRun], None] | None = None,
        connector: str = "",
        pace: Pace | None = None,
    ) -> None:
        self.run = run
        self.tell = tell
        self.show = show
        self.connector = connector
        self.pace = pace or Pace(run.seconds, run.speed)
        self.deaf = False
        self._written = 0.0

    def of(self, connector: str) -> "Progress":
        """The same, for the files of one connector."""
        return Progress(self.run, tell=self.tell, show=self.show, connector=connector, pace=self.pace)

    def waiting(self) -> list[ImportFile]:
        """The files still to be read, in order; a run that was cut off continues with them."""
        open_states = (ImportFile.State.WAITING, ImportFile.State.RUNNING)
        return list(self.run.files.filter(connector=self.connector, state__in=open_states).order_by("pk"))

    def begin(self, file: ImportFile) -> None:
        self.heed()
        file.state = ImportFile.State.RUNNING
        self.keep(file)
        self.pace.read[file.pk] = file.bytes_read
        self.beat()

    def keep(self, file: ImportFile) -> None:
        """Write the counters of `file` in the transaction of the batch that they count."""
        if self.run.dry:
            file.asset = None  # it exists within the transaction only
        file.save()

    def advance(self, file: ImportFile) -> None:
        """Write the counters of `file` if the last time is long enough ago, and look whether to go on."""
        if time.monotonic() - self._written >= SECONDS_BETWEEN_WRITES:
            self.pace.tell(file)
            self.keep(file)
            self.beat()
        self.heed()

    def finish(self, file: ImportFile, state: ImportFile.State, note: str = "") -> None:
        """Write the counters, the verdict and a sentence that explains it."""
        file.state = state
        file.note = note[:500]
        file.bytes_read = file.bytes
        self.pace.tell(file)
        self.keep(file)
        self.beat()
        self.heed()

    def phase(self, sentence: str) -> None:
        """What is going on between or after the files, in a few words for the page."""
        self.run.phase = sentence[:120]
        self.run.save(update_fields=["phase"])
        self.beat()
        if self.tell:
            self.tell(sentence)
        self.heed()

    def beat(self) -> None:
        self._written = time.monotonic()
        self.pace.tell()
        self.run.heartbeat_at = timezone.now()
        self.run.seconds, self.run.speed = self.pace.seconds, self.pace.speed
        self.run.save(update_fields=["heartbeat_at", "seconds", "speed"])
        if self.show:
            self.show(self.run)

    def heed(self) -> None:
        """Stop when a person asked for it."""
        if self.deaf:
            return
        runs = ImportRun.objects.using(self.run._state.db)
        wish = runs.filter(pk=self.run.pk).values_list("wish", flat=True).first()
        if wish == ImportRun.Wish.PAUSE:
            raise Paused
        if wish == ImportRun.Wish.CANCEL:
            raise Cancelled

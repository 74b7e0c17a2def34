"""How far a run is: kept in its `ImportFile` rows for the page, and in a heartbeat that proves it is alive."""

import time
from collections.abc import Callable

from django.utils import timezone

from sameside.connectors.models import ImportFile, ImportRun

SECONDS_BETWEEN_WRITES = 0.5


class Progress:
    """Connectors change the counters of a file and call `advance`; it is written at most every half second."""

    def __init__(self, run: ImportRun, *, tell: Callable[[str], None] | None = None, connector: str = "") -> None:
        self.run = run
        self.tell = tell
        self.connector = connector
        self._written = 0.0

    def of(self, connector: str) -> "Progress":
        """The same, for the files of one connector."""
        return Progress(self.run, tell=self.tell, connector=connector)

    def waiting(self) -> list[ImportFile]:
        """The files still to be read, in order; a run that was cut off continues with them."""
        open_states = (ImportFile.State.WAITING, ImportFile.State.RUNNING)
        return list(self.run.files.filter(connector=self.connector, state__in=open_states).order_by("pk"))

    def begin(self, file: ImportFile) -> None:
        file.state = ImportFile.State.RUNNING
        file.save()
        self.beat()

    def keep(self, file: ImportFile) -> None:
        """Write the counters of `file` in the transaction of the batch that they count."""
        file.save()

    def advance(self, file: ImportFile) -> None:
        """Write the counters of `file` if the last time is long enough ago."""
        if time.monotonic() - self._written >= SECONDS_BETWEEN_WRITES:
            file.save()
            self.beat()

    def finish(self, file: ImportFile, state: ImportFile.State, note: str = "") -> None:
        """Write the counters, the verdict and a sentence that explains it."""
        file.state = state
        file.note = note[:500]
        file.bytes_read = file.bytes
        file.save()
        self.beat()

    def phase(self, sentence: str) -> None:
        """What is going on between or after the files, in a few words for the page."""
        self.run.phase = sentence[:120]
        self.run.save(update_fields=["phase"])
        self.beat()
        if self.tell:
            self.tell(sentence)

    def beat(self) -> None:
        self._written = time.monotonic()
        self.run.heartbeat_at = timezone.now()
        self.run.save(update_fields=["heartbeat_at"])

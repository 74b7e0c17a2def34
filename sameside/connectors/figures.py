"""What the page of a run shows, computed from its rows: how far it is, how fast, how long it will take, each verdict.

The time left is told from the bytes of the whole run and the smoothed pace, in round words, and not at all while nobody
can know it: before the first seconds are over, and after the files, when reports are settled.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings

from sameside.connectors import registry
from sameside.connectors.brought import Way
from sameside.connectors.models import ImportFile, ImportRun

State = ImportRun.State
TONES = {
    ImportFile.State.WAITING: "neutral",
    ImportFile.State.RUNNING: "info",
    ImportFile.State.DONE: "good",
    ImportFile.State.REFUSED: "bad",
    ImportFile.State.IGNORED: "neutral",
}
_RUN_TONES = {State.FAILED: "bad", State.RUNNING: "info", State.UNDOING: "info", State.PAUSED: "warn"}
OPEN = (State.QUEUED, State.RUNNING, State.UNDOING)
STALLED_AFTER = 120
KNOWN_AFTER = 3.0  # seconds of work after which the pace says something
FIRST_REFUSED = 3
WIDEST_CELL = 80
MOST_SHOWN = 200
MOST_TOLD = 30


@dataclass(frozen=True)
class RefusedRow:
    """One of the first refused rows of a file: its number, why, and the beginning of what it holds."""

    number: str
    reason: str
    cells: str


@dataclass(frozen=True)
class Missing:
    name: str
    count: int
    ids: Sequence[str]


@dataclass(frozen=True)
class FileLine:
    """One file as the page shows it. `errors` and `absent` are the addresses of what can be downloaded."""

    file: ImportFile
    label: str
    verdict: str
    tone: str
    percent: int
    address: str
    errors: str
    absent: str
    mending: str
    reasons: Sequence[tuple[str, int]]
    missing: Sequence[Missing]
    way: Way | None = None

    @property
    def refused_rows(self) -> Sequence[RefusedRow]:
        """Read from the error file when they are shown, as a run may have thousands of files."""
        return first_refused(self.file)


@dataclass(frozen=True)
class RunFigures:
    """One run as its page shows it. `seconds_left` is None while it cannot be told."""

    run: ImportRun
    label: str
    tone: str
    is_open: bool
    is_stalled: bool
    sentence: str
    bytes: int
    bytes_read: int
    rows: int
    created: int
    updated: int
    unchanged: int
    refused: int
    missing: int
    vanished: int | None
    seconds: float
    rows_per_second: int
    seconds_left: int | None
    lines: Sequence[FileLine]
    ignored: Sequence[FileLine]

    @property
    def percent(self) -> int:
        return int(100 * self.bytes_read / self.bytes) if self.bytes else 0

    @property
    def pace(self) -> str:
        """`12,400 rows in 8 s · 1,550 rows a second · about 3 minutes left`."""
        parts = [f"{self.rows:,} {'row' if self.rows == 1 else 'rows'} read in {duration(self.seconds)}"]
        if self.rows_per_second:
            parts.append(f"{self.rows_per_second:,} {'row' if self.rows_per_second == 1 else 'rows'} a second")
        if self.seconds_left is not None:
            parts.append(f"{about(self.seconds_left)} left")
        return " · ".join(parts)

    @property
    def shown(self) -> Sequence[FileLine]:
        return self.lines[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many files are not shown."""
        return max(len(self.lines) - MOST_SHOWN, 0)

    @property
    def refusing(self) -> Sequence[FileLine]:
        """The files with refused rows."""
        return [line for line in self.lines if line.reasons or line.errors][:MOST_TOLD]

    @property
    def lacking(self) -> Sequence[FileLine]:
        """The files whose rows refer to what is not here."""
        return [line for line in self.lines if line.missing][:MOST_TOLD]

    @property
    def stopped(self) -> int:
        """How many rows were not marked as deleted, because they are more than half."""
        return sum(line.file.seen.get("stopped", 0) for line in self.lines)

    @property
    def left_out(self) -> Sequence[tuple[str, Sequence[str]]]:
        """(reason, files) of what is not needed, the largest group first."""
        groups: dict[str, list[str]] = {}
        for line in self.ignored:
            groups.setdefault(line.file.note, []).append(line.file.name)
        return sorted(groups.items(), key=lambda group: -len(group[1]))


def duration(seconds: float) -> str:
    """`8 s`, `4 min 10 s`, `1 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if 0 < seconds < 10 else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def about(seconds: int) -> str:
    """A time to come in round words: nobody knows it better."""
    if seconds < 20:
        return "a few seconds"
    if seconds < 50:
        return "less than a minute"
    minutes = max(round(seconds / 60), 1)
    if minutes < 60:
        return f"about {minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    return f"about {hours} hour{'' if hours == 1 else 's'}"


def label_of(run: ImportRun) -> str:
    return registry.label(run.connector)


def figures(run: ImportRun, *, at: datetime, way: Callable[[ImportFile], Way | None] = lambda file: None) -> RunFigures:
    """`way` leads from a file to its rows, for whoever looks."""
    files = list(run.files.select_related("asset"))
    read = [file for file in files if file.state != ImportFile.State.IGNORED]
    total, done = sum(file.bytes for file in read), sum(min(file.bytes_read, file.bytes) for file in read)
    rows = sum(file.rows for file in read)
    seconds = _seconds(run, at)
    left = None
    if run.state == State.RUNNING and run.speed > 0 and seconds >= KNOWN_AFTER and done < total:
        left = int((total - done) / run.speed)
    silent = (at - run.heartbeat_at).total_seconds() if run.heartbeat_at else 0
    stalled = run.state in (State.RUNNING, State.UNDOING) and silent > STALLED_AFTER
    return RunFigures(
        run=run,
        label=label_of(run),
        tone=_run_tone(run, read),
        is_open=run.state in OPEN,
        is_stalled=stalled,
        sentence=_sentence(run, stalled=stalled),
        bytes=total,
        bytes_read=done,
        rows=rows,
        created=sum(file.created for file in read),
        updated=sum(file.updated for file in read),
        unchanged=sum(file.unchanged for file in read),
        refused=sum(file.refused for file in read),
        missing=sum(file.missing_references for file in read),
        vanished=_vanished(read),
        seconds=seconds,
        rows_per_second=int(rows / seconds) if seconds > 1 else 0,
        seconds_left=left,
        lines=[replace(_line(file), way=way(file)) for file in read],
        ignored=[_line(file) for file in files if file.state == ImportFile.State.IGNORED],
    )


def _vanished(read: Sequence[ImportFile]) -> int | None:
    """How many rows were marked as deleted; None when nobody said that an export is complete."""
    counted = [file.vanished for file in read if file.vanished is not None]
    return sum(counted) if counted else None


def _seconds(run: ImportRun, at: datetime) -> float:
    """How long the run was at work; runs from before this was counted tell the time that passed."""
    if run.seconds:
        return run.seconds
    end = run.finished_at or at
    return max((end - run.started_at).total_seconds(), 0.0) if run.started_at else 0.0


def _run_tone(run: ImportRun, read: Sequence[ImportFile]) -> str:
    if run.state == State.DONE:
        return "warn" if any(file.refused or file.state == ImportFile.State.REFUSED for file in read) else "good"
    return _RUN_TONES.get(State(run.state), "neutral")


_SENTENCES: Mapping[str, str] = {
    State.PREVIEW: "Nothing is written before you start it.",
    State.QUEUED: "Waiting for the worker.",
    State.PAUSED: "Paused. It goes on exactly where it was.",
    State.CANCELLED: "Cancelled. What came in before stays, and can be undone.",
}


def _sentence(run: ImportRun, *, stalled: bool) -> str:
    if stalled:
        return "The worker has not reported for two minutes; the run will be taken up again by itself."
    if run.state == State.RUNNING and run.wish == ImportRun.Wish.PAUSE:
        return "It pauses after this batch."
    if run.state == State.RUNNING and run.wish == ImportRun.Wish.CANCEL:
        return "It ends after this batch."
    if run.state in (State.RUNNING, State.UNDOING):
        return run.phase or "Beginning."
    if run.state == State.FAILED:
        return f"It stopped: {run.problem}"
    if run.state == State.UNDONE:
        return undo_sentence(run)
    if run.dry:
        return "Nothing was written." if run.state == State.DONE else "Cancelled. Nothing was written."
    if run.state == State.CANCELLED and run.started_at is None:
        return "Discarded. Nothing was written."
    return _SENTENCES.get(run.state, "Done. Reports are being computed anew.")


def undo_sentence(run: ImportRun) -> str:
    """`Undone. Gone: companies 40, deals 12. As before: contacts 3.`"""
    parts = ["Undone."]
    for key, title in (("removed", "Gone"), ("restored", "As before")):
        if counted := run.undo.get(key):
            parts.append(f"{title}: {', '.join(f'{name} {count:,}' for name, count in counted.items())}.")
    return " ".join(parts) if len(parts) > 1 else "Undone. There was nothing to take away."


def _connector_label(file: ImportFile) -> str:
    return registry.connector(file.connector).label if file.connector in registry.NAMES else ""


def _line(file: ImportFile) -> FileLine:
    states = ImportFile.State
    verdict = str(states(file.state).label)
    tone = TONES[states(file.state)]
    if file.state == states.DONE and file.refused:
        verdict, tone = f"Done, {file.refused:,} refused", "warn"
    base = f"/imports/{file.run_id}/files/{file.pk}"
    return FileLine(
        file=file,
        label=_connector_label(file),
        verdict=verdict,
        tone=tone,
        percent=int(100 * min(file.bytes_read, file.bytes) / file.bytes) if file.bytes else 0,
        address=f"/library/{file.asset.slug}/" if file.asset else "",
        errors=f"{base}/errors/" if file.error_file else "",
        absent=f"{base}/missing/" if file.missing else "",
        mending=f"{base}/mending/" if file.error_file else "",
        reasons=sorted(file.reasons.items(), key=lambda pair: -pair[1]),
        missing=[Missing(name, told["count"], told["ids"]) for name, told in file.missing.items()],
    )


def first_refused(file: ImportFile) -> list[RefusedRow]:
    """The first rows of the error file, for the page."""
    path: Path = settings.DATA / "imports" / file.error_file
    if not file.error_file or not path.is_file():
        return []
    found = []
    with path.open(encoding="utf-8", newline="", errors="replace") as lines:
        for cells in islice(csv.reader(lines), 1, 1 + FIRST_REFUSED):
            held = " · ".join(cell[:WIDEST_CELL] for cell in cells[:-2] if cell.strip())
            found.append(RefusedRow(cells[-2], cells[-1][:300], held[:200]))
    return found

"""What the page of a run shows, computed from its rows: how far it is, how fast, how long it will take, each
verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sameside.connectors import registry
from sameside.connectors.models import ImportFile, ImportRun

TONES = {
    ImportFile.State.WAITING: "neutral",
    ImportFile.State.RUNNING: "info",
    ImportFile.State.DONE: "good",
    ImportFile.State.REFUSED: "bad",
    ImportFile.State.IGNORED: "neutral",
    ImportRun.State.QUEUED: "neutral",
    ImportRun.State.FAILED: "bad",
}


@dataclass(frozen=True)
class FileLine:
    file: ImportFile
    verdict: str
    tone: str
    percent: int
    address: str
    errors: str


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
    seconds: float
    rows_per_second: int
    seconds_left: int | None
    lines: Sequence[FileLine]
    ignored: Sequence[FileLine]


def label_of(run: ImportRun) -> str:
    return registry.connector(run.connector).label


def figures(run: ImportRun, *, at: datetime) -> RunFigures:
    files = list(run.files.select_related("asset"))
    read = [file for file in files if file.state != ImportFile.State.IGNORED]
    total, done = sum(file.bytes for file in read), sum(min(file.bytes_read, file.bytes) for file in read)
    rows = sum(file.rows for file in read)
    end = run.finished_at or at
    seconds = max((end - run.started_at).total_seconds(), 0.0) if run.started_at else 0.0
    is_open = run.state in (ImportRun.State.QUEUED, ImportRun.State.RUNNING)
    speed = done / seconds if seconds > 1 else 0
    left = int((total - done) / speed) if is_open and speed and done < total else None
    stalled = bool(
        run.state == ImportRun.State.RUNNING and run.heartbeat_at and (at - run.heartbeat_at).total_seconds() > 120
    )
    return RunFigures(
        run=run,
        label=label_of(run),
        tone=_run_tone(run, read),
        is_open=is_open,
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
        seconds=seconds,
        rows_per_second=int(rows / seconds) if seconds > 1 else 0,
        seconds_left=left,
        lines=[_line(file) for file in read],
        ignored=[_line(file) for file in files if file.state == ImportFile.State.IGNORED],
    )


def _run_tone(run: ImportRun, read: Sequence[ImportFile]) -> str:
    if run.state == ImportRun.State.DONE:
        return "warn" if any(file.refused or file.state == ImportFile.State.REFUSED for file in read) else "good"
    return TONES.get(ImportRun.State(run.state), "info")


def _sentence(run: ImportRun, *, stalled: bool) -> str:
    if run.state == ImportRun.State.QUEUED:
        return "Waiting for the worker."
    if stalled:
        return "The worker has not reported for two minutes; the run will be taken up again by itself."
    if run.state == ImportRun.State.RUNNING:
        return run.phase or "Beginning."
    if run.state == ImportRun.State.FAILED:
        return f"It stopped: {run.problem}"
    return "Done. Reports are being computed anew."


def _line(file: ImportFile) -> FileLine:
    states = ImportFile.State
    verdict = str(states(file.state).label)
    tone = TONES[states(file.state)]
    if file.state == states.DONE and file.refused:
        verdict, tone = f"Done, {file.refused:,} refused", "warn"
    address = f"/library/{file.asset.slug}/" if file.asset else ""
    percent = int(100 * min(file.bytes_read, file.bytes) / file.bytes) if file.bytes else 0
    errors = f"/imports/{file.run_id}/files/{file.pk}/errors/" if file.error_file else ""
    return FileLine(file, verdict, tone, percent, address, errors)

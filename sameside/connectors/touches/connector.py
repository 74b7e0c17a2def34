"""Touch logs: web analytics and ad logs, every row a dated contact of somebody through a channel."""

from django.db import connection

from sameside.connectors import tabular
from sameside.connectors.intake import read_table
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object, plain
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.tabular import Choices
from sameside.connectors.touches.merging import TouchMerge
from sameside.connectors.touches.objects import HEADERS, Words, touch_object
from sameside.connectors.touches.recognition import recognise

_TOLD = """
    SELECT count(*), COALESCE(sum(amount), 0) FROM crm_conversion
    WHERE source = 'touches' AND changed_by_run = %s
"""


def execute(run: ImportRun, progress: Progress) -> None:
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        _read(run, file, progress)


def _read(run: ImportRun, file: ImportFile, progress: Progress) -> None:
    try:
        header = tabular.layout(file.place, Choices.from_json(file.choices)).header
    except tabular.Unreadable as problem:
        progress.finish(file, ImportFile.State.REFUSED, str(problem))
        return
    words = Words()
    merging = TouchMerge(run_id=run.pk, at=run.started_at or run.created_at, untold=_untold(header))
    read_table(run, file, progress, touch_object(header, words), merging=merging)
    notes = [file.note.rstrip("."), *_outcomes(run, header), words.sentence]
    if merging.campaigns:
        notes.append(f"{merging.campaigns:,} new campaigns made, by their names")
    told = "; ".join(note for note in notes if note)
    progress.finish(file, ImportFile.State(file.state), f"{told[:1].upper()}{told[1:]}." if told else "")


def _untold(header: tuple[str, ...]) -> frozenset[str]:
    present = {plain(title) for title in header}
    return frozenset(column for column, headers in HEADERS.items() if present.isdisjoint(headers))


def _outcomes(run: ImportRun, header: tuple[str, ...]) -> list[str]:
    """The conversions that the run brought; nothing when the log tells none."""
    if {"converted", "amount"} <= _untold(header):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [run.pk])
        count, value = cursor.fetchone() or (0, 0)
    return [f"{count:,} conversions worth {value:,.2f} are new"] if count else []


def target(file: ImportFile) -> Object | None:
    try:
        header = tabular.layout(file.place, Choices.from_json(file.choices)).header
    except tabular.Unreadable:
        return None
    return touch_object(header, Words())


CONNECTOR = Connector(
    name="touches",
    label="Touch log",
    sentence="A table of dated contacts by channel: web analytics, ad logs, conversions.",
    capability="import_crm",
    suffixes=(".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".zip"),
    recognise=recognise,
    execute=execute,
    after="usage",
    target=target,
)

"""What advertising cost: reports and warehouse tables of Google Ads, LinkedIn, Meta and Microsoft Ads."""

from django.conf import settings
from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.batch import Refused
from sameside.connectors.costs import histories, merging, verdict
from sameside.connectors.costs.reading import Line, Report
from sameside.connectors.costs.recognition import CAMPAIGNS, COSTS, Kind, kind_of, recognise
from sameside.connectors.intake import MOST_REASONS, OTHER_REASONS, error_path, sentence
from sameside.connectors.merging import Merge
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.tabular import Choices, ErrorFile

BATCH = 5_000


def execute(run: ImportRun, progress: Progress) -> None:
    lookups: dict[str, histories.Lookups] = {}
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        kind = kind_of(file.recognised_as)
        if kind.platform not in lookups:
            lookups[kind.platform] = histories.lookups(run, kind.platform)
        try:
            if kind.content == COSTS:
                _read_costs(run, file, kind, lookups[kind.platform], progress)
            else:
                _read_history(run, file, kind, progress)
        except tabular.Unreadable as problem:
            progress.finish(file, ImportFile.State.REFUSED, str(problem))


def _read_history(run: ImportRun, file: ImportFile, kind: Kind, progress: Progress) -> None:
    """Campaigns become rows; accounts and ads only help the costs, and are looked up from the file itself."""
    progress.begin(file)
    found = histories.newest(file)
    _start_again(file)
    file.rows = found.rows
    _refuse(file, found.refused, ErrorFile(error_path(file), tabular.layout(file.place).header, kept=0))
    former = found.rows - len(found.versions) - len(found.refused)
    notes = [f"{former:,} former versions of the same rows; the newest counts" if former else ""]
    if kind.content == CAMPAIGNS:
        batch = histories.campaign_batch(kind.platform, found)
        merge = Merge(histories.campaign_object(kind.platform), run_id=run.pk, at=run.started_at or run.created_at)
        merge.begin()
        with transaction.atomic():
            merged = merge.merge(batch)
            file.created, file.updated, file.unchanged = merged.created, merged.updated, merged.unchanged
            progress.keep(file)
        merge.end()
    else:
        notes.append(verdict.HELPS[kind.content])
    progress.finish(file, ImportFile.State.DONE, sentence(notes))


def _read_costs(run: ImportRun, file: ImportFile, kind: Kind, lookups: histories.Lookups, progress: Progress) -> None:
    """A report is merged as a whole, in one transaction: only all its rows together are a campaign's day."""
    choices = Choices.from_json(file.choices)
    layout = tabular.layout(file.place, choices)
    progress.begin(file)
    _start_again(file)
    report = Report(file.place, layout, kind, lookups, choices)
    errors = ErrorFile(error_path(file), layout.header, kept=0)
    merging.begin()
    good: list[Line] = []
    bad: list[Refused] = []
    for number, cells, line in report.lines():
        file.rows += 1
        if isinstance(line, str):
            bad.append((number, cells, line))
        else:
            good.append(line)
        if len(good) >= BATCH or len(bad) >= BATCH:
            merging.stage(good)
            _refuse(file, bad, errors)
            good, bad = [], []
            file.bytes_read = report.rows.position
            progress.advance(file)
    merging.stage(good)
    _refuse(file, bad, errors)
    with transaction.atomic():
        outcome = merging.merge(kind, run_id=run.pk, at=run.started_at or run.created_at)
        file.created, file.updated, file.unchanged = outcome.created, outcome.updated, outcome.unchanged
        progress.keep(file)
    refused_all = file.refused and not outcome.said
    note = sentence([layout.note, *verdict.notes(report, outcome, file)])
    progress.finish(file, ImportFile.State.REFUSED if refused_all else ImportFile.State.DONE, note)


def _start_again(file: ImportFile) -> None:
    file.rows = file.created = file.updated = file.unchanged = file.refused = 0
    file.reasons, file.error_file = {}, ""


def _refuse(file: ImportFile, refused: list[Refused], errors: ErrorFile) -> None:
    if not refused:
        return
    errors.add(refused)
    file.refused += len(refused)
    file.error_file = errors.path.relative_to(settings.DATA / "imports").as_posix()
    for _, _, reason in refused:
        known = reason in file.reasons or len(file.reasons) < MOST_REASONS
        key = reason if known else OTHER_REASONS
        file.reasons[key] = file.reasons.get(key, 0) + 1


CONNECTOR = Connector(
    name="costs",
    label="Ad costs",
    sentence="Reports of Google Ads, LinkedIn, Meta or Microsoft Ads, or their tables from a warehouse.",
    capability="import_crm",
    suffixes=(".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".zip"),
    recognise=recognise,
    execute=execute,
    after="costs",
)

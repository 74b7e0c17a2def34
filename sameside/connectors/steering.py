"""What a person does with a run: start it, rehearse it, pause, resume and cancel it, repeat it, mend what it refused.

A run that is going on is only asked: it looks at the wish between two batches. `NotNow` says in a sentence why
something cannot be done in the state that the run is in.
"""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from sameside.connectors import registry, runs, tabular, vanishing
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.table import proposing
from sameside.connectors.table.mapping import MappingRefused
from sameside.people import audit, policies
from sameside.people.models import Person

State = ImportRun.State
# Of what a person decided about a file, what does not hold for its error file, which we wrote ourselves.
OF_THE_ORIGINAL = ("encoding", "separator", "header_row")


class NotNow(Exception):
    """The run is in a state in which this cannot be done; the message is a sentence fit for the screen."""


def connectors_of(run: ImportRun) -> list[registry.Connector]:
    read = run.files.exclude(state=ImportFile.State.IGNORED)
    names = read.order_by().values_list("connector", flat=True).distinct()
    return [registry.connector(name) for name in names if name in registry.NAMES]


def check_may_steer(run: ImportRun, by: Person | None) -> None:
    """Whoever may bring in what the run brings in may steer it; the command line (nobody) always."""
    if by is not None:
        for connector in connectors_of(run):
            policies.check(by, connector.capability)


def may_steer(run: ImportRun, by: Person) -> bool:
    return all(policies.can(by, connector.capability) for connector in connectors_of(run))


def _locked(run: ImportRun, by: Person | None) -> ImportRun:
    check_may_steer(run, by)
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def _record(action: str, run: ImportRun, by: Person | None, at: datetime) -> ImportRun:
    audit.record(f"import.{action}", by=by, at=at, subject=run.origin, details={"run": run.pk, "dry": run.dry})
    return run


@transaction.atomic
def start(run: ImportRun, *, by: Person | None, at: datetime, dry: bool = False, queue: bool = True) -> ImportRun:
    """Let a run that was looked at begin; with `dry`, nothing of it will stay."""
    run = _locked(run, by)
    if run.state != State.PREVIEW:
        raise NotNow(f"Import {run.pk} was started already.")
    if not run.files.filter(state=ImportFile.State.WAITING).exists():
        raise NotNow("None of its files was recognised: there is nothing to import.")
    run.state, run.dry = State.QUEUED, dry
    run.save(update_fields=["state", "dry"])
    if queue:
        runs.queue(run)
    return _record("queued", run, by, at)


@transaction.atomic
def decide(
    run: ImportRun,
    *,
    by: Person | None,
    at: datetime,
    mapping: str = "",
    encoding: str = "",
    zone: str = "",
    full: ImportFile.Full = ImportFile.Full.NO,
) -> ImportRun:
    """Say beforehand, for all files of a run that waits to be started, how they are read, and that they are complete.

    The saved `mapping` is used for the tables that nobody recognised. Where tables were asked for without one, each
    gets the mapping that was saved for its columns, else the one that is proposed, if that finds all that is needed.
    """
    run = _locked(run, by)
    if run.state != State.PREVIEW:
        raise NotNow(f"Import {run.pk} was started already.")
    told = {key: value for key, value in (("encoding", encoding), ("zone", zone)) if value}
    if problems := tabular.Choices.problems(told):
        raise NotNow(" ".join(problems))
    for file in run.files.exclude(connector=registry.DOCUMENTS) if told else ():
        file.choices = {**file.choices, **told}
        file.save(update_fields=["choices"])
    if mapping or run.connector == "table":
        _give_mappings(run, mapping, by=by, at=at)
    if full:
        _claim_all(run, full, by=by, at=at)
    return run


def _claim_all(run: ImportRun, full: ImportFile.Full, *, by: Person | None, at: datetime) -> None:
    """Say of every file that can be a complete export that it is one."""
    claimed = [claim(file, full, by=by, at=at) for file in run.files.filter(state=ImportFile.State.WAITING)]
    if not any(file.full for file in claimed):
        raise NotNow("None of its files can be a complete export of companies, contacts, leads, deals or campaigns.")


@transaction.atomic
def claim(file: ImportFile, full: ImportFile.Full, *, by: Person | None, at: datetime) -> ImportFile:
    """Say that the export is complete, or take it back: what is no longer in it will be marked as deleted."""
    check_may_steer(file.run, by)
    told = full if vanishing.scope_of(file) else ImportFile.Full.NO
    if told != file.full:
        file.full = told
        file.save(update_fields=["full"])
        details = {"run": file.run_id, "full": str(told)}
        audit.record("import.claimed", by=by, at=at, subject=file.name, details=details)
    return file


def _give_mappings(run: ImportRun, name: str, *, by: Person | None, at: datetime) -> None:
    try:
        proposing.settle(run, name=name, by=by, at=at)
    except MappingRefused as problem:
        raise NotNow(str(problem)) from problem
    run.refresh_from_db()


@transaction.atomic
def pause(run: ImportRun, *, by: Person | None, at: datetime) -> ImportRun:
    run = _locked(run, by)
    if run.state not in (State.QUEUED, State.RUNNING):
        raise NotNow(f"Import {run.pk} is not going on.")
    if run.dry:
        raise NotNow("A dry run cannot be paused, because it is one transaction. It can be cancelled.")
    if run.state == State.QUEUED:
        run.state = State.PAUSED
    else:
        run.wish = ImportRun.Wish.PAUSE
    run.save(update_fields=["state", "wish"])
    return _record("pause", run, by, at)


@transaction.atomic
def resume(run: ImportRun, *, by: Person | None, at: datetime, queue: bool = True) -> ImportRun:
    """Go on exactly where it was; a run that failed may be tried again from there too."""
    run = _locked(run, by)
    if run.state == State.RUNNING and run.wish == ImportRun.Wish.PAUSE:
        run.wish = ImportRun.Wish.NONE
        run.save(update_fields=["wish"])
        return _record("resume", run, by, at)
    if run.state not in (State.PAUSED, State.FAILED):
        raise NotNow(f"Import {run.pk} is neither paused nor stopped.")
    run.state, run.attempts, run.problem, run.finished_at = State.QUEUED, 0, "", None
    run.save(update_fields=["state", "attempts", "problem", "finished_at"])
    if queue:
        runs.queue(run)
    return _record("resume", run, by, at)


@transaction.atomic
def cancel(run: ImportRun, *, by: Person | None, at: datetime) -> ImportRun:
    """End it for good; what came in before stays, and can be undone."""
    run = _locked(run, by)
    if run.state in (State.PREVIEW, State.QUEUED, State.PAUSED):
        run.state, run.finished_at = State.CANCELLED, at
    elif run.state == State.RUNNING:
        run.wish = ImportRun.Wish.CANCEL
    else:
        raise NotNow(f"Import {run.pk} has ended already.")
    run.save(update_fields=["state", "finished_at", "wish"])
    return _record("cancel", run, by, at)


@transaction.atomic
def again(run: ImportRun, *, by: Person | None, at: datetime, preview: bool = True, sure: bool = False) -> ImportRun:
    """A new run over the same files, with everything that was decided about them; `sure` that complete exports are
    so even when more than half of the rows are gone."""
    check_may_steer(run, by)
    if not Path(run.folder).is_dir():
        raise NotNow("The files of this import are no longer kept. Bring them in anew.")
    made = ImportRun.objects.create(
        connector=run.connector,
        origin=run.origin,
        folder=run.folder,
        workspace=run.workspace,
        started_by=by,
        created_at=at,
        state=State.PREVIEW if preview else State.QUEUED,
    )
    ImportFile.objects.bulk_create(_copy(file, made) for file in run.files.order_by("pk"))
    if sure:
        made.files.exclude(full=ImportFile.Full.NO).update(full=ImportFile.Full.SURE)
    return _record("repeated", made, by, at)


def _copy(file: ImportFile, run: ImportRun) -> ImportFile:
    ignored = file.state == ImportFile.State.IGNORED
    return ImportFile(
        run=run,
        connector=file.connector,
        name=file.name,
        path=file.path,
        choices=file.choices,
        recognised_as=file.recognised_as,
        bytes=file.bytes,
        note=file.note if ignored else "",
        state=ImportFile.State.IGNORED if ignored else ImportFile.State.WAITING,
        mends=file.mends,
        full=file.full,
    )


@transaction.atomic
def mend(
    file: ImportFile, mended: Path, *, origin: str, by: Person | None, at: datetime, dry: bool = False
) -> ImportRun:
    """A run over the mended error file of `file` alone, read as what `file` was, with the choices made for it."""
    check_may_steer(file.run, by)
    if not file.error_file:
        raise NotNow(f"No row of {file.name} was refused: there is nothing to mend.")
    run = ImportRun.objects.create(
        connector=file.connector,
        origin=origin[:500],
        folder=str(mended.parent),
        started_by=by,
        created_at=at,
        dry=dry,
    )
    ImportFile.objects.create(
        run=run,
        connector=file.connector,
        name=mended.name[:500],
        path=str(mended),
        choices={key: value for key, value in file.choices.items() if key not in OF_THE_ORIGINAL},
        recognised_as=file.recognised_as,
        bytes=mended.stat().st_size,
        mends=file,
    )
    return _record("mended", run, by, at)

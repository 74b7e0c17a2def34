"""Salesforce: weekly data exports, Data Loader and SOQL exports, as a folder of CSV files."""

from django.db import transaction

from sameside.connectors.intake import read_table
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.salesforce import history
from sameside.connectors.salesforce.objects import BY_NAME, USER
from sameside.connectors.salesforce.persons import Users
from sameside.connectors.salesforce.recognition import recognise


def execute(run: ImportRun, progress: Progress) -> None:
    """Read every waiting file, then the stage history as a whole."""
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        object_ = BY_NAME[file.recognised_as]
        read_table(run, file, progress, object_, merging=Users() if object_ is USER else None)
    progress.phase("Settling the stage history")
    with transaction.atomic():
        history.settle(run_id=run.pk, at=run.started_at or run.created_at)


def target(file: ImportFile) -> Object | None:
    """What the file is read as."""
    return BY_NAME.get(file.recognised_as)


CONNECTOR = Connector(
    name="salesforce",
    label="Salesforce export",
    sentence="CSV files of a weekly data export, Data Loader or SOQL: accounts, contacts, leads, opportunities"
    " and more.",
    capability="import_crm",
    suffixes=(".csv", ".zip"),
    recognise=recognise,
    execute=execute,
    target=target,
    after="crm",
)

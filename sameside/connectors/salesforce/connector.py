"""Salesforce: weekly data exports, Data Loader and SOQL exports, and reports, as a folder of tables."""

import csv
from itertools import islice

from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.intake import Merging, read_table
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object, plain
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.salesforce import history, ids, merges
from sameside.connectors.salesforce.changes import Changes
from sameside.connectors.salesforce.histories import CHANGES
from sameside.connectors.salesforce.objects import USER
from sameside.connectors.salesforce.persons import Users
from sameside.connectors.salesforce.recognition import recognise
from sameside.connectors.salesforce.targets import TARGETS

LOOKED_AT = 5_000


def execute(run: ImportRun, progress: Progress) -> None:
    """Read every waiting file, then the stage history as a whole."""
    at = run.started_at or run.created_at
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        object_ = TARGETS[file.recognised_as]
        merging = _merging(run, object_)
        read_table(run, file, progress, object_, merging=merging)
        if file.state == ImportFile.State.DONE:
            notes = [merges.record(file, at=at), _odd_ids(file)]
            _add(file, [*notes, merging.note] if isinstance(merging, Changes) else notes)
    progress.phase("Settling the stage history")
    with transaction.atomic():
        history.settle(run_id=run.pk, at=at)


def _merging(run: ImportRun, object_: Object) -> Merging | None:
    if object_ is USER:
        return Users()
    return Changes(run) if object_ in CHANGES else None


def _odd_ids(file: ImportFile) -> str:
    """How many ids among the first rows have a checksum that does not fit; such an id matches only itself."""
    layout = tabular.layout(file.place, tabular.Choices.from_json(file.choices))
    names = [plain(name) for name in layout.header]
    if "id" not in names:
        return ""
    place = names.index("id")
    records = islice(tabular.Rows(file.place, layout), LOOKED_AT)
    given = [cells[place] for _, cells in records if not isinstance(cells, csv.Error) and len(cells) > place]
    read = [ids.reference(cell) or "" for cell in given]
    odd = sum(1 for each in read if len(each) == 18 and ids.is_id(each) and not ids.fits(each))
    among = "" if len(given) < LOOKED_AT else f" of the first {LOOKED_AT:,}"
    return f"{odd:,}{among} ids have a checksum that does not fit and are kept as they are" if odd else ""


def _add(file: ImportFile, notes: list[str]) -> None:
    """Append phrases to the verdict on the file."""
    more = "; ".join(note for note in notes if note)
    if more:
        before = file.note.removesuffix(".")
        file.note = (f"{before}; {more}." if before else f"{more[:1].upper()}{more[1:]}.")[:500]
        file.save(update_fields=["note"])


def target(file: ImportFile) -> Object | None:
    """What the file is read as."""
    return TARGETS.get(file.recognised_as)


CONNECTOR = Connector(
    name="salesforce",
    label="Salesforce export",
    sentence="A weekly data export, Data Loader or SOQL, or reports with ids: accounts, contacts, leads, opportunities"
    " and more.",
    capability="import_crm",
    suffixes=(".csv", ".zip"),
    recognise=recognise,
    execute=execute,
    target=target,
    after="crm",
)

"""Any table, read by a mapping: one that was saved for such headers, or one that a person confirmed in the preview."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import connection, transaction

from sameside.connectors import intake
from sameside.connectors.batch import Batch
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector, Found, Source
from sameside.connectors.salesforce import history
from sameside.connectors.table import mapping as mappings
from sameside.connectors.table import saved
from sameside.connectors.table.objects import build
from sameside.connectors.tabular import Layout, Table

ORDER = ("companies", "contacts", "campaigns", "deals", "leads", "stage_changes", "members", "activities")

_NOBODY = "none"
"""The key of a row that names no company; it is not made."""


def recognise(source: Source) -> Sequence[Found]:
    """Tables whose headers are exactly those of a saved mapping are read; the others wait for a person's word."""
    return [_recognised(table, table.layout) or _unknown(table) for table in source.tables if table.layout]


def _recognised(table: Table, layout: Layout) -> Found | None:
    kept = saved.for_headers(layout.header)
    if kept is None:
        return None
    spec = mappings.read(kept.spec)
    told = {**kept.choices, saved.KEY: {**kept.spec, "name": kept.name, "version": kept.version}}
    note = f"Its columns are those of the mapping “{kept.name}”."
    return Found(table.name, spec.kind.label, table.bytes, note, table.path, choices=told)


def _unknown(table: Table) -> Found:
    return Found(table.name, "", table.bytes, "Say what its columns mean, and it can be brought in.", table.path)


def target(file: ImportFile) -> Object | None:
    spec = saved.spec_of(file)
    if spec is None:
        return None
    return replace(build(spec), census=None) if file.choices[saved.KEY].get("new") else build(spec)


def execute(run: ImportRun, progress: Progress) -> None:
    """Read what others refer to first; settle the history of deals when all are there."""
    specs = {file.pk: saved.spec_of(file) for file in progress.waiting()}
    places = {pk: ORDER.index(spec.target) if spec else len(ORDER) for pk, spec in specs.items()}
    for file in sorted(progress.waiting(), key=lambda file: (places[file.pk], file.pk)):
        spec = specs[file.pk]
        if spec is None:
            progress.finish(file, ImportFile.State.REFUSED, "No mapping says what its columns mean.")
            continue
        progress.phase(f"Reading {file.name}")
        if file.choices[saved.KEY].get("new"):
            _read_companies(run, file, progress, build(spec))
        else:
            intake.read_table(run, file, progress, build(spec))
    sources = {spec.source for spec in specs.values() if spec and spec.target in ("deals", "stage_changes")}
    if sources:
        progress.phase("Settling the stage history")
        with transaction.atomic():
            for name in sorted({*sources, mappings.NATURAL}):
                history.settle(run_id=run.pk, at=run.started_at or run.created_at, source=name)


def _read_companies(run: ImportRun, file: ImportFile, progress: Progress, target: Object) -> None:
    rule = target.key.rule
    if rule:
        target = replace(target, key=replace(target.key, rule=lambda domain, name: rule(domain, name) or _NOBODY))
    target = replace(target, required={}, census=None)
    merging = NewCompanies(target, run)
    intake.read_table(run, file, progress, target, merging=merging)
    if file.state == ImportFile.State.DONE:
        progress.finish(
            file,
            ImportFile.State.DONE,
            f"{file.created:,} companies that were not here yet; the others are left alone.",
        )


class NewCompanies:
    """Makes the companies of a batch that nobody has heard of; those that are here, from whatever source, stay."""

    def __init__(self, target: Object, run: ImportRun) -> None:
        self.merge_new = Merge(target, run_id=run.pk, at=run.started_at or run.created_at)
        self.merge_new.begin()

    def merge(self, batch: Batch) -> Merged:
        names = batch.columns["name"] if batch.numbers else []
        known = self._known(batch) if batch.numbers else set()
        kept = [place for place, name in enumerate(names) if name and place not in known]
        new = Batch(
            numbers=[batch.numbers[place] for place in kept],
            cells=[batch.cells[place] for place in kept],
            columns={name: [column[place] for place in kept] for name, column in batch.columns.items()},
        )
        merged = self.merge_new.merge(new)
        return replace(merged, unchanged=merged.unchanged + len(batch.numbers) - len(kept))

    @staticmethod
    def _known(batch: Batch) -> set[int]:
        """The places of companies that are here, by name or by domain."""
        names = [(name or "").upper() for name in batch.columns["name"]]
        domains = batch.columns["domain"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT upper(name) FROM crm_company WHERE upper(name) = ANY(%s)", [names])
            here = {name for (name,) in cursor.fetchall()}
            filled = [domain for domain in domains if domain]
            cursor.execute("SELECT domain FROM crm_company WHERE domain = ANY(%s)", [filled])
            sites = {domain for (domain,) in cursor.fetchall()}
        pairs = enumerate(zip(names, domains, strict=True))
        return {place for place, (name, domain) in pairs if name in here or (domain and domain in sites)}

    def end(self) -> None:
        self.merge_new.end()


CONNECTOR = Connector(
    name="table",
    label="Table",
    sentence="Any list as CSV, TSV, Excel, OpenDocument or Parquet: say once what its columns mean, and keep it.",
    capability="import_crm",
    suffixes=(".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".parquet", ".zip"),
    recognise=recognise,
    execute=execute,
    target=target,
    after="crm",
)

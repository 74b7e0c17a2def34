"""Usage from elsewhere: who was shown, opened, shared or searched for what, as one CSV file.

Columns: `id`, `at`, `person_email`, `action`, `asset`, `deal_id`, `lead_id`, `query`, `results`, `shown`. `asset` is a
file name or a title of the library; `deal_id` and `lead_id` are ids of the CRM; for `search` rows, `query`, `results`
and `shown` (file names joined by `;`) say what was looked for and found. Usage is append-only: an id that is known is
not read again.
"""

import csv
from collections.abc import Mapping, Sequence
from itertools import islice

from django.conf import settings
from django.db import connection, transaction

from sameside.connectors import tabular
from sameside.connectors.intake import error_path
from sameside.connectors.merging import copy_text
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector, Found, Source
from sameside.connectors.salesforce.ids import reference
from sameside.connectors.tabular import ErrorFile, Rows
from sameside.connectors.values import Value, parse_time, plausible, whole
from sameside.library.models import AssetVersion, Usage

SOURCE = "usage"
SEARCH = "search"
REQUIRED = ("id", "at", "person_email", "action")
COLUMNS = (*REQUIRED, "asset", "deal_id", "lead_id", "query", "results", "shown")
TELLING = 2
BATCH = 10_000

_STAGE = """
    CREATE TEMP TABLE stage_usage (n bigint, external_id text, at timestamptz, email text, action text, asset_id bigint,
        deal text, lead text, query text, results integer, shown bigint[])
"""
_RESOLVED = """
    FROM stage_usage s
    LEFT JOIN people_person p ON lower(p.email) = s.email
    LEFT JOIN crm_deal d ON d.source = 'salesforce' AND d.external_id = s.deal
    LEFT JOIN leads_lead l ON l.source = 'salesforce' AND l.external_id = s.lead
"""
_MISSING = f"""
    SELECT count(*) FILTER (WHERE p.id IS NULL) + count(*) FILTER (WHERE s.deal IS NOT NULL AND d.id IS NULL)
        + count(*) FILTER (WHERE s.lead IS NOT NULL AND l.id IS NULL) {_RESOLVED}
"""
_USAGE = f"""
    INSERT INTO library_usage (asset_id, action, at, person_id, deal_id, lead_id, source, external_id,
        created_by_run)
    SELECT s.asset_id, s.action, s.at, p.id, d.id, l.id, '{SOURCE}', s.external_id, %(run)s {_RESOLVED}
    WHERE s.action <> '{SEARCH}' ORDER BY s.n ON CONFLICT (source, external_id) DO NOTHING
"""
_SEARCHES = f"""
    INSERT INTO library_search (person_id, at, query, filters, results, shown, source, external_id,
        created_by_run)
    SELECT p.id, s.at, s.query, '{{}}', s.results, s.shown, '{SOURCE}', s.external_id, %(run)s {_RESOLVED}
    WHERE s.action = '{SEARCH}' ORDER BY s.n ON CONFLICT (source, external_id) DO NOTHING
"""


def recognise(source: Source) -> Sequence[Found]:
    """Every table whose header has the required columns; one that lacks some of them is told which."""
    found = []
    for table in source.tables:
        header = set(table.layout.header) if table.layout is not None else set()
        absent = [column for column in REQUIRED if column not in header]
        if not absent:
            found.append(Found(table.name, "usage", table.bytes, path=table.path))
        elif len(header.intersection(COLUMNS)) >= TELLING and len(header) <= len(COLUMNS):
            note = f"It lacks the columns {', '.join(absent)}."
            found.append(Found(table.name, "", table.bytes, note, table.path))
    return found


class Names:
    """Finds an asset by the file name of one of its versions, else by its title; current versions first."""

    def __init__(self) -> None:
        versions = AssetVersion.objects.order_by("is_current", "-asset_id").values_list(
            "filename", "asset__title", "asset_id"
        )
        self.by_title: dict[str, int] = {}
        self.by_filename: dict[str, int] = {}
        for filename, title, asset_id in versions.iterator():
            self.by_filename[filename.casefold()] = asset_id
            self.by_title[title.casefold()] = asset_id

    def find(self, name: str) -> int | None:
        key = name.strip().casefold()
        return self.by_filename.get(key.rsplit("/", 1)[-1]) or self.by_title.get(key)


def _line(number: int, cells: Mapping[str, str], names: Names) -> list[Value]:
    """The staged row; `ValueError` says why there is none."""
    external_id, action = cells["id"].strip(), cells["action"].strip().lower()
    if not external_id or len(external_id) > 80:
        raise ValueError("id is empty or longer than 80 characters")
    at = plausible(parse_time(cells["at"])).isoformat()
    asset = names.find(cells["asset"]) if cells["asset"].strip() else None
    if action not in (SEARCH, *Usage.Action.values):
        raise ValueError(f"“{action[:40]}” is no action")
    if action != SEARCH and asset is None:
        raise ValueError(f"The library holds no asset “{cells['asset'].strip()[:100]}”")
    shown = [names.find(name) for name in cells["shown"].split(";") if name.strip()]
    ids = "{" + ",".join(str(one) for one in shown if one) + "}"
    results = whole(cells["results"]) or "0"
    return [
        str(number), external_id, at, cells["person_email"].strip().lower(), action, str(asset) if asset else None,
        reference(cells["deal_id"]), reference(cells["lead_id"]), cells["query"].strip()[:300], results, ids,
    ]  # fmt: skip


def execute(run: ImportRun, progress: Progress) -> None:
    names = Names()
    for file in progress.waiting():
        progress.phase(f"Reading {file.name}")
        path = file.place
        try:
            layout = tabular.layout(path)
        except tabular.Unreadable as problem:
            progress.finish(file, ImportFile.State.REFUSED, str(problem))
            continue
        errors = ErrorFile(error_path(file), layout.header, kept=file.refused)
        progress.begin(file)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS stage_usage; {_STAGE}")
        _read(file, progress, Rows(path, layout), names, errors)
        note = f"{file.missing_references:,} × person, deal or lead missing." if file.missing_references else ""
        progress.finish(file, ImportFile.State.DONE, note)


def _read(file: ImportFile, progress: Progress, rows: Rows, names: Names, errors: ErrorFile) -> None:
    header = rows.layout.header
    records = islice(rows, file.rows, None)
    while taken := list(islice(records, BATCH)):
        lines: list[list[Value]] = []
        refused: list[tuple[int, Sequence[str], str]] = []
        for number, cells in taken:
            if isinstance(cells, csv.Error):
                refused.append((number, [], f"The row cannot be read: {cells}"))
                continue
            given = dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))
            try:
                lines.append(_line(number, given, names))
            except ValueError as problem:
                refused.append((number, cells, str(problem)))
        with transaction.atomic():
            created, missing = _merge(lines, run_id=file.run_id)
            errors.add(refused)
            file.rows += len(taken)
            file.created += created
            file.unchanged += len(lines) - created
            file.refused += len(refused)
            file.missing_references += missing
            file.bytes_read = rows.position
            if refused:
                file.error_file = errors.path.relative_to(settings.DATA / "imports").as_posix()
            file.save()
        progress.advance(file)


def _merge(lines: list[list[Value]], *, run_id: int) -> tuple[int, int]:
    """Append what is new. Returns how many rows, and how many references are missing."""
    if not lines:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE stage_usage")
        with cursor.copy("COPY stage_usage FROM STDIN WITH (NULL E'\\x01')") as copy:
            copy.write(copy_text([list(column) for column in zip(*lines, strict=True)]))
        cursor.execute(_MISSING)
        missing = (cursor.fetchone() or [0])[0]
        cursor.execute(_USAGE, {"run": run_id})
        created = cursor.rowcount
        cursor.execute(_SEARCHES, {"run": run_id})
        return created + cursor.rowcount, missing


CONNECTOR = Connector(
    name="usage",
    label="Usage of content",
    sentence="One CSV file of impressions, opens, shares and searches from another system.",
    capability="import_content",
    suffixes=(".csv",),
    recognise=recognise,
    execute=execute,
    after="usage",
)

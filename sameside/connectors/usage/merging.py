"""Batches of usage become rows of the library's log, which is append-only: an id that is known is not written again."""

from typing import Any

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.merging import Merged, copy_text
from sameside.connectors.usage.objects import SEARCH, SOURCE
from sameside.connectors.values import Value
from sameside.library.masking import masked
from sameside.library.models import AssetVersion

_STAGE = """
    CREATE TEMP TABLE stage_usage (n bigint, external_id text, at timestamptz, email text, action text, asset_id bigint,
        deal text, lead text, query text, results integer, shown bigint[])
"""
_ONE = """
    LEFT JOIN LATERAL (
        SELECT min(found.id) AS id FROM {table} found
        WHERE found.source = ANY(%(sources)s) AND found.external_id = s.{column} HAVING count(*) = 1
    ) {column}_found ON s.{column} IS NOT NULL
"""
_RESOLVED = f"""
    FROM stage_usage s
    LEFT JOIN people_person p ON lower(p.email) = s.email
    {_ONE.format(table="crm_deal", column="deal")} {_ONE.format(table="leads_lead", column="lead")}
"""
_MISSING = f"""
    SELECT count(*) FILTER (WHERE p.id IS NULL), array_agg(DISTINCT s.email) FILTER (WHERE p.id IS NULL),
        count(*) FILTER (WHERE s.deal IS NOT NULL AND deal_found.id IS NULL),
        array_agg(DISTINCT s.deal) FILTER (WHERE deal_found.id IS NULL AND s.deal IS NOT NULL),
        count(*) FILTER (WHERE s.lead IS NOT NULL AND lead_found.id IS NULL),
        array_agg(DISTINCT s.lead) FILTER (WHERE lead_found.id IS NULL AND s.lead IS NOT NULL) {_RESOLVED}
"""
_USAGE = f"""
    INSERT INTO library_usage (asset_id, action, at, person_id, deal_id, lead_id, source, external_id, created_by_run)
    SELECT s.asset_id, s.action, s.at, p.id, deal_found.id, lead_found.id, '{SOURCE}', s.external_id, %(run)s
    {_RESOLVED} WHERE s.action <> '{SEARCH}' ORDER BY s.n ON CONFLICT (source, external_id) DO NOTHING
"""
_SEARCHES = f"""
    INSERT INTO library_search (person_id, at, query, filters, results, shown, source, external_id, created_by_run,
        place, corrected, positions_from)
    SELECT p.id, s.at, s.query, '{{}}', COALESCE(s.results, 0), s.shown, '{SOURCE}', s.external_id, %(run)s, '', '', 1
    {_RESOLVED} WHERE s.action = '{SEARCH}' ORDER BY s.n ON CONFLICT (source, external_id) DO NOTHING
"""


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

    def ids(self, names: str) -> str:
        """The ids of the assets in a list joined by `;`, as PostgreSQL writes an array; unknown names are left out."""
        found = [self.find(name) for name in names.split(";") if name.strip()]
        return "{" + ",".join(str(one) for one in found if one) + "}"


class UsageMerge:
    """Appends batches of usage and searches."""

    def __init__(self, names: Names, *, run_id: int, sources: list[str]) -> None:
        self.names = names
        self.values: dict[str, Any] = {"run": run_id, "sources": sources}
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS stage_usage; {_STAGE}")

    def merge(self, batch: Batch) -> Merged:
        merged = Merged()
        columns = batch.columns
        lines: list[list[Value]] = []
        for place, number in enumerate(batch.numbers):
            action, name = columns["action"][place], columns["asset"][place] or ""
            asset = self.names.find(name) if name else None
            if action != SEARCH and asset is None:
                merged.refused[number] = f"The library holds no asset “{name[:100]}”" if name else "No asset is named"
                continue
            lines.append([
                str(number), columns["external_id"][place], columns["at"][place],
                (columns["email"][place] or "").lower(), action, str(asset) if asset else None,
                columns["ref_deal"][place], columns["ref_lead"][place], masked(columns["query"][place] or ""),
                columns["results"][place], self.names.ids(columns["shown"][place] or ""),
            ])  # fmt: skip
        if lines:
            self._append(lines, merged)
        return merged

    def _append(self, lines: list[list[Value]], merged: Merged) -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE stage_usage")
            with cursor.copy("COPY stage_usage FROM STDIN WITH (NULL E'\\x01')") as copy:
                copy.write(copy_text([list(column) for column in zip(*lines, strict=True)]))
            cursor.execute(_MISSING, self.values)
            told = cursor.fetchone() or ()
            for name, count, ids in zip(("person", "deal", "lead"), told[::2], told[1::2], strict=True):
                if count:
                    merged.missing[name] = count
                    merged.absent[name] = ids or []
            cursor.execute(_USAGE, self.values)
            merged.created = cursor.rowcount
            cursor.execute(_SEARCHES, self.values)
            merged.created += cursor.rowcount
        merged.unchanged = len(lines) - merged.created

    def end(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS stage_usage")

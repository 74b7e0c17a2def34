"""What HubSpot says it merged: `Merged object IDs` of a record, and a warehouse's audit of merges.

The rows that were merged away are gone in HubSpot. Identity merges them here as well as soon as both are here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot.objects import SOURCE
from sameside.connectors.merging import Merged
from sameside.identity.models import Kind
from sameside.identity.rules import record_source_merges


class SourceMerges:
    """Hands the pairs of one kind over to identity; the leads of merged contacts are merged like these."""

    def __init__(self, kind: Kind, *, at: datetime) -> None:
        self.kind = kind
        self.at = at
        self.told = 0

    def add(self, rows: Iterable[tuple[str, Sequence[str]]]) -> int:
        """`rows` are (the record that stayed, those merged into it). Returns how many were not known yet."""
        kept_of = {gone: kept for kept, merged in rows for gone in merged if gone.isdigit() and gone != kept}
        if not kept_of:
            return 0
        pairs = [(kept, gone) for gone, kept in kept_of.items()]
        new = record_source_merges(self.kind, SOURCE, pairs, self.at)
        if self.kind == Kind.CONTACT:
            record_source_merges(Kind.LEAD, SOURCE, pairs, self.at)
        self.told += new
        return new

    @property
    def notes(self) -> list[str]:
        return [f"{self.told:,} merges that HubSpot made"] if self.told else []


class Audit:
    """The rows of a warehouse's audit of merged contacts, as a file of its own."""

    def __init__(self, *, at: datetime) -> None:
        self.merges = SourceMerges(Kind.CONTACT, at=at)

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        rows = zip(batch.columns["ref_kept"], batch.columns["ref_merged"], strict=True)
        new = self.merges.add([(kept, [gone]) for kept, gone in rows if kept and gone])
        return Merged(created=new, unchanged=len(batch.numbers) - new)

    def end(self) -> None:
        """Nothing to clear away."""


class MergedDeals:
    """Deals that HubSpot merged into others are gone there: those that are here are marked as deleted in the source."""

    def __init__(self, *, run_id: int) -> None:
        self.run_id = run_id

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        gone = [number for number in batch.columns["ref_merged"] if number]
        marked = mark_merged_deals(gone, run_id=self.run_id)
        return Merged(updated=marked, unchanged=len(batch.numbers) - marked)

    def end(self) -> None:
        """Nothing to clear away."""


def mark_merged_deals(numbers: Sequence[str], *, run_id: int) -> int:
    """Returns how many of these deals were here and not marked yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH gone AS (
                SELECT d.id FROM crm_deal d
                WHERE d.source = %(source)s AND d.external_id = ANY(%(numbers)s) AND NOT d.deleted_in_source
            ), before AS (
                INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
                SELECT %(run)s, 'crm_deal', d.id, to_jsonb(d) FROM crm_deal d JOIN gone USING (id)
                WHERE d.created_by_run IS DISTINCT FROM %(run)s
                ON CONFLICT (run_id, "table", row_id) DO NOTHING
            )
            UPDATE crm_deal d SET deleted_in_source = true, changed_by_run = %(run)s FROM gone WHERE gone.id = d.id""",
            {"source": SOURCE, "numbers": list(numbers), "run": run_id},
        )
        marked: int = cursor.rowcount
    return marked

"""What Salesforce merged: a deleted account, contact or lead that names in `MasterRecordId` the record it became.

Identity merges the two here as soon as both are, so that what belonged to the one is found with the other.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sameside.connectors import tabular
from sameside.connectors.models import ImportFile
from sameside.connectors.objects import plain
from sameside.connectors.salesforce import ids
from sameside.connectors.salesforce.pieces import SOURCE
from sameside.identity.models import Kind
from sameside.identity.rules import record_source_merges

KINDS = {"Account": Kind.COMPANY, "Contact": Kind.CONTACT, "Lead": Kind.LEAD}
BATCH = 5_000


def record(file: ImportFile, *, at: datetime) -> str:
    """Hand the merges that the file tells to identity. Returns a phrase for the verdict, empty when there are none."""
    kind = KINDS.get(file.recognised_as)
    if kind is None:
        return ""
    pairs = _pairs(file)
    told = 0
    while batch := list(islice(pairs, BATCH)):
        told += len(batch)
        record_source_merges(kind, SOURCE, batch, at)
    return f"{told:,} rows were merged into others by Salesforce" if told else ""


def _pairs(file: ImportFile) -> Iterator[tuple[str, str]]:
    """(kept, merged) ids."""
    layout = tabular.layout(file.place, tabular.Choices.from_json(file.choices))
    names = [plain(name) for name in layout.header]
    if "masterrecordid" not in names or "id" not in names:
        return
    merged_at, kept_at = names.index("id"), names.index("masterrecordid")
    for _, cells in tabular.Rows(file.place, layout):
        if isinstance(cells, csv.Error) or len(cells) <= max(merged_at, kept_at):
            continue
        kept, merged = ids.reference(cells[kept_at]), ids.reference(cells[merged_at])
        if kept and merged and ids.is_id(kept) and ids.is_id(merged):
            yield kept, merged

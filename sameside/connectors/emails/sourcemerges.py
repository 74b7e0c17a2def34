"""Marketo's own record of which leads it merged: what it says is certain, and identity merges by it."""

import csv
import re

from sameside.connectors import tabular, values
from sameside.connectors.batch import Refused
from sameside.connectors.emails.keys import MARKETO
from sameside.connectors.intake import error_path
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import plain
from sameside.connectors.progress import Progress
from sameside.connectors.tabular import Choices, ErrorFile, Rows
from sameside.identity import rules

_ID = re.compile(r"\d+")


def read(run: ImportRun, file: ImportFile, progress: Progress) -> None:
    """Write down every pair (kept, merged) of the file. A row may name several merged leads."""
    try:
        layout = tabular.layout(file.place, Choices.from_json(file.choices))
    except tabular.Unreadable as problem:
        progress.finish(file, ImportFile.State.REFUSED, str(problem))
        return
    progress.begin(file)
    place = {plain(title): number for number, title in enumerate(layout.header)}
    pairs: list[tuple[str, str]] = []
    refused: list[Refused] = []
    file.rows = 0
    for number, cells in Rows(file.place, layout):
        file.rows += 1
        if isinstance(cells, csv.Error):
            refused.append((number, [], f"The row cannot be read: {cells}"))
            continue
        kept = values.text_id(cells[place["leadid"]]) if len(cells) > place["leadid"] else None
        merged = _ID.findall(cells[place["mergeids"]]) if len(cells) > place["mergeids"] else []
        if not kept or not merged:
            refused.append((number, cells, "It lacks the lead that was kept, or those that were merged"))
            continue
        pairs += [(kept, each) for each in merged]
    ErrorFile(error_path(file), layout.header, kept=0).add(refused)
    file.created = rules.record_source_merges("lead", MARKETO, pairs, at=run.started_at or run.created_at)
    file.refused, file.unchanged = len(refused), file.rows - len(refused) - min(file.created, file.rows)
    note = f"{len(pairs):,} leads were merged by Marketo; the leads that are here follow it."
    progress.finish(file, ImportFile.State.DONE, note)

"""`sameside report content|leads|hand-overs|conversations|revenue|week`: the tables of the report pages for scripts."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from sameside.kit.tables import Column, Table, to_csv

NAMES = ("content", "leads", "hand-overs", "conversations", "revenue", "week")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    report = subparsers.add_parser("report", help="print the tables of a report")
    report.add_argument("name", choices=NAMES)
    report.add_argument(
        "parameters", nargs="*", metavar="KEY=VALUE", help="as in the page's address, for example window=30 k=3"
    )
    shape = report.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON")
    shape.add_argument("--csv", action="store_true", help="print CSV, the tables one below the other")
    report.set_defaults(run=run_report, django=True)


def run_report(given: argparse.Namespace) -> int:
    from django.utils import timezone

    from sameside.kit import snapshots

    query = dict(item.partition("=")[::2] for item in given.parameters)
    report = snapshots.REGISTRY[given.name]
    params = report.read(query)
    ignored = sorted(set(query) - set(params))
    if ignored:
        sys.stderr.write(f"sameside: report {given.name} has no parameter {', '.join(ignored)}.\n")
        return 2
    at = timezone.now()
    tables = report.tables(report.compute(params, at))
    if given.json:
        body = {"report": given.name, "parameters": params, "at": at.isoformat(), "tables": [_json(t) for t in tables]}
        sys.stdout.write(json.dumps(body, indent=2, default=str) + "\n")
    elif given.csv:
        sys.stdout.write("\n".join(f"# {table.caption}\n{to_csv(table)}" for table in tables))
    else:
        sys.stdout.write("\n".join(as_text(table) for table in tables))
    return 0


def _json(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "caption": table.caption,
        "note": table.note,
        "columns": [{"key": column.key, "label": column.label, "format": column.format} for column in table.columns],
        "rows": [{key: row.get(key) for key in keys} for row in table.rows],
        "total": {key: table.total.get(key) for key in keys} if table.total else None,
    }


def as_text(table: Table) -> str:
    """The table for a terminal: columns aligned, numbers to the right, the total below a line."""
    rows = [[_cell(row, column) for column in table.columns] for row in table.rows]
    total = [_cell(table.total, column) for column in table.columns] if table.total else []
    heads = [column.label for column in table.columns]
    widths = [max(len(line[i]) for line in [heads, *rows, *([total] if total else [])]) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        parts = [
            cell.ljust(width) if column.format == "text" else cell.rjust(width)
            for cell, width, column in zip(cells, widths, table.columns, strict=True)
        ]
        return "  ".join(parts).rstrip()

    rule = "  ".join("-" * width for width in widths)
    body = [line(row) for row in rows] or [table.empty]
    ending = [rule, line(total)] if total else []
    note = [table.note] if table.note else []
    return "\n".join([table.caption, line(heads), rule, *body, *ending, *note, ""])


def _cell(row: Mapping[str, Any], column: Column) -> str:
    value = row.get(column.key)
    if value is None or value == "":
        return "–"
    if column.format == "percent":
        return f"{float(value) * 100:.1f} %"
    if column.format in ("days", "hours"):
        return f"{float(value):,.1f}"
    if column.format == "money":
        return f"{float(value):,.0f}"
    return f"{value:,}" if column.format == "number" and isinstance(value, int | float) else str(value)

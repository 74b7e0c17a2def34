"""Revenue figures on paper: A4, what was asked, and tables of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Table as Drawn

from sameside.kit.tables import Column, Table
from sameside.leads.agreement.paper import BODY, HEAD, LEAD, RULE, SMALL, TITLE, fonts
from sameside.ui import formats

MOST = 40  # rows of a table
_WIDTH = A4[0] - 40 * mm
_NAME, _SHORT_NAME = 62 * mm, 22 * mm
_FEW = 5  # columns that leave room for a long name


def make(
    title: str, facts: Mapping[str, str], tables: Mapping[str, Table], notes: Sequence[str], *, at: datetime
) -> bytes:
    """`tables` by their headings."""
    fonts()
    file = BytesIO()
    margins = {f"{side}Margin": 20 * mm for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(file, pagesize=A4, title=title, invariant=True, **margins)
    document.build(list(_story(title, facts, tables, notes, at)))
    return file.getvalue()


def _story(
    title: str, facts: Mapping[str, str], tables: Mapping[str, Table], notes: Sequence[str], at: datetime
) -> Iterator[Any]:
    yield Paragraph(escape(title), TITLE)
    yield Paragraph(escape(f"Printed {formats.moment(at)}"), LEAD)
    for label, text in facts.items():
        yield Paragraph(f"{escape(label)}: {escape(text)}", BODY)
    for note in notes:
        yield Paragraph(escape(note), SMALL)
    for name, table in tables.items():
        yield Paragraph(escape(name), HEAD)
        yield _drawn(table)
        if len(table.rows) > MOST:
            yield Paragraph(f"The first {MOST} of {len(table.rows)} rows; CSV and Parquet hold all.", SMALL)
        yield Spacer(1, 6)


def _drawn(table: Table) -> Drawn:
    rows = [*table.rows[:MOST], *([table.total] if table.total else [])]
    head = [Paragraph(escape(column.label), SMALL) for column in table.columns]
    lines = [[Paragraph(escape(_text(column, row.get(column.key))), SMALL) for column in table.columns] for row in rows]
    name = _NAME if len(table.columns) <= _FEW else _SHORT_NAME
    width = (_WIDTH - name) / max(len(table.columns) - 1, 1)
    drawn = Drawn([head, *lines], colWidths=[name, *[width] * (len(table.columns) - 1)], repeatRows=1)
    drawn.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return drawn


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.format == "money":
        return str(formats.money(value))
    return f"{value:,}" if column.format == "number" else str(value)

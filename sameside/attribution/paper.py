"""A revenue report on paper: A4, what was asked, and the chosen models side by side by each dimension."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from sameside.leads.agreement.paper import BODY, HEAD, LEAD, RULE, SMALL, TITLE, fonts
from sameside.ui import formats

MOST = 25  # rows of a table
_WIDTH = A4[0] - 40 * mm
_NAME = 62 * mm

Shown = tuple[Sequence[str], Sequence[Sequence[Any]], int]


def make(
    title: str, facts: Mapping[str, str], tables: Mapping[str, Shown], notes: Sequence[str], *, at: datetime
) -> bytes:
    """`tables` have their columns, their first rows, and how many there are."""
    fonts()
    file = BytesIO()
    margins = {f"{side}Margin": 20 * mm for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(file, pagesize=A4, title=title, invariant=True, **margins)
    document.build(list(_story(title, facts, tables, notes, at)))
    return file.getvalue()


def _story(
    title: str, facts: Mapping[str, str], tables: Mapping[str, Shown], notes: Sequence[str], at: datetime
) -> Iterator[Any]:
    yield Paragraph(escape(title), TITLE)
    yield Paragraph(escape(f"Printed {formats.moment(at)}"), LEAD)
    for label, text in facts.items():
        yield Paragraph(f"{escape(label)}: {escape(text)}", BODY)
    for note in notes:
        yield Paragraph(escape(note), SMALL)
    for name, (columns, rows, count) in tables.items():
        yield Paragraph(escape(f"By {name.lower()}"), HEAD)
        yield _table(columns, rows)
        if count > len(rows):
            yield Paragraph(f"The first {len(rows)} of {count} rows; CSV and Parquet hold all.", SMALL)
        yield Spacer(1, 6)


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    head = [Paragraph(escape(column), SMALL) for column in columns]
    lines = [
        [Paragraph(escape(str(label)), SMALL), *(Paragraph(_money(value), SMALL) for value in amounts),
         Paragraph("" if deals is None else f"{deals:,}", SMALL)]
        for label, *amounts, deals in rows
    ]  # fmt: skip
    width = (_WIDTH - _NAME) / max(len(columns) - 1, 1)
    table = Table([head, *lines], colWidths=[_NAME, *[width] * (len(columns) - 1)], repeatRows=1)
    table.setStyle(
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
    return table


def _money(value: float | None) -> str:
    return "" if value is None else escape(formats.money(value))

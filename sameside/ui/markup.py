"""Tables and inline drawings made in Python: one join over rows is many times faster than a template loop."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from sameside.kit.tables import Column, Table
from sameside.ui import formats
from sameside.ui.lists import Choice, Header


def _kind(column: Column) -> str:
    if column.format in formats.RIGHT:
        return "num"
    return "when" if column.format in ("date", "datetime") else ""


def _class(column: Column) -> str:
    kind = _kind(column)
    return f' class="{kind}"' if kind else ""


def _rows(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """What is the same in every row is made once; `none` marks cells that a phone leaves out."""
    html_of, nothing = formats.html_of, formats.NOTHING
    first, first_class = columns[0], _class(columns[0])
    rest = [
        (
            column.key,
            column.format,
            f'<td{_class(column)} data-label="{escape(column.label)}">',
            f'<td class="{_kind(column)} none" data-label="{escape(column.label)}">',
        )
        for column in columns[1:]
    ]
    lines = []
    for row in rows:
        link = row.get("link")
        name = html_of(row.get(first.key), first.format)
        if link:
            opened = f'<tr class="is-link"><th scope="row"{first_class}>'
            lines.append(f'{opened}<a class="row-link" href="{escape(str(link))}">{name}</a></th>')
        else:
            lines.append(f'<tr><th scope="row"{first_class}>{name}</th>')
        for key, kind, filled, bare in rest:
            shown = html_of(row.get(key), kind)
            lines.append(f"{bare if shown == nothing else filled}{shown}</td>")
        lines.append("</tr>")
    return "".join(lines)


def body(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any] | None = None) -> str:
    foot = f"<tfoot>{_rows(columns, [total])}</tfoot>" if total else ""
    return f"<tbody>{_rows(columns, rows)}</tbody>{foot}"


def options(choices: Iterable[Choice], chosen: str, prefix: str = "") -> SafeString:
    """The options of a select; `prefix` stands before each label."""
    lines = _options(tuple(choices), prefix)
    opened = f'<option value="{escape(chosen)}"'
    return mark_safe(lines.replace(f"{opened}>", f"{opened} selected>", 1))  # noqa: S308


@lru_cache(maxsize=256)
def _options(choices: tuple[Choice, ...], prefix: str) -> str:
    """None of them chosen: a list offers the same hundreds for a minute at least."""
    lines = []
    for choice in choices:
        count = "" if choice.count is None else f" ({formats.compact(choice.count)})"
        label = escape(f"{prefix}{choice.label}{count}")
        lines.append(f'<option value="{escape(str(choice.value))}">{label}</option>')
    return "".join(lines)


def help_tip(text: str) -> str:
    words = escape(text)
    return f'&nbsp;<span class="tip" tabindex="0" role="note" aria-label="{words}" data-tip="{words}">?</span>'


def _titled(column: Column) -> str:
    """The column's name with its help, whose mark never stands alone on a line."""
    if not column.help:
        return escape(column.label)
    before, _, last = column.label.rpartition(" ")
    return f'{escape(f"{before} " if before else "")}<span class="nowrap">{escape(last)}{help_tip(column.help)}</span>'


def _head(columns: Sequence[Column]) -> str:
    cells = [f'<th scope="col"{_class(column)}>{_titled(column)}</th>' for column in columns]
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def table(shown: Table) -> SafeString:
    """A whole report table, with caption, total and note; says `empty` when there are no rows."""
    known: SafeString | None = getattr(shown, "_markup", None)
    if known is None:
        known = _table(shown)
        object.__setattr__(shown, "_markup", known)  # a table is frozen: what it looks like is made once
    return known


def _table(shown: Table) -> SafeString:
    if not shown.rows:
        return mark_safe(f'<p class="table-empty">{escape(shown.empty)}</p>')  # noqa: S308
    caption = f"<caption>{escape(shown.caption)}</caption>" if shown.caption else ""
    note = f'<p class="table-note">{conditional_escape(shown.note)}</p>' if shown.note else ""
    return mark_safe(  # noqa: S308
        f'<div class="table-wrap"><table class="grid">{caption}{_head(shown.columns)}'
        f"{body(shown.columns, shown.rows, shown.total)}</table></div>{note}"
    )


def list_head(headers: Sequence[Header]) -> SafeString:
    """The header of a list, where sortable columns are links that say their direction."""
    cells = []
    for header in headers:
        column = header.column
        if not header.url:
            cells.append(f'<th scope="col"{_class(column)}>{_titled(column)}</th>')
            continue
        tip = help_tip(column.help) if column.help else ""
        sorted_by = f' aria-sort="{header.direction}"' if header.direction else ""
        cells.append(
            f'<th scope="col"{_class(column)}{sorted_by}><a class="sort" href="{escape(header.url)}">'
            f"{escape(column.label)}</a>{tip}</th>"
        )
    return mark_safe(f"<thead><tr>{''.join(cells)}</tr></thead>")  # noqa: S308


def sparkline(values: Sequence[float | int | None], label: str) -> SafeString:
    """A small line of `values`, 96 by 28, the last point marked; gaps are joined."""
    points = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if len(points) < 2:
        return mark_safe("")
    low, high = min(value for _, value in points), max(value for _, value in points)
    across, span = 92 / (len(values) - 1), (high - low) or 1.0
    placed = [(2 + place * across, 25 - 22 * (value - low) / span) for place, value in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    end_x, end_y = placed[-1]
    area = f"{placed[0][0]:.1f},28 {line} {end_x:.1f},28"
    return mark_safe(  # noqa: S308
        f'<svg class="sparkline" viewBox="0 0 96 28" width="96" height="28" role="img" aria-label="{escape(label)}">'
        f'<polygon points="{area}"/><polyline points="{line}"/><circle cx="{end_x:.1f}" cy="{end_y:.1f}" r="2"/></svg>'
    )
